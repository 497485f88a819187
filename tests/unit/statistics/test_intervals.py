"""One score interval serves every survey figure: Wilson's, Tango's and the general one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.statistics.intervals import (
    Interval,
    contrast_interval,
    contrast_limits,
    count_contrast_interval,
    mean_interval,
    mean_limits,
    net_score_interval,
    normal_quantile,
)

Z = 1.959963984540054

counts = st.lists(st.integers(0, 400), min_size=2, max_size=7).filter(lambda c: sum(c) > 0)


def quartic_limits(promoters: float, passives: float, detractors: float) -> tuple[float, float]:
    """The closed form of Yang, Sun and Hardin, Statistics in Medicine 32 (2013) 1336."""
    n, g = promoters + passives + detractors, Z**2
    d, changed = promoters - detractors, promoters + detractors
    roots = np.roots(
        [
            n**2 * (n / g + 1) ** 2,
            -n * d * (n / g + 1) * (4 * n / g + 1),
            2 * n * d**2 * (3 * n / g + 2) / g - n**2 * (changed / g + 1),
            n * d * (2 * changed / g + 1) - d**3 * (4 * n / g + 1) / g,
            d**2 * (d**2 / g - changed) / g,
        ]
    )
    real = roots.real[np.abs(roots.imag) < 1e-6]
    return float(real.min()), float(real.max())


def test_ten_promoters_of_ten_are_between_44_and_100():
    interval = net_score_interval(10, 0, 0)
    assert (interval.estimate, interval.high) == (1.0, 1.0)
    assert 100 * interval.low == pytest.approx(44.4934400274222, abs=1e-9)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_with_two_categories_it_is_wilsons(confidence: float):
    successes, n = np.divmod(np.arange(400), 20)[::-1] + np.array([[0], [20]])
    low, high = contrast_interval(
        np.column_stack([successes, n - successes]) / n[:, None], n, [1, 0], confidence=confidence
    )
    wilson = proportion_confint(successes, n, alpha=1 - confidence, method="wilson")
    np.testing.assert_allclose([low, high], wilson, atol=1e-12)


@pytest.mark.parametrize(
    "answers", [(60, 25, 15), (6, 3, 1), (1, 0, 1), (7212, 3021, 2112), (3.7, 2.2, 9.1), (0, 9, 1)]
)
def test_with_three_equally_spaced_categories_it_is_tangos(answers: tuple[float, float, float]):
    interval = net_score_interval(*answers)
    assert (interval.low, interval.high) == pytest.approx(quartic_limits(*answers), abs=1e-7)


@pytest.mark.parametrize("answers", [[3, 0, 5, 9, 21], [0, 0, 4, 9, 0], [40, 1, 0, 0, 3]])
def test_with_five_categories_the_limits_solve_the_score_equation(answers: list[int]):
    observed = np.array(answers) / sum(answers)
    scores = np.arange(1, 6)
    interval = count_contrast_interval(answers, scores)
    for limit in (interval.low, interval.high):
        likeliest = minimize(
            lambda p: -(observed * np.log(np.maximum(p, 1e-300))).sum(),
            np.full(5, 0.2),
            bounds=[(1e-10, 1)] * 5,
            constraints=[
                {"type": "eq", "fun": lambda p: p.sum() - 1},
                {"type": "eq", "fun": lambda p, limit=limit: p @ scores - limit},
            ],
            options={"ftol": 1e-14, "maxiter": 1000},
        ).x
        variance = likeliest @ (scores - limit) ** 2
        distance = (observed @ scores - limit) ** 2
        assert distance == pytest.approx(Z**2 * variance / sum(answers), rel=2e-3)


@given(counts, st.floats(0.5, 0.999))
def test_the_estimate_is_inside_and_the_interval_is_on_the_scale(answers: list[int], level: float):
    interval = count_contrast_interval(answers, range(len(answers)), confidence=level)
    estimate, low, high = interval.bounds()
    assert 0 <= low <= estimate + 1e-12
    assert estimate - 1e-12 <= high <= len(answers) - 1
    assert high > low


@given(counts, st.floats(1.01, 50))
def test_more_answers_of_the_same_mix_narrow_the_interval(answers: list[int], times: float):
    shares = np.array(answers) / sum(answers)
    low, high = contrast_interval(
        np.tile(shares, (2, 1)), [sum(answers), times * sum(answers)], range(len(answers))
    )
    assert high[1] - low[1] < high[0] - low[0]


@given(counts)
def test_reversing_the_scale_mirrors_the_interval(answers: list[int]):
    values = np.arange(len(answers))
    found = count_contrast_interval(answers, values)
    mirrored = count_contrast_interval(answers, -values)
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low), abs=1e-12)


@given(counts)
def test_equal_coefficients_are_one_category(answers: list[int]):
    split = [*answers[:-1], answers[-1] / 2, answers[-1] / 2]
    values = [*range(len(answers)), len(answers) - 1]
    whole = count_contrast_interval(answers, range(len(answers)))
    found = count_contrast_interval(split, values)
    assert (found.low, found.high) == pytest.approx((whole.low, whole.high), abs=1e-10)


def test_the_interval_covers_as_often_as_it_says_at_the_ceiling():
    # All outcomes of 30 answers under 92 % promoters, 6 % passives, 2 % detractors.
    from scipy.stats import multinomial

    outcomes = np.array([(a, b, 30 - a - b) for a in range(31) for b in range(31 - a)])
    chances = multinomial.pmf(outcomes, 30, [0.92, 0.06, 0.02])
    low, high = contrast_interval(outcomes / 30, np.full(len(outcomes), 30), [1, 0, -1])
    assert chances[(low <= 0.90) & (high >= 0.90)].sum() > 0.93


def test_rows_without_answers_are_not_a_number_and_leave_the_others_alone():
    low, high = contrast_interval([[np.nan, np.nan], [0.5, 0.5]], [0, 10], [1, 0])
    assert np.isnan([low[0], high[0]]).all()
    assert (low[1], high[1]) == pytest.approx((0.2366, 0.7634), abs=1e-4)


def test_each_row_may_have_its_own_z():
    low, _ = contrast_limits([[0.5, 0.5]] * 2, [10, 10], [1, 0], [Z, 1.0])
    assert low[0] < low[1]


@pytest.mark.parametrize(
    ("shares", "coefficients"),
    [([[0.5, 0.4]], [1, 0]), ([[1.5, -0.5]], [1, 0]), ([[0.5, 0.5]], [2, 2])],
)
def test_impossible_input_is_refused(shares: list[list[float]], coefficients: list[float]):
    with pytest.raises(InvalidArgument):
        contrast_interval(shares, [10], coefficients)


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.1, float("nan")])
def test_a_confidence_outside_0_and_1_is_refused(confidence: float):
    with pytest.raises(InvalidArgument):
        normal_quantile(confidence)


def test_no_answers_have_no_interval_and_say_why():
    interval = net_score_interval(0, 0, 0)
    assert (interval.estimate, interval.low, interval.high) == (None, None, None)
    with pytest.raises(UndefinedResult, match="no answer counts"):
        interval.bounds()


def test_students_interval_is_that_of_statsmodels():
    values = np.array([2.0, 7.5, 3.25, 9.0, 4.0])
    interval = mean_interval(values.mean(), values.std(ddof=1), 5, confidence=0.9)
    expected = DescrStatsW(values).tconfint_mean(alpha=0.1)
    assert (interval.low, interval.high) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("n", "deviation"), [(1, 0.0), (3, 0.0)])
def test_one_value_or_equal_values_have_no_students_limits(n: int, deviation: float):
    interval = mean_interval(5.0, deviation, n)
    assert interval.estimate == 5.0
    assert interval.low is interval.high is None
    assert interval.reason is not None


def test_means_from_sums_are_students_for_equal_weights():
    values = np.array([2.0, 7.5, 3.25, 9.0, 4.0])
    mean, low, high, size = mean_limits(
        [10.0, 0.0, 10.0],
        [20.0, 0.0, 20.0],
        [5, 0, 5],
        [2 * values.sum(), 0.0, 50.0],
        [2 * (values**2).sum(), 0.0, 250.0],
    )
    expected = DescrStatsW(values).tconfint_mean()
    assert (mean[0], low[0], high[0], size[0]) == pytest.approx((values.mean(), *expected, 5))
    assert np.isnan([mean[1], low[1], low[2], high[2]]).all()
    assert mean[2] == 5.0


def test_an_interval_with_limits_gives_its_bounds():
    assert Interval(0.5, 0.2, 0.8, 0.95, "score").bounds() == (0.5, 0.2, 0.8)
