"""Frames: pandas, polars and Arrow tables, read where they stand."""

from __future__ import annotations

from typing import Any

from ressenti.language import Text
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Relation

ARROW_STREAM = "__arrow_c_stream__"
FRAME_TYPES = frozenset({"DataFrame", "LazyFrame"})


def is_frame(source: object) -> bool:
    """Tell whether an object is a table of pandas or polars, or gives an Arrow stream.

    Examples
    --------
    >>> import pyarrow as pa
    >>> is_frame(pa.table({"mark": [9]})), is_frame([9])
    (True, False)
    """
    return hasattr(source, ARROW_STREAM) or type(source).__name__ in FRAME_TYPES


def relation_of_frame(frame: Any, warehouse: DuckDB) -> Relation:
    """Return the relation of a frame, which must not change as long as the relation is used.

    The index of a pandas frame is no column. Of two columns with one name, or with names that
    differ by case, the second is renamed and noted.
    """
    from pyarrow import RecordBatchReader

    # A reader can be read once, and a relation is read as often as it is asked.
    kept = frame.read_all() if isinstance(frame, RecordBatchReader) else frame
    name = f"{type(frame).__module__.partition('.')[0]} {type(frame).__name__}"
    relation = warehouse.relation(warehouse.registered(kept), name=name)
    notes = renamed_notes(own_names(kept), list(relation.columns))
    return warehouse.relation(relation.source, name=name, notes=notes) if notes else relation


def own_names(frame: Any) -> list[str]:
    from pyarrow import RecordBatch, Table

    if type(frame).__name__ == "LazyFrame":
        return list(frame.collect_schema().names())
    if isinstance(frame, Table | RecordBatch):
        return list(frame.schema.names)
    return [str(name) for name in getattr(frame, "columns", ())]


def renamed_notes(before: list[str], after: list[str]) -> tuple[Text, ...]:
    return tuple(
        Text(
            en=f"Column {number} is another '{old}'; it is called '{new}'.",
            fr=f"La colonne {number} est un autre « {old} » ; elle est appelée « {new} ».",
        )
        for number, (old, new) in enumerate(zip(before, after, strict=False), start=1)
        if old != new
    )
