"""Links of weighted rows: the figures of statsmodels, worth what their weights leave of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

import ressenti as rs
from ressenti.errors import InvalidArgument, InvalidWeights, UndefinedResult
from tests.faces.conftest import Call


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Return rows of which those who were missed are heavier."""
    random = np.random.default_rng(5)
    size = 1200
    met = random.integers(0, 2, size)
    spent = random.normal(30 + 5 * met, 10).round(2)
    return pd.DataFrame(
        {
            "met": met,
            "mark": np.clip(random.normal(6 + met, 2.5).round(), 0, 10),
            "csat": np.clip(random.normal(3 + met / 2, 1).round(), 1, 5),
            "spent": spent,
            "seen": (spent + random.normal(0, 8, size)).round(2),
            "shop": [f"s{row % 20}" for row in range(size)],
            "month": [1 + row // 60 for row in range(size)],
            "w": random.uniform(0.2, 3 - met, size).round(3),
        }
    )


def kish(weights: pd.Series) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum())


def test_groups_are_the_scores_of_the_same_weighted_rows(rows: pd.DataFrame) -> None:
    link = rs.link(rows, outcome="met", kpi="nps=mark", weight="w")[0]
    missed, met = sorted(
        rs.score(rows, "nps=mark", by=["met"], weight="w"), key=lambda one: one.segment["met"] or ""
    )
    assert link.lift is not None
    for group, score in ((link.lift.met, met), (link.lift.missed, missed)):
        assert (group.value, group.low, group.high) == pytest.approx(
            (score.value, score.low, score.high)
        )
        assert group.n == score.n
    assert met.value is not None
    assert missed.value is not None
    assert link.lift.difference.estimate == pytest.approx(met.value - missed.value)
    assert link.n == 1200
    assert link.n_effective == pytest.approx(kish(rows["w"]))


def test_a_weighted_correlation_is_that_of_statsmodels(rows: pd.DataFrame) -> None:
    link = rs.link(rows, outcome="spent", kpi="seen", weight="w")[0]
    told = DescrStatsW(rows[["spent", "seen"]], weights=rows["w"]).corrcoef[0, 1]
    error = 1.959963985 / np.sqrt(kish(rows["w"]) - 3)
    low, high = np.tanh(np.arctanh(told) + np.array([-error, error]))
    assert link.correlation.estimate == pytest.approx(told)
    # A size is rounded to whole pairs.
    assert (link.correlation.low, link.correlation.high) == pytest.approx((low, high), abs=1e-4)


def test_a_weighted_difference_of_means_is_welchs_on_what_the_rows_are_worth(
    rows: pd.DataFrame,
) -> None:
    link = rs.link(rows, outcome="met", kpi="spent", weight="w")[0]
    sides = []
    for value in (1, 0):
        own = rows[rows["met"] == value]
        # Weights that add up to what they are worth make statsmodels count as many values.
        weights = own["w"] * kish(own["w"]) / own["w"].sum()
        sides.append(DescrStatsW(own["spent"], weights=weights))
    low, high = CompareMeans(*sides).tconfint_diff(usevar="unequal")
    assert link.lift is not None
    difference = link.lift.difference
    assert (difference.low, difference.high) == pytest.approx((low, high), rel=1e-6)


def test_equal_weights_change_nothing(rows: pd.DataFrame) -> None:
    plain = rs.link(rows, outcome=["met", "csat:1-5"], kpi=["nps=mark", "spent"], within="shop")
    same = rs.link(
        rows.assign(two=2.0),
        outcome=["met", "csat:1-5"],
        kpi=["nps=mark", "spent"],
        within="shop",
        weight="two",
    )
    for own, told in zip(same, plain, strict=True):
        assert own.n_effective == pytest.approx(told.n)
        assert own.correlation.bounds() == pytest.approx(told.correlation.bounds())
        assert own.p_value == pytest.approx(told.p_value)
        assert own.units is not None
        assert told.units is not None
        assert own.units.within.bounds() == pytest.approx(told.units.within.bounds())


def test_rows_of_no_weight_count_for_nothing(rows: pd.DataFrame) -> None:
    half = rows.assign(
        w=np.where(rows.index % 2 == 0, 1.0, np.where(rows.index % 4 == 1, 0.0, np.nan))
    )
    own = rs.link(half, outcome="met", kpi="nps=mark", weight="w")[0]
    told = rs.link(rows.iloc[::2], outcome="met", kpi="nps=mark")[0]
    assert own.n == 600
    assert own.p_value == pytest.approx(told.p_value)


def test_inside_units_rows_count_for_their_weights(rows: pd.DataFrame) -> None:
    import statsmodels.api as sm

    link = rs.link(rows, outcome="spent", kpi="seen", within="shop", weight="w")[0]
    shops = pd.get_dummies(rows["shop"], dtype=float)
    design = np.column_stack([rows["spent"], shops])
    fitted = sm.WLS(rows["seen"], design, weights=rows["w"]).fit()
    assert link.units is not None
    assert link.units.within.estimate == pytest.approx(fitted.params.iloc[0])


def test_units_and_periods_are_weighted_means(rows: pd.DataFrame) -> None:
    own = rs.link(rows, outcome="spent", kpi="seen", unit="group", within="shop", weight="w")[0]
    means = rows.groupby("shop")[["spent", "seen", "w"]].apply(
        lambda part: pd.Series(np.average(part[["spent", "seen"]], axis=0, weights=part["w"]))
    )
    assert own.correlation.estimate == pytest.approx(np.corrcoef(means.T)[0, 1])
    assert (own.n, own.n_effective) == (20, None)
    months = rows.groupby("month")[["spent", "seen", "w"]].apply(
        lambda part: pd.Series(np.average(part[["spent", "seen"]], axis=0, weights=part["w"]))
    )
    months.columns = ["spent", "seen"]
    told = rs.link(months.reset_index(), outcome="spent", kpi="seen", unit="period", at="month")[0]
    found = rs.link(rows, outcome="spent", kpi="seen", unit="period", at="month", weight="w")[0]
    assert found.correlation.estimate == pytest.approx(told.correlation.estimate)


@pytest.mark.parametrize(
    ("more", "error", "told"),
    [
        ({"weight": "-1 * w"}, InvalidWeights, "1200 weights are negative"),
        ({"weight": "0 * w"}, InvalidWeights, "zero or missing"),
        ({"cluster": "shop"}, InvalidArgument, "no clusters"),
        ({"population": 5000}, InvalidArgument, "populations"),
        ({"weight": "w", "correlation": "spearman"}, UndefinedResult, "take no weights"),
    ],
)
def test_what_links_cannot_weigh_is_refused(
    rows: pd.DataFrame, more: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        rs.link(rows, outcome="spent", kpi="seen", **more)


def test_the_command_weighs_rows_and_says_what_they_are_worth(
    call: Call, rows: pd.DataFrame, tmp_path: Path
) -> None:
    rows.to_csv(tmp_path / "rows.csv", index=False)
    command = ("link", "rows.csv", "--outcome", "met", "--kpi", "nps=mark", "--weight", "w")
    (link,) = call(*command, "--format", "json").document()["links"]
    assert link["n_effective"] == pytest.approx(kish(rows["w"]))
    assert "n = 1,200 customers, worth" in " ".join(call(*command).out.split())
    assert "qui en valent" in " ".join(call(*command, LANG="fr_FR.UTF-8").out.split())


def test_answers_of_a_folder_bring_their_weights(rows: pd.DataFrame, tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    folder.mkdir()
    names = [f"c{row}" for row in range(len(rows))]
    pd.DataFrame(
        {
            "response_id": names,
            "respondent_id": names,
            "answered_at": pd.Timestamp("2026-03-02"),
            "measure": "nps",
            "value": rows["mark"],
            "weight": rows["w"],
        }
    ).to_parquet(folder / "answers.parquet")
    pd.DataFrame(
        {
            "outcome": "in_time",
            "customer_id": names,
            "occurred_at": pd.Timestamp("2026-03-01"),
            "actual": 2.0 - rows["met"],
            "expected": 1.0,
        }
    ).to_parquet(folder / "outcomes.parquet")
    found = rs.link(folder, outcome="in_time", kpi="nps", weight="weight")[0]
    told = rs.link(rows, outcome="met", kpi="nps=mark", weight="w")[0]
    assert found.lift is not None
    assert told.lift is not None
    assert found.lift.difference.bounds() == pytest.approx(told.lift.difference.bounds())


def test_a_change_is_judged_unit_against_unit_without_weights(rows: pd.DataFrame) -> None:
    with pytest.raises(InvalidArgument, match="each counting for one"):
        rs.effect(rows, kpi="spent", treated="met", within="shop", randomised=True, weight="w")
