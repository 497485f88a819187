"""Connecting: a source or an engine, opened once and asked several times."""

from __future__ import annotations

from typing import Any

from ressenti.sources import TABLE_MARK, open_source
from ressenti.sources.options import options_of
from ressenti.warehouse.engines import connect as engine_of
from ressenti.warehouse.engines import is_spark_session, table_relation
from ressenti.warehouse.relations import Relation, Warehouse

URL_MARK = "://"


def connect(source: Any, table: str | None = None, **reading: Any) -> Relation | Warehouse:
    """Return what can be scored again and again: a table, a file, a frame; or an engine.

    Parameters
    ----------
    source : path, data frame, ``"engine-url::table"``, ``"engine-url"`` or a Spark session
    table : str or None
        A table, view or Parquet path of the engine; without it, an engine is returned as it is.
    reading
        How a file is to be read, as for :func:`ressenti.score`.

    Raises
    ------
    EngineUnavailable
        R207, when the engine cannot be reached, with what to install or start.
    UnreadableSource
        R200, when nothing is there or no format reads it.

    Examples
    --------
    >>> import pyarrow as pa
    >>> answers = connect(pa.table({"mark": [10, 3]}))
    >>> list(answers.columns)
    ['mark']
    """
    is_url = isinstance(source, str) and URL_MARK in source and TABLE_MARK not in source
    if is_url or (table is not None and not isinstance(source, str)):
        warehouse = engine_of(source)
        return warehouse if table is None else table_relation(warehouse, table)
    if is_spark_session(source):
        return engine_of(source)
    return open_source(source, options=options_of(reading))
