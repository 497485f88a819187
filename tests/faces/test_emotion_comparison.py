from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ressenti as rs
from ressenti.emotions import Clause, Engine, Reading, engines, read_texts
from ressenti.emotions.engines import AskedLanguage, engine_named
from ressenti.errors import InvalidArgument, UndefinedResult, UnknownName
from tests.commands import answer_of
from tests.faces.conftest import Call

SAID = ("Great service, thank you", "Personnel odieux", "RAS", "Slow and expensive", "", "Parfait")
MARKS = ("positive", "négatif", "neutre", "-0,5", "", None)
ALWAYS_PLEASED = Reading(
    "en", 1.0, 0.0, 0.0, False, False, None, (), (Clause(0, 1, 1.0, 0.0),), "pleased/1"
)

LANGUAGES = {"auto": None, "fr": "fr", "en": "en"}


class PleasedEngine:
    """Finds every text pleased."""

    version = "pleased/1"

    def read(
        self, texts: Sequence[str | None], *, language: AskedLanguage = "auto"
    ) -> list[Reading]:
        return [ALWAYS_PLEASED._replace(language=LANGUAGES[language]) for _ in texts]


@pytest.fixture
def pleased(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install an engine as a package would."""
    point = EntryPoint("pleased", f"{__name__}:PleasedEngine", engines.GROUP)
    monkeypatch.setattr(engines, "engine_points", lambda: [point])
    monkeypatch.setattr(EntryPoint, "load", lambda _point: PleasedEngine)
    engine_named.cache_clear()


@pytest.fixture
def sample() -> pd.DataFrame:
    """Return 240 texts of six kinds, two thirds of them marked as they are."""
    return pd.DataFrame(
        {"said": SAID * 40, "mark": MARKS * 40, "who": [f"c{i}" for i in range(240)]}
    )


def test_engines_stand_side_by_side_with_what_a_person_found(
    pleased: None, sample: pd.DataFrame
) -> None:
    engine: Engine = PleasedEngine()
    assert engine.version == "pleased/1"
    compared = rs.compare_emotion_engines(
        sample, text="said", label="mark", engines=["embedded", "pleased", "embedded"]
    )
    embedded, other = compared.engines
    assert (compared.texts, embedded.n_marked, other.n_marked) == (240, 160, 160)
    assert embedded.engine == read_texts(["Parfait"])[0].engine
    assert embedded.accuracy.estimate == 1
    # A quarter of the marks is positive: accuracy 1/4, F1 2·40/(40 + 160) for one class of three.
    assert other.accuracy.estimate == pytest.approx(0.25)
    assert other.macro_f1.estimate == pytest.approx((2 * 40 / 200) / 3)
    assert other.agreement.estimate == pytest.approx(0)
    assert (other.agreement.low, "one category" in str(other.agreement.reason)) == (None, True)
    assert other.confusion == ((0, 0, 80, 0), (0, 0, 40, 0), (0, 0, 40, 0))
    # All is read as 1; the marks are 1, -1, 0 and -0.5 in turn, and -0.125 on average.
    assert other.net.score.value == pytest.approx(100)
    assert other.net.corrected is not None
    assert other.net.corrected.estimate == pytest.approx(-12.5)
    assert other.seconds > 0


def test_a_marked_text_that_is_not_read_counts_as_wrong() -> None:
    rows = pd.DataFrame({"said": ["Great", "", "Awful"], "mark": ["positive"] * 2 + ["negative"]})
    (found,) = rs.compare_emotion_engines(
        rows, text="said", label="mark", engines=["embedded"]
    ).engines
    assert (found.n_marked, found.n_unread) == (3, 1)
    assert found.accuracy.estimate == pytest.approx(2 / 3)


def test_the_command_compares_in_three_formats_and_both_languages(
    call: Call, capsys: pytest.CaptureFixture[str], tmp_path: Path, sample: pd.DataFrame
) -> None:
    path = tmp_path / "sample.csv"
    sample.to_csv(path, index=False)
    asked = ("emotions", str(path), "--text", "said", "--label", "mark", "--respondent", "who")
    (told,) = answer_of(capsys, *asked, "--compare", "embedded")["engines"]
    rows = list(csv.DictReader(io.StringIO(call(*asked, "--format", "csv").out)))
    assert [float(row["accuracy"]) for row in rows] == [told["accuracy"]["value"]]
    corrected = told["nes"]["corrected"]
    assert float(rows[0]["corrected_nes_low"]) == corrected["low"] < corrected["value"]
    english = call(*asked, "--compare", "embedded,embedded")
    assert english.out.count("embedded/") == 1
    assert "corrected NES" in english.out
    assert "fewer than 200" in english.err
    french = call(*asked, "--lang", "fr")
    assert "NES corrigé" in french.out
    assert "compte comme une erreur" in french.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--compare", "embedded"), "--label COL"),
        (("--label", "mark", "--output", "rows.csv"), "--output does not go with --label"),
        (("--label", "mark", "--compare", "embedded,oracle"), "'oracle'"),
        (("--label", "marks"), "no column 'marks'"),
        (("--label", "said"), "the mark 'Great service, thank you' of the text '1'"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused(
    call: Call, tmp_path: Path, sample: pd.DataFrame, options: Sequence[str], said: str
) -> None:
    path = tmp_path / "sample.csv"
    sample.to_csv(path, index=False)
    done = call("emotions", path, "--text", "said", *options)
    assert (done.status, done.out) == (2, "")
    assert said in done.err


def test_a_sample_without_marks_says_so_in_both_languages(sample: pd.DataFrame) -> None:
    blank = sample.assign(mark="")
    with pytest.raises(UndefinedResult) as refused:
        rs.compare_emotion_engines(blank, text="said", label="mark", engines=["embedded"])
    assert "no text is marked" in refused.value.to("en")
    assert "dans la colonne «\N{NO-BREAK SPACE}mark\N{NO-BREAK SPACE}»" in refused.value.to("fr")


def test_an_engine_that_is_not_there_or_off_is_refused_before_anything_is_read(
    sample: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RESSENTI_HOSTED_URL", raising=False)
    asked: dict[str, Any] = {"text": "said", "label": "mark"}
    with pytest.raises(UnknownName, match="oracle"):
        rs.compare_emotion_engines(sample, engines=["embedded", "oracle"], **asked)
    with pytest.raises(InvalidArgument, match="is off"):
        rs.compare_emotion_engines(sample, engines=["embedded", "hosted"], **asked)
