"""The embedded engine answers trees with Arrow tables and says clearly what it cannot open."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from sqlglot import exp, parse_one

from ressenti.errors import EngineUnavailable, InvalidExpression, UnreadableSource
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Kind


@pytest.fixture
def warehouse() -> Iterator[DuckDB]:
    with DuckDB() as warehouse:
        yield warehouse


def query(sql: str) -> exp.Query:
    tree = parse_one(sql, dialect="duckdb")
    assert isinstance(tree, exp.Query)
    return tree


def test_a_query_is_answered_with_an_arrow_table(warehouse: DuckDB):
    rows = warehouse.fetch(query("SELECT unnest([1, 2]) AS n, 'x' AS t"))
    assert rows.to_pylist() == [{"n": 1, "t": "x"}, {"n": 2, "t": "x"}]


def test_every_kind_of_column_is_told_in_order_without_running(warehouse: DuckDB):
    kinds = warehouse.kinds(
        query(
            "SELECT 'a' AS t, 1.5::DECIMAL(9, 2) AS n, true AS b, DATE '2024-01-01' AS d, "
            "TIMESTAMP '2024-01-01' AS w, TIMESTAMPTZ '2024-01-01' AS i, [1] AS o, "
            "error('it ran') AS e, 'x'::ENUM('x', 'y') AS v"
        )
    )
    assert list(kinds) == ["t", "n", "b", "d", "w", "i", "o", "e", "v"]
    assert list(kinds.values())[:7] == [
        Kind.TEXT,
        Kind.NUMBER,
        Kind.BOOLEAN,
        Kind.DATE,
        Kind.WALL_TIME,
        Kind.INSTANT,
        Kind.OTHER,
    ]
    assert kinds["v"] is Kind.TEXT


def test_the_session_is_in_utc_and_reaches_no_network(warehouse: DuckDB):
    row = warehouse.fetch(
        query(
            "SELECT current_setting('TimeZone') AS zone, "
            "current_setting('autoload_known_extensions') AS loads, "
            "current_setting('autoinstall_known_extensions') AS installs"
        )
    ).to_pylist()[0]
    assert row == {"zone": "UTC", "loads": False, "installs": False}


def test_a_misspelt_table_never_becomes_a_python_variable(warehouse: DuckDB):
    secret = pa.table({"n": [1]})
    with pytest.raises(InvalidExpression, match="secret"):
        warehouse.fetch(query("SELECT * FROM secret"))
    assert secret.num_rows == 1


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow"])
def test_a_frame_is_read_where_it_stands(warehouse: DuckDB, library: str):
    frame: object = pa.table({"mark": [9, None, 3], "shop": ["a", "b", None]})
    if library == "pandas":
        frame = frame.to_pandas()  # type: ignore[attr-defined]  # pyarrow publishes no types
    elif library == "polars":
        frame = pytest.importorskip("polars").from_arrow(frame)
    relation = warehouse.relation(warehouse.registered(frame), name="frame")
    assert relation.columns == {"mark": Kind.NUMBER, "shop": Kind.TEXT}
    total = relation.select(exp.func("sum", relation.column("mark")).as_("total"))
    assert warehouse.fetch(total).to_pylist() == [{"total": 12}]


def test_two_sources_of_one_connection_have_different_names(warehouse: DuckDB):
    first = warehouse.view(query("SELECT 1 AS n"))
    second = warehouse.view(query("SELECT 2 AS n"))
    both = exp.select("a.n AS x", "b.n AS y").from_(first.as_("a")).join(second.as_("b"))
    assert warehouse.fetch(both).to_pylist() == [{"x": 1, "y": 2}]


def test_a_view_is_not_written_into_the_database_file(tmp_path: Path):
    file = tmp_path / "kept.duckdb"
    with DuckDB(file) as warehouse:
        warehouse.view(query("SELECT 1 AS n"))
    with DuckDB(file, read_only=True) as warehouse:
        views = query("SELECT view_name FROM duckdb_views() WHERE NOT internal")
        assert warehouse.fetch(views).num_rows == 0


def test_a_locked_file_names_who_holds_it_and_what_to_do(tmp_path: Path):
    file = tmp_path / "held.duckdb"
    holder = (
        "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(EngineUnavailable) as caught:
            DuckDB(file)
        process.communicate("\n")
    assert f"number {process.pid}" in str(caught.value)
    assert "Parquet" in str(caught.value)
    assert f"numéro {process.pid}" in caught.value.to("fr")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path):
    file = tmp_path / "notes.duckdb"
    file.write_text("hello")
    with pytest.raises(EngineUnavailable, match="not a valid DuckDB database"):
        DuckDB(file)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path):
    with pytest.raises(EngineUnavailable, match="No such file"):
        DuckDB(tmp_path / "nowhere" / "x.duckdb")


@pytest.mark.parametrize("sql", ["SELECT nowhere FROM (SELECT 1 AS n)", "SELECT CAST('x' AS INT)"])
def test_a_query_the_engine_refuses_is_an_invalid_expression(warehouse: DuckDB, sql: str):
    with pytest.raises(InvalidExpression, match="DuckDB refuses"):
        warehouse.fetch(query(sql))


def test_a_broken_file_under_a_query_is_an_unreadable_source(warehouse: DuckDB, tmp_path: Path):
    file = tmp_path / "broken.parquet"
    file.write_bytes(b"PAR1 and then nothing that Parquet knows")
    with pytest.raises(UnreadableSource, match=r"broken\.parquet"):
        warehouse.fetch(query(f"SELECT * FROM read_parquet('{file}')"))


def test_temporary_files_go_when_the_connection_closes():
    warehouse = DuckDB()
    folder = warehouse.scratch_folder()
    (folder / "copy.csv").write_text("a\n1\n")
    assert warehouse.scratch_folder() == folder
    warehouse.close()
    assert not folder.exists()


def test_temporary_files_go_when_the_connection_is_forgotten():
    warehouse = DuckDB()
    folder = warehouse.scratch_folder()
    del warehouse
    gc.collect()
    assert not folder.exists()


def test_importing_the_engine_does_not_import_duckdb():
    code = "import sys, ressenti.warehouse.duckdb_engine; print('duckdb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
