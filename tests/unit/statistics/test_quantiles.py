"""Quantiles between order statistics, weighted, and from buckets that merge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ressenti.errors import InvalidArgument
from ressenti.statistics.quantiles import (
    bucket_edges,
    bucket_index,
    bucket_quantile_interval,
    quantile_interval,
    weighted_quantile,
    woodruff_interval,
)


@pytest.mark.parametrize(("p", "smallest"), [(0.5, 6), (0.9, 36), (0.95, 72)])
def test_both_limits_exist_from_the_known_number_of_values_on(p: float, smallest: int):
    assert quantile_interval(range(smallest), p).interval.high is not None
    below = quantile_interval(range(smallest - 1), p).interval
    assert below.high is None
    assert below.reason is not None


def test_the_interval_is_that_of_scipys_quantile_test():
    values = np.random.default_rng(7).exponential(60, 151)
    found = quantile_interval(values, 0.9, confidence=0.9)
    expected = stats.quantile_test(values, p=0.9).confidence_interval(0.9)
    assert (found.interval.low, found.interval.high) == tuple(expected)


@given(st.integers(6, 300), st.floats(0.05, 0.95))
def test_the_actual_confidence_is_at_least_the_one_asked_for(n: int, p: float):
    found = quantile_interval(np.arange(n), p)
    assert found.actual_confidence >= 0.95 - 1e-12 or found.interval.reason is not None


def test_no_values_have_no_quantile():
    found = quantile_interval([np.nan], 0.5)
    assert found.interval.estimate is found.rank_low is None


@pytest.mark.parametrize("p", [0, 1, 90])
def test_a_quantile_outside_0_and_1_is_refused(p: float):
    with pytest.raises(InvalidArgument):
        quantile_interval([1, 2, 3], p)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=60), st.floats(0.01, 0.99))
def test_a_whole_weight_is_a_repeated_value(counts: list[int], p: float):
    if sum(counts) == 0:
        assert weighted_quantile(range(len(counts)), counts, p) is None
        return
    repeated = np.repeat(np.arange(len(counts)), counts)
    expected = np.quantile(repeated, p, method="inverted_cdf")
    assert weighted_quantile(range(len(counts)), counts, p) == expected


def test_woodruffs_limits_bracket_the_quantile_and_stop_at_the_ends():
    values = np.arange(100.0)
    interval = woodruff_interval(values, np.ones(100), 0.5)
    assert interval.low < interval.estimate < interval.high
    assert woodruff_interval(values, np.ones(100), 0.99).high is None
    assert woodruff_interval([], [], 0.5).estimate is None
    assert woodruff_interval([1.0], [1.0], 0.5).low is None


@given(st.floats(1e-300, 1e300))
def test_a_value_is_within_one_percent_of_the_middle_of_its_bucket(value: float):
    low, high = bucket_edges(bucket_index(value))
    assert low * (1 - 1e-12) <= value <= high * (1 + 1e-12)
    middle = 2 * high / 2.02
    assert abs(middle - value) <= 0.00991 * value


def test_zero_has_its_own_bucket_and_negatives_have_none():
    assert [float(edge) for edge in bucket_edges(bucket_index(0.0))] == [0.0, 0.0]
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(InvalidArgument):
            bucket_index(wrong)


@given(st.integers(0, 2**32), st.sampled_from([0.5, 0.9]))
def test_limits_from_buckets_contain_those_of_the_values(seed: int, p: float):
    values = np.random.default_rng(seed).lognormal(4, 1, 200)
    buckets, counts = np.unique(bucket_index(values), return_counts=True)
    exact = quantile_interval(values, p).interval
    value, low, high = bucket_quantile_interval(counts[None], buckets, [200], p=p)
    assert value[0] == pytest.approx(exact.estimate, rel=0.01)
    assert low[0] <= exact.low
    assert high[0] >= exact.high
    assert low[0] >= exact.low / 1.03
    assert high[0] <= exact.high * 1.03


def test_many_figures_are_read_at_once_and_empty_ones_are_not_a_number():
    buckets = bucket_index([1.0, 10.0, 100.0])
    counts = [[10, 80, 10], [0, 0, 0], [3, 0, 0]]
    value, low, high = bucket_quantile_interval(counts, buckets, [100, 0, 3], p=0.5)
    assert value[0] == pytest.approx(10, rel=0.01)
    assert np.isnan([value[1], low[1], high[1], low[2], high[2]]).all()
    assert value[2] == pytest.approx(1, rel=0.01)


def test_fewer_effective_values_widen_the_interval_from_buckets():
    values = np.random.default_rng(1).lognormal(4, 1, 2000)
    buckets, counts = np.unique(bucket_index(values), return_counts=True)
    _, low, high = bucket_quantile_interval([counts, counts], buckets, [2000, 300.7], p=0.5)
    assert high[1] / low[1] > high[0] / low[0]
