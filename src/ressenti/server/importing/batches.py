"""Batches: the records of a file read some at a time, and what is new of them written at once.

What two imports could both find missing is looked for and written under one lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from django.db import connection, transaction

from ressenti.sources.rejects import Reject

BATCH = 1_000
IMPORT_LOCK = 7_205_220

Record = tuple[int, dict[str, str]]
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class SortedOut(Generic[Kept]):
    """Records that are fit to be taken in, and why others are not."""

    kept: Sequence[Kept]
    refused: Sequence[Reject]


class Importer(Protocol[Kept]):
    """What makes something of the records of a file."""

    @property
    def name(self) -> str:
        """What two imports into the same thing have in common."""

    def require_columns(self, record: Mapping[str, str]) -> None:
        """Refuse a file by the columns of its first record."""

    def sorted_out(self, records: Sequence[Record]) -> SortedOut[Kept]:
        """Return what is fit of some records; called once for each, in their order."""

    def new_ones(self, kept: Sequence[Kept]) -> Sequence[Kept]:
        """Return those that are not there, or not as they are told."""

    def write(self, new: Sequence[Kept]) -> None:
        """Write what is new into the journal."""

    def cells_of(self, kept: Kept) -> Mapping[str, str]:
        """Return one of them as a person reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[Kept]):
    """What became of a batch.

    Parameters
    ----------
    records : int
        How many were read.
    new : sequence
        Written, or, in a dry run, to be written.
    unchanged : int
        How many are there as they are told.
    """

    records: int
    kept: Sequence[Kept]
    new: Sequence[Kept]
    refused: Sequence[Reject]

    @property
    def unchanged(self) -> int:
        return len(self.kept) - len(self.new)


def taken_in_batches(
    importer: Importer[Kept],
    records: Iterator[Record],
    *,
    organisation: UUID,
    writes: bool,
    on_batch: Callable[[Done[Kept]], None],
) -> None:
    """Take records in, or only say what that would do.

    Parameters
    ----------
    on_batch : callable of Done
        Told of each batch in the transaction that writes it; what it raises undoes the batch.

    Raises
    ------
    Problem
        When the file has columns that nobody knows, lacks some, or is too long.
    """
    is_first = True
    while batch := list(islice(records, BATCH)):
        if is_first:
            importer.require_columns(batch[0][1])
            is_first = False
        found = importer.sorted_out(batch)
        with transaction.atomic():
            if writes:
                locked(organisation, importer.name)
            new = importer.new_ones(found.kept)
            if writes and new:
                importer.write(new)
            done = Done(records=len(batch), kept=found.kept, new=new, refused=found.refused)
            on_batch(done)


def locked(organisation: UUID, name: str) -> None:
    """Wait until nobody else takes the same thing in; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
            [IMPORT_LOCK, f"{organisation} {name}"],
        )
