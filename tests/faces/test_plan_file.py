"""``--config ressenti.toml``: a plan answers ``score`` and ``compare``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faces.conftest import Call

PLAN = """
[organisation]
name = "Comptoir"
time_zone = "Europe/Paris"

[sources.visits]
path = "answers.csv"

[facts.answers]
source = "visits"
answered_at = "at"

[measures.recommend]
indicator = "nps"
source = "visits"
column = "mark"

[measures.weighted]
indicator = "nps"
source = "visits"
column = "mark"
weight = "weight"

[dimensions.town]
column = "upper(shop)"

[targets.recommend]
value = -90

[[targets.weighted]]
value = 99
by = 2027-12-31
"""


@pytest.fixture
def plan(survey: Path) -> Path:
    path = survey.parent / "ressenti.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_a_plan_alone_scores_all_that_it_measures(call: Call, plan: Path) -> None:
    done = call("score", "--config", plan, "--format", "json")
    assert (done.status, done.err) == (0, "")
    # 6 promoters and 3 detractors of 11, as the file gives.
    assert done.scores()[0]["value"] == pytest.approx(300 / 11, abs=1e-12)
    assert len(done.scores()) == 2


def test_paths_are_those_of_the_plan_wherever_one_stands(
    call: Call, plan: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("ressenti.toml", "answers.csv"):
        (tmp_path / name).rename(folder / name)
    assert call("score", "--config", folder / "ressenti.toml").status == 0


def test_names_of_measures_and_dimensions_are_words_of_the_command_line(
    call: Call, plan: Path
) -> None:
    done = call(
        "score",
        "--config",
        plan,
        "-m",
        "recommend",
        "--by",
        "town",
        "--per",
        "month",
        "--format",
        "json",
    )
    segments = {score["segment"]["town"] for score in done.scores()}
    assert segments == {"LYON", "NICE"}
    assert {score["period"]["start"] for score in done.scores()} == {
        "2026-01-01",
        "2026-02-01",
        "2026-03-01",
    }


def test_targets_are_told_in_the_remarks_of_the_table(call: Call, plan: Path) -> None:
    english = " ".join(call("score", "--config", plan, COLUMNS="400").out.split())
    assert "target −90 reached" in english
    assert "target 99 by December 31, 2027 not reached" in english
    french = call("score", "--config", plan, "--lang", "fr").out
    assert "objectif" in french
    assert "atteint" in french


def test_two_measures_of_one_indicator_are_told_apart_by_name(call: Call, plan: Path) -> None:
    table = call("score", "--config", plan).out
    assert "recommend" in table
    assert "weighted" in table


def test_targets_in_json_stand_beside_the_scores(call: Call, plan: Path) -> None:
    document = call("score", "--config", plan, "--format", "json").document()
    assert document["targets"] == [
        {
            "score": 0,
            "measure": "recommend",
            "value": -90.0,
            "by": None,
            "attainment": "reached",
        },
        {
            "score": 1,
            "measure": "weighted",
            "value": 99.0,
            "by": "2027-12-31",
            "attainment": "not_reached",
        },
    ]


def test_a_plan_is_compared_too(call: Call, plan: Path) -> None:
    done = call(
        "compare",
        "--config",
        plan,
        "-m",
        "recommend",
        "--between",
        "town=LYON,NICE",
        "--format",
        "json",
    )
    assert (done.status, done.err) == (0, "")
    assert done.document()["comparisons"][0]["measure"] == "recommend"


def test_a_wrong_plan_is_refused_with_the_line(call: Call, plan: Path) -> None:
    plan.write_text(PLAN.replace('"nps"', '"npss"', 1), encoding="utf-8")
    done = call("score", "--config", plan)
    assert done.status == 2
    assert "line 14" in done.err
    assert "nps" in done.err


def test_a_plan_that_is_not_there_is_told(call: Call, tmp_path: Path) -> None:
    done = call("score", "--config", tmp_path / "absent.toml")
    assert done.status == 1
    assert "ressenti init" in done.err


def test_rejects_of_a_plan_are_asked_of_an_import(call: Call, plan: Path) -> None:
    done = call("score", "--config", plan, "--rejects", "r.csv")
    assert done.status == 2
    assert "ressenti import" in done.err
