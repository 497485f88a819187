"""``import ressenti as rs``: what it offers, what it returns, and what it does not import."""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.errors import InvalidArgument, RessentiError, UsageError
from ressenti.library.connecting import Connection

TABLE = pa.table(
    {
        "mark": [10, 9, 8, 3, None, 10] * 10,
        "shop": ["Lyon", "Nice"] * 30,
        "at": ["2026-01-05", "2026-02-05", "2026-02-06"] * 20,
    }
)
HEAVY = ("pandas", "polars", "scipy", "statsmodels", "pyspark", "altair", "django", "matplotlib")


def test_everything_named_as_public_can_be_imported_and_is_documented() -> None:
    assert sorted(set(rs.__all__)) == sorted(rs.__all__)
    for name in rs.__all__:
        found = getattr(rs, name)
        assert name == "__version__" or inspect.getdoc(found), name
    assert set(rs.__all__) <= set(dir(rs))


def test_a_star_import_gives_what_is_public_and_nothing_else() -> None:
    space: dict[str, Any] = {}
    exec("from ressenti import *", space)
    assert set(space) - {"__builtins__"} == set(rs.__all__)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="scoer"):
        rs.scoer  # noqa: B018 - looking the name up is the test
    assert importlib.import_module("ressenti") is rs


def test_scoring_a_file_imports_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("mark\n10\n3\n", encoding="utf-8")
    code = f"""
import sys, ressenti as rs
rs.score({str(path)!r}, "nps=mark").to_json()
rs.calc("nps", {{"promoters": 1, "passives": 1, "detractors": 1}})
print(*(name for name in {HEAVY!r} if name in sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_frame_of_pandas_and_a_table_of_arrow_give_the_same_scores() -> None:
    from_table = rs.score(TABLE, "nps=mark", by=["shop"], totals=True).to_dicts()
    from_frame = rs.score(TABLE.to_pandas(), "nps=mark", by=["shop"], totals=True).to_dicts()
    assert from_table == from_frame


def test_scores_are_a_sequence_that_converts_to_everything() -> None:
    scores = rs.score(TABLE, ["nps=mark"], by=["shop"], per="month", at="at")
    assert isinstance(scores, rs.Scores)
    assert len(scores) == 4
    assert isinstance(scores[0], rs.Score)
    assert [one.n for one in scores[:2]] == [one.n for one in scores][:2]
    assert json.loads(scores.to_json()) == {"scores": scores.to_dicts()}
    frame = scores.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert frame["value"].tolist() == pytest.approx([one.value for one in scores])
    assert {"shop", "period_start", "period_end", "low", "high", "n"} <= set(frame.columns)
    arrow = scores.to_arrow()
    assert isinstance(arrow, pa.Table)
    assert arrow["value"].to_pylist() == [one.value for one in scores]


def test_scores_print_as_a_table_in_either_language() -> None:
    scores = rs.score(TABLE, "nps=mark", by=["shop"])
    assert "Lyon" in str(scores)
    assert "Lyon" in repr(scores)
    assert "interval 95%" in scores.text("en")
    assert "intervalle 95" in scores.text("fr")


def test_scores_draw_themselves_in_a_notebook() -> None:
    bundle = rs.score(TABLE, "nps=mark", by=["shop"])._repr_mimebundle_()
    assert "text/plain" in bundle
    chart = bundle["application/vnd.vegalite.v5+json"]
    assert json.loads(json.dumps(chart))


def test_comparisons_convert_like_scores() -> None:
    found = rs.compare(TABLE, "nps=mark", between="shop=Lyon,Nice")
    assert json.loads(found.to_json()) == {"comparisons": found.to_dicts()}
    assert "Lyon" in str(found)
    frame = found.to_pandas()
    assert frame["difference"].tolist() == pytest.approx([found.to_dicts()[0]["difference"]])
    assert found.to_arrow().num_rows == len(frame)


def test_a_worked_example_is_a_score_that_prints_well() -> None:
    score = rs.calc("nps", {"promoters": 58, "passives": 25, "detractors": 17})
    assert isinstance(score, rs.Score)
    assert score.value == pytest.approx(41)
    assert "unit=<Unit" not in str(score)


def test_a_connected_source_is_scored_as_its_file_is(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("mark\n10\n3\n9\n", encoding="utf-8")
    source = rs.connect(path)
    assert rs.score(source, "nps=mark").to_dicts() == rs.score(path, "nps=mark").to_dicts()


def test_a_connection_answers_as_the_functions_of_the_same_names_do() -> None:
    random = np.random.default_rng(7)
    size = 600
    kept = random.integers(0, 2, size)
    marks = np.clip(random.normal(6 + 2 * kept, 2, size).round(), 0, 10)
    shops = random.integers(0, 12, size)
    table = pa.table(
        {
            "mark": marks,
            "kept": kept,
            "wait": random.normal(10 - kept, 2, size),
            "shop": [f"s{shop}" for shop in shops],
            "new": shops % 2,
            "at": [f"2025-{1 + row % 12:02d}-10" for row in range(size)],
            "outcome": ["soon"] * size,
            "occurred_at": ["2025-03-01"] * size,
            "customer_id": [f"c{row % 200}" for row in range(size)],
            "actual": random.integers(6, 15, size).astype(float),
            "expected": [10.0] * size,
        }
    )
    source = rs.connect(table)
    assert isinstance(source, Connection)
    pairs: list[tuple[Any, Any]] = [
        (source.score("nps=mark", by=["shop"]), rs.score(table, "nps=mark", by=["shop"])),
        (source.rank("nps=mark", by=["shop"]), rs.rank(table, "nps=mark", by=["shop"])),
        (
            source.compare("nps=mark", between="new=0,1"),
            rs.compare(table, "nps=mark", between="new=0,1"),
        ),
        (
            source.explain("nps=mark", change="new=0,1", by=["shop"]),
            rs.explain(table, "nps=mark", change="new=0,1", by=["shop"]),
        ),
        (
            source.series("nps=mark", per="month", at="at"),
            rs.series(table, "nps=mark", per="month", at="at"),
        ),
        (source.drivers("mark", ["kept", "wait"]), rs.drivers(table, "mark", ["kept", "wait"])),
        (
            source.link(outcome="kept", kpi="nps=mark"),
            rs.link(table, outcome="kept", kpi="nps=mark"),
        ),
        (
            source.effect(kpi="mark", treated="new", within="shop", randomised=True),
            rs.effect(table, kpi="mark", treated="new", within="shop", randomised=True),
        ),
        (source.outcomes(by=["new"]), rs.outcomes(table, by=["new"])),
    ]
    for asked, told in pairs:
        assert asked.to_json() == told.to_json()


def test_the_catalogue_is_read_by_key() -> None:
    assert rs.catalogue()["nps"].default.key == "standard_0_10"


def test_every_score_keeps_the_query_that_counted_it() -> None:
    (query,) = rs.score(TABLE, "nps=mark").sql
    assert query.startswith("SELECT")


@pytest.mark.parametrize(
    "request_",
    [
        {"per": "fortnight", "at": "at"},
        {"per": "week", "at": "at", "week_starts_on": "lundi"},
        {"per": "month"},
        {"per": "month", "at": "at", "time_zone": "Europe/Pari"},
        {"per": "month", "at": "at", "dates": "day first"},
        {"confidence": 95},
        {"confidence": 0},
        {"by": ["shops"]},
        {"where": "shops = 'Lyon'"},
        {"weight": "weights"},
        {"facts": "contact"},
    ],
    ids=str,
)
def test_an_argument_that_cannot_be_is_a_usage_error_in_both_languages(
    request_: dict[str, Any],
) -> None:
    with pytest.raises(UsageError) as refused:
        rs.score(TABLE, "nps=mark", **request_)
    assert refused.value.to("fr") != refused.value.to("en")
    assert isinstance(refused.value, RessentiError)
    assert isinstance(refused.value, ValueError)


def test_an_argument_that_does_not_exist_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="per_month"):
        rs.score(TABLE, "nps=mark", per_month=True)


@pytest.mark.parametrize("source", [None, 5, object(), {"mark": [1]}])
def test_what_is_no_source_is_refused(source: object) -> None:
    with pytest.raises(InvalidArgument) as refused:
        rs.score(source, "nps=mark")
    assert refused.value.to("fr") != refused.value.to("en")


def test_no_measure_is_refused_with_how_to_write_one() -> None:
    with pytest.raises(InvalidArgument, match="--measure"):
        rs.score(TABLE, [])
