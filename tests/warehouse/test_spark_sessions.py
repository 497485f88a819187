"""A Spark session belongs to whoever opened it: it is used as it is found, and left so."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ressenti as rs
from ressenti.errors import InvalidExpression, UnreadableSource
from ressenti.sources import open_source
from ressenti.warehouse.engines import connect
from ressenti.warehouse.relations import Kind
from ressenti.warehouse.spark_engine import SETTINGS, Spark
from tests.warehouse.nasty_tables import SATISFACTION, SHOP, survey

PARIS = {"per": "day", "at": "answered_at", "time_zone": "Europe/Paris"}
ZONE = "spark.sql.session.timeZone"


@pytest.fixture
def far_session(spark_session: Any) -> Iterator[Any]:
    """Give the session in a zone far from UTC, without the ANSI rules, as some people's is."""
    own = {ZONE: "Pacific/Auckland", "spark.sql.ansi.enabled": "false"}
    before = {name: spark_session.conf.get(name) for name in own}
    for name, value in own.items():
        spark_session.conf.set(name, value)
    yield spark_session
    for name, value in before.items():
        spark_session.conf.set(name, value)


@pytest.fixture
def frame(far_session: Any, parquet_folder: Path) -> Any:
    return far_session.read.parquet(str(parquet_folder / "survey"))


def test_a_spark_frame_is_a_source(frame: Any) -> None:
    here = rs.score(survey()[0], "nps=mark:0-10", **PARIS)
    there = rs.score(frame, "nps=mark:0-10", **PARIS)
    assert there.to_dicts() == here.to_dicts()


def test_a_session_and_a_table_are_a_source(far_session: Any, frame: Any) -> None:
    frame.createOrReplaceTempView("found")
    here = rs.score(survey()[0], "nps=mark:0-10", **PARIS)
    assert rs.score((far_session, "found"), "nps=mark:0-10", **PARIS).to_dicts() == here.to_dicts()
    far_session.catalog.dropTempView("found")


def test_a_session_keeps_its_own_settings(far_session: Any, frame: Any) -> None:
    rs.score(frame, "nps=mark:0-10", **PARIS)
    with pytest.raises(InvalidExpression):
        rs.score(frame, "nps=mark:0-10", where="CAST(mark AS DATE) = '2024-01-01'")
    assert far_session.conf.get(ZONE) == "Pacific/Auckland"
    assert far_session.conf.get("spark.sql.ansi.enabled") == "false"
    assert set(SETTINGS) > {ZONE}


def test_nothing_is_left_in_the_catalogue(far_session: Any, frame: Any) -> None:
    # Frames that earlier tests forgot leave with the next collection.
    gc.collect()
    before = {table.name for table in far_session.catalog.listTables()}
    relation = open_source(frame)
    added = {table.name for table in far_session.catalog.listTables()} - before
    assert len(added) == 1
    del relation
    gc.collect()
    assert added.isdisjoint(table.name for table in far_session.catalog.listTables())


def test_closing_leaves_a_session_of_someone_else_open(spark_session: Any) -> None:
    warehouse = connect(spark_session)
    warehouse.close()
    assert isinstance(warehouse, Spark)
    assert spark_session.range(3).count() == 3


def test_the_kinds_of_columns_are_told(frame: Any) -> None:
    assert dict(open_source(frame).columns) == {
        "mark": Kind.TEXT,
        SATISFACTION: Kind.NUMBER,
        SHOP: Kind.TEXT,
        "answered_at": Kind.INSTANT,
        "wall_clock": Kind.WALL_TIME,
        "day": Kind.DATE,
        "day as text": Kind.TEXT,
        "wait": Kind.NUMBER,
        "wait as text": Kind.TEXT,
        "weight": Kind.NUMBER,
        "is_late": Kind.BOOLEAN,
    }


def test_a_folder_that_is_not_there_is_unreadable(spark_session: Any, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="nowhere"):
        open_source(f"spark://local[2]::{tmp_path / 'nowhere'}")


def test_a_single_parquet_file_is_a_source(spark_session: Any, parquet_folder: Path) -> None:
    file = parquet_folder / "awkward_names" / "part-0.parquet"
    assert rs.score(f"spark://local[2]::{file}", "aht/standard", facts="contacts")[0].n == 3


def test_what_spark_refuses_is_said_once_and_in_one_line(
    spark_session: Any, frame: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InvalidExpression) as caught:
        rs.score(frame, "nps=mark:0-10", where="CAST(mark AS TIMESTAMP) > '2024-01-01'")
    assert "\n" not in str(caught.value)
    assert "Spark refuse la requête" in caught.value.to("fr")
    assert "SQLQueryContextLogger" not in capfd.readouterr().err
