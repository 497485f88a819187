"""Net scores: textbook intervals, the chance of being above a target, and paired changes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ressenti.errors import InvalidArgument, ScaleMismatch
from ressenti.statistics.net_scores import (
    adjusted_wald_interval,
    net_classes,
    net_variance,
    paired_difference,
    probability_above,
    wald_difference,
    wald_interval,
)


@pytest.mark.parametrize("wrong", [8.5, 11, -1, float("inf")])
def test_an_answer_off_the_scale_is_refused_with_its_value(wrong: float):
    with pytest.raises(ScaleMismatch, match=str(wrong)):
        net_classes([10, wrong, 7])


def test_the_adjusted_interval_of_the_literature_stays_on_the_scale():
    interval = adjusted_wald_interval(10, 0, 0)
    assert 100 * interval.low == pytest.approx(47.5035515447902, abs=1e-9)
    assert interval.high == 1.0


def test_the_textbook_interval_has_no_width_for_unanimous_answers():
    assert wald_interval(10, 0, 0).bounds() == (1.0, 1.0, 1.0)


def test_no_answers_have_no_interval_and_no_difference():
    assert wald_interval(0, 0, 0).low is None
    assert adjusted_wald_interval(0, 0, 0).low is None
    assert wald_difference((0, 0, 0), (1, 2, 3)).interval.estimate is None
    with pytest.raises(InvalidArgument):
        net_variance((0, 0, 0))


def test_two_unanimous_groups_have_no_textbook_test():
    found = wald_difference((10, 0, 0), (10, 0, 0))
    assert found.interval.estimate == 0
    assert found.test.p_value is found.interval.low is None


@pytest.mark.parametrize(
    ("counts", "threshold"), [((6, 3, 1), 0.3), ((60, 20, 20), 0.3), ((1, 5, 9), -0.3)]
)
def test_the_chance_of_being_above_is_that_of_simulated_shares(
    counts: tuple[int, int, int], threshold: float
):
    draws = np.random.default_rng(20261122).dirichlet(np.array(counts) + 0.5, 400_000)
    simulated = (draws[:, 0] - draws[:, 2] > threshold).mean()
    assert probability_above(counts, threshold) == pytest.approx(simulated, abs=0.004)


def test_the_chances_of_being_above_and_below_add_up_to_one():
    above = probability_above((6, 3, 1), 0.3)
    below = probability_above((1, 3, 6), -0.3)
    assert above + below == pytest.approx(1, abs=1e-7)


def test_a_paired_change_is_students_test_on_the_changes():
    table = np.array([[40, 5, 5], [10, 15, 5], [5, 5, 10]])
    classes = (1, 0, -1)
    changes = np.concatenate(
        [np.full(table[i, j], classes[j] - classes[i]) for i in range(3) for j in range(3)]
    )
    expected = stats.ttest_1samp(changes, 0)
    found = paired_difference(table)
    assert found.test.statistic == pytest.approx(expected.statistic, rel=1e-10)
    assert found.test.p_value == pytest.approx(expected.pvalue, rel=1e-10)
    limits = tuple(expected.confidence_interval())
    assert (found.interval.low, found.interval.high) == pytest.approx(limits, rel=1e-10)


@pytest.mark.parametrize("table", [np.zeros((3, 3)), np.diag([1, 0, 0]), np.diag([5, 5, 5])])
def test_a_paired_change_without_spread_is_undefined(table: np.ndarray):
    found = paired_difference(table)
    assert found.test.p_value is found.interval.low is None
    assert found.interval.reason is not None
