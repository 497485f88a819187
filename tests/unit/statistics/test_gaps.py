"""Gaps between perceptions and expectations are those of a paired test."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ressenti.errors import InvalidArgument
from ressenti.statistics.gaps import paired_gap

EXPECTED = np.array([[7, 6, 5], [6, 7, 7], [5, 5, 6], [7, 7, 4]])
PERCEIVED = np.array([[5, 6, 4], [6, 4, 6], [5, 3, 6], [6, 7, 5]])


def test_the_dimension_is_a_paired_student_test_on_respondents():
    gap = paired_gap(EXPECTED, PERCEIVED)
    test = stats.ttest_rel(PERCEIVED.mean(axis=1), EXPECTED.mean(axis=1))
    limits = test.confidence_interval(0.95)
    assert gap.items == pytest.approx((-0.75, -1.25, -0.25))
    assert gap.dimension.estimate == pytest.approx(-0.75)
    assert (gap.dimension.low, gap.dimension.high) == pytest.approx((limits.low, limits.high))
    assert gap.p_value == pytest.approx(test.pvalue)


def test_importance_weighs_the_items():
    weighted = paired_gap(EXPECTED, PERCEIVED, importance=[50, 30, 20]).weighted
    assert weighted == pytest.approx(-0.75 * 0.5 - 1.25 * 0.3 - 0.25 * 0.2)


def test_an_item_nobody_answered_has_no_gap_and_no_weighted_gap():
    perceived = PERCEIVED.astype(float)
    perceived[:, 1] = np.nan
    gap = paired_gap(EXPECTED, perceived, importance=[1, 1, 1])
    assert gap.items[1] is None
    assert gap.weighted is None
    assert gap.n == 0
    assert gap.dimension.estimate is None


@pytest.mark.parametrize(
    ("expected", "perceived"),
    [([[5, 5]], [[3, 4]]), ([[5, 5], [6, 6]], [[4, 4], [5, 5]])],
    ids=["one respondent", "same gap for all"],
)
def test_without_spread_the_gap_has_no_interval(expected: list, perceived: list):
    gap = paired_gap(expected, perceived)
    assert gap.dimension.estimate is not None
    assert (gap.dimension.low, gap.standard_error, gap.p_value) == (None, None, None)
    assert gap.dimension.reason is not None


def test_tables_that_do_not_match_are_refused():
    with pytest.raises(InvalidArgument, match="same respondents"):
        paired_gap(EXPECTED, PERCEIVED[:2])


@pytest.mark.parametrize("importance", [[1, 2], [1, -1, 1], [0, 0, 0]])
def test_importance_that_does_not_suit_the_items_is_refused(importance: list[float]):
    with pytest.raises(InvalidArgument, match="3 items"):
        paired_gap(EXPECTED, PERCEIVED, importance=importance)
