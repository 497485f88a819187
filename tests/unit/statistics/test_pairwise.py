from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.statistics.moments import bucketed_moments
from ressenti.statistics.pairwise import (
    are_consistent,
    contradiction,
    masked_columns,
    masked_pairs,
    pairwise_correlations,
)


def holed(seed: int, n: int = 80, p: int = 4) -> np.ndarray:
    random = np.random.default_rng(seed)
    rows = random.normal(size=(n, p)) + random.normal(size=(n, 1))
    rows[random.random((n, p)) < 0.3] = np.nan
    return rows


@given(st.integers(0, 1000))
def test_pairwise_correlations_are_those_of_pandas(seed: int) -> None:
    rows = holed(seed)
    random = np.random.default_rng(seed)
    moments = bucketed_moments(masked_columns(rows), buckets=random.integers(0, 7, len(rows)))
    found = pairwise_correlations(moments.sum(axis=0))
    assert found == pytest.approx(pd.DataFrame(rows).corr().to_numpy(), abs=1e-9)


def test_the_pairs_asked_for_are_enough() -> None:
    rows = holed(3)
    (whole,) = bucketed_moments(masked_columns(rows))
    needed = np.full_like(whole, np.nan)
    needed[0], needed[:, 0] = whole[0], whole[:, 0]
    for i, j in masked_pairs(4):
        needed[i + 1, j + 1] = needed[j + 1, i + 1] = whole[i + 1, j + 1]
    assert pairwise_correlations(needed) == pytest.approx(pairwise_correlations(whole))


def test_a_pair_that_nobody_has_is_taken_for_unrelated() -> None:
    rows = np.array([[1.0, np.nan], [2.0, np.nan], [np.nan, 3.0], [np.nan, 5.0]])
    (found,) = pairwise_correlations(bucketed_moments(masked_columns(rows)))
    assert found.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_a_constant_column_has_no_correlation() -> None:
    rows = np.array([[1.0, 7.0], [2.0, 7.0], [4.0, 7.0]])
    (found,) = pairwise_correlations(bucketed_moments(masked_columns(rows)))
    assert np.isnan(found[1]).all()
    assert found[0, 0] == 1


def test_a_contradiction_is_seen_and_named() -> None:
    table = np.array([[1, 0.9, -0.9, 0], [0.9, 1, 0.9, 0], [-0.9, 0.9, 1, 0], [0, 0, 0, 1.0]])
    assert not are_consistent(table)
    assert contradiction(table, ["a", "b", "c", "d"]) == ("a", "b", "c")
    assert are_consistent(np.eye(3))
    assert contradiction(np.eye(3), ["a", "b", "c"]) == ()
