from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ressenti as rs
from ressenti.library.drivers import Drivers


def marks(seed: int, n: int = 60) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    common = random.normal(size=n)
    drivers = {
        name: np.clip(np.round(3 + common + random.normal(size=n)), 1, 5)
        for name in ("a", "b", "c")
    }
    return {"y": drivers["a"] + drivers["b"] / 2 + random.normal(size=n), **drivers}


def importances(found: Drivers) -> dict[str, float]:
    return {one.name: one.part.importance for one in found.study.drivers}


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.floats(-1e6, 1e6), st.floats(1e-3, 1e3), st.booleans())
def test_importance_does_not_depend_on_units_nor_on_order(
    seed: int, shift: float, scale: float, is_turned: bool
) -> None:
    rows = marks(seed)
    turned = -1.0 if is_turned else 1.0
    other = rows | {"y": shift + scale * rows["y"], "b": turned * rows["b"] * scale}
    one = importances(rs.drivers(pa.table(rows), "y", ["a", "b", "c"], replicates=100))
    two = importances(rs.drivers(pa.table(other), "y", ["c", "b", "a"], replicates=100))
    assert two == pytest.approx(one, abs=1e-6)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_importances_are_positive_and_add_up_to_r2(seed: int, copies: int) -> None:
    rows = {name: np.tile(values, copies) for name, values in marks(seed).items()}
    found = rs.drivers(pa.table(rows), "y", ["a", "b", "c"], replicates=100)
    parts = importances(found)
    assert min(parts.values()) >= 0
    assert sum(parts.values()) == pytest.approx(found.study.r2.estimate)
    assert found.study.n == 60 * copies


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_complete_rows_are_the_same_taken_pair_by_pair(seed: int) -> None:
    table = pa.table(marks(seed))
    whole = importances(rs.drivers(table, "y", ["a", "b"], replicates=100))
    pairs = importances(rs.drivers(table, "y", ["a", "b"], rows="pairwise", replicates=100))
    assert pairs == pytest.approx(whole, abs=1e-9)
