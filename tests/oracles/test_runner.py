"""The runner counts what passed, names what failed and never mistakes one for the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.oracles.__main__ import main

WILSON = {
    "name": "one_of_two",
    "method": "proportion_ci_wilson",
    "data": {"successes": 1, "n": 2},
    "params": {"conf": 0.95},
    "expected": {"estimate": 0.5},
    "tolerance": {"abs": 1e-9},
}


def outcome(
    cases: list[dict[str, Any]], folder: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[str]]:
    path = folder / "cases.json"
    path.write_text(json.dumps(cases), encoding="utf-8")
    status = main([str(path)])
    return status, capsys.readouterr().out.splitlines()


def test_right_answers_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = WILSON | {"data": {"successes": 3, "n": 2}, "expected": {"error": "impossible"}}
    undefined = WILSON | {"data": {"successes": 0, "n": 0}, "expected": {"lower": None}}
    assert outcome([WILSON, refused, undefined], tmp_path, capsys) == (0, ["3 passed, 0 failed"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"expected": {"estimate": 0.6}},
        {"expected": {"estimate": None}},
        {"expected": {"no such key": 1}},
        {"expected": {"estimate": [0.5]}},
        {"expected": {"error": "refused"}},
        {"data": {"successes": 3, "n": 2}},
        {"data": {}},
        {"method": "no_such_method"},
    ],
)
def test_a_wrong_answer_fails_and_is_named(
    wrong: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, lines = outcome([WILSON, WILSON | wrong], tmp_path, capsys)
    assert status == 1
    assert "one_of_two" in lines[0]
    assert lines[-1] == "1 passed, 1 failed"


def test_a_table_is_looked_for_beside_the_cases(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.csv").write_text("nps,weight\n10,1\n0,0\n7,2\n", encoding="utf-8")
    case = WILSON | {
        "method": "nps_from_scores",
        "data": {"csv": "own.csv", "column": "nps"},
        "params": {"filter": "weight>0"},
        "expected": {"n": 2, "nps": 50},
    }
    assert outcome([case], tmp_path, capsys) == (0, ["1 passed, 0 failed"])
