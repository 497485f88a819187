"""Rendering: the text of a query tree, written once for trees that are equal."""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

KEPT_TEXTS = 256


@lru_cache(maxsize=KEPT_TEXTS)
def rendered(query: exp.Query, dialect: str, *, pretty: bool = False) -> str:
    """Return the SQL of a tree in an engine's dialect.

    Examples
    --------
    >>> rendered(exp.select("mark").from_("answers"), "duckdb")
    'SELECT mark FROM answers'
    """
    return query.sql(dialect=dialect, pretty=pretty)
