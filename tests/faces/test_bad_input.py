"""Bad input gets a clear answer and loses nothing: what is wrong, where, and what to do."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faces.conftest import Call, Called


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that cannot be scored, and what its refusal must say.

    ``english`` and ``french`` name what is wrong, where, and what to do.
    """

    name: str
    content: bytes
    arguments: tuple[str, ...] = ("-m", "nps=mark")
    status: int
    code: str
    english: tuple[str, ...]
    french: tuple[str, ...]
    file: str = "answers.csv"
    environment: Mapping[str, str] = field(default_factory=dict)


def lines(*rows: str) -> bytes:
    return ("\n".join(rows) + "\n").encode()


CONTACT = ("--facts", "contacts", "--map", "offered_at=a", "--map", "resolved_at=b")
REFUSALS = [
    Refused(
        name="an empty file",
        content=b"",
        status=1,
        code="R201",
        english=("answers.csv", "empty"),
        french=("answers.csv", "vide"),
    ),
    Refused(
        name="nothing but blanks",
        content=b"\n \n\n",
        status=1,
        code="R201",
        english=("answers.csv",),
        french=("answers.csv",),
    ),
    Refused(
        name="the wrong encoding was told",
        content="mark,pays\n10,Fréjus\n".encode("cp1252"),
        arguments=("-m", "nps=mark", "--encoding", "utf-8"),
        status=1,
        code="R200",
        english=("answers.csv", "line 2", "utf-8", "--encoding"),
        french=("answers.csv", "ligne 2", "utf-8", "--encoding"),
    ),
    Refused(
        name="an encoding that does not exist",
        content=b"mark\n10\n",
        arguments=("-m", "nps=mark", "--encoding", "klingon"),
        status=2,
        code="R102",
        english=("klingon", "--encoding"),
        french=("klingon", "--encoding"),
    ),
    Refused(
        name="eleven per cent off the scale",
        content=lines("mark", *["9"] * 89, *["11"] * 11),
        status=1,
        code="R202",
        english=("answers.csv", "mark", "11.0%", "11 of 100", "0-10", "--missing"),
        french=("answers.csv", "mark", "11,0", "11 sur 100", "0-10", "--missing"),
    ),
    Refused(
        name="a scale of another indicator",
        content=lines("mark", "5", "7"),
        arguments=("-m", "csat=mark:1-7"),
        status=1,
        code="R205",
        english=("csat/top2_box_5pt", "1-7", "csat/mean"),
        french=("csat/top2_box_5pt", "1-7", "csat/mean"),
    ),
    Refused(
        name="a missing column",
        content=lines("mark,shop", "10,Lyon"),
        arguments=("-m", "nps=marc"),
        status=2,
        code="R101",
        english=("answers.csv", "'marc'", "Did you mean: mark"),
        french=("answers.csv", "« marc »", "Vouliez-vous dire"),
    ),
    Refused(
        name="a missing column to segment by",
        content=lines("mark,shop", "10,Lyon"),
        arguments=("-m", "nps=mark", "--by", "shops"),
        status=2,
        code="R101",
        english=("answers.csv", "'shops'", "Did you mean: shop"),
        french=("answers.csv", "« shops »", "shop"),
    ),
    Refused(
        name="an unknown indicator",
        content=lines("mark", "10"),
        arguments=("-m", "npss=mark"),
        status=2,
        code="R100",
        english=("'npss'", "nps"),
        french=("« npss »", "nps"),
    ),
    Refused(
        name="an unknown scale",
        content=lines("mark", "10"),
        arguments=("-m", "csat/mean=mark:0-11"),
        status=2,
        code="R100",
        english=("'0-11'", "0-10"),
        french=("« 0-11 »", "0-10"),
    ),
    Refused(
        name="dates that could be read in two orders",
        content=lines("mark,at", "10,01/02/2026", "9,03/04/2026"),
        arguments=("-m", "nps=mark", "--per", "month", "--at", "at"),
        status=1,
        code="R203",
        english=("'at'", "01/02/2026", "--dates dmy"),
        french=("« at »", "01/02/2026", "--dates dmy"),
    ),
    Refused(
        name="dates written in two orders",
        content=lines("mark,at", "10,25/02/2026", "9,02/25/2026"),
        arguments=("-m", "nps=mark", "--per", "month", "--at", "at"),
        status=1,
        code="R203",
        english=("'at'", "25/02/2026", "02/25/2026"),
        french=("« at »", "25/02/2026", "02/25/2026"),
    ),
    Refused(
        name="a negative weight",
        content=lines("mark,weight", "10,1", "9,-1"),
        arguments=("-m", "nps=mark", "--weight", "weight"),
        status=1,
        code="R204",
        english=("negative", "-1"),
        french=("négatif", "-1"),
    ),
    Refused(
        name="weights that are all zero",
        content=lines("mark,weight", "10,0", "9,0"),
        arguments=("-m", "nps=mark", "--weight", "weight"),
        status=1,
        code="R204",
        english=("zero",),
        french=("nuls",),
    ),
    Refused(
        name="a condition that is no condition",
        content=lines("mark", "10"),
        arguments=("-m", "nps=mark", "--where", "mark >"),
        status=2,
        code="R103",
        english=("mark >",),
        french=("mark >",),
    ),
    Refused(
        name="periods without a date column",
        content=lines("mark", "10"),
        arguments=("-m", "nps=mark", "--per", "month"),
        status=2,
        code="R102",
        english=("--at COLUMN",),
        french=("--at COLONNE",),
    ),
    Refused(
        name="a time zone that does not exist",
        content=lines("mark,at", "10,2026-01-01"),
        arguments=("-m", "nps=mark", "--per", "day", "--at", "at", "--time-zone", "Europe/Pari"),
        status=2,
        code="R100",
        english=("Europe/Pari", "Europe/Paris"),
        french=("Europe/Pari", "Europe/Paris"),
    ),
    Refused(
        name="facts that lack what the indicator needs",
        content=lines("a", "2026-01-01"),
        arguments=("-m", "resolution_time", "--facts", "contacts", "--map", "offered_at=a"),
        status=2,
        code="R102",
        english=("resolved_at", "--map"),
        french=("resolved_at", "--map"),
    ),
    Refused(
        name="a damaged workbook",
        content=b"PK\x03\x04 cut short",
        file="answers.xlsx",
        status=1,
        code="R200",
        english=("answers.xlsx", "damaged"),
        french=("answers.xlsx", "abîmé"),
    ),
    Refused(
        name="a damaged Parquet file",
        content=b"PAR1 cut short",
        file="answers.parquet",
        status=1,
        code="R200",
        english=("answers.parquet",),
        french=("answers.parquet",),
    ),
    Refused(
        name="a damaged SPSS file",
        content=b"$FL2 cut short",
        file="answers.sav",
        status=1,
        code="R200",
        english=("answers.sav", "damaged"),
        french=("answers.sav", "abîmé"),
    ),
    Refused(
        name="a suffix that no format reads",
        content=b"mark\n10\n",
        file="answers.doc",
        status=1,
        code="R200",
        english=(".doc", ".csv"),
        french=(".doc", ".csv"),
    ),
    Refused(
        name="a quotation mark that is never closed",
        content=b'mark,"shop\n10,Lyon\n9,Nice\n',
        status=1,
        code="R200",
        english=("answers.csv", "line 1"),
        french=("answers.csv", "ligne 1"),
    ),
    Refused(
        name="a file of numbers without names",
        content=lines("10,1", "9,2"),
        status=1,
        code="R200",
        english=("answers.csv", "line 1", "--"),
        french=("answers.csv", "ligne 1", "--"),
    ),
]


@pytest.mark.parametrize("refused", REFUSALS, ids=lambda one: one.name)
def test_the_refusal_says_what_is_wrong_where_and_what_to_do_in_both_languages(
    call: Call, tmp_path: Path, refused: Refused
) -> None:
    (tmp_path / refused.file).write_bytes(refused.content)
    line = ("score", refused.file, *refused.arguments, "--format", "json")
    for language, words in (("en", refused.english), ("fr", refused.french)):
        done = call(*line, "--lang", language)
        assert (done.status, done.out) == (refused.status, ""), done.err
        assert done.err.startswith(f"[{refused.code}]")
        said = done.err.replace("\N{NO-BREAK SPACE}", " ")
        assert [word for word in words if word not in said] == [], done.err


def test_a_file_that_is_not_there_is_told_with_the_nearest_name(call: Call, survey: Path) -> None:
    for language, words in (("en", "Did you mean"), ("fr", "Vouliez-vous dire")):
        done = call("score", "answer.csv", "-m", "nps=mark", "--lang", language)
        assert (done.status, done.out) == (1, "")
        assert "[R200] answer.csv" in done.err
        assert words in done.err
        assert "answers.csv" in done.err


def scored(call: Call, tmp_path: Path, content: bytes, *arguments: str) -> Called:
    (tmp_path / "answers.csv").write_bytes(content)
    measure = () if "-m" in arguments else ("-m", "nps=mark")
    done = call("score", "answers.csv", *measure, *arguments, "--format", "json")
    assert done.status == 0, done.err
    return done


def test_a_header_without_rows_is_null_with_no_data(call: Call, tmp_path: Path) -> None:
    score = scored(call, tmp_path, b"mark,shop\n").scores()[0]
    assert (score["value"], score["n"], score["reason"]) == (None, 0, "no_data")


def test_an_encoding_that_is_not_utf_8_is_recognised_and_told(call: Call, tmp_path: Path) -> None:
    content = "mark,pays\n10,Fréjus\n3,Orléans\n".encode("cp1252")
    done = scored(call, tmp_path, content, "--by", "pays")
    assert {one["segment"]["pays"] for one in done.scores()} == {"Fréjus", "Orléans"}
    assert "cp1252" in done.err
    assert "line 2" in done.err


@pytest.mark.parametrize("value", ["11", "6.5", "-1", "١٠", "1e309", "true", "neuf"])
def test_a_value_off_the_scale_is_counted_shown_and_never_clipped(
    call: Call, tmp_path: Path, value: str
) -> None:
    rejects = tmp_path / "rejects.csv"
    content = lines("mark", *["10"] * 30, value)
    score = scored(call, tmp_path, content, "--rejects", str(rejects)).scores()[0]
    assert (score["value"], score["n"], score["n_invalid"]) == (100, 30, 1)
    assert "invalid_values" in score["flags"]
    with rejects.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    # A spreadsheet would take a leading minus for a formula: it stands behind an apostrophe.
    assert (row["line"], row["column"]) == ("32", "mark")
    assert row["value"].removeprefix("'") == value


@pytest.mark.parametrize("value", ["NaN", "", "n/a", "NULL"])
def test_a_blank_is_missing_and_not_invalid(call: Call, tmp_path: Path, value: str) -> None:
    content = lines("mark,shop", *["10,Lyon"] * 30, f"{value},Lyon")
    score = scored(call, tmp_path, content).scores()[0]
    assert (score["n"], score["n_missing"], score["n_invalid"]) == (30, 1, 0)


def test_a_nine_with_a_blank_behind_is_a_nine(call: Call, tmp_path: Path) -> None:
    score = scored(call, tmp_path, lines("mark", "9 ", " 9", "9")).scores()[0]
    assert (score["n"], score["value"]) == (3, 100)


def test_a_negative_duration_is_invalid(call: Call, tmp_path: Path) -> None:
    content = lines("a,b", *["2026-01-01 10:00,2026-01-01 12:00"] * 20, "2026-01-02,2026-01-01")
    done = scored(call, tmp_path, content, "-m", "resolution_time/mean", *CONTACT)
    score = done.scores()[0]
    assert (score["value"], score["n"], score["n_invalid"]) == (2, 20, 1)


def test_a_call_answered_before_it_was_offered_is_invalid(call: Call, tmp_path: Path) -> None:
    good = ["2026-01-01 10:00:00,2026-01-01 10:00:10,"] * 20
    content = lines("a,b,c", *good, "2026-01-01 10:00:00,2026-01-01 09:00:00,")
    done = scored(
        call,
        tmp_path,
        content,
        *("-m", "service_level", "--facts", "contacts"),
        *("--map", "offered_at=a", "--map", "answered_at=b", "--map", "abandoned_at=c"),
    )
    score = done.scores()[0]
    assert (score["value"], score["n"], score["n_invalid"]) == (100, 20, 1)


def test_two_rows_of_one_contact_are_one_contact(call: Call, tmp_path: Path) -> None:
    content = lines("id,a,talk", "x,2026-01-01,60", "y,2026-01-02,120", "y,2026-01-02,120")
    done = scored(
        call,
        tmp_path,
        content,
        *("-m", "aht", "--facts", "contacts"),
        *("--map", "contact_id=id", "--map", "offered_at=a", "--map", "talk_s=talk"),
    )
    assert (done.scores()[0]["n"], done.scores()[0]["value"]) == (2, 90)


@pytest.mark.parametrize(
    ("file", "content", "rejected"),
    [
        ("answers.csv", b"mark,shop\n10,Lyon\n9\n8,Nice,extra\n10,Nice\n", ["3", "4"]),
        ("answers.jsonl", b'{"mark": 10}\n{"mark": oops}\n{"mark": 9}\n', ["2"]),
    ],
    ids=["fields", "objects"],
)
def test_records_that_cannot_be_read_are_told_and_not_dropped_in_silence(
    call: Call, tmp_path: Path, file: str, content: bytes, rejected: list[str]
) -> None:
    (tmp_path / file).write_bytes(content)
    line = ("score", file, "-m", "nps=mark", "--format", "json")
    with_rejects = call(*line, "--rejects", "rejects.csv")
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["line"] for row in csv.DictReader(stream)] == rejected
    without = call(*line)
    assert without.status == 0
    assert without.scores() == with_rejects.scores()
    assert without.scores()[0]["n"] == 2
    assert str(len(rejected)) in without.err
    assert "--rejects" in without.err


def test_a_duplicate_header_is_renamed_and_told(call: Call, tmp_path: Path) -> None:
    done = scored(call, tmp_path, b"mark,mark\n10,0\n")
    assert done.scores()[0]["value"] == 100
    assert "mark_2" in done.err


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffmark;shop\n10;Lyon\n9;Nice\n".encode(),
        b'"mark","shop"\r\n"10","Ly\r\non"\r\n"9","Ni""ce"\r\n',
        "mark\tshop\n10\tLyon\n9\tNice\n".encode("utf-16"),
        b"mark|shop\r10|Lyon\r9|Nice\r",
    ],
    ids=["mark of order", "quoted line break", "utf-16 and tabs", "old line ends"],
)
def test_the_ways_in_which_files_are_written_lose_no_answer(
    call: Call, tmp_path: Path, content: bytes
) -> None:
    score = scored(call, tmp_path, content).scores()[0]
    assert (score["n"], score["value"]) == (2, 100)


def test_a_decimal_comma_is_a_decimal_point(call: Call, tmp_path: Path) -> None:
    content = b"mark;weight\n10;1,5\n3;0,5\n"
    done = scored(call, tmp_path, content, "-m", "nps/weighted=mark", "--weight", "weight")
    assert done.scores()[0]["value"] == pytest.approx(50)


def test_one_answer_and_only_passives_have_an_interval_with_a_width(
    call: Call, tmp_path: Path
) -> None:
    one = scored(call, tmp_path, b"mark\n9\n").scores()[0]
    assert one["flags"] == ["one_answer", "small_base"]
    assert one["high"] - one["low"] > 50
    passives = scored(call, tmp_path, lines("mark", *["7", "8"] * 20)).scores()[0]
    assert passives["value"] == 0
    assert passives["low"] < 0 < passives["high"]


def test_nobody_at_the_start_is_null_and_not_zero(call: Call) -> None:
    for indicator in ("churn", "crr"):
        inputs = '{"start": 0, "end": 3, "new": 3, "lost": 0, "start_ids": [], "end_ids": ["a"]}'
        score = call("calc", indicator, stdin=inputs).document()
        assert (score["value"], score["reason"]) == (None, "no_data")


def test_a_month_with_nothing_is_null_in_json_and_a_dash_for_people(
    call: Call, tmp_path: Path
) -> None:
    content = lines("mark,at", "10,2026-01-05", "3,2026-03-05")
    dated = ("--per", "month", "--at", "at")
    february = scored(call, tmp_path, content, *dated).scores()[1]
    assert february["period"]["start"] == "2026-02-01"
    assert (february["value"], february["reason"], february["n"]) == (None, "no_data", 0)
    shown = call("score", "answers.csv", "-m", "nps=mark", *dated).out
    (line,) = [line for line in shown.splitlines() if "2026-02" in line]
    assert "–" in line
    assert "no data" in line


def test_reading_the_same_file_again_changes_nothing(call: Call, tmp_path: Path) -> None:
    content = lines("mark", *["10", "3", "9", "x"] * 30, *["8"] * 300)
    assert scored(call, tmp_path, content).out == scored(call, tmp_path, content).out
