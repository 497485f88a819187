"""``ressenti init``: a plan written by looking and asking, driven here by piped answers."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ressenti.facts.plan_reading import read_plan
from tests.faces.conftest import Call

COMPTOIR = ["Comptoir", "Europe/Paris", ""]
"""The organisation, its time zone, and Monday as the first day by an empty answer."""


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    """Return 44 visits: marks from 0 to 10 with some 11, satisfaction in words, ambiguous days."""
    words = ("Satisfait", "Très satisfait", "Pas satisfait", "Peu satisfait")
    lines = ["visit;would_recommend;quality;country;member;day;weight"]
    lines += [
        f"v{k};{k % 12};{words[k % 4]};{('FR', 'BE')[k % 2]};m{k % 20};"
        f"0{1 + k % 9}/0{1 + k % 7}/2026;{1 + k % 3 / 2}"
        for k in range(44)
    ]
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def piped(*answers: str) -> str:
    return "\n".join(answers) + "\n"


ALL_ANSWERS = piped(
    *COMPTOIR,
    "day",  # which column dates a row
    "dmy",  # 01/01/2026 can be read in two ways
    "y",  # would_recommend: nps
    "",  # on 0-10
    "y",  # 11 means no answer
    "y",  # quality: csat
    "",  # on the four levels of satisfaction
    "weight",
    "country",
    "visit",
    "member",
)


def test_what_is_answered_becomes_a_plan_that_reads_back(
    call: Call, visits: Path, tmp_path: Path
) -> None:
    done = call("init", visits, stdin=ALL_ANSWERS)
    assert done.status == 0, done.err
    plan = read_plan(tmp_path / "ressenti.toml")
    assert (plan.organisation.name, plan.organisation.time_zone) == ("Comptoir", "Europe/Paris")
    assert plan.sources["visits"].path == "visits.csv"
    assert plan.sources["visits"].dates == "day_first"
    recommend = plan.measures["would_recommend"]
    assert (recommend.indicator, recommend.scale, recommend.missing) == ("nps", "0-10", (11,))
    quality = plan.measures["quality"]
    assert (quality.indicator, quality.scale) == ("csat/top2_box_4level", "satisfaction-4")
    assert list(plan.dimensions) == ["country"]
    assert dict(plan.facts[0].columns) == {
        "response_id": "visit",
        "respondent_id": "member",
        "answered_at": "day",
        "weight": "weight",
    }


def test_the_command_it_prints_next_runs(call: Call, visits: Path) -> None:
    done = call("init", visits, stdin=ALL_ANSWERS)
    command = done.out.splitlines()[-1].split()
    assert command == ["ressenti", "score", "--config", "ressenti.toml"]
    scored = call(*command[1:], "--format", "json")
    assert scored.status == 0, scored.err
    assert [score["indicator"] for score in scored.scores()] == ["nps", "csat"]
    # Of the marks 0 to 11 each comes 3 or 4 times; the three 11s are no answers.
    assert scored.scores()[0]["n_missing"] == 3


def test_questions_go_to_standard_error_and_suggest_with_what_was_seen(
    call: Call, visits: Path
) -> None:
    done = call("init", visits, stdin=ALL_ANSWERS)
    assert "would_recommend: whole numbers 0–11 (12 different)" in done.err
    assert "Is it Net Promoter Score? [y/N/other indicator]" in done.err
    assert "'11' (3 times) is not on 0-10. Does it mean 'no answer'? [y/N]" in done.err
    assert done.out.splitlines() == [
        "Written: ressenti.toml",
        "ressenti score --config ressenti.toml",
    ]


def test_an_empty_answer_takes_no_suggestion(call: Call, visits: Path, tmp_path: Path) -> None:
    done = call("init", visits, stdin=piped(*COMPTOIR, *[""] * 8))
    assert done.status == 0, done.err
    plan = read_plan(tmp_path / "ressenti.toml")
    assert (plan.measures, plan.dimensions, plan.facts) == ({}, {}, ())
    assert "--measure" in done.out


def test_another_indicator_may_be_named_and_nonsense_is_asked_again(
    call: Call, visits: Path, tmp_path: Path
) -> None:
    answers = piped(
        "Comptoir",
        "Europe/Pari",
        "Europe/Paris",
        "lundi",
        "sunday",
        "",
        "npss",
        "fcr/no_repeat",
        "enps",
        "",
        "perhaps",
        "n",
        *[""] * 5,
    )
    done = call("init", visits, stdin=answers)
    assert done.status == 0, done.err
    assert "Did you mean: Europe/Paris" in done.err
    assert "no indicator is called 'npss'" in done.err
    assert "'perhaps' is neither y nor n" in done.err
    plan = read_plan(tmp_path / "ressenti.toml")
    assert plan.organisation.week_starts_on.name == "SUNDAY"
    assert plan.measures["would_recommend"].indicator == "enps"
    assert plan.measures["would_recommend"].missing == ()


def test_the_interview_and_the_comments_are_french_when_asked(
    call: Call, visits: Path, tmp_path: Path
) -> None:
    done = call("init", visits, "--lang", "fr", stdin=ALL_ANSWERS.replace("\ny\n", "\noui\n"))
    assert done.status == 0, done.err
    assert "Veut-il dire « sans réponse »" in done.err.replace("\N{NO-BREAK SPACE}", " ")
    assert done.out.startswith("Écrit")
    text = (tmp_path / "ressenti.toml").read_text(encoding="utf-8")
    assert "# Ce que nous mesurons" in text
    assert tomllib.loads(text)["organisation"]["language"] == "fr"


def test_answers_that_end_too_early_are_told_and_nothing_is_written(
    call: Call, visits: Path, tmp_path: Path
) -> None:
    done = call("init", visits, stdin=piped("Comptoir"))
    assert done.status == 2
    assert "the answers ended before this question: Time zone" in done.err
    assert not (tmp_path / "ressenti.toml").exists()


def test_a_plan_that_exists_is_kept_unless_one_says_yes(
    call: Call, visits: Path, tmp_path: Path
) -> None:
    plan = tmp_path / "ressenti.toml"
    plan.write_text("# ours\n", encoding="utf-8")
    refused = call("init", visits, stdin="\n")
    assert (refused.status, plan.read_text(encoding="utf-8")) == (1, "# ours\n")
    assert call("init", visits, stdin="y\n" + ALL_ANSWERS).status == 0
    assert "Comptoir" in plan.read_text(encoding="utf-8")


def test_no_suggestion_is_taken_without_any_question_when_one_says_so(
    call: Call, visits: Path, tmp_path: Path
) -> None:
    whose = ("--organisation", "Comptoir", "--time-zone", "Europe/Paris")
    done = call("init", visits, "--yes-to", "none", *whose, "--output", "plans/ressenti.toml")
    assert done.status == 0, done.err
    plan = read_plan(tmp_path / "plans" / "ressenti.toml")
    assert plan.sources["visits"].path == "../visits.csv"
    assert plan.measures == {}


def test_a_place_where_nothing_can_be_written_is_told(
    call: Call, visits: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = call("init", visits, "--output", "file/ressenti.toml", stdin=ALL_ANSWERS)
    assert done.status == 2
    assert "ressenti.toml" in done.err
