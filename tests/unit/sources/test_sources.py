"""One call opens a path, a folder, a frame or a table, and says what it cannot open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlglot import exp

from ressenti.errors import EmptySource, InvalidArgument, UnreadableSource
from ressenti.sources import formats, open_source
from ressenti.sources.rejects import rejects
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Kind

MARKS = pa.table({"mark": [9, 3, None], "shop": ["a", "b", None]})


def test_a_parquet_file_keeps_its_kinds(opened, rows, tmp_path: Path):
    pq.write_table(MARKS, tmp_path / "it's [1].parquet")
    relation = opened(str(tmp_path / "it's [1].parquet"))
    assert relation.columns == {"mark": Kind.NUMBER, "shop": Kind.TEXT}
    assert rows(relation) == MARKS.to_pylist()


def test_a_partitioned_folder_is_one_relation(opened, rows, tmp_path: Path):
    folder = tmp_path / "answers"
    pq.write_to_dataset(
        MARKS.append_column("country", pa.array(["FR", "BE", "FR"])),
        folder,
        partition_cols=["country"],
    )
    (folder / "_temporary").mkdir()
    pq.write_table(MARKS, folder / "_temporary" / "half.parquet")
    relation = opened(folder)
    assert relation.columns["country"] is Kind.TEXT
    assert sorted(str(row["country"]) for row in rows(relation)) == ["BE", "FR", "FR"]


def test_files_of_one_folder_may_lack_columns(opened, rows, tmp_path: Path):
    pq.write_table(MARKS, tmp_path / "a.parquet")
    pq.write_table(MARKS.select(["mark"]), tmp_path / "b.parquet")
    assert [row["shop"] for row in rows(opened(tmp_path))] == ["a", "b", None, None, None, None]


def test_a_folder_without_parquet_is_empty(opened, tmp_path: Path):
    with pytest.raises(EmptySource, match=r"no \.parquet"):
        opened(tmp_path)


def test_a_parquet_file_cut_short_is_refused(opened, tmp_path: Path):
    file = tmp_path / "cut.parquet"
    pq.write_table(MARKS, file)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(UnreadableSource, match=r"cut\.parquet"):
        opened(file)


@pytest.mark.parametrize("library", ["pandas", "polars", "lazy", "arrow", "reader"])
def test_a_frame_is_a_source(opened, rows, library: str):
    frame: object = MARKS
    if library == "pandas":
        frame = MARKS.to_pandas()
    elif library in ("polars", "lazy"):
        frame = pytest.importorskip("polars").from_arrow(MARKS)
        frame = frame.lazy() if library == "lazy" else frame
    elif library == "reader":
        frame = MARKS.to_reader()
    relation = opened(frame)
    assert list(relation.columns) == ["mark", "shop"]
    assert rows(relation) == rows(relation) == MARKS.to_pylist()


def test_like_columns_of_a_frame_are_noted(opened, rows):
    relation = opened(pd.DataFrame([[1, 2]], columns=["mark", "Mark"]))
    assert sorted(rows(relation)[0].values()) == [1, 2]
    assert "another 'Mark'" in relation.notes[0].en


def test_two_sources_can_be_joined_in_one_warehouse(tmp_path: Path):
    file = tmp_path / "shops.csv"
    file.write_text("shop,city\na,Lyon\n")
    with DuckDB() as warehouse:
        marks = open_source(MARKS, warehouse=warehouse)
        shops = open_source(file, warehouse=warehouse)
        joined = exp.select("city", "mark").from_(marks.source).join(shops.source, using=["shop"])
        assert warehouse.fetch(joined).to_pylist() == [{"city": "Lyon", "mark": 9}]


def test_a_table_of_an_engine_is_a_source(opened, rows, tmp_path: Path):
    file = tmp_path / "kept.duckdb"
    with DuckDB(file) as warehouse:
        warehouse.connection.execute('CREATE TABLE "my marks" AS SELECT 9 AS mark')
    relation = opened(f"duckdb://{file}::my marks")
    assert rows(relation) == [{"mark": 9}]
    assert rejects(relation).count == 0


def test_a_relation_is_its_own_source(opened):
    relation = opened(MARKS)
    assert open_source(relation) is relation


def test_a_file_that_is_not_there_names_its_neighbours(opened, tmp_path: Path):
    (tmp_path / "answers.csv").write_text("a\n1\n")
    with pytest.raises(UnreadableSource, match=r"no file.*Did you mean: answers\.csv"):
        opened(tmp_path / "answer.csv")
    with pytest.raises(UnreadableSource, match="no file"):
        opened(tmp_path / "nowhere" / "x.csv")


def test_an_unknown_suffix_lists_the_known_ones(opened, tmp_path: Path):
    file = tmp_path / "letter.docx"
    file.write_text("x")
    with pytest.raises(UnreadableSource, match=r"'\.docx'.*\.csv.*\.sav"):
        opened(file)


def test_suffixes_are_read_in_any_case(opened, tmp_path: Path):
    file = tmp_path / "EXPORT.CSV"
    file.write_text("a\nx\n")
    assert list(opened(file).columns) == ["a"]


def test_what_is_no_source_is_refused():
    with pytest.raises(InvalidArgument, match="a list is no source"):
        open_source([1, 2])


def test_what_the_system_refuses_is_said_in_its_words(opened, tmp_path: Path):
    with pytest.raises(UnreadableSource, match="cannot be read: File name too long"):
        opened(tmp_path / ("x" * 300 + ".csv"))


def test_every_format_is_found_by_scanning():
    assert {".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".jsonl", ".sav"} <= set(formats())


def test_opening_a_csv_imports_no_other_reader():
    code = (
        "import sys, ressenti.sources as s; s.formats();"
        "print({'pandas', 'polars', 'pyreadstat', 'python_calamine', 'duckdb'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
