"""Correlations agree with R and are undefined when nothing varies."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.errors import InvalidArgument
from ressenti.statistics.association import (
    contingency_table,
    fisher_interval,
    kendall_correlation,
    pearson_correlation,
    polychoric_correlation,
    spearman_correlation,
)

X = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 4]
Y = [3, 4, 4, 6, 5, 8, 9, 7, 11, 10, 3, 6]
EVERY = [pearson_correlation, spearman_correlation, kendall_correlation]


def test_pearson_and_its_interval_agree_with_cor_test():
    found = pearson_correlation(Y, X)
    assert found.correlation.estimate == pytest.approx(0.93331132353)
    assert found.p_value == pytest.approx(9.28149398559e-06)
    assert found.correlation.low == pytest.approx(0.773970837756)
    assert found.correlation.high == pytest.approx(0.981495569913)


@pytest.mark.parametrize(
    ("correlation", "estimate", "p_value"),
    [
        (spearman_correlation, 0.941800406548, 4.76706411608e-06),
        (kendall_correlation, 0.818923024853, 0.000308977850096),
    ],
)
def test_rank_correlations_with_ties_agree_with_cor_test(correlation, estimate, p_value):
    found = correlation(Y, X)
    assert found.correlation.estimate == pytest.approx(estimate)
    assert found.p_value == pytest.approx(p_value)


def test_the_polychoric_correlation_agrees_with_polycor():
    # R 4.2.2, polycor 0.8.1: polychor(ML = TRUE), whose search stops a little early.
    found, reason = polychoric_correlation([[20, 10, 3], [8, 25, 12], [2, 9, 21]])
    assert found == pytest.approx(0.663237003386, abs=5e-4)
    assert reason is None


def test_empty_categories_do_not_change_the_polychoric_correlation():
    found, _ = polychoric_correlation([[20, 0, 10, 3], [8, 0, 25, 12], [0, 0, 0, 0], [2, 0, 9, 21]])
    assert found == pytest.approx(0.663237003386, abs=5e-4)


def test_one_category_leaves_the_polychoric_correlation_undefined():
    found, reason = polychoric_correlation([[5, 0], [7, 0]])
    assert found is None
    assert reason is not None


def test_a_table_with_negative_counts_is_refused():
    with pytest.raises(InvalidArgument):
        polychoric_correlation([[1, -1], [2, 3]])


@pytest.mark.parametrize("correlation", EVERY)
@pytest.mark.parametrize(("x", "y"), [([1, 2, 3, 4], [5, 5, 5, 5]), ([1, 2], [3, 4]), ([], [])])
def test_an_undefined_correlation_has_a_reason(correlation, x: list, y: list):
    found = correlation(x, y)
    assert (found.correlation.estimate, found.p_value) == (None, None)
    assert found.correlation.reason is not None


def test_three_pairs_have_a_correlation_without_an_interval():
    found = pearson_correlation([1, 2, 4], [1, 3, 2])
    assert found.correlation.estimate is not None
    assert found.correlation.low is None
    assert "at least 4" in str(found.correlation.reason)


def test_a_perfect_correlation_has_no_interval():
    found = pearson_correlation([1, 2, 3, 4, 5], [2, 4, 6, 8, 10])
    assert found.correlation.estimate == pytest.approx(1)
    assert found.correlation.high is None


@pytest.mark.parametrize("correlation", EVERY)
def test_pairs_with_a_missing_value_are_left_out(correlation):
    found = correlation([*X, np.nan, 3], [*Y, 4, np.nan])
    assert found == correlation(X, Y)


@pytest.mark.parametrize("correlation", EVERY)
def test_values_that_are_not_pairs_are_refused(correlation):
    with pytest.raises(InvalidArgument, match="pairs"):
        correlation([1, 2, 3], [1, 2])


def test_fisher_s_interval_narrows_with_confidence():
    wide, narrow = fisher_interval(0.5, 50), fisher_interval(0.5, 50, confidence=0.8)
    assert wide.low < narrow.low < 0.5 < narrow.high < wide.high


def test_a_contingency_table_counts_pairs_in_order():
    assert contingency_table([3, 1, 3, np.nan], [9, 9, 7, 7]).tolist() == [[0, 1], [1, 1]]
