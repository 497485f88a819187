"""Excel workbooks open with their numbers, dates and sheets, and bombs do not go off."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from ressenti.errors import EmptySource, InvalidArgument, UnknownName, UnreadableSource
from ressenti.sources import workbook_sizes
from ressenti.warehouse.relations import Kind

Cells = list[list[object]]


def workbook(file: Path, sheets: dict[str, Cells]) -> Path:
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        duration = book.add_format({"num_format": "[h]:mm:ss"})
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(cells):
                for column, cell in enumerate(line):
                    if isinstance(cell, timedelta):
                        sheet.write_datetime(row, column, cell, duration)
                    elif isinstance(cell, str) and cell.startswith("#"):
                        sheet.write_formula(row, column, "=1/0", None, cell)
                    else:
                        sheet.write(row, column, cell)
    return file


def test_columns_keep_their_kinds_and_mixed_ones_are_text(opened, rows, tmp_path: Path):
    file = workbook(
        tmp_path / "marks.xlsx",
        {
            "Mars": [
                ["mark ", "day", "wait", "mixed", "met", "wrong"],
                [9, date(2024, 3, 1), timedelta(hours=30), "n/a", True, "#DIV/0!"],
                [6.5, datetime.fromisoformat("2024-03-02T10:30"), timedelta(seconds=90), 9, False],
                [],
                [None, None, None, 6.5, None, 4],
            ]
        },
    )
    relation = opened(file)
    assert relation.columns == {
        "mark ": Kind.NUMBER,
        "day": Kind.WALL_TIME,
        "wait": Kind.NUMBER,
        "mixed": Kind.TEXT,
        "met": Kind.BOOLEAN,
        "wrong": Kind.NUMBER,
    }
    first, second, third = rows(relation)
    assert list(first.values()) == [
        9,
        datetime.fromisoformat("2024-03-01"),
        108_000,
        "n/a",
        True,
        None,
    ]
    assert [second["mixed"], third["mixed"]] == ["9", "6.5"]
    assert (second["wait"], third["mark "], third["wrong"]) == (90, None, 4)
    assert relation.name == "marks.xlsx (Mars)"


def test_of_several_sheets_one_is_chosen_by_the_person(opened, rows, tmp_path: Path):
    file = workbook(
        tmp_path / "two.xlsx", {"Notes": [["a"], [1]], "Vide": [], "Codes": [["b"], [2]]}
    )
    with pytest.raises(InvalidArgument, match=r"Notes, Codes.*--sheet"):
        opened(file)
    assert rows(opened(file, sheet="Codes")) == [{"b": 2}]
    with pytest.raises(UnknownName, match="Did you mean: Notes"):
        opened(file, sheet="Note")


def test_an_only_sheet_with_cells_needs_no_choice(opened, rows, tmp_path: Path):
    file = workbook(tmp_path / "one.xlsx", {"Vide": [], "Notes": [["a", "A"], [1, 2]]})
    relation = opened(file)
    assert rows(relation) == [{"a": 1, "A_2": 2}]
    assert "another 'A'" in relation.notes[0].en


def test_a_table_that_starts_far_from_the_corner_is_found(opened, rows, tmp_path: Path):
    file = workbook(tmp_path / "far.xlsx", {"S": [[], [], ["", "", "a"], ["", "", 1]]})
    assert rows(opened(file)) == [{"a": 1}]


def test_an_empty_workbook_and_a_header_alone(opened, rows, tmp_path: Path):
    with pytest.raises(EmptySource, match="sheet is empty"):
        opened(workbook(tmp_path / "empty.xlsx", {"S": []}))
    assert rows(opened(workbook(tmp_path / "header.xlsx", {"S": [["a", "b"]]}))) == []


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 and nothing more"])
def test_what_is_no_workbook_is_said_so(opened, tmp_path: Path, content: bytes):
    file = tmp_path / "no.xlsx"
    file.write_bytes(content)
    with pytest.raises(UnreadableSource, match=r"no\.xlsx: the workbook is damaged"):
        opened(file)


def test_a_workbook_cut_short_is_refused(opened, tmp_path: Path):
    file = workbook(tmp_path / "cut.xlsx", {"S": [["a"], [1]]})
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(UnreadableSource, match="damaged"):
        opened(file)


def test_a_workbook_that_spans_a_huge_rectangle_is_refused(opened, tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "far.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, 1)
    with pytest.raises(UnreadableSource, match="fifty million cells"):
        opened(tmp_path / "far.xlsx")


def test_a_zip_bomb_is_refused_whatever_it_says_of_its_size(
    opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = workbook(tmp_path / "bomb.xlsx", {"S": [["a"], [1]]})
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", b"\0" * 3_000_000)
    written = file.read_bytes()
    honest = (3_000_000).to_bytes(4, "little")
    assert honest in written
    file.write_bytes(written.replace(honest, (30).to_bytes(4, "little")))
    monkeypatch.setattr(workbook_sizes, "MOST_BYTES", 1_000_000)
    with pytest.raises(UnreadableSource, match="expands to more than"):
        opened(file)
