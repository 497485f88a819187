"""PostgreSQL's own types come out as numbers, texts and times like anyone's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlglot import exp

import ressenti as rs
from ressenti.errors import InvalidExpression
from ressenti.sources import open_source
from ressenti.warehouse.adbc_engine import AdbcEngine
from ressenti.warehouse.engines import connect
from ressenti.warehouse.relations import Kind

TABLE = """
    CREATE TABLE odd_types (
        mark NUMERIC, price NUMERIC(9, 2), shop_number NUMERIC(5, 0), mood mood, code CHAR(3),
        customer UUID, extra JSONB, at TIMESTAMPTZ, small SMALLINT
    )
"""
ROWS = """
    INSERT INTO odd_types VALUES
    (10, 1.50, 12, 'glad', 'a', '48f78d4a-1fe3-4577-b1cb-babf423b2536', '{}', now(), 9),
    (9.0, 2.25, 12, 'glad', 'b', NULL, NULL, NULL, 10),
    (3, NULL, 7, 'sad', NULL, NULL, '[]', now(), 3),
    ('NaN', 1e5, NULL, NULL, 'c', NULL, NULL, now(), NULL)
"""


@pytest.fixture(scope="module")
def source(postgres_url: str) -> Iterator[str]:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(postgres_url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TYPE mood AS ENUM ('sad', 'glad')")
        cursor.execute(TABLE)
        cursor.execute(ROWS)
    yield f"{postgres_url}::odd_types"
    with dbapi.connect(postgres_url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE odd_types")
        cursor.execute("DROP TYPE mood")


def test_the_kinds_of_columns_are_told(source: str) -> None:
    assert dict(open_source(source).columns) == {
        "mark": Kind.NUMBER,
        "price": Kind.NUMBER,
        "shop_number": Kind.NUMBER,
        "mood": Kind.TEXT,
        "code": Kind.TEXT,
        "customer": Kind.TEXT,
        "extra": Kind.OTHER,
        "at": Kind.INSTANT,
        "small": Kind.NUMBER,
    }


def test_a_numeric_column_is_a_scale_like_any_other(source: str) -> None:
    for column in ("mark", "small"):
        (score,) = rs.score(source, f"nps={column}:0-10")
        assert (score.value, score.n, score.n_missing) == (pytest.approx(100 / 3), 3, 1)


def test_whole_numerics_and_enumerations_name_segments(source: str) -> None:
    scores = rs.score(source, "nps=small:0-10", by=["shop_number"])
    assert {score.segment["shop_number"] for score in scores} == {"12", "7", None}
    scores = rs.score(source, "nps=small:0-10", by=["mood"], where="mood <> 'sad'")
    assert {score.segment["mood"] for score in scores} == {"glad"}


def test_a_sum_of_numerics_is_a_double(source: str) -> None:
    relation = open_source(source)
    total = relation.select(exp.Sum(this=relation.column("price")).as_("total"))
    assert relation.warehouse.fetch(total).to_pylist() == [{"total": 100003.75}]


def test_our_session_cannot_write(postgres_url: str) -> None:
    engine = connect(postgres_url)
    assert isinstance(engine, AdbcEngine)
    with pytest.raises(InvalidExpression, match="read-only"):
        engine.execute(["CREATE TABLE written (n INT)"])


def test_one_refused_query_does_not_block_the_next(postgres_url: str) -> None:
    engine = connect(postgres_url)
    with pytest.raises(InvalidExpression, match=r"PostgreSQL refuses the query: .*nowhere"):
        engine.fetch(exp.select("*").from_("nowhere"))
    assert engine.fetch(exp.select("1 AS one")).to_pylist() == [{"one": 1}]
