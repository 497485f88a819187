"""Rank tests from counts are those of scipy from rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from ressenti.errors import InvalidArgument
from ressenti.statistics.rank_comparisons import brunner_munzel, mann_whitney

counts = st.lists(st.integers(0, 30), min_size=5, max_size=5).filter(lambda c: sum(c) >= 2)


def rows(tally: list[int]) -> np.ndarray:
    return np.repeat(np.arange(5), tally)


@given(counts, counts)
def test_mann_whitney_from_counts_is_that_of_the_rows(first: list[int], second: list[int]):
    assume(len(set(rows(first)) | set(rows(second))) > 1)
    found = mann_whitney(first, second)
    expected = stats.mannwhitneyu(
        rows(first), rows(second), use_continuity=False, method="asymptotic"
    )
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)


@given(counts, counts)
def test_brunner_munzel_from_counts_is_that_of_the_rows(first: list[int], second: list[int]):
    overlap = set(rows(first)) & set(rows(second))
    assume(overlap and len(set(rows(first)) | set(rows(second))) > 1)
    found = brunner_munzel(first, second)
    assume(found.statistic is not None)
    expected = stats.brunnermunzel(rows(first), rows(second))
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-8)


def test_unanimous_groups_have_no_rank_test():
    assert mann_whitney([0, 5], [0, 9]).p_value is None
    assert brunner_munzel([5, 0], [0, 9]).statistic is None
    assert brunner_munzel([1, 0], [0, 9]).reason is not None
    assert mann_whitney([0, 0], [1, 9]).statistic is None


def test_groups_counted_on_different_categories_are_refused():
    with pytest.raises(InvalidArgument):
        mann_whitney([1, 2], [1, 2, 3])
