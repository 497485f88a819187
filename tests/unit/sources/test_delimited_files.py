"""CSV, TSV and fixed columns open as people write them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ressenti.errors import EmptySource, InvalidArgument, UnknownColumn, UnreadableSource
from ressenti.warehouse.relations import Kind


def test_every_column_is_text_so_that_scales_read_the_numbers(opened, rows, tmp_path: Path):
    file = tmp_path / "answers.csv"
    file.write_text("mark,shop\n9 ,a\n1e309,b\n\n١٠,\n", encoding="utf-8")
    relation = opened(file)
    assert relation.columns == {"mark": Kind.TEXT, "shop": Kind.TEXT}
    assert [row["mark"] for row in rows(relation)] == ["9 ", "1e309", "١٠"]
    assert rows(relation)[2]["shop"] is None


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(opened, rows, tmp_path: Path, separator: str):
    file = tmp_path / "answers.csv"
    lines = [["id", "mark", "why"], ["1", "9", "bon, propre"], ["2", "3", "a;b"]]
    if separator in ",;":
        lines[1][2] = lines[2][2] = '"bon, propre; cher"'
    file.write_text("".join(separator.join(line) + "\n" for line in lines))
    assert list(opened(file).columns) == ["id", "mark", "why"]
    assert len(rows(opened(file))) == 2


def test_decimal_commas_between_semicolons_stay_whole(opened, rows, tmp_path: Path):
    file = tmp_path / "notes.csv"
    file.write_text("note;durée\n6,5;1,25\n7,0;3,5\n", encoding="utf-8")
    assert rows(opened(file))[0] == {"note": "6,5", "durée": "1,25"}


def test_a_separator_that_is_told_is_believed(opened, tmp_path: Path):
    file = tmp_path / "odd.csv"
    file.write_text("a~b,c\n1~2,3\n")
    assert list(opened(file, separator="~").columns) == ["a", "b,c"]


def test_the_line_that_excel_writes_to_tell_the_separator_is_no_header(opened, rows, tmp_path):
    file = tmp_path / "excel.csv"
    file.write_text("sep=;\r\na;b\r\n1;2\r\n", newline="")
    assert rows(opened(file)) == [{"a": "1", "b": "2"}]


def test_blank_lines_before_the_header_are_skipped(opened, rows, tmp_path: Path):
    file = tmp_path / "late.csv"
    file.write_text("\n\na,b\n1,2\n")
    assert rows(opened(file)) == [{"a": "1", "b": "2"}]


def test_line_breaks_and_quotes_inside_quotes_are_kept(opened, rows, tmp_path: Path):
    file = tmp_path / "comments.csv"
    file.write_text('id,why\n1,"two\nlines, ""quoted"""\n2,plain\n')
    assert rows(opened(file)) == [
        {"id": "1", "why": 'two\nlines, "quoted"'},
        {"id": "2", "why": "plain"},
    ]


def test_mixed_line_ends_are_read_as_line_ends(opened, rows, tmp_path: Path):
    file = tmp_path / "mixed.csv"
    file.write_bytes(b"a,b\r\n1,2\n3,4\r5,6\r\n")
    assert [row["a"] for row in rows(opened(file))] == ["1", "3", "5"]


def test_the_second_of_two_like_headers_is_renamed_and_noted(opened, rows, tmp_path: Path):
    file = tmp_path / "twice.csv"
    file.write_text("mark,Mark,,mark\n1,2,3,4\n")
    relation = opened(file)
    assert rows(relation) == [{"mark": "1", "Mark_2": "2", "column_3": "3", "mark_3": "4"}]
    assert [note.en for note in relation.notes] == [
        "Column 2 is another 'Mark'; it is called 'Mark_2'.",
        "Column 3 has no name; it is called 'column_3'.",
        "Column 4 is another 'mark'; it is called 'mark_3'.",
    ]


def test_columns_beyond_the_header_are_columns_when_every_line_has_them(opened, rows, tmp_path):
    file = tmp_path / "wide.csv"
    file.write_text("a,b\n1,2,x\n3,4,y\n5,6,z\n")
    assert rows(opened(file))[0] == {"a": "1", "b": "2", "column_3": "x"}


def test_blanks_in_headers_are_kept_and_forgiven(opened, tmp_path: Path):
    file = tmp_path / "blanks.csv"
    file.write_text("*ID, Q20 ,why\n1,9,x\n")
    relation = opened(file)
    assert list(relation.columns) == ["*ID", " Q20 ", "why"]
    assert relation.column_name("q20") == " Q20 "
    with pytest.raises(UnknownColumn, match=r"\*ID"):
        relation.column_name("ID*")


def test_hostile_column_names_are_only_names(opened, rows, tmp_path: Path):
    file = tmp_path / "it's [1] *.csv"
    names = ["a'); DROP TABLE x; --", 'b""c', "d{0}\\", "select"]
    header = ",".join(f'"{name}"' for name in names)
    file.write_text(header + "\n1,2,3,4\n")
    assert list(rows(opened(file))[0]) == ["a'); DROP TABLE x; --", 'b"c', "d{0}\\", "select"]


def test_a_file_without_a_byte_or_a_word_is_empty(opened, tmp_path: Path):
    for number, content in enumerate([b"", b"\xef\xbb\xbf", b"\n\n \n"]):
        file = tmp_path / f"empty{number}.csv"
        file.write_bytes(content)
        with pytest.raises(EmptySource, match=f"empty{number}"):
            opened(file)


def test_a_header_alone_is_a_relation_without_rows(opened, rows, tmp_path: Path):
    file = tmp_path / "header.csv"
    file.write_text("a;b")
    assert list(opened(file).columns) == ["a", "b"]
    assert rows(opened(file)) == []


def test_a_first_line_of_numbers_is_asked_about(opened, rows, tmp_path: Path):
    file = tmp_path / "bare.csv"
    file.write_text("1,9\n2,10\n")
    with pytest.raises(UnreadableSource, match=r"only numbers \(1, 9\).*--no-header"):
        opened(file)
    assert rows(opened(file, header=False))[0] == {"column_1": "1", "column_2": "9"}
    assert list(opened(file, header=True).columns) == ["1", "9"]


def test_runs_of_blanks_separate_the_fixed_columns_of_a_txt(opened, rows, tmp_path: Path):
    file = tmp_path / "orders.txt"
    file.write_text(" id  day      spent\n 0004 19970101  29.33\n 0021 19970118 129.73\n")
    assert rows(opened(file)) == [
        {"id": "0004", "day": "19970101", "spent": "29.33"},
        {"id": "0021", "day": "19970118", "spent": "129.73"},
    ]


def test_ordinary_quotes_in_tab_separated_text_are_kept(opened, rows, tmp_path: Path):
    file = tmp_path / "lines.tsv"
    file.write_text('en\tfr\n"We." Who are "we"?\tQui ça ?\n"Yes\tOui\n', encoding="utf-8")
    relation = opened(file)
    assert rows(relation)[0]["en"] == '"We." Who are "we"?'
    assert "ordinary characters" in relation.notes[0].en


def test_a_gzip_file_is_read(opened, rows, tmp_path: Path):
    file = tmp_path / "answers.csv.gz"
    file.write_bytes(gzip.compress("id;note\n1;très bien\n".encode("cp1252")))
    assert rows(opened(file)) == [{"id": "1", "note": "très bien"}]


def test_a_separator_is_one_character(opened, tmp_path: Path):
    file = tmp_path / "a.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(InvalidArgument, match="one character"):
        opened(file, separator="::")


def test_reading_again_gives_the_same_rows_and_leaves_nothing_behind(opened, rows, tmp_path):
    file = tmp_path / "answers.csv"
    file.write_bytes("id;note\r\n1;é\n".encode("cp1252"))
    before = file.read_bytes()
    first = opened(file)
    second = opened(file)
    assert rows(first) == rows(second) == rows(first)
    assert [one.name for one in tmp_path.iterdir()] == ["answers.csv"]
    assert file.read_bytes() == before
    scratch = first.warehouse.scratch_folder()
    assert list(scratch.iterdir())
    first.warehouse.close()
    assert not scratch.exists()
