"""Drivers of plans and of folders of facts: what they give is what their table gives."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ressenti as rs
from ressenti.errors import InvalidArgument, NotComparable, UnknownColumn
from ressenti.library.drivers import Drivers

MEASURES = ("nps", "wait", "advice")


@pytest.fixture(scope="module")
def wide() -> pd.DataFrame:
    """Return one row a response; the last column says whether its parcel was in time."""
    random = np.random.default_rng(11)
    size = 1500
    mood = random.normal(0, 1, size)
    in_time = random.random(size) < 0.7
    marks = {
        name: np.clip(np.round(3 + own * mood + random.normal(0, 1, size)), 1, 5)
        for name, own in (("wait", 0.6), ("advice", 0.3))
    }
    nps = np.clip(np.round(5 + marks["wait"] / 2 + 2 * in_time + random.normal(0, 2, size)), 0, 10)
    return pd.DataFrame(
        {
            "response_id": [f"r{row}" for row in range(size)],
            "respondent_id": [f"c{row}" for row in range(size)],
            "shop": [f"s{shop}" for shop in random.integers(0, 25, size)],
            "channel": np.where(random.random(size) < 0.4, "web", "shop"),
            "weight": random.uniform(0.5, 2, size).round(3),
            "nps": nps,
            **marks,
            "in_time": in_time.astype(float),
        }
    )


@pytest.fixture(scope="module")
def lake(wide: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the same as facts: an answer a row, and an outcome a customer the day before."""
    folder = tmp_path_factory.mktemp("lake")
    kept = ["response_id", "respondent_id", "shop", "channel", "weight"]
    long = wide.melt(id_vars=kept, value_vars=MEASURES, var_name="measure")
    long["answered_at"] = pd.Timestamp("2026-03-02")
    # An answer of another measure, and an outcome too old to count, change nothing.
    long.loc[len(long)] = [*long.iloc[0, :5], "ces", 7.0, long["answered_at"][0]]
    long.sample(frac=1, random_state=1).to_parquet(folder / "answers.parquet")
    outcomes = pd.DataFrame(
        {
            "outcome": "in_time",
            "customer_id": wide["respondent_id"],
            "occurred_at": pd.Timestamp("2026-03-01"),
            "actual": np.where(wide["in_time"] == 1, 2.0, 5.0),
            "expected": 3.0,
        }
    )
    old = outcomes.assign(occurred_at=pd.Timestamp("2025-03-01"), actual=9.0)
    pd.concat([outcomes, old]).to_parquet(folder / "outcomes.parquet")
    return folder


def figures(found: Drivers) -> Mapping[str, Any]:
    document = found.to_dict()
    return {
        "n": document["n"],
        "r2": document["r2"],
        **{
            f"{one['driver']} {key}": one[key]
            for one in document["drivers"]
            for key in ("importance", "low", "high", "beta", "n")
            if key in one
        },
    }


def agree(found: Drivers, told: Drivers) -> None:
    """Assert that estimates are the same; rows fall into the buckets of intervals by chance."""
    own, expected = figures(found), figures(told)
    assert own.keys() == expected.keys()
    for name, value in expected.items():
        if not name.endswith(("low", "high")):
            assert own[name] == pytest.approx(value, rel=1e-9), name


OF = ["wait:1-5", "advice:1-5", "in_time", "channel = 'web'"]


def test_a_folder_of_facts_gives_what_its_table_gives(wide: pd.DataFrame, lake: Path) -> None:
    agree(
        rs.drivers(lake, "nps", OF, unit="shop"),
        rs.drivers(wide, "nps=nps", OF, unit="shop", weight="weight"),
    )


def test_clustered_intervals_are_those_of_the_table_too(wide: pd.DataFrame, lake: Path) -> None:
    found = rs.drivers(lake, "nps", OF, cluster="shop").to_dict()
    told = rs.drivers(wide, "nps=nps", OF, cluster="shop", weight="weight").to_dict()
    for own, expected in zip(found["drivers"], told["drivers"], strict=True):
        for key in ("low", "high", "beta_low", "beta_high"):
            assert own[key] == pytest.approx(expected[key])


def test_a_condition_chooses_answers_and_a_measure_may_stand_in_one(
    wide: pd.DataFrame, lake: Path
) -> None:
    agree(
        rs.drivers(lake, "nps=nps", ["wait <= 2", "advice"], where="channel = 'web'"),
        rs.drivers(
            wide[wide["channel"] == "web"], "nps=nps", ["wait <= 2", "advice"], weight="weight"
        ),
    )


def test_a_table_of_answers_is_read_as_facts(wide: pd.DataFrame, lake: Path) -> None:
    answers = pd.read_parquet(lake / "answers.parquet")
    of = ["wait", "advice"]
    told = rs.drivers(wide, "nps=nps", of, weight="weight")
    agree(rs.drivers(answers, "nps", of, facts="answers"), told)
    bare = answers[["response_id", "measure", "value"]]
    agree(rs.drivers(bare, "nps", of, facts="answers"), rs.drivers(wide, "nps=nps", of))


PLAN = """
[organisation]
name = "Comptoir"
time_zone = "UTC"

[sources.survey]
path = "survey.csv"
missing = [99]

[measures.recommend]
indicator = "nps"
source = "survey"
column = "Q1"
weight = "weight"

[measures.waited]
indicator = "csat"
source = "survey"
column = "Q2"
scale = "1-5"

[measures.advised]
indicator = "csat"
source = "survey"
column = "Q3"
scale = "1-5"
"""


@pytest.fixture
def plan(wide: pd.DataFrame, tmp_path: Path) -> str:
    survey = wide.rename(columns={"nps": "Q1", "wait": "Q2", "advice": "Q3"})
    survey.loc[:40, "Q2"] = 99
    survey.to_csv(tmp_path / "survey.csv", index=False)
    (tmp_path / "ressenti.toml").write_text(PLAN)
    return str(tmp_path / "ressenti.toml")


def test_the_measures_of_a_plan_are_columns_under_its_names(wide: pd.DataFrame, plan: str) -> None:
    table = wide.rename(columns={"wait": "waited", "advice": "advised"})
    table.loc[:40, "waited"] = np.nan
    of = ["waited", "advised", "channel = 'web'"]
    found = rs.drivers(None, "recommend", of, config=plan)
    told = rs.drivers(
        table, "nps=nps", ["waited:1-5", "advised:1-5", "channel = 'web'"], weight="weight"
    )
    agree(found, told)
    assert found.to_dict()["n"] == 1459


def test_a_scale_of_the_plan_says_which_marks_are_answers(wide: pd.DataFrame, plan: str) -> None:
    scale = """
[scales.short]
levels = [1, 2, 3, 4]
name = { en = "one to four", fr = "de un à quatre" }
polarity = "higher_is_better"
positive = [4]
negative = [1]
"""
    text = Path(plan).read_text().replace('scale = "1-5"\n\n', 'scale = "short"\n\n', 1)
    Path(plan).write_text(text.replace('indicator = "csat"', 'indicator = "csat/mean"') + scale)
    found = rs.drivers(None, "recommend", ["waited"], config=plan).to_dict()
    kept = wide.iloc[41:]
    kept = kept[kept["wait"] <= 4]
    assert found["n"] == len(kept)
    told = rs.drivers(kept, "nps=nps", ["wait"], weight="weight").to_dict()
    assert found["r2"] == pytest.approx(told["r2"])
    assert found["drivers"][0]["low_to"] == 2


def test_a_plan_over_facts_names_measures_by_their_questions(lake: Path, tmp_path: Path) -> None:
    answers = pd.read_parquet(lake / "answers.parquet")
    answers["question"] = answers["measure"].map({"nps": "Q1", "wait": "Q2", "advice": "Q3"})
    folder = tmp_path / "lake"
    folder.mkdir()
    answers.drop(columns="measure").assign(measure="mark").to_parquet(folder / "answers.parquet")
    text = PLAN.partition("[measures.recommend]")[0]
    for name, (indicator, question) in {
        "recommend": ("nps", "Q1"),
        "waited": ("csat", "Q2"),
        "advised": ("csat", "Q3"),
    }.items():
        text += f'[measures.{name}]\nindicator = "{indicator}"\nfact = "answers"\n'
        text += f'question = "{question}"\n'
    config = tmp_path / "ressenti.toml"
    config.write_text(text)
    found = rs.drivers(folder, "recommend", ["waited", "advised"], config=str(config))
    told = rs.drivers(lake, "nps", ["wait", "advice"])
    own, expected = found.to_dict(), told.to_dict()
    assert (own["n"], own["r2"]) == (expected["n"], pytest.approx(expected["r2"]))


@pytest.mark.parametrize(
    ("of", "more", "error", "told"),
    [
        (["wai"], {}, UnknownColumn, "wait"),
        (["wait"], {"facts": "orders"}, InvalidArgument, "not among 'orders'"),
        (["wait"], {"unit": "boutique"}, UnknownColumn, "boutique"),
        (["nps"], {}, InvalidArgument, "cannot explain itself"),
    ],
)
def test_what_names_nothing_is_refused(
    lake: Path, of: list[str], more: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        rs.drivers(lake, "nps", of, **more)


def test_measures_of_two_sources_are_no_table(plan: str) -> None:
    text = Path(plan).read_text() + '\n[sources.other]\npath = "survey.csv"\n'
    Path(plan).write_text(
        text.replace('source = "survey"\ncolumn = "Q3"', 'source = "other"\ncolumn = "Q3"')
    )
    with pytest.raises(NotComparable, match="other, survey"):
        rs.drivers(None, "recommend", ["waited", "advised"], config=plan)


def test_without_a_target_nothing_is_explained(lake: Path) -> None:
    with pytest.raises(InvalidArgument, match="what is to be explained"):
        rs.drivers(lake)
