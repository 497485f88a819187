"""French and English: asked for anywhere on the line, or by the environment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faces.conftest import Call

VERBS = ["score", "compare", "calc", "indicators", "plan", "doctor", "completion"]
ENGLISH_ONLY = re.compile(r"Show (?:this|the) \w+|\bthe output\b|\[default:|\bRANGE\b")


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_every_verb_explains_itself_in_both_languages(call: Call, verb: str) -> None:
    words = [verb] if verb else []
    english = call(*words, "--help")
    french = call(*words, "--help", "--lang", "fr")
    assert english.status == french.status == 0
    assert "Language of the output" in english.out
    assert "Langue de l'affichage" in french.out
    assert english.err == french.err == ""


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_french_help_holds_no_english_sentence(call: Call, verb: str) -> None:
    words = [verb] if verb else []
    french = call("--lang", "fr", *words, "--help")
    assert not ENGLISH_ONLY.findall(french.out)


@pytest.mark.parametrize(
    "line",
    [
        ("--lang", "fr", "score", "{}", "-m", "nps=mark"),
        ("score", "--lang", "fr", "{}", "-m", "nps=mark"),
        ("score", "{}", "-m", "nps=mark", "--lang", "fr"),
        ("score", "{}", "--lang=fr", "-m", "nps=mark"),
    ],
)
def test_the_language_may_be_told_anywhere(call: Call, survey: Path, line: tuple[str, ...]) -> None:
    done = call(*(word.format(survey) for word in line))
    assert done.status == 0
    assert "intervalle 95" in done.out
    assert "27,3" in done.out


@pytest.mark.parametrize(
    ("environment", "french"),
    [
        ({"LANG": "fr_FR.UTF-8"}, True),
        ({"LC_ALL": "fr_CA.UTF-8", "LANG": "en_GB.UTF-8"}, True),
        ({"LC_MESSAGES": "fr_BE.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8"}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({}, False),
    ],
)
def test_the_environment_tells_the_language(
    call: Call, survey: Path, environment: dict[str, str], french: bool
) -> None:
    done = call("score", survey, "-m", "nps=mark", **environment)
    assert ("intervalle 95" in done.out) is french
    assert ("interval 95%" in done.out) is not french


def test_what_the_line_says_wins_over_the_environment(call: Call, survey: Path) -> None:
    done = call("score", survey, "-m", "nps=mark", "--lang", "en", LANG="fr_FR.UTF-8")
    assert "interval 95%" in done.out


def test_the_figures_and_keys_of_json_are_the_same_in_both_languages(
    call: Call, survey: Path
) -> None:
    english, french = (
        call("score", survey, "-m", "nps=mark", "--format", "json", "--lang", language).scores()
        for language in ("en", "fr")
    )
    assert english[0]["level"]["label"] == "favourable"
    assert french[0]["level"]["label"] == "favorable"
    assert [one | {"level": None} for one in english] == [one | {"level": None} for one in french]


@pytest.mark.parametrize(
    "line",
    [
        ("no-such-verb",),
        ("score", "--no-such-option"),
        ("plan", "nps", "--n", "many"),
        ("score", "x.csv", "-m", "nps=mark", "--confidence", "2"),
        ("score", "x.csv", "-m", "nps=mark", "--per", "fortnight"),
        ("completion", "tcsh"),
    ],
)
def test_a_line_that_is_wrong_is_refused_in_the_language_of_the_line(
    call: Call, line: tuple[str, ...]
) -> None:
    english = call(*line)
    french = call(*line, "--lang", "fr")
    assert (english.status, english.out) == (french.status, french.out) == (2, "")
    assert english.err != french.err
    assert "Try '" not in french.err


def test_rejects_are_explained_in_the_language_of_the_line(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("mark\n" + "10\n" * 30 + "11\n", encoding="utf-8")
    call("score", path, "-m", "nps=mark", "--rejects", "r.csv", "--lang", "fr")
    assert "échelle" in (tmp_path / "r.csv").read_text(encoding="utf-8")


def test_notes_about_a_file_are_told_in_the_language_of_the_line(
    call: Call, tmp_path: Path
) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("mark,mark\n10,9\n", encoding="utf-8")
    english = call("score", path, "-m", "nps=mark", "--format", "json")
    french = call("score", path, "-m", "nps=mark", "--format", "json", "--lang", "fr")
    assert "Column 2" in english.err
    assert "La colonne 2" in french.err
    assert english.scores()[0]["value"] == french.scores()[0]["value"] == 100
