"""The same rows give the same drivers on every engine, as numpy computes them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.warehouse.asking import Engine
from tests.warehouse.nasty_tables import SATISFACTION, SHOP, survey

OF = [f'"{SATISFACTION}"', "wait", "is_late"]


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    rows = survey()[1]
    marks = pd.to_numeric(rows["mark"], errors="coerce")
    return pd.DataFrame(
        {
            "mark": marks,
            "satisfaction": rows["satisfaction"].astype(float),
            "wait": rows["wait"].astype(float),
            "is_late": rows["is_late"].astype(float),
            "weight": rows["weight"].astype(float),
        }
    )


def explained(rows: pd.DataFrame, weights: np.ndarray) -> float:
    y, x = rows["mark"].to_numpy(), rows[["satisfaction", "wait", "is_late"]].to_numpy()
    table = np.cov(np.column_stack([y, x]).T, aweights=weights, ddof=0)
    return float(table[0, 1:] @ np.linalg.solve(table[1:, 1:], table[0, 1:]) / table[0, 0])


def test_complete_rows_are_explained_alike(engine: Engine, truth: pd.DataFrame) -> None:
    found = engine.drivers("survey", "mark:0-10", OF)
    complete = truth.drop(columns="weight").dropna()
    assert found["n"] == len(complete)
    assert found["r2"] == pytest.approx(explained(complete, np.ones(len(complete))))
    # Every 256th row is in one bucket, and hardly a bucket has no complete row.
    assert 240 < found["groups"] <= 256
    assert all(driver["low"] < driver["high"] for driver in found["drivers"])


def test_weights_that_are_zero_or_missing_leave_their_rows_out(
    engine: Engine, truth: pd.DataFrame
) -> None:
    found = engine.drivers("survey", "mark:0-10", OF, weight="weight")
    complete = truth.dropna()
    complete = complete[complete["weight"] > 0]
    weights = complete["weight"].to_numpy()
    assert found["n"] == len(complete)
    assert found["r2"] == pytest.approx(explained(complete, weights))
    assert found["n_effective"] == pytest.approx(weights.sum() ** 2 / (weights**2).sum())


def test_clusters_fall_in_the_same_buckets_everywhere(engine: Engine) -> None:
    found = engine.drivers("survey", "mark:0-10", OF, cluster="wall_clock")
    # Replicates depend on the buckets alone, and these on md5.
    assert found["groups"] > 200
    by_shop = engine.drivers(
        "survey", "mark:0-10", OF, cluster=f'"{SHOP.replace(chr(34), chr(34) * 2)}"'
    )
    assert by_shop["groups"] == 7
    assert by_shop["r2_low"] is None


def test_pairs_are_taken_alike(engine: Engine, truth: pd.DataFrame) -> None:
    found = engine.drivers("survey", "mark:0-10", OF, rows="pairwise")
    answered = truth.dropna(subset="mark")
    table = answered[["mark", "satisfaction", "wait", "is_late"]].corr().to_numpy()
    r2 = table[0, 1:] @ np.linalg.solve(table[1:, 1:], table[0, 1:])
    assert found["r2"] == pytest.approx(r2)
    assert [one["n"] for one in sorted(found["drivers"], key=lambda one: one["driver"])] == [
        answered["satisfaction"].notna().sum(),
        len(answered),
        answered["wait"].notna().sum(),
    ]


def test_an_ordered_outcome_is_read_from_the_same_rows(engine: Engine) -> None:
    found = engine.drivers("survey", "mark:0-10", OF, model="ordinal")
    assert found["r2"] == pytest.approx(sum(one["importance"] for one in found["drivers"]))
    assert any(f"on {found['n']} rows" in remark for remark in found["remarks"])


def test_units_are_averaged_alike(engine: Engine, truth: pd.DataFrame) -> None:
    found = engine.drivers("survey", "mark:0-10", ["wait"], unit="is_late")
    (driver,) = found["drivers"]
    assert "2 units" in driver["what_if"]["reason"]
    assert driver["what_if"]["now"] == pytest.approx(
        truth.dropna(subset=["mark", "wait"])["wait"].mean()
    )
