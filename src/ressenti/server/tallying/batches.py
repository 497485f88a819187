"""One batch of the tallier: entries in, record and tallies out, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection

from ressenti.server.tallying.cells import CellChanges
from ressenti.server.tallying.events import forget_customer_events, save_events
from ressenti.server.tallying.kinds import EntryKind
from ressenti.server.tallying.record import forget_responses, save_responses, stored_responses
from ressenti.server.tallying.responses import (
    Page,
    RecordedResponse,
    after_page,
    counted_answers,
)
from ressenti.server.tallying.statements import (
    ADD_CELLS,
    ASK_RECOUNT,
    CELLS_OF_BATCH,
    COPY_CELLS,
    EMPTY_ENTRIES,
    MOVE_POSITION,
    NEXT_ENTRIES,
    ORGANISATIONS,
    POSITION,
    RESPONSES_OF_CUSTOMER,
    WAKE_COCKPITS,
)

Row = tuple[Any, ...]
LONGEST_NOTICE = 7_000
COMMENTS = "comments"
"""What notices say of comments, which no tally counts."""


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where the journal has been added: a transaction, and an entry in it."""

    transaction: str
    entry: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the journal."""

    id: int
    transaction: str
    organisation: UUID
    response: UUID
    kind: int
    received_at: datetime
    payload: Mapping[str, Any]

    @property
    def position(self) -> Position:
        return Position(self.transaction, self.id)


@dataclass(slots=True)
class Batch:
    """What a batch has found out so far about the responses it changes."""

    zones: Mapping[UUID, ZoneInfo]
    changes: CellChanges
    before: dict[UUID, RecordedResponse]
    after: dict[UUID, RecordedResponse | None] = field(default_factory=dict)

    def now(self, response: UUID) -> RecordedResponse | None:
        """Return a response as the entries read so far leave it."""
        return self.after[response] if response in self.after else self.before.get(response)

    def count_changes(self) -> None:
        """Take away what changed responses had added, and add what they add now."""
        for response, after in self.after.items():
            before = self.before.get(response)
            for answer in () if before is None else counted_answers(before):
                self.changes.add(answer, sign=-1)
            for answer in () if after is None else counted_answers(after):
                self.changes.add(answer, sign=1)

    def touched(self) -> dict[UUID, set[str]]:
        """Return which tallies of which organisations change, and whose comments do."""
        found = self.changes.tallies()
        for response, after in self.after.items():
            for one in (self.before.get(response), after):
                if one is not None and any(answer.text for answer in one.answers):
                    found.setdefault(one.organisation, set()).add(COMMENTS)
        return found


def position(connection: Connection[Row]) -> Position:
    """Return how far the tallier has come."""
    row = connection.execute(POSITION).fetchone()
    return Position("0", 0) if row is None else Position(row[0].split(".")[0], row[1])


def next_entries(connection: Connection[Row], after: Position, *, most: int) -> list[Entry]:
    """Return the next entries in commit order, none of which anything can still precede."""
    asked = {"transaction": after.transaction, "entry": after.entry, "most": most}
    rows = connection.execute(NEXT_ENTRIES, asked)
    return [
        Entry(entry, transaction, organisation, response, kind, received_at, payload)
        for entry, transaction, organisation, response, kind, received_at, payload in rows
    ]


def add_entries(connection: Connection[Row], entries: Sequence[Entry], after: Position) -> None:
    """Project entries into the record and the tallies, and move the position past them.

    Everything happens in one transaction: whatever is killed, each entry counts exactly once.

    Parameters
    ----------
    after : Position
        Where the entries were read from; when the position moved meanwhile nothing is written.
    """
    with connection.transaction():
        # While tallies are made anew nothing is added to them, nor are their sets read.
        connection.execute("LOCK TABLE ressenti_tallyposition IN ROW EXCLUSIVE MODE")
        project(connection, entries)
        move_position(connection, after, entries[-1].position)


def move_position(connection: Connection[Row], was: Position, now: Position) -> None:
    """Move the position; refuse when somebody else moved it."""
    moved = connection.execute(
        MOVE_POSITION,
        {
            "transaction": now.transaction,
            "entry": now.entry,
            "was_transaction": was.transaction,
            "was_entry": was.entry,
        },
    )
    if moved.rowcount != 1:
        raise PositionMoved


class PositionMoved(Exception):  # noqa: N818 - named after what is wrong, as in errors.py
    """Another tallier moved the position: what was read must be read again."""


def project(connection: Connection[Row], entries: Sequence[Entry]) -> None:
    """Write what entries say into the record and the tallies."""
    # An entry about a survey that is not there must be refused here, not at the commit.
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    batch = _begun(connection, entries)
    for entry in entries:
        # An entry emptied by an erasure says nothing any more.
        if "erased" not in entry.payload:
            _read(connection, entry, batch)
    batch.count_changes()
    save_responses(connection, [one for one in batch.after.values() if one is not None])
    forget_responses(connection, [key for key, one in batch.after.items() if one is None])
    _save_cells(connection, batch.changes)
    for notice in notices(batch.touched()):
        connection.execute(WAKE_COCKPITS, [notice])


def _begun(connection: Connection[Row], entries: Sequence[Entry]) -> Batch:
    organisations = {entry.organisation for entry in entries}
    told = connection.execute(ORGANISATIONS, [list(organisations)]).fetchall()
    return Batch(
        zones={organisation: ZoneInfo(zone) for organisation, zone, _sets in told},
        changes=CellChanges(
            {organisation: tuple(map(tuple, sets)) for organisation, _zone, sets in told}
        ),
        before=stored_responses(connection, {entry.response for entry in entries}),
    )


def _read(connection: Connection[Row], entry: Entry, batch: Batch) -> None:
    match entry.kind:
        case EntryKind.RESPONSE:
            page = Page(entry.id, entry.organisation, entry.response, entry.payload)
            zone = batch.zones[entry.organisation]
            batch.after[entry.response] = after_page(batch.now(entry.response), page, zone=zone)
        case EntryKind.REMOVAL:
            _remove(connection, batch, [UUID(entry.payload["response"])])
        case EntryKind.ERASURE:
            _erase(connection, batch, entry)
        case EntryKind.FACTS:
            save_events(connection, entry.organisation, entry.payload)
            connection.execute(ASK_RECOUNT, [entry.organisation, entry.payload["fact"]])


def _remove(connection: Connection[Row], batch: Batch, responses: Sequence[UUID]) -> None:
    """Take responses away, and out of the journal what they said."""
    unknown = [one for one in responses if one not in batch.before and one not in batch.after]
    batch.before |= stored_responses(connection, unknown)
    for response in responses:
        batch.after[response] = None
    connection.execute(EMPTY_ENTRIES, [list(responses)])


def _erase(connection: Connection[Row], batch: Batch, entry: Entry) -> None:
    """Forget a person: their responses, in this batch too, and the events they were part of."""
    customer = UUID(entry.payload["customer"])
    rows = connection.execute(RESPONSES_OF_CUSTOMER, [entry.organisation, customer])
    found = {row[0] for row in rows}
    found |= {key for key, one in batch.after.items() if one and one.customer == customer}
    _remove(connection, batch, sorted(found))
    if known_as := entry.payload.get("external_id"):
        for fact in forget_customer_events(connection, entry.organisation, known_as):
            connection.execute(ASK_RECOUNT, [entry.organisation, fact])
    connection.execute(EMPTY_ENTRIES, [[entry.response]])


def _save_cells(connection: Connection[Row], changes: CellChanges) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CELLS_OF_BATCH)
        with cursor.copy(COPY_CELLS) as copy:
            for organisation, (*where, place, level), change in changes.cells():
                copy.write_row((organisation, *where, list(place), level, *change))
        cursor.execute(ADD_CELLS)


def notices(touched: Mapping[UUID, set[str]]) -> Iterator[str]:
    """Give the notices that tell cockpits which tallies changed, each short enough to be sent.

    Examples
    --------
    >>> list(notices({UUID(int=1): {"nps@0-10"}}))
    ['{"o":"00000000-0000-0000-0000-000000000001","t":["nps@0-10"]}']
    """
    for organisation, tallies in touched.items():
        named: dict[str, Any] = {"o": str(organisation), "t": sorted(tallies)}
        notice = json.dumps(named, separators=(",", ":"))
        if len(notice) > LONGEST_NOTICE:
            notice = everything_changed(organisation)
        yield notice


def everything_changed(organisation: UUID) -> str:
    """Return the notice that any tally of an organisation may have changed."""
    return json.dumps({"o": str(organisation), "t": None}, separators=(",", ":"))
