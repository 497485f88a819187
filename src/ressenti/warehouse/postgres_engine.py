"""PostgreSQL, through its Arrow driver; a session that reads and never writes, in UTC."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.generator import Generator
from sqlglot.generators.postgres import PostgresGenerator

from ressenti.errors import InvalidExpression
from ressenti.language import Text
from ressenti.warehouse.adbc_engine import AdbcEngine, connection_of

SETTINGS = (
    "SET TIME ZONE 'UTC'",
    "SET standard_conforming_strings = on",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
)


def postgres_engine(url: str) -> AdbcEngine:
    """Return the connection of a ``postgresql://user:password@host:port/database`` URL.

    Raises
    ------
    EngineUnavailable
        R207, when the driver is not installed or the server does not answer.
    """
    connection = connection_of(
        "adbc_driver_postgresql", url, name="PostgreSQL", package="ressenti[postgres]"
    )
    engine = AdbcEngine(connection, dialect=PortablePostgres.__name__.lower(), name="PostgreSQL")
    engine.execute(SETTINGS)
    return engine


def _as(kind: str, sql: str) -> str:
    return f"CAST({sql} AS {kind})"


def _rounded(generator: Generator, node: exp.Round) -> str:
    # Only NUMERIC rounds to decimals, and it rounds halves away from zero as the others do.
    number = _as("DECIMAL", generator.sql(node, "this"))
    rounded = generator.func("ROUND", number, node.args.get("decimals"))
    return _as("DOUBLE PRECISION", rounded)


def _remainder(generator: Generator, node: exp.Mod) -> str:
    sides = [_as("DECIMAL", generator.sql(node, side)) for side in ("this", "expression")]
    return _as("DOUBLE PRECISION", generator.func("MOD", *sides))


def _joined_texts(generator: Generator, node: exp.Concat) -> str:
    # Without the cast, true would join as t.
    texts = [exp.cast(part.copy(), exp.DType.TEXT) for part in node.expressions]
    return generator.func("CONCAT", *texts)


def _text_after_text(generator: Generator, node: exp.DPipe) -> str:
    sides = [_as("TEXT", generator.sql(node, side)) for side in ("this", "expression")]
    return " || ".join(sides)


def _microseconds(generator: Generator, node: exp.UnixMicros) -> str:
    return _as("BIGINT", f"EXTRACT(EPOCH FROM {generator.sql(node, 'this')}) * 1000000")


def _other_function(generator: Generator, node: exp.Anonymous) -> str:
    if node.name.upper() == "TRY_STRPTIME":
        raise InvalidExpression(
            Text(
                en="PostgreSQL cannot read dates written as text without stopping at the first "
                "that is none.",
                fr="PostgreSQL ne sait pas lire des dates écrites en texte sans s'arrêter à la "
                "première qui n'en est pas une.",
            ),
            hint=Text(
                en="Give a column of type timestamp or date, for instance in a view.",
                fr="Donnez une colonne de type timestamp ou date, par exemple dans une vue.",
            ),
        )
    return generator.anonymous_sql(node)


class PortablePostgres(Postgres):
    """PostgreSQL's SQL, with what it reads in its own way written so that engines agree."""

    class Generator(PostgresGenerator):
        TRANSFORMS: ClassVar[dict[type[exp.Expr], Callable[..., str]]] = {
            **PostgresGenerator.TRANSFORMS,
            exp.Anonymous: _other_function,
            exp.Concat: _joined_texts,
            exp.DPipe: _text_after_text,
            exp.Mod: _remainder,
            exp.Round: _rounded,
            exp.UnixMicros: _microseconds,
        }
