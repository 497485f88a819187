"""Differences of scores: MOVER limits, and a p-value that never contradicts them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from ressenti.errors import NotComparable, UndefinedResult
from ressenti.statistics.comparisons import (
    contrast_differences,
    difference_p_value,
    mover_difference,
    pooled_proportion_test,
    proportion_difference,
)
from ressenti.statistics.intervals import NET_COEFFICIENTS, net_score_interval
from ressenti.statistics.proportions import wilson_interval

triples = st.tuples(*[st.integers(0, 80)] * 3).filter(lambda counts: sum(counts) > 0)


def shares(counts: tuple[int, ...]) -> np.ndarray:
    return np.array(counts) / sum(counts)


def test_two_unanimous_groups_of_ten_are_not_shown_equal():
    both = net_score_interval(10, 0, 0)
    difference = mover_difference(both, both)
    assert difference.estimate == 0
    assert 100 * difference.low == pytest.approx(-55.5065599725778, abs=1e-6)
    assert 100 * difference.high == pytest.approx(55.5065599725778, abs=1e-6)


def test_from_wilson_limits_it_is_newcombes():
    interval = proportion_difference(812, 1000, 765, 1000)
    expected = confint_proportions_2indep(
        812, 1000, 765, 1000, compare="diff", method="newcomb", alpha=0.05
    )
    assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-12)
    assert interval.method == "newcombe"


@given(triples, triples)
def test_the_p_value_is_small_exactly_when_the_interval_leaves_zero_out(
    first: tuple[int, int, int], second: tuple[int, int, int]
):
    found = contrast_differences(
        [shares(first)], [sum(first)], [shares(second)], [sum(second)], NET_COEFFICIENTS
    )
    excludes = bool(found.low[0] > 0 or found.high[0] < 0)
    assert excludes == bool(found.p_value[0] < 0.05)


@given(triples, triples)
def test_many_differences_at_once_are_the_differences_one_by_one(
    first: tuple[int, int, int], second: tuple[int, int, int]
):
    found = contrast_differences(
        [shares(first), shares(second)],
        [sum(first), sum(second)],
        [shares(second), shares(first)],
        [sum(second), sum(first)],
        NET_COEFFICIENTS,
    )
    one = mover_difference(net_score_interval(*first), net_score_interval(*second))
    assert (found.estimate[0], found.low[0], found.high[0]) == pytest.approx(
        one.bounds(), abs=1e-12
    )
    assert (found.low[1], found.high[1]) == pytest.approx((-one.high, -one.low), abs=1e-12)
    assert found.p_value[0] == pytest.approx(found.p_value[1], abs=1e-9)


def test_a_group_without_answers_has_no_difference():
    found = contrast_differences([[1, 0, 0]], [10], [[np.nan] * 3], [0], NET_COEFFICIENTS)
    assert np.isnan([found.estimate[0], found.low[0], found.p_value[0]]).all()
    assert difference_p_value([1, 0, 0], 10, [1, 0, 0], 0, NET_COEFFICIENTS) is None
    assert proportion_difference(1, 2, 0, 0).estimate is None
    with pytest.raises(UndefinedResult):
        mover_difference(net_score_interval(1, 0, 0), net_score_interval(0, 0, 0))


def test_intervals_at_two_confidences_are_not_comparable():
    with pytest.raises(NotComparable, match=r"0\.9"):
        mover_difference(wilson_interval(1, 2, confidence=0.9), wilson_interval(1, 2))


def test_the_pooled_test_is_that_of_statsmodels():
    found = pooled_proportion_test(812, 1000, 765, 990)
    statistic, p_value = proportions_ztest([812, 765], [1000, 990])
    assert (found.statistic, found.p_value) == pytest.approx((statistic, p_value), rel=1e-10)


@pytest.mark.parametrize("counts", [(0, 10, 0, 20), (10, 10, 20, 20), (0, 0, 1, 2)])
def test_the_pooled_test_of_identical_answers_is_undefined(counts: tuple[int, int, int, int]):
    found = pooled_proportion_test(*counts)
    assert found.statistic is found.p_value is None
    assert found.reason is not None
