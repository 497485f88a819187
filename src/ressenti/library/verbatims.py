"""Verbatims: the texts of a source with whose they are, a batch at a time and in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

import pyarrow as pa
from sqlglot import exp

from ressenti.library.times import instant
from ressenti.warehouse.duckdb_engine import DuckDB, own_errors
from ressenti.warehouse.relations import Kind, Relation
from ressenti.warehouse.rendering import rendered

BATCH: Final = 4096
ALONE: Final = b"text "
"""What stands before the number of a text whose writer is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbatimColumns:
    """Which columns say what.

    Parameters
    ----------
    text : str
    respondent : str or None
        Who wrote it; without one, and where it is blank, every text has a writer of its own.
    identifier : str or None
        What calls a text; its number from 1 where there is none.
    written_at : str or None
    mark : str or None
        What a person found in it.
    dates : {"dmy", "mdy", "ymd"} or None
        Order of the parts of dates written as text.
    time_zone : str
        The zone of times that do not say theirs.
    """

    text: str
    respondent: str | None = None
    identifier: str | None = None
    written_at: str | None = None
    mark: str | None = None
    dates: str | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbatimBatch:
    """Some texts in a row.

    Attributes
    ----------
    first : int
        Place of the first of them in the source, from 0.
    respondents : sequence of int
        A number of 64 bits for who wrote each.
    marks : sequence of str or None
        What a person found in each, as told; None where nobody read it yet.
    """

    first: int
    texts: Sequence[str | None]
    respondents: Sequence[int]
    identifiers: Sequence[str]
    written_at: Sequence[datetime | None]
    marks: Sequence[str | None]

    @property
    def end(self) -> int:
        return self.first + len(self.texts)


def verbatim_batches(
    relation: Relation, columns: VerbatimColumns, *, skip: int = 0
) -> Iterator[VerbatimBatch]:
    """Give the texts of a source after the first ``skip`` ones.

    Raises
    ------
    UnknownColumn
        R101, with the nearest names.
    AmbiguousDates
        R203, when text dates could be read in two orders.
    """
    first = 0
    for rows in _record_batches(relation, _query(relation, columns)):
        kept = rows.slice(max(0, skip - first))
        if len(kept):
            yield _batch(kept, first + len(rows) - len(kept))
        first += len(rows)


def respondent_number(respondent: str | None, place: int) -> int:
    """Return the number of 64 bits that stands for a respondent.

    Examples
    --------
    >>> respondent_number("c12", 0) == respondent_number("c12", 7)
    True
    >>> respondent_number(None, 0) == respondent_number(None, 7)
    False
    """
    told = ALONE + str(place).encode() if respondent is None else b"by " + respondent.encode()
    return int.from_bytes(blake2b(told, digest_size=8).digest(), "little")


def name_of(value: Any) -> str | None:
    """Return an identifier as text, the same whichever kind of file held it.

    Examples
    --------
    >>> name_of(12.0), name_of(" 12 "), name_of("")
    ('12', '12', None)
    """
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None


def _query(relation: Relation, columns: VerbatimColumns) -> exp.Select:
    selected: list[exp.Expr] = [exp.cast(relation.column(columns.text), "VARCHAR").as_("text_")]
    told_by = ((columns.respondent, "respondent_"), (columns.identifier, "id_"))
    for column, name in (*told_by, (columns.mark, "mark_")):
        if column is not None:
            selected.append(relation.column(column).as_(name))
    if columns.written_at is not None:
        tree = relation.column(columns.written_at)
        kind = relation.columns.get(tree.name, Kind.OTHER)
        moment = instant(tree, kind, relation, dates=columns.dates, zone=columns.time_zone)
        selected.append(moment.as_("written_"))
    return relation.select(*selected)


def _record_batches(relation: Relation, query: exp.Select) -> Iterator[pa.RecordBatch]:
    warehouse = relation.warehouse
    if not isinstance(warehouse, DuckDB):
        yield from warehouse.fetch(query).to_batches(max_chunksize=BATCH)
        return
    with own_errors():
        yield from warehouse.connection.sql(rendered(query, warehouse.dialect)).to_arrow_reader(
            BATCH
        )


def _batch(rows: pa.RecordBatch, first: int) -> VerbatimBatch:
    def column(name: str) -> list[Any]:
        held = name in rows.schema.names
        return rows.column(name).to_pylist() if held else [None] * len(rows)

    places = range(first, first + len(rows))
    writers = map(name_of, column("respondent_"))
    names = map(name_of, column("id_"))
    return VerbatimBatch(
        first=first,
        texts=column("text_"),
        respondents=[respondent_number(who, at) for who, at in zip(writers, places, strict=True)],
        identifiers=[name or str(at + 1) for name, at in zip(names, places, strict=True)],
        written_at=column("written_"),
        marks=list(map(name_of, column("mark_"))),
    )
