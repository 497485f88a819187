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
    *(pytest.param(name, marks=MARKS) for name in ("duckdb", "arrow driver", "postgres", "spark")),
    # Its first test starts a master, two workers, a driver and two executors: five times Java.
    pytest.param("spark cluster", marks=(*MARKS, pytest.mark.timeout(300))),
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
        "arrow driver": arrow_driver_engine,
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
            connection.execute(f"CREATE TABLE {quoted(name)} AS FROM frame")
            connection.unregister("frame")
    yield Engine("duckdb", f"duckdb://{file}::", quoted, reply_to)


@contextmanager
def arrow_driver_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give an engine that Ressenti knows by its dialect and its Arrow driver only."""
    with duckdb_engine(request) as engine:
        file = engine.prefix.removeprefix("duckdb://")
        yield Engine("arrow driver", f"duckdb+adbc_driver_duckdb://{file}", quoted, reply_to)


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
    yield Engine("postgres", f"{url}::", lambda table: f"nasty.{quoted(table)}", reply_to)


@contextmanager
def spark_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    session: Any = request.getfixturevalue("spark_session")
    folder: Path = request.getfixturevalue("parquet_folder")
    for name in all_tables():
        session.read.parquet(str(folder / name)).createOrReplaceTempView(f"`{name}`")
    yield Engine("spark", "spark://local[2]::", quoted, reply_to)


@contextmanager
def cluster_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    url = request.getfixturevalue("spark_cluster_url")
    folder: Path = request.getfixturevalue("parquet_folder")
    # As a person sets a driver up; two hundred partitions of three rows each would only be slow.
    conf = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2"}
    submit = " ".join(f"--conf {name}={value}" for name, value in conf.items())
    environment = {**spark_environment(), "PYSPARK_SUBMIT_ARGS": f"{submit} pyspark-shell"}
    with driver_process(environment) as ask:
        yield Engine("spark cluster", f"{url}::", lambda table: str(folder / table), ask)


def quoted(name: str) -> str:
    """Return a table's name between double quotes, as a person writes one with odd signs."""
    return '"' + name.replace('"', '""') + '"'
