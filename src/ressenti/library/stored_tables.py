"""Stored tables: rows kept for a while in the embedded engine, and queries of ours over them."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp, parse_one

from ressenti.warehouse.duckdb_engine import DuckDB, own_errors
from ressenti.warehouse.relations import Kind, Relation

RECORD = "record_"
"""The column that holds the number of a record, from 1."""


def numbered_records(relation: Relation) -> Relation:
    """Return the records of a source with their numbers, kept in the embedded engine.

    Numbers are needed because an engine never gives rows in one order twice; the first is 1.
    """
    warehouse = relation.warehouse
    number = exp.Window(this=exp.RowNumber()).as_(RECORD)
    if isinstance(warehouse, DuckDB):
        source: exp.Expr = relation.source.copy()
    else:
        everything = relation.select(*(relation.column(name) for name in relation.columns))
        frame = warehouse.fetch(everything)
        warehouse = DuckDB()
        source = warehouse.registered(frame)
    table = stored(warehouse, exp.select(number, exp.Star()).from_(source))
    return replace(
        relation,
        warehouse=warehouse,
        source=exp.to_table(table),
        columns={RECORD: Kind.NUMBER, **relation.columns},
    )


def stored(warehouse: DuckDB, rows: exp.Query) -> str:
    """Run a query once, keep its rows for the connection's life and return their table's name."""
    table = warehouse.new_table()
    creation = exp.Create(
        this=table,
        kind="TABLE",
        expression=rows,
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
    )
    with own_errors():
        warehouse.connection.execute(creation.sql(dialect=warehouse.dialect))
    return table.name


def query_over(text: str, **tables: str) -> exp.Select:
    """Return a query of ours whose tables stand for others.

    Examples
    --------
    >>> query_over("SELECT count(*) AS n FROM made", made="ressenti_source_2").sql()
    'SELECT COUNT(*) AS n FROM ressenti_source_2 AS made'
    """
    tree = parse_one(text, dialect="duckdb")
    for table in list(tree.find_all(exp.Table)):
        if table.name in tables:
            alias = exp.TableAlias(this=exp.to_identifier(table.alias_or_name))
            table.replace(exp.Table(this=exp.to_identifier(tables[table.name]), alias=alias))
    assert isinstance(tree, exp.Select)  # noqa: S101 - a query of ours is one SELECT
    return tree
