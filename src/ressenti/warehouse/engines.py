"""Engines: from a URL to a warehouse, and from a table of it to a relation.

``postgresql://…::schema.table``, ``spark://host:7077::database.table``, ``sc://host:15002::table``,
``duckdb:///file.duckdb::table`` and ``dialect+adbc_driver_name://…::table``. A table's name is
taken as it is written and quoted, whatever it holds; it is never a piece of SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlglot import exp

from ressenti.errors import (
    EngineUnavailable,
    InvalidArgument,
    InvalidExpression,
    Place,
    UnreadableSource,
    known_names_hint,
)
from ressenti.language import Text
from ressenti.warehouse.adbc_engine import adbc_engine
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.postgres_engine import postgres_engine
from ressenti.warehouse.relations import Relation, Warehouse
from ressenti.warehouse.spark_engine import Spark
from ressenti.warehouse.spark_sessions import spark_engine

TABLE_MARK = "::"
NAME_PART = re.compile(r'"(?P<quoted>(?:[^"\0]|"")+)"|(?P<plain>[^".\0]+)')


def connect(engine: Any) -> Warehouse:
    """Return the warehouse of a URL or of an open Spark session.

    Raises
    ------
    InvalidArgument
        R102, for a URL that no engine knows.
    EngineUnavailable
        R207, when the engine cannot be reached, with what to install or start.

    Examples
    --------
    >>> connect("oracle://db")
    Traceback (most recent call last):
    ressenti.errors.InvalidArgument: [R102] no engine is called 'oracle'. Known: duckdb, postgres, \
postgresql, sc, spark.
    """
    if is_spark_session(engine):
        return Spark(engine)
    scheme, mark, _ = str(engine).partition("://")
    if mark and "+adbc_driver" in scheme:
        return adbc_engine(str(engine))
    if not mark or scheme not in OPENERS:
        raise InvalidArgument(
            Text(
                en=f"no engine is called '{scheme}'.",
                fr=f"aucun moteur ne s'appelle « {scheme} ».",
            ),
            hint=known_names_hint(scheme, OPENERS),
        )
    return OPENERS[scheme](str(engine))


def relation_of(source: Any) -> Relation:
    """Return the relation of ``engine-url::table``, of a Spark frame or of (session, table).

    Raises
    ------
    InvalidArgument
        R102, when the URL or the table's name cannot be read.
    UnreadableSource
        R200, when the engine has no such table.
    EngineUnavailable
        R207, when the engine cannot be reached.
    """
    if isinstance(source, str):
        url, _, name = source.rpartition(TABLE_MARK)
        return table_relation(connect(url), name)
    if isinstance(source, tuple):
        session, name = source
        return table_relation(connect(session), name)
    warehouse = Spark(source.sparkSession)
    return _described(warehouse, warehouse.view(source), "Spark DataFrame")


def is_engine_source(source: object) -> bool:
    """Tell whether an object is a Spark frame, or a Spark session and the name of a table.

    Examples
    --------
    >>> is_engine_source([9]), is_engine_source(("a", "b"))
    (False, False)
    """
    if isinstance(source, tuple):
        return len(source) == 2 and is_spark_session(source[0])
    return _is_of_spark(source, "DataFrame")


def is_spark_session(engine: object) -> bool:
    return _is_of_spark(engine, "SparkSession")


def table_relation(warehouse: Warehouse, name: str) -> Relation:
    """Return the relation of a table, a view or, on Spark, a Parquet file or folder.

    Parameters
    ----------
    warehouse : Warehouse
    name : str
        ``table``, ``schema.table`` or ``catalog.schema.table``, as written in the engine's
        catalogue; a part with a dot or a quotation mark stands between double quotes.

    Raises
    ------
    InvalidArgument
        R102, when it is no name.
    UnreadableSource
        R200, when the engine has no such table.
    """
    if isinstance(warehouse, Spark) and ("/" in name or name.endswith(".parquet")):
        return _described(warehouse, exp.table_(name, db="parquet", quoted=True), name)
    return _described(warehouse, table_named(name), name)


def table_named(name: str) -> exp.Table:
    """Return the quoted table of a name; nothing in the name is read as SQL.

    Raises
    ------
    InvalidArgument
        R102, when it is no name.

    Examples
    --------
    >>> table_named('sales.answers; DROP TABLE "x"')
    Traceback (most recent call last):
    ressenti.errors.InvalidArgument: [R102] 'sales.answers; DROP TABLE "x"' is no table name. \
Write table or schema.table; a part with odd signs stands between double quotes.
    >>> table_named("sales.answers; DROP TABLE x").sql()
    '"sales"."answers; DROP TABLE x"'
    """
    parts: list[str] = []
    place = 0
    while (found := NAME_PART.match(name, place)) is not None:
        quoted = found["quoted"]
        parts.append(found["plain"] if quoted is None else quoted.replace('""', '"'))
        place = found.end() + 1
        if name[found.end() : place] != ".":
            break
    if place != len(name) + 1 or not 1 <= len(parts) <= 3:
        raise InvalidArgument(
            Text(en=f"'{name}' is no table name.", fr=f"« {name} » n'est pas un nom de table."),
            hint=Text(
                en="Write table or schema.table; a part with odd signs stands between double "
                "quotes.",
                fr="Écrivez table ou schéma.table ; une partie avec des signes spéciaux s'écrit "
                "entre guillemets droits.",
            ),
        )
    table, database, catalog = [*reversed(parts), None, None][:3]
    return exp.table_(str(table), db=database, catalog=catalog, quoted=True)


def _described(warehouse: Warehouse, table: exp.Table, name: str) -> Relation:
    try:
        columns = warehouse.kinds(exp.select("*").from_(table.copy()))
    except InvalidExpression as error:
        raise UnreadableSource(
            error.message,
            hint=Text(
                en="Write the table as the catalogue does, capitals included: schema.table.",
                fr="Écrivez la table comme dans le catalogue, majuscules comprises : schéma.table.",
            ),
            place=Place(file=name),
        ) from error
    return Relation(warehouse=warehouse, source=table, columns=columns, name=name)


def _is_of_spark(thing: object, name: str) -> bool:
    # By name: importing pyspark to find that a list is no frame would take a second.
    return any(
        kind.__name__ == name and kind.__module__.startswith("pyspark.sql.")
        for kind in type(thing).__mro__
    )


def _duckdb_engine(url: str) -> DuckDB:
    path = Path(url.removeprefix("duckdb://"))
    if path == Path():
        raise InvalidArgument(
            Text(
                en="the URL names no file: write duckdb:///folder/file.duckdb.",
                fr="l'URL ne nomme aucun fichier : écrivez duckdb:///dossier/fichier.duckdb.",
            )
        )
    if not path.is_file():
        raise EngineUnavailable(
            Text(
                en=f"there is no DuckDB file '{path}'.",
                fr=f"il n'y a pas de fichier DuckDB « {path} ».",
            )
        )
    return DuckDB(path, read_only=True)


OPENERS: Mapping[str, Callable[[str], Warehouse]] = {
    "duckdb": _duckdb_engine,
    "postgres": postgres_engine,
    "postgresql": postgres_engine,
    "sc": spark_engine,
    "spark": spark_engine,
}
