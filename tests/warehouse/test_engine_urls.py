"""An engine is a URL; one that cannot be reached says so at once, and tells no secret."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ressenti.errors import EngineUnavailable, InvalidArgument, RessentiError
from ressenti.warehouse.engines import connect, relation_of
from tests.services import free_port


def refusal(url: str) -> EngineUnavailable:
    with pytest.raises(EngineUnavailable) as caught:
        connect(url)
    return caught.value


def test_an_engine_that_nobody_knows_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(InvalidArgument, match="Did you mean: postgres"):
        connect("postgress://here/db")


@pytest.mark.parametrize("url", ["answers", "", "::", "spark://", "duckdb://", "sc://"])
def test_half_a_url_is_no_engine(url: str) -> None:
    with pytest.raises(RessentiError):
        connect(url)


def test_a_postgresql_that_does_not_answer_keeps_its_password_secret() -> None:
    error = refusal(f"postgresql://me:S3cret@127.0.0.1:{free_port()}/db?password=Oth3r")
    for language in ("en", "fr"):
        said = error.to(language)  # type: ignore[arg-type]  # a literal in a tuple is a str to mypy
        assert "127.0.0.1" in said
        assert "S3cret" not in said
        assert "Oth3r" not in said
    assert "Check that the server is started" in str(error)
    assert "PostgreSQL ne répond pas" in error.to("fr")
    assert error.__cause__ is None


def test_a_url_that_postgresql_cannot_read_keeps_its_password_secret() -> None:
    # The driver quotes what it cannot read.
    error = refusal("postgresql://me:S3 cret@[half/db")
    assert "S3" not in str(error)
    assert "cret" not in str(error)
    assert error.__cause__ is None


@pytest.mark.parametrize("scheme", ["spark", "sc"])
def test_a_spark_that_nobody_started_is_told_at_once(scheme: str) -> None:
    error = refusal(f"{scheme}://127.0.0.1:{free_port()}")
    assert "sbin/start-" in str(error)
    assert "personne ne répond" in error.to("fr")


def test_the_token_of_a_connect_server_is_not_shown() -> None:
    assert "S3cret" not in str(refusal(f"sc://127.0.0.1:{free_port()}/;token=S3cret"))


def test_a_process_runs_spark_on_one_master(spark_session: object) -> None:
    error = refusal("spark://local[1]")
    assert "already runs Spark on 'local[2]'" in str(error)


def test_a_missing_pyspark_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    error = refusal("spark://local[2]")
    assert "pip install 'ressenti[spark]'" in str(error)
    assert "Java 17" in error.to("fr")


def test_a_missing_postgresql_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql.dbapi", None)
    assert "pip install 'ressenti[postgres]'" in str(refusal("postgresql://127.0.0.1/db"))


def test_a_missing_driver_of_any_engine_says_what_to_install() -> None:
    error = refusal("snowflake+adbc_driver_snowflake_of_nobody://me:S3cret@account/db")
    assert "pip install 'adbc-driver-snowflake-of-nobody'" in str(error)
    assert "S3cret" not in str(error)


@pytest.mark.parametrize(
    "scheme", ["klingon+adbc_driver_sqlite", "sqlite+os", "sqlite+adbc_driver_"]
)
def test_only_dialects_and_arrow_drivers_make_an_engine(scheme: str) -> None:
    with pytest.raises(InvalidArgument):
        connect(f"{scheme}://file")


def test_a_missing_java_says_what_to_install(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    code = """
from ressenti.errors import EngineUnavailable
from ressenti.warehouse.engines import connect
try:
    connect("spark://local[1]")
except EngineUnavailable as error:
    print(error.to("fr"))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=100,
        env={"PATH": str(tmp_path), "JAVA_HOME": str(tmp_path)},
    )
    assert "Spark a besoin de Java 17" in done.stdout, done.stderr


def test_a_duckdb_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "nowhere.duckdb"
    assert "no DuckDB file" in str(refusal(f"duckdb://{file}"))
    assert not file.exists()


@pytest.mark.parametrize(
    "name", ["", ".", "a..b", "a.b.c.d", 'a"b', '"a', '"a"b', 'answers" WHERE 1=1; --']
)
def test_what_is_no_table_name_is_refused(name: str, tmp_path: Path) -> None:
    import duckdb

    file = tmp_path / "empty.duckdb"
    duckdb.connect(str(file)).close()
    with pytest.raises(InvalidArgument, match="is no table name"):
        relation_of(f"duckdb://{file}::{name}")
