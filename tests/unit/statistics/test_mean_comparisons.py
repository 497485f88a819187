"""Differences of means agree with scipy, and overlap between waves is not wasted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ressenti.errors import InvalidArgument
from ressenti.statistics.mean_comparisons import Sample, mean_difference, overlapping_difference

FIRST = np.array([3.0, 4.5, 2.0, 8.0, 7.5, 5.0])
SECOND = np.array([1.0, 2.5, 2.0, 9.0])


def sample(values: np.ndarray) -> Sample:
    return Sample(len(values), float(values.mean()), float(values.std(ddof=1)))


def test_welchs_comparison_is_that_of_scipy():
    found = mean_difference(sample(FIRST), sample(SECOND), confidence=0.9)
    expected = stats.ttest_ind(FIRST, SECOND, equal_var=False)
    limits = expected.confidence_interval(0.9)
    assert found.test.statistic == pytest.approx(expected.statistic, rel=1e-12)
    assert found.test.degrees_of_freedom == pytest.approx(expected.df, rel=1e-12)
    assert found.test.p_value == pytest.approx(expected.pvalue, rel=1e-10)
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(limits), rel=1e-10)


@pytest.mark.parametrize(
    ("first", "estimate"),
    [(Sample(0, 0.0, 0.0), None), (Sample(1, 5.0, 0.0), 2.0), (Sample(9, 5.0, 0.0), 2.0)],
)
def test_a_comparison_without_spread_is_undefined(first: Sample, estimate: float | None):
    found = mean_difference(first, Sample(9, 3.0, 0.0))
    assert found.interval.estimate == estimate
    assert found.interval.low is found.test.p_value is None
    assert found.interval.reason is not None


def test_the_overlap_of_two_waves_shrinks_the_error_by_their_covariance():
    # 0.6/100 + 0.7/200 - 2 * 50 * 0.3 / (100 * 200) = 0.008
    found = overlapping_difference((0.5, 0.3), (0.6, 0.7), (100, 200), n_both=50, covariance=0.3)
    assert found.standard_error == pytest.approx(0.008**0.5)
    assert found.interval.estimate == pytest.approx(0.2)
    assert found.test.statistic == pytest.approx(0.2 / 0.008**0.5)


def test_a_full_overlap_is_the_paired_comparison():
    before, after = FIRST, FIRST[::-1] + 1
    paired = stats.ttest_rel(after, before)
    found = overlapping_difference(
        (after.mean(), before.mean()),
        (after.var(ddof=1), before.var(ddof=1)),
        (6, 6),
        n_both=6,
        covariance=float(np.cov(after, before)[0, 1]),
    )
    assert found.test.statistic == pytest.approx(paired.statistic, rel=1e-12)


def test_more_shared_respondents_than_a_wave_has_are_refused():
    with pytest.raises(InvalidArgument, match="50"):
        overlapping_difference((1, 1), (1, 1), (40, 60), n_both=50, covariance=0)
