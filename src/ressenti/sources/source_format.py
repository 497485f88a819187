"""Formats: what every file format says of itself, and how the tables of an engine are reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from ressenti.language import Text
from ressenti.sources.options import SourceOptions
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Relation

Opening = Callable[[Path, DuckDB, SourceOptions], Relation]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFormat:
    """A file format that can be opened.

    Parameters
    ----------
    name : Text
    suffixes : tuple of str
        In lower case, with their dot; gzip's is added by the format that undoes it.
    open : callable of Path, DuckDB and SourceOptions to Relation
    """

    name: Text
    suffixes: tuple[str, ...]
    open: Opening


def table_function(name: str, *arguments: exp.Expr, **options: exp.Expr) -> exp.Select:
    """Return the query of all that a table function yields, every text in it quoted.

    Examples
    --------
    >>> rows = table_function("read_parquet", exp.Literal.string("it's.parquet"))
    >>> rows.sql("duckdb")
    "SELECT * FROM READ_PARQUET('it''s.parquet')"
    """
    told = [exp.EQ(this=exp.to_identifier(key), expression=value) for key, value in options.items()]
    return exp.select("*").from_(exp.Anonymous(this=name, expressions=[*arguments, *told]))


def struct(values: Mapping[str, str]) -> exp.Struct:
    """Return the literal of a mapping of text to text."""
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.Literal.string(key), expression=exp.Literal.string(value))
            for key, value in values.items()
        ]
    )
