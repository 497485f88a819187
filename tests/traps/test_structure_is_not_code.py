"""Column names, conditions and measures are read as what they are and never run as code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.errors import UsageError

TABLE = pa.table({"mark": [9, 10, 3], "team": ["a", "b", "c"], "at": ["2026-01-01"] * 3})

ATTACKS = [
    "1 = 1; DROP TABLE answers",
    "mark IN (SELECT 9)",
    "EXISTS (SELECT 1)",
    "read_text('/etc/passwd') IS NOT NULL",
    "getenv('HOME') = 'x'",
    "mark = 9 UNION SELECT 1",
    "current_setting('secret_directory') = ''",
    "ATTACH 'x.db'",
    "COPY answers TO 'stolen.csv'",
    "pg_read_file('/etc/passwd') = ''",
    "mark = ?",
    "$1 = $1",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("place", ["where", "by", "at", "weight", "measure"])
def test_what_is_no_plain_expression_is_refused_wherever_it_stands(place: str, attack: str) -> None:
    request: dict[str, Any] = {
        "where": {"where": attack},
        "by": {"by": [attack]},
        "at": {"per": "month", "at": attack},
        "weight": {"weight": attack},
        "measure": {},
    }[place]
    measure = f"nps={attack}" if place == "measure" else "nps=mark"
    with pytest.raises(UsageError) as refused:
        rs.score(TABLE, measure, **request)
    assert refused.value.to("fr") != refused.value.to("en")


@pytest.mark.parametrize(
    "name",
    ['a"; DROP TABLE x; --', "a'b", "100% sûr ?", "select", "prix, TTC", "a.b", "é", "x\ty", "{x}"],
)
def test_any_header_is_a_column_and_nothing_else(name: str, tmp_path: Path) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    path = tmp_path / "answers.csv"
    path.write_text(f"{quoted},team\n10,a\n9,b\n3,b\n", encoding="utf-8")
    score = rs.score(path, f"nps={name}")[0]
    assert (score.value, score.n) == (pytest.approx(100 / 3), 3)
    by_it = rs.score(path, "nps=" + name, by=[name])
    assert [one.segment for one in by_it] == [{name: mark} for mark in ("10", "3", "9")]


def test_a_value_that_looks_like_code_is_a_segment_like_any_other() -> None:
    values = ["'; DROP TABLE x; --", "=1+1", "<script>", "\x00nul", "naïve"]
    table = pa.table({"mark": [9] * 5, "team": values})
    scores = rs.score(table, "nps=mark", by=["team"])
    assert {one.segment["team"] for one in scores} == set(values)


def test_a_condition_sees_no_other_table_and_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("word\nhidden\n", encoding="utf-8")
    for condition in (f"mark IN (FROM '{secret}')", f"'{secret}' = 'x' OR read_csv('{secret}')"):
        with pytest.raises(UsageError) as refused:
            rs.score(TABLE, "nps=mark", where=condition)
        assert "hidden" not in str(refused.value)
