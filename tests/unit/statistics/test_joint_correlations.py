"""Correlations from counts are those of scipy on the rows behind them, and their intervals hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ressenti.statistics.cross_counts import CodedColumn, cross_counts, sums_of_pairs
from ressenti.statistics.joint_correlations import (
    biserial_of_table,
    partial_association,
    pearson_of_sums,
    pearson_of_table,
    polychoric_of_table,
    ranked_association,
    spearman_of_table,
)

VECTORS = json.loads((Path(__file__).parents[2] / "oracles" / "indicator_vectors.json").read_text())
CODES = st.lists(
    st.tuples(st.integers(-1, 2), st.integers(-1, 3), st.integers(-1, 1)), min_size=1, max_size=60
)


def vector(name: str) -> tuple[dict, dict]:
    found = next(one for one in VECTORS if one["id"] == name)
    return found["inputs"], found["expected"]


def rows_of(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    cells = [(i, j) for (i, j), n in np.ndenumerate(table) for _ in range(int(n))]
    first, second = zip(*cells, strict=True)
    return np.array(first, dtype=float), np.array(second, dtype=float)


TABLE = np.array([[12, 5, 1], [4, 9, 6], [0, 3, 10]])


@given(CODES)
def test_counts_of_packed_columns_are_those_counted_one_by_one(rows: list[tuple[int, ...]]):
    codes = np.array(rows, dtype=np.int8).T
    columns = [CodedColumn(code, size) for code, size in zip(codes, (3, 4, 2), strict=True)]
    found = cross_counts(columns[:2], columns[2:])
    for row in (0, 1):
        expected = np.zeros((columns[row].size, 2))
        for values in rows:
            if values[row] >= 0 and values[2] >= 0:
                expected[values[row], values[2]] += 1
        assert found[row][0].tolist() == expected.tolist()


@given(st.integers(0, 1000))
def test_sums_of_pairs_leave_out_incomplete_pairs_only(seed: int):
    chance = np.random.default_rng(seed)
    x, y = chance.normal(size=(40, 2)), chance.normal(size=(40, 3))
    x[chance.random(x.shape) < 0.2] = np.nan
    y[chance.random(y.shape) < 0.2] = np.nan
    sums = sums_of_pairs(x, y)
    both = np.isfinite(x[:, 1]) & np.isfinite(y[:, 2])
    one, other = x[both, 1], y[both, 2]
    assert sums[1, 2, 0, 0] == both.sum()
    assert sums[1, 2, 1, 1] == pytest.approx(one @ other)
    assert sums[1, 2, 2, 0] == pytest.approx(one @ one)


def test_pearson_from_sums_and_from_a_table_is_that_of_scipy():
    first, second = rows_of(TABLE)
    expected = stats.pearsonr(first, second)
    from_sums = pearson_of_sums(sums_of_pairs(first[:, None], second[:, None])[0, 0])
    from_table = pearson_of_table(TABLE, [0, 1, 2], [0, 1, 2])
    limits = expected.confidence_interval()
    assert from_sums.correlation.estimate == pytest.approx(expected.statistic)
    assert (from_sums.correlation.low, from_sums.correlation.high) == pytest.approx(tuple(limits))
    assert from_table.correlation.estimate == pytest.approx(expected.statistic)


def test_spearman_from_a_table_is_that_of_scipy_ties_included():
    expected = stats.spearmanr(*rows_of(TABLE)).statistic
    assert spearman_of_table(TABLE).correlation.estimate == pytest.approx(expected)


def test_spearman_with_ties_is_the_vector_worked_by_hand():
    inputs, expected = vector("cpi_kpi_link-02")
    found = ranked_association(inputs["cpi"], inputs["kpi"])
    assert found.correlation.estimate == pytest.approx(expected["rho"], abs=1e-6)
    assert found.n == expected["n"]


def test_pearson_is_the_vector_worked_by_hand():
    inputs, expected = vector("cpi_kpi_link-01")
    cpi, kpi = (np.array(inputs[name], dtype=float)[:, None] for name in ("cpi", "kpi"))
    found = pearson_of_sums(sums_of_pairs(cpi, kpi)[0, 0])
    assert found.correlation.estimate == pytest.approx(expected["r"], abs=1e-6)


def test_a_biserial_correlation_is_the_point_biserial_scaled_by_the_normal_ordinate():
    table = np.array([[10, 20, 10], [5, 20, 35]])
    met, mark = rows_of(table)
    share = met.mean()
    ordinate = stats.norm.pdf(stats.norm.ppf(share))
    expected = stats.pointbiserialr(met, mark).statistic * np.sqrt(share * (1 - share)) / ordinate
    assert biserial_of_table(table, [0, 1, 2]).correlation.estimate == pytest.approx(expected)


def test_the_tetrachoric_correlation_of_median_cuts_is_a_sine():
    # With both cuts at the median, P(both above) = 1/4 + asin(rho) / 2π; here it is 1/3.
    found = polychoric_of_table([[400, 200], [200, 400]])
    assert found.correlation.estimate == pytest.approx(
        np.sin(2 * np.pi * (1 / 3 - 1 / 4)), abs=1e-3
    )
    assert found.correlation.low < 0.5 < found.correlation.high


def test_a_partial_correlation_has_the_statistic_it_came_from():
    r = partial_association(2.5, 30).estimate
    assert r * np.sqrt(30 / (1 - r * r)) == pytest.approx(2.5)


@pytest.mark.parametrize("table", [[[3, 0], [4, 0]], [[0, 0], [5, 5]]])
def test_a_constant_side_has_no_correlation_and_says_why(table: list[list[int]]):
    for found in (spearman_of_table(table), pearson_of_table(table, [0, 1], [0, 1])):
        assert found.correlation.estimate is None
        assert "vary" in str(found.correlation.reason)
        assert found.p_value is None


def test_a_perfect_correlation_has_no_interval():
    found = spearman_of_table([[5, 0], [0, 5]]).correlation
    assert found.estimate == pytest.approx(1)
    assert (found.low, found.high) == (None, None)
    assert "perfect" in str(found.reason)


def test_two_pairs_are_too_few():
    found = pearson_of_table([[1, 0], [0, 1]], [0, 1], [0, 1])
    assert found.correlation.estimate is None
    assert "3" in str(found.correlation.reason)


def test_the_interval_of_a_table_holds_the_truth_where_levels_are_far_from_normal():
    chance = np.random.default_rng(2)
    shares = np.array([[0.05, 0.02], [0.13, 0.80]])
    x, y = shares.sum(axis=1), shares.sum(axis=0)
    truth = (shares[1, 1] - x[1] * y[1]) / np.sqrt(x[0] * x[1] * y[0] * y[1])
    held = 0
    for counts in chance.multinomial(400, shares.ravel(), size=1000).reshape(-1, 2, 2):
        found = pearson_of_table(counts, [0, 1], [0, 1]).correlation
        held += found.low <= truth <= found.high
    # Fisher's interval alone holds it 88 times in 100.
    assert 925 <= held <= 975
