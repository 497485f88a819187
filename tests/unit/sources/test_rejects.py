"""What is not read is told, with its line, its column and the reason."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import UnknownColumn, UnreadableSource
from ressenti.facts.scales import DURATION, ZERO_TO_TEN
from ressenti.facts.spreadsheet_cells import neutral_cell, original_cell
from ressenti.language import Text
from ressenti.sources.date_reading import DateReading
from ressenti.sources.options import SourceOptions
from ressenti.sources.rejects import Reject, rejects, write_rejects
from ressenti.sources.value_rejects import duplicate_rejects, order_rejects, value_rejects

RAGGED = 'id,mark,why\n1,9,ok\n2,8\n3,7,"two\nlines"\n4,6,x,y\n5,5,"bad" z\n6,4,end\n'


@pytest.mark.parametrize(
    "written",
    [RAGGED.encode(), RAGGED.encode("utf-16"), RAGGED.replace("\n", "\r\n").encode("utf-8-sig")],
    ids=["plain", "copied", "windows"],
)
def test_ragged_lines_are_told_and_the_rest_is_read(opened, rows, tmp_path: Path, written: bytes):
    file = tmp_path / "ragged.csv"
    file.write_bytes(written)
    relation = opened(file)
    assert [row["id"] for row in rows(relation)] == ["1", "3", "6"]
    report = rejects(relation)
    assert report.count == 3
    assert [(row.line, row.column, row.value) for row in report.rows] == [
        (3, None, "2,8"),
        (6, None, "4,6,x,y"),
        (7, None, '5,5,"bad" z'),
    ]
    assert report.rows[0].reason.en == "2 fields where 3 are expected"
    assert report.rows[1].reason.fr == "4 champs au lieu de 3"
    assert report.rows[2].reason.en.startswith("a quotation mark")


def test_rejects_are_the_same_however_often_the_source_is_read(opened, rows, tmp_path: Path):
    file = tmp_path / "ragged.csv.gz"
    file.write_bytes(gzip.compress(RAGGED.encode()))
    relation = opened(file)
    before = rejects(relation)
    rows(relation)
    relation.warehouse.fetch(relation.select(relation.column("why")))
    assert rejects(relation) == before


def test_a_source_that_rejects_nothing_says_so(opened, tmp_path: Path):
    file = tmp_path / "clean.csv"
    file.write_text("a,b\n1,2\n")
    assert rejects(opened(file)).count == 0


@pytest.mark.parametrize("strays", [(10,), (10, 5_000), (10, 9_999, 15_000)])
def test_a_quote_that_is_never_closed_is_refused_and_not_half_read(
    opened, rows, tmp_path: Path, strays: tuple[int, ...]
):
    file = tmp_path / "open.csv"
    lines = [f"{n},fine and dandy\n" for n in range(20_000)]
    for stray in strays:
        lines[stray] = f'{stray},"never closed\n'
    file.write_text("id,why\n" + "".join(lines))
    with pytest.raises(UnreadableSource, match=r"open\.csv, line \d+: .*never closed.*quote=''"):
        opened(file)
    assert len(rows(opened(file, quote=""))) == 20_000


def test_a_few_lines_lost_to_a_quote_are_rejected_with_their_text(opened, rows, tmp_path: Path):
    file = tmp_path / "few.csv"
    file.write_text('id,why\n1,"well, yes"\n2,"open\n3,swallowed\n4,"closed" here\n5,ok\n')
    relation = opened(file)
    assert [row["id"] for row in rows(relation)] == ["1", "5"]
    (reject,) = rejects(relation).rows
    assert (reject.line, reject.value) == (3, '2,"open\n3,swallowed\n4,"closed" here')
    assert "3 lines" in reject.reason.en


def test_a_long_quotation_is_a_value(opened, rows, tmp_path: Path):
    file = tmp_path / "letters.csv"
    letter = "a line of a letter\n" * 2_000
    file.write_text(f'id,letter\n1,"{letter}"\n2,"short"\n')
    assert [len(row["letter"]) for row in rows(opened(file))] == [len(letter), 5]


def test_an_odd_quote_inside_a_field_harms_nothing(opened, rows, tmp_path: Path):
    file = tmp_path / "inches.csv"
    file.write_text('id,why\n1,a 5" screen\n2,"said ""no"""\n')
    assert rows(opened(file))[0]["why"] == 'a 5" screen'


def test_a_line_beyond_measure_is_rejected_and_the_rest_is_read(opened, rows, tmp_path: Path):
    file = tmp_path / "long.csv"
    file.write_text("id,why\n1," + "x" * 3_000_000 + "\n2,short\n")
    relation = opened(file)
    assert rows(relation) == [{"id": "2", "why": "short"}]
    reject = rejects(relation).rows[0]
    assert reject.line == 2
    assert len(reject.value) < 600
    assert "2 million bytes" in reject.reason.en


MARKS = (
    'id;mark;why\n1;9 ;"two\nlines"\n2;11;\n3;6,5;\n4;١٠;\n5;NaN;\n'
    "6;;\n7;true;\n8;99;\n9;-1;\n1;1e309;"
)


def test_values_off_the_scale_are_found_with_their_lines(tmp_path: Path):
    file = tmp_path / "marks.csv"
    file.write_text(MARKS + "\n", encoding="utf-8")
    found = list(value_rejects(file, "Mark", ZERO_TO_TEN, missing_codes=["99"]))
    assert [(row.line, row.value) for row in found] == [
        (4, "11"),
        (5, "6,5"),
        (6, "١٠"),
        (9, "true"),
        (11, "-1"),
        (12, "1e309"),
    ]
    assert found[2].reason.en == "digits of another script"
    assert found[0].reason.fr == "pas sur l'échelle 0 à 10"


def test_negative_and_spelt_durations_are_found(tmp_path: Path):
    file = tmp_path / "calls.csv"
    file.write_text("seconds\n12.5\n-3\nsoon\n\n0\n")
    found = list(value_rejects(file, "seconds", DURATION))
    assert [(row.line, row.reason.en) for row in found] == [(3, "less than 0"), (4, "not a number")]


def test_the_second_pass_reads_as_the_first_did(tmp_path: Path):
    file = tmp_path / "marks.txt.gz"
    file.write_bytes(gzip.compress("id note\n1  9\n2  12\n".encode("utf-16")))
    assert [row.line for row in value_rejects(file, "note", ZERO_TO_TEN)] == [3]
    plain = tmp_path / "bare.csv"
    plain.write_text("12;1\n3;4\n")
    options = SourceOptions(header=False)
    assert [row.line for row in value_rejects(plain, "column_1", ZERO_TO_TEN, options=options)] == [
        1
    ]


def test_an_identifier_that_comes_twice_names_both_lines(tmp_path: Path):
    file = tmp_path / "marks.csv"
    file.write_text(MARKS + "\n", encoding="utf-8")
    (again,) = duplicate_rejects(file, "id")
    assert (again.line, again.column, again.value) == (12, "id", "1")
    assert again.reason.en == "already on line 2"


def test_an_answer_before_its_offer_is_found(tmp_path: Path):
    file = tmp_path / "offers.csv"
    file.write_text(
        "offered,answered\n2024-03-01,2024-03-02\n2024-03-05,2024-03-04\n2024-03-05,\n2024-03-05,soon\n"
    )
    reading = DateReading(("%Y-%m-%d",))
    found = list(order_rejects(file, earlier=("offered", reading), later=("answered", reading)))
    assert [(row.line, row.column, row.reason.en) for row in found] == [
        (3, "answered", "earlier than 'offered', 2024-03-05"),
        (5, "answered", "not a date"),
    ]


def test_a_column_that_is_not_there_is_named_with_its_likes(tmp_path: Path):
    file = tmp_path / "marks.csv"
    file.write_text("id,marks\n1,2\n")
    with pytest.raises(UnknownColumn, match="Did you mean: marks"):
        list(value_rejects(file, "mark", ZERO_TO_TEN))


HOSTILE = ("=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(1)", "\t=1", " \r=1", "＝1", '"=1', "'=1")


def test_a_written_report_holds_no_formula():
    target = io.StringIO()
    written = write_rejects(
        [Reject(2, value, value, Text(en=value, fr=value)) for value in HOSTILE],
        target,
        language="fr",
    )
    lines = list(csv.reader(io.StringIO(target.getvalue(), newline="")))
    assert written == len(HOSTILE)
    assert lines[0] == ["ligne", "colonne", "valeur", "motif"]
    assert all(cell.startswith("'") for line in lines[1:] for cell in line[1:])


@given(st.text())
def test_a_neutral_cell_gives_its_text_back(text: str):
    assert original_cell(neutral_cell(text)) == text
    assert neutral_cell(text)[:1] not in set("=+-@\t\r\n＝＋－＠") - {""}
