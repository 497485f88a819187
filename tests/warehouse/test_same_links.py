"""The same rows give the same links, drivers and outcomes of a plan on every engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ressenti as rs
from ressenti.errors import RessentiError
from tests.warehouse.asking import Engine, Reply
from tests.warehouse.nasty_tables import (
    SATISFACTION,
    SHOP,
    customer_answers,
    customer_outcomes,
    survey,
)

WITHIN = '"' + SHOP.replace('"', '""') + '"'
MARKS_OF_Q7 = f'"{SATISFACTION}":1-5'
SHOP_ONE = "shop = 'l''1'"
PLAN = """
[organisation]
name = "Comptoir"
time_zone = "UTC"

[sources.answers]
url = '{url}'
table = '{answers}'

[sources.outcomes]
url = '{url}'
table = '{outcomes}'

[facts.answers]
source = "answers"
response_id = "response_id"
respondent_id = "respondent_id"
answered_at = "answered_at"
measure = "measure"
value = "value"
weight = "weight"

[facts.outcomes]
source = "outcomes"
outcome = "outcome"
occurred_at = "occurred_at"
actual = "actual"
expected = "expected"
customer_id = "customer_id"

[dimensions.shop]
label = {{ en = "shop", fr = "boutique" }}
"""


@pytest.fixture
def plan(engine: Engine, tmp_path: Path) -> Path:
    config = tmp_path / "ressenti.toml"
    url = engine.prefix.removesuffix("::")
    answers, outcomes = (engine.written(f"customer {name}") for name in ("answers", "outcomes"))
    config.write_text(PLAN.format(url=url, answers=answers, outcomes=outcomes))
    return config


@pytest.fixture(scope="module")
def joined() -> pd.DataFrame:
    """Return a row a known customer: marks, and whether the outcome before them was met."""
    answers = customer_answers().to_pandas().dropna(subset="respondent_id")
    shared = ["respondent_id", "shop", "weight"]
    wide = answers.pivot(index=shared, columns="measure", values="value").reset_index()
    happened = customer_outcomes().to_pandas()
    recent = happened[happened["occurred_at"].dt.month == 4].set_index("customer_id")
    late = recent["actual"] > recent["expected"]
    return wide.assign(met=1 - late[wide["respondent_id"]].astype(int).to_numpy())


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Return the survey as numbers."""
    told = survey()[1]
    return pd.DataFrame(
        {
            "mark": pd.to_numeric(told["mark"], errors="coerce"),
            "satisfaction": told["satisfaction"].astype(float),
            "wait": told["wait"].astype(float),
            "late": told["is_late"].astype(float),
            "weight": told["weight"].astype(float),
            "shop": told["shop"],
            "at": told["answered_at"],
        }
    )


def same(
    found: Reply, told: Reply, *, ignored: tuple[str, ...] = ("outcome", "kpi", "finding")
) -> None:
    """Assert that two links hold the same figures to the rounding of sums."""
    for name, value in told.items():
        if name in ignored:
            continue
        if isinstance(value, dict):
            same(found[name], value, ignored=ignored)
        elif isinstance(value, float):
            assert found[name] == pytest.approx(value, rel=1e-7, abs=1e-6), name
        elif not isinstance(value, list):
            assert found[name] == value, name


@pytest.mark.parametrize("weight", [None, "weight"])
def test_customers_are_linked_alike(engine: Engine, rows: pd.DataFrame, weight: str | None) -> None:
    asked: dict[str, Any] = {"weight": weight} if weight else {}
    found = engine.links(
        "survey", outcome=["is_late", "wait"], kpi=["nps=mark", MARKS_OF_Q7], **asked
    )["links"]
    told = rs.link(
        rows, outcome=["late", "wait"], kpi=["nps=mark", "satisfaction:1-5"], **asked
    ).to_dicts()
    for own, expected in zip(found, told, strict=True):
        same(own, expected)


def test_effects_inside_units_are_told_alike(engine: Engine, rows: pd.DataFrame) -> None:
    (found,) = engine.links("survey", outcome=["wait"], kpi=["nps=mark"], within=WITHIN)["links"]
    (told,) = rs.link(rows, outcome="wait", kpi="nps=mark", within="shop").to_dicts()
    same(found, told)
    (of_units,) = engine.links(
        "survey", outcome=["wait"], kpi=["nps=mark"], within=WITHIN, unit="group"
    )["links"]
    (expected,) = rs.link(
        rows, outcome="wait", kpi="nps=mark", within="shop", unit="group"
    ).to_dicts()
    same(of_units, expected)


def test_days_are_linked_alike_in_the_zone_that_is_asked(
    engine: Engine, rows: pd.DataFrame
) -> None:
    asked = {"per": "day", "lag": 1, "time_zone": "Europe/Paris"}
    (found,) = engine.links(
        "survey", outcome=["wait"], kpi=["nps=mark"], at="answered_at", **asked
    )["links"]
    days = rows["at"].dt.tz_convert("Europe/Paris").dt.strftime("%Y-%m-%d")
    local = rows.assign(at=days)
    (told,) = rs.link(local, outcome="wait", kpi="nps=mark", at="at", per="day", lag=1).to_dicts()
    same(found, told)


def test_what_came_after_is_left_out_alike(engine: Engine) -> None:
    asked = {"kpi": ["nps=mark"], "outcome": ["is_late"], "at": "day"}
    with pytest.raises((RuntimeError, RessentiError)) as refused:
        engine.links("survey", outcome_at="wall_clock", **asked)
    # Every row but those of midnight is later than the first instant of its day.
    assert "measured after the indicator" in str(refused.value)
    assert "rows of 600" in str(refused.value)


def test_facts_of_a_plan_are_linked_alike(engine: Engine, plan: Path, joined: pd.DataFrame) -> None:
    found = engine.links(None, config=str(plan), outcome=["in time"], kpi=["nps"], within="shop")
    (told,) = rs.link(joined, outcome="met", kpi="nps=nps", within="shop").to_dicts()
    (link,) = found["links"]
    same(link, told)
    assert link["n"] == 240
    weighted = engine.links(
        None, config=str(plan), outcome=["in time"], kpi=["nps"], weight="weight"
    )
    (expected,) = rs.link(joined, outcome="met", kpi="nps=nps", weight="weight").to_dicts()
    same(weighted["links"][0], expected)


def test_facts_of_a_plan_are_linked_from_day_to_day(engine: Engine, plan: Path) -> None:
    # Outcomes fall on the first days of April, answers on later ones: no day has both.
    with pytest.raises((RuntimeError, RessentiError), match="0 periods: at least 12 are needed"):
        engine.links(None, config=str(plan), outcome=["in time"], kpi=["nps"], per="day")


def test_drivers_of_a_plan_are_those_of_the_table(
    engine: Engine, plan: Path, joined: pd.DataFrame
) -> None:
    of = ['"in time"', "wait", SHOP_ONE]
    where = "respondent_id IS NOT NULL"
    found = engine.drivers_of_plan(plan, "nps", of, unit="shop", where=where)
    table = joined.rename(columns={"met": "in time"})
    told = rs.drivers(table, "nps=nps", of, weight="weight", unit="shop").to_dict()
    assert found["n"] == told["n"] == 240
    assert found["r2"] == pytest.approx(told["r2"])
    for own, expected in zip(found["drivers"], told["drivers"], strict=True):
        assert own["importance"] == pytest.approx(expected["importance"])


def test_customers_with_several_results_are_clusters_alike(engine: Engine, plan: Path) -> None:
    happened = customer_outcomes().to_pandas()
    happened["occurred_at"] = happened["occurred_at"].dt.strftime("%Y-%m-%dT%H:%M:%S")
    text = (
        plan.read_text()
        + """
[outcomes."in time"]
words = { en = "In time", fr = "A temps" }
fact = "outcomes"
actual = "actual"
unit = "day"
direction = "low"
expectation_source = "promise"
importance = 2

[outcomes.quick]
words = { en = "Quick", fr = "Vite" }
source = "outcomes"
actual = "actual"
expected = 2
unit = "day"
direction = "low"
expectation_source = "standard"
customer = "customer_id"
at = "occurred_at"
"""
    )
    plan.write_text(text)
    found = engine.outcomes(plan, [], by=["shop"])
    told = rs.outcomes(happened, by=["shop"]).to_dicts()
    own = {
        one["variant"]: one
        for one in found
        if one["segment"] == {"outcome": "in time", "shop": "l'1"}
    }
    for expected in told:
        if expected["segment"] == {"outcome": "in time", "shop": "l'1"}:
            same(own[expected["variant"]], expected, ignored=("parts",))
    index = next(one for one in found if one["variant"] == "importance_weighted_index")
    assert index["parts"]["clusters"] == 30
    assert index["low"] < index["value"] < index["high"]
