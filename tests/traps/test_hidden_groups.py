"""Employees' answers: no road tells what a group under the floor of five answered."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.errors import RessentiError

TEAMS = pa.table(
    {
        "mark": [9] * 4 + [1] * 20 + [5] * 9,
        "team": ["a"] * 4 + ["b"] * 20 + ["c"] * 9,
        "at": ["2026-01-05"] * 4 + ["2026-02-05"] * 20 + ["2026-03-05"] * 9,
    }
)


def shown(scores: rs.Scores) -> dict[str | None, float | None]:
    return {one.segment.get("team"): one.value for one in scores}


def test_a_team_of_four_is_hidden_and_so_is_the_team_that_would_reveal_it() -> None:
    found = shown(rs.score(TEAMS, "enps=mark", by=["team"], totals=True))
    assert (found["a"], found["c"]) == (None, None)
    assert found["b"] == -100
    assert found[None] is not None


def test_a_hidden_score_says_nothing_at_all_but_that_it_is_hidden() -> None:
    hidden = rs.score(TEAMS, "enps=mark", by=["team"])[0].to_dict()
    assert hidden["reason"] == "suppressed"
    assert (hidden["n"], hidden["n_missing"], hidden["n_invalid"]) == (0, 0, 0)
    assert (hidden["low"], hidden["high"], hidden["parts"], hidden["level"]) == (
        None,
        None,
        {},
        None,
    )


def test_a_condition_that_leaves_a_small_group_shows_nothing() -> None:
    score = rs.score(TEAMS, "enps=mark", where="team = 'a'")[0]
    assert (score.value, score.reason, score.n) == (None, "suppressed", 0)


@pytest.mark.parametrize("grain", ["day", "month", "quarter"])
def test_the_total_minus_the_months_that_are_shown_reveals_no_hidden_month(grain: str) -> None:
    scores = rs.score(TEAMS, "enps=mark", per=grain, at="at", totals=True)
    periods = [one for one in scores if one.period is not None and one.reason != "no_data"]
    total = next(one for one in scores if one.period is None)
    hidden = [one for one in periods if one.value is None]
    assert len(hidden) != 1 or total.value is None


def test_a_comparison_does_not_show_what_a_score_hides() -> None:
    try:
        found = rs.compare(TEAMS, "enps=mark", between="team=a,b").to_dicts()[0]
    except RessentiError:
        return
    assert found["difference"] is None
    assert found["before"]["value"] is None
    assert found["before"]["reason"] == "suppressed"
    assert found["after"]["value"] in (None, -100)
    assert '"promoters": 4' not in json.dumps(found)


def test_a_segment_of_a_comparison_does_not_show_what_a_score_hides() -> None:
    table = pa.table(
        {
            "mark": [9] * 4 + [1] * 20 + [5] * 20 + [3] * 20,
            "team": ["a"] * 4 + ["b"] * 20 + ["a"] * 20 + ["b"] * 20,
            "wave": ["1"] * 24 + ["2"] * 40,
        }
    )
    found = rs.compare(table, "enps=mark", between="wave=1,2", by=["team"]).to_dicts()[0]
    small = next(one for one in found["segments"] if one["segment"] == {"team": "a"})
    assert small["before"]["value"] is None
    assert small["difference"] is None


def test_a_lower_floor_cannot_be_asked_for() -> None:
    found = shown(rs.score(TEAMS, "enps=mark", by=["team"], minimum_group=2))
    assert found["a"] is None


def test_customers_are_hidden_when_a_floor_is_asked_for() -> None:
    assert shown(rs.score(TEAMS, "nps=mark", by=["team"]))["a"] == 100
    assert shown(rs.score(TEAMS, "nps=mark", by=["team"], minimum_group=5))["a"] is None
    ten = shown(rs.score(TEAMS, "nps=mark", by=["team"], minimum_group=10))
    assert [ten["a"], ten["c"]] == [None, None]


def test_a_hidden_segment_of_a_comparison_is_protected_by_the_next_smallest() -> None:
    # The total of a wave is shown: minus the other teams it would tell team a's four answers.
    table = pa.table(
        {
            "mark": [9] * 4 + [1] * 20 + [5] * 12 + [9] * 20 + [1] * 20 + [5] * 12,
            "team": ["a"] * 4 + ["b"] * 20 + ["c"] * 12 + ["a"] * 20 + ["b"] * 20 + ["c"] * 12,
            "wave": ["1"] * 36 + ["2"] * 52,
        }
    )
    found = rs.compare(table, "enps=mark", between="wave=1,2", by=["team"]).to_dicts()[0]
    before = {one["segment"]["team"]: one["before"]["value"] for one in found["segments"]}
    assert found["before"]["value"] is not None
    assert before == {"a": None, "b": -100, "c": None}
    assert found["decompositions"] == []
