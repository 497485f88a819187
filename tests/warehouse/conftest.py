"""One fixture for every engine: DuckDB, PostgreSQL, Spark in this process, a Spark cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.services import spark_environment
from tests.warehouse.asking import Engine, driver_process, reply_to
from tests.warehouse.nasty_tables import all_tables

# The servers are started once, in one of pytest-xdist's processes.
MARKS = (pytest.mark.warehouse, pytest.mark.xdist_group("engines"))
ENGINES = [
    pytest.param(name, marks=MARKS) for name in ("duckdb", "postgres", "spark", "spark cluster")
]


@pytest.fixture(scope="session")
def parquet_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one folder of Parquet for every nasty table."""
    folder = tmp_path_factory.mktemp("tables")
    for name, table in all_tables().items():
        (folder / name).mkdir()
        pq.write_table(table, folder / name / "part-0.parquet")
    return folder


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give each engine in turn, with the nasty tables loaded."""
    with {
        "duckdb": duckdb_engine,
        "postgres": postgres_engine,
        "spark": spark_engine,
        "spark cluster": cluster_engine,
    }[request.param](request) as engine:
        yield engine


@contextmanager
def duckdb_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    file = request.getfixturevalue("tmp_path_factory").mktemp("duckdb") / "nasty.duckdb"
    with duckdb.connect(str(file)) as connection:
        for name, table in all_tables().items():
            connection.register("frame", table)
            connection.execute(f'CREATE TABLE "{name}" AS FROM frame')
            connection.unregister("frame")
    yield Engine("duckdb", lambda table: f"duckdb://{file}::{table}", reply_to)


@contextmanager
def postgres_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    from adbc_driver_postgresql import dbapi

    url = request.getfixturevalue("postgres_url")
    with dbapi.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        # Far from UTC: a session that keeps the server's zone would show.
        cursor.execute("ALTER DATABASE postgres SET TimeZone = 'America/New_York'")
        cursor.execute("CREATE SCHEMA nasty")
        for name, table in all_tables().items():
            cursor.adbc_ingest(name, table, mode="create", db_schema_name="nasty")
    yield Engine("postgres", lambda table: f"{url}::nasty.{table}", reply_to)


@contextmanager
def spark_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    session: Any = request.getfixturevalue("spark_session")
    folder: Path = request.getfixturevalue("parquet_folder")
    for name in all_tables():
        session.read.parquet(str(folder / name)).createOrReplaceTempView(name)
    yield Engine("spark", lambda table: f"spark://local[2]::{table}", reply_to)


@contextmanager
def cluster_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    url = request.getfixturevalue("spark_cluster_url")
    folder: Path = request.getfixturevalue("parquet_folder")
    with driver_process(spark_environment()) as ask:
        yield Engine("spark cluster", lambda table: f"{url}::{folder / table}", ask)
