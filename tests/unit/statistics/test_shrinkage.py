"""Small units are pulled towards the mean of all, and ranked only when they differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.statistics.shrinkage import (
    ALARM_Z,
    dispersion_factor,
    empirical_bayes,
    extreme_probabilities,
    funnel_limits,
)

units = st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 1000)), min_size=2, max_size=12)


# The first example pays for importing scipy.
@settings(deadline=None)
@given(units)
def test_each_unit_ends_between_its_own_figure_and_the_mean(rows: list[tuple[float, float]]):
    fitted = empirical_bayes(*zip(*rows, strict=True))
    mu = fitted.heterogeneity.mu
    for unit in fitted.units:
        assert min(unit.raw, mu) - 1e-9 <= unit.estimate <= max(unit.raw, mu) + 1e-9
        assert 0 <= unit.weight < 1


def test_the_less_certain_unit_is_pulled_more():
    small, large = empirical_bayes([0, 40], [400, 4]).units
    assert small.weight < large.weight


def test_a_unit_without_answers_gets_the_mean_of_the_others():
    fitted = empirical_bayes([60, 20, 45, 30, np.nan], [25, 225, 30, 40, np.nan])
    empty = fitted.units[-1]
    assert empty.raw is None
    assert empty.estimate == pytest.approx(fitted.heterogeneity.mu)
    assert empty.standard_error > max(unit.standard_error for unit in fitted.units[:-1])


def test_units_that_do_not_differ_are_not_ranked():
    fitted = empirical_bayes([30, 31, 29, 30.5], [25, 30, 20, 10])
    assert "no ranking" in str(fitted.reason)
    assert {unit.estimate for unit in fitted.units} == {fitted.heterogeneity.mu}
    assert extreme_probabilities(fitted) == ()


def test_undefined_heterogeneity_gives_no_units_and_its_reason():
    fitted = empirical_bayes([5.0], [1.0])
    assert fitted.units == ()
    assert fitted.reason == fitted.heterogeneity.reason
    assert extreme_probabilities(fitted) == ()


def test_intervals_need_four_units():
    assert empirical_bayes([1, 20, 40], [4, 4, 4]).units[0].low is None
    unit = empirical_bayes([1, 20, 40, 60], [4, 4, 4, 4]).units[0]
    assert unit.low < unit.estimate < unit.high


def test_morris_intervals_cover_the_true_values():
    random = np.random.default_rng(11)
    covered = []
    for _ in range(200):
        truth = random.normal(40, 6, size=30)
        variances = 6000 / random.integers(20, 400, size=30)
        fitted = empirical_bayes(random.normal(truth, np.sqrt(variances)), variances)
        covered += [u.low <= t <= u.high for u, t in zip(fitted.units, truth, strict=True)]
    assert 0.93 < np.mean(covered) < 0.975


def test_the_chances_of_each_end_add_up_to_the_places_there():
    estimates = np.linspace(0, 60, 20)
    chances = extreme_probabilities(empirical_bayes(estimates, np.full(20, 50.0)), share=0.1)
    bottom, top = np.array(chances).T
    assert bottom.sum() == pytest.approx(2)
    assert top.sum() == pytest.approx(2)
    assert bottom[0] > 0.5 > bottom[10]


def test_funnel_limits_stop_at_the_ends_of_the_scale():
    funnel = funnel_limits([4, 400], centre=90, variance=1900, bounds=(-100, 100))
    assert funnel.high[0] == 100
    assert funnel.low[1] == pytest.approx(90 - 1.959963984540054 * (1900 / 400) ** 0.5)


def test_alarm_limits_leave_two_units_in_a_thousand_outside():
    funnel = funnel_limits([1], centre=0, variance=1, z=ALARM_Z)
    assert funnel.high[0] == pytest.approx(3.090232306167813)


def test_answers_that_do_not_vary_have_no_funnel():
    assert funnel_limits([10], centre=100, variance=0).low == (None,)


def test_over_dispersion_widens_the_funnel_and_never_narrows_it():
    plain = funnel_limits([100], centre=0, variance=100, z=2)
    assert funnel_limits([100], centre=0, variance=100, z=2, dispersion=0.5) == plain
    wide = funnel_limits([100], centre=0, variance=100, z=2, dispersion=4)
    assert wide.high[0] == 2 * plain.high[0]


def test_dispersion_is_undefined_without_variance():
    assert dispersion_factor([1, 2], [0, 0], centre=1) is None
