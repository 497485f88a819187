"""Raking meets its margins, and says when it cannot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.statistics.raking import calibrated_variance, raking

CODES = np.array([[a, b] for a in range(3) for b in range(2)])


@given(
    st.lists(st.integers(1, 200), min_size=6, max_size=6),
    st.lists(st.integers(50, 900), min_size=3, max_size=3),
    st.floats(0.1, 0.9),
)
def test_every_margin_is_met_and_the_association_is_kept(
    counts: list[int], first: list[int], part: float
):
    second = [part * sum(first), (1 - part) * sum(first)]
    found = raking(counts, CODES, [first, second])
    sums = (np.array(counts) * found.factors).reshape(3, 2)
    np.testing.assert_allclose(sums.sum(axis=1), first, rtol=1e-8)
    np.testing.assert_allclose(sums.sum(axis=0), second, rtol=1e-8)
    table = np.array(counts).reshape(3, 2)
    # Fitting on margins leaves the odds ratios of the sample (Deming and Stephan).
    np.testing.assert_allclose(
        sums[0, 0] * sums[1, 1] / (sums[0, 1] * sums[1, 0]),
        table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]),
        rtol=1e-8,
    )
    assert found.kish_effect >= 1 - 1e-12


def test_one_margin_is_post_stratification():
    found = raking([60, 40], [[0], [1]], [[500, 500]])
    assert found.factors.tolist() == pytest.approx([500 / 60, 500 / 40])
    assert found.ratio == pytest.approx(1.5)
    # n sum w^2 / (sum w)^2 = 100 (500^2/60 + 500^2/40) / 1000^2
    assert found.kish_effect == pytest.approx(100 * (250_000 / 60 + 250_000 / 40) / 1e6)


def test_trimming_happens_only_when_asked_and_is_told():
    counts, targets = [60, 30, 10], [[300, 300, 400]]
    assert raking(counts, [[0], [1], [2]], targets).trimmed == 0
    cut = raking(counts, [[0], [1], [2]], targets, trim=2)
    assert cut.trimmed == 1
    assert cut.factors.max() == pytest.approx(2 * 5)
    assert cut.largest_gap > 0.1


def test_a_level_nobody_answered_is_refused():
    with pytest.raises(UndefinedResult, match="level 3 of margin 1"):
        raking([60, 40], [[0], [1]], [[400, 500, 100]])


def test_margins_with_two_totals_are_refused():
    with pytest.raises(InvalidArgument, match="1000, 1100"):
        raking([1] * 6, CODES, [[500, 300, 200], [600, 500]])


def test_margins_that_contradict_each_other_are_refused():
    # Everybody at the first level of one margin is at the first level of the other.
    with pytest.raises(UndefinedResult, match="cannot all be met"):
        raking([10, 10], [[0, 0], [1, 1]], [[70, 30], [30, 70]])


@pytest.mark.parametrize(
    ("counts", "targets"), [([0, 1], [[1, 1]]), ([1, 1], [[0, 1]]), ([1, 1], [[1]])]
)
def test_impossible_cells_are_refused(counts: list[int], targets: list[list[int]]):
    with pytest.raises(InvalidArgument):
        raking(counts, [[0], [1]], targets)


def test_what_the_margins_explain_has_no_variance():
    # All promoters in one cell, all detractors in the other.
    counts = np.array([[30, 0, 0], [0, 0, 70]])
    assert calibrated_variance(counts, counts, counts, [[0], [1]], [1, 0, -1]) == pytest.approx(0)


def test_post_stratified_variance_is_that_of_the_residuals():
    counts = np.array([[20.0, 5, 5], [10, 10, 50]])
    factors = np.array([[10.0], [3.0]])
    found = calibrated_variance(
        counts, counts * factors, counts * factors**2, [[0], [1]], [1, 0, -1]
    )
    spreads = [25 / 30 - (15 / 30) ** 2, 60 / 70 - (40 / 70) ** 2]
    expected = 100 / 99 * (100 * 30 * spreads[0] + 9 * 70 * spreads[1]) / 510**2
    assert found == pytest.approx(expected, rel=1e-12)


def test_one_answer_has_no_variance():
    with pytest.raises(UndefinedResult):
        calibrated_variance([[1, 0, 0]], [[1, 0, 0]], [[1, 0, 0]], [[0]], [1, 0, -1])
