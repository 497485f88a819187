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
from ressenti.server.tallying.reading_rows import (
    Engines,
    employee_surveys,
    forget_queued,
    queue_unread,
    save_readings,
)
from ressenti.server.tallying.record import forget_responses, save_responses, stored_responses
from ressenti.server.tallying.responses import (
    Page,
    RecordedResponse,
    after_page,
    after_reading,
    counted_answers,
    counted_readings,
    with_whole_reading,
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
    engines: Engines
    after: dict[UUID, RecordedResponse | None] = field(default_factory=dict)
    answered: set[UUID] = field(default_factory=set)

    def now(self, response: UUID) -> RecordedResponse | None:
        """Return a response as the entries read so far leave it."""
        return self.after[response] if response in self.after else self.before.get(response)

    @property
    def kept(self) -> list[tuple[RecordedResponse | None, RecordedResponse]]:
        """The responses that stay, each as it was before and as it is now."""
        return [(self.before.get(one.id), one) for one in self.after.values() if one is not None]

    def unread(self) -> list[RecordedResponse]:
        """Return the responses answered in this batch that have comments to read."""
        return [one for _was, one in self.kept if one.id in self.answered and one.is_unread]

    def settle_readings(self, of_employees: frozenset[UUID]) -> None:
        """Work out what the readings of each response say together, once it is as it stays.

        Parameters
        ----------
        of_employees : frozenset of UUID
            Surveys whose comments are read without being counted.
        """
        for _was, one in self.kept:
            if one.readings or one.whole:
                is_counted = one.is_finished and one.survey not in of_employees
                self.after[one.id] = with_whole_reading(one, is_counted=is_counted)

    def count_changes(self) -> None:
        """Take away what changed responses had added, and add what they add now."""
        for response, after in self.after.items():
            for one, sign in ((self.before.get(response), -1), (after, 1)):
                if one is not None:
                    for counted in (*counted_answers(one), *counted_readings(one)):
                        self.changes.add(counted, sign=sign)

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
    read = {one.survey for _was, one in batch.kept if one.readings}
    batch.settle_readings(employee_surveys(connection, read))
    batch.count_changes()
    save_responses(connection, [one for _was, one in batch.kept if one.id in batch.answered])
    save_readings(connection, batch.kept)
    forget_responses(connection, [key for key, one in batch.after.items() if one is None])
    queue_unread(connection, batch.unread())
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
        engines=Engines(connection),
    )


def _read(connection: Connection[Row], entry: Entry, batch: Batch) -> None:
    match entry.kind:
        case EntryKind.RESPONSE:
            page = Page(entry.id, entry.organisation, entry.response, entry.payload)
            zone = batch.zones[entry.organisation]
            batch.after[entry.response] = after_page(batch.now(entry.response), page, zone=zone)
            batch.answered.add(entry.response)
        case EntryKind.READING:
            _note_reading(entry, batch)
        case EntryKind.REMOVAL:
            _remove(connection, batch, [UUID(entry.payload["response"])])
        case EntryKind.ERASURE:
            _erase(connection, batch, entry)
        case EntryKind.FACTS:
            save_events(connection, entry.organisation, entry.payload)
            connection.execute(ASK_RECOUNT, [entry.organisation, entry.payload["fact"]])


def _note_reading(entry: Entry, batch: Batch) -> None:
    """Note what was read in a response, unless it is gone."""
    response = batch.now(entry.response)
    if response is None:
        return
    told, at = entry.payload, entry.received_at
    series = batch.engines.series(entry.organisation, told["engine"], at)
    batch.after[entry.response] = after_reading(
        response, told, series=series, read_at=at.isoformat()
    )


def _remove(connection: Connection[Row], batch: Batch, responses: Sequence[UUID]) -> None:
    """Take responses away, and out of the journal what they said and what was read in it."""
    # First of all: whoever is just writing a reading has then written it, or never will.
    forget_queued(connection, responses)
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
