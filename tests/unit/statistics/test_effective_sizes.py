"""What a weighted or clustered sample is worth in equal, independent answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ressenti.errors import UndefinedResult
from ressenti.statistics.effective_sizes import (
    clustered_effective_size,
    effective_size,
    kish_effective_size,
)
from ressenti.statistics.intervals import NET_COEFFICIENTS
from ressenti.statistics.weighted_means import Design, weighted_mean

CLASSES = np.array([1.0, 1, 0, -1, 1, 0, 1, -1, 1, 1])
WEIGHTS = np.array([0.5, 2, 1, 3, 1, 1.5, 0.2, 4, 1, 0.7])
MEMBER = (CLASSES[:, None] == np.array(NET_COEFFICIENTS)).astype(float)

weight_lists = st.lists(st.floats(0.05, 20), min_size=10, max_size=10)


def tallied(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    w = weights[:, None] * MEMBER
    return MEMBER.sum(axis=0)[None], w.sum(axis=0)[None], (w**2).sum(axis=0)[None]


def spread(weights: np.ndarray) -> float:
    shares = tallied(weights)[1][0] / weights.sum()
    return float(shares[0] + shares[2] - (shares[0] - shares[2]) ** 2)


@given(weight_lists)
def test_it_is_the_smaller_of_kish_and_linearisation_of_the_rows(weights: list[float]):
    w = np.array(weights)
    found = effective_size(*tallied(w), NET_COEFFICIENTS)[0]
    error = weighted_mean(CLASSES, w).standard_error
    kish = w.sum() ** 2 / (w**2).sum()
    assume(kish < 10 - 1e-6)
    assert found == pytest.approx(min(kish, spread(w) / error**2), rel=1e-9)


@given(st.floats(1e-3, 1e3))
def test_equal_weights_are_worth_their_count_whatever_their_size(weight: float):
    found = effective_size(*tallied(np.full(10, weight)), NET_COEFFICIENTS)[0]
    assert found == pytest.approx(10, rel=1e-12)


@given(weight_lists, st.floats(0.01, 100))
def test_the_unit_of_the_weights_does_not_matter(weights: list[float], unit: float):
    w = np.array(weights)
    one = effective_size(*tallied(w), NET_COEFFICIENTS)[0]
    other = effective_size(*tallied(w * unit), NET_COEFFICIENTS)[0]
    assert other == pytest.approx(one, rel=1e-9)


def test_unanimous_answers_are_worth_kishs_size():
    found = effective_size([[3, 0, 0]], [[6, 0, 0]], [[14, 0, 0]], NET_COEFFICIENTS)
    assert found[0] == pytest.approx(36 / 14)


def test_nothing_is_worth_nothing():
    nothing = np.zeros((1, 3))
    assert effective_size(nothing, nothing, nothing, NET_COEFFICIENTS)[0] == 0
    assert kish_effective_size(0.0, 0.0) == 0


def test_clusters_are_worth_what_the_variance_between_them_says():
    # Five stores of two answers; z = 1.959964, t with 4 degrees of freedom = 2.776445.
    stores = np.repeat(np.arange(5), 2)
    w = WEIGHTS[:, None] * MEMBER
    by_store = np.array([w[stores == store].sum(axis=0) for store in range(5)])[:, None]
    found = clustered_effective_size(by_store, tallied(WEIGHTS)[2], NET_COEFFICIENTS)[0]
    error = weighted_mean(CLASSES, WEIGHTS, Design(clusters=stores)).standard_error
    kish = WEIGHTS.sum() ** 2 / (WEIGHTS**2).sum()
    smaller = min(kish, spread(WEIGHTS) / error**2)
    assert found == pytest.approx(smaller * (1.959963985 / 2.776445105) ** 2, rel=1e-8)


def test_a_segment_absent_from_some_stores_keeps_them_in_the_design():
    by_store = np.zeros((4, 2, 3))
    by_store[:, 0] = [[5, 3, 2], [6, 2, 2], [7, 2, 1], [4, 4, 2]]
    by_store[:2, 1] = [[2, 1, 1], [3, 0, 1]]
    squares = by_store.sum(axis=0)
    found = clustered_effective_size(by_store, squares, NET_COEFFICIENTS)
    alone = clustered_effective_size(by_store[:2, 1:], squares[1:], NET_COEFFICIENTS)
    assert found.shape == (2,)
    assert found[1] > alone[0]


def test_a_single_cluster_is_refused():
    with pytest.raises(UndefinedResult, match="single cluster"):
        clustered_effective_size(np.ones((1, 1, 3)), np.ones((1, 3)), NET_COEFFICIENTS)
