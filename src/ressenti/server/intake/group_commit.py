"""Group commit: the entries of all waiting requests in one transaction, acknowledged after it.

While one transaction is being made durable the next requests gather, so that the cost of a commit
is shared by as many as are waiting and nobody waits for more than two of them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection, DataError, IntegrityError, OperationalError
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from ressenti.language import Text
from ressenti.server.intake.problems import Problem

Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]

MOST_WAITING = 20_000
MOST_TOGETHER = 5_000
ATTEMPTS = 3
PAUSE_SECONDS = 0.25

# No value holds the separator: identifiers and keys are our own, and JSON escapes it.
SEPARATOR = "\x1f"
# A column is one text: an array of parameters is written element by element, which would cost the
# web process more than the database spends on splitting it.
INSERTED = """
WITH given AS (
    SELECT * FROM unnest(
        string_to_array(%s, E'\\x1f')::uuid[],
        string_to_array(%s, E'\\x1f', '')::uuid[],
        string_to_array(%s, E'\\x1f')::uuid[],
        string_to_array(%s, E'\\x1f')::smallint[],
        string_to_array(%s, E'\\x1f'),
        string_to_array(%s, E'\\x1f')::timestamptz[],
        string_to_array(%s, E'\\x1f')
    ) AS one (organisation, survey, response, kind, idempotency, received, payload)
), inserted AS (
    INSERT INTO ressenti_journalentry
        (organisation_id, survey_id, response_id, kind, idempotency_key, received_at, payload)
    SELECT organisation, survey, response, kind, idempotency, received, payload::jsonb FROM given
    ON CONFLICT (organisation_id, idempotency_key) DO NOTHING
    RETURNING response_id, idempotency_key
)
SELECT count(*),
       CASE WHEN count(*) < %s THEN array_agg(response_id) END,
       CASE WHEN count(*) < %s THEN array_agg(idempotency_key::text) END,
       (SELECT pg_notify('ressenti_journal', ''))
FROM inserted
"""
KEPT = """
SELECT entry.organisation_id, entry.idempotency_key, entry.response_id, entry.payload ->> 'request'
FROM ressenti_journalentry AS entry
JOIN unnest(%s::uuid[], %s::text[]) AS asked (organisation, idempotency)
  ON entry.organisation_id = asked.organisation AND entry.idempotency_key = asked.idempotency
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the journal to be.

    Parameters
    ----------
    idempotency_key : str
        At most 80 characters. What is sent again with the same key is the same entry.
    request : str
        Digest of what was sent, by which the same key with other content is told.
    payload : str
        JSON, which holds ``request`` under that name.
    """

    organisation: UUID
    survey: UUID | None
    response: UUID
    kind: int
    idempotency_key: str
    request: str
    received_at: datetime
    payload: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What became of an entry that is now durable: its response, and whether it was there before.

    ``is_conflict`` when the key was used for other content, which is what was kept.
    """

    response: UUID
    is_duplicate: bool = False
    is_conflict: bool = False


Outcome = Acknowledgement | Problem
Told = Callable[[Sequence[Outcome]], None]


@dataclass(slots=True)
class GroupCommit:
    """The one writer of a process into the journal; open it before use, close it to drain it."""

    pool: Pool
    most_waiting: int = MOST_WAITING
    waiting: deque[tuple[Sequence[Entry], Told]] = field(default_factory=deque)
    count_waiting: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    is_closing: bool = False
    writer: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self.writer = asyncio.create_task(self._write(), name="group commit")

    async def close(self) -> None:
        """Wait until everything that was taken is durable, then stop."""
        self.is_closing = True
        self.arrived.set()
        if self.writer is not None:
            await self.writer

    def take(self, entries: Sequence[Entry], told: Told) -> None:
        """Take entries that are kept together, and tell what became of each once they are on disk.

        Raises
        ------
        Problem
            503, when too many are waiting already; nothing was taken then.
        """
        if self.count_waiting + len(entries) > self.most_waiting:
            raise overloaded()
        self.count_waiting += len(entries)
        self.waiting.append((entries, told))
        self.arrived.set()

    async def committed(self, entry: Entry) -> Acknowledgement:
        """Return the acknowledgement of an entry, once it is on disk.

        Raises
        ------
        Problem
            503, when too many are waiting already or the database cannot be reached; 422, when
            the database refuses this very entry.
        """
        (outcome,) = await self.committed_all([entry])
        if isinstance(outcome, Problem):
            raise outcome
        return outcome

    async def committed_all(self, entries: Sequence[Entry]) -> Sequence[Outcome]:
        """Return what became of each of many entries, refusals among them."""
        if not entries:
            return []
        settled: asyncio.Future[Sequence[Outcome]] = asyncio.get_running_loop().create_future()

        def told(outcomes: Sequence[Outcome]) -> None:
            # Whoever has gone meanwhile is not told; the entries are kept all the same.
            if not settled.done():
                settled.set_result(outcomes)

        self.take(entries, told)
        return await settled

    async def _write(self) -> None:
        while not self.is_closing:
            await self.arrived.wait()
            self.arrived.clear()
            while self.waiting:
                await self._settle(self._next_group())

    def _next_group(self) -> list[tuple[Sequence[Entry], Told]]:
        group = [self.waiting.popleft()]
        count = len(group[0][0])
        while self.waiting and count + len(self.waiting[0][0]) <= MOST_TOGETHER:
            group.append(self.waiting.popleft())
            count += len(group[-1][0])
        self.count_waiting -= count
        return group

    async def _settle(self, group: Sequence[tuple[Sequence[Entry], Told]]) -> None:
        entries = [entry for together, _ in group for entry in together]
        try:
            outcomes = await self._outcomes(entries)
        except Exception:
            # The writer outlives whatever happens to one group: the next ones must be served.
            logging.getLogger(__name__).exception("a group of entries was not written")
            outcomes = [unreachable()] * len(entries)
        start = 0
        for together, told in group:
            end = start + len(together)
            try:
                told(outcomes[start:end])
            except Exception:
                logging.getLogger(__name__).exception("an acknowledgement was not told")
            start = end

    async def _outcomes(self, entries: Sequence[Entry]) -> Sequence[Outcome]:
        for attempt in range(ATTEMPTS):
            try:
                async with self.pool.connection() as connection:
                    return await written(connection, entries)
            except (DataError, IntegrityError, UnicodeError):
                return await self._one_by_one(entries)
            except (OperationalError, PoolTimeout):
                # The commit may have happened; the keys make another attempt harmless.
                await asyncio.sleep(PAUSE_SECONDS * (attempt + 1))
        return [unreachable()] * len(entries)

    async def _one_by_one(self, entries: Sequence[Entry]) -> Sequence[Outcome]:
        """Write each entry alone, so that a bad one fails alone."""
        if len(entries) == 1:
            return [refused_by_database()]
        outcomes: list[Outcome] = []
        for entry in entries:
            outcomes.extend(await self._outcomes([entry]))
        return outcomes


async def written(connection: Connection, entries: Sequence[Entry]) -> list[Outcome]:
    """Return the acknowledgement of each entry after one statement, which is one transaction."""
    columns = (
        [entry.organisation.hex for entry in entries],
        [entry.survey.hex if entry.survey else "" for entry in entries],
        [entry.response.hex for entry in entries],
        [str(entry.kind) for entry in entries],
        [entry.idempotency_key for entry in entries],
        [entry.received_at.isoformat() for entry in entries],
        [entry.payload for entry in entries],
    )
    count = len(entries)
    cursor = await connection.execute(INSERTED, (*map(SEPARATOR.join, columns), count, count))
    row = await cursor.fetchone()
    outcomes: list[Outcome] = [Acknowledgement(entry.response) for entry in entries]
    if row is not None and row[0] == count:
        return outcomes
    inserted = set(zip(row[1] or (), row[2] or (), strict=True)) if row is not None else set()
    return await _with_duplicates(connection, entries, inserted)


async def _with_duplicates(
    connection: Connection, entries: Sequence[Entry], inserted: set[tuple[UUID, str]]
) -> list[Outcome]:
    cursor = await connection.execute(
        KEPT,
        (
            [entry.organisation for entry in entries],
            [entry.idempotency_key for entry in entries],
        ),
    )
    kept = {(row[0], row[1]): (row[2], row[3]) for row in await cursor.fetchall()}
    outcomes: list[Outcome] = []
    told: set[tuple[UUID, str]] = set()
    for entry in entries:
        own = (entry.response, entry.idempotency_key)
        response, request = kept[entry.organisation, entry.idempotency_key]
        is_new = own in inserted and own not in told
        told.add(own)
        outcomes.append(
            Acknowledgement(response, is_duplicate=not is_new, is_conflict=request != entry.request)
        )
    return outcomes


def overloaded() -> Problem:
    """Return the refusal while too many are waiting: nothing of the request was kept."""
    return Problem(
        503,
        "overloaded",
        Text(
            en="Too many answers are arriving at once; send this one again.",
            fr="Trop de réponses arrivent à la fois ; renvoyez celle-ci.",
        ),
        retry_after=1,
    )


def unreachable() -> Problem:
    """Return the refusal when the database does not answer: send again with the same key."""
    return Problem(
        503,
        "database_unreachable",
        Text(
            en="The answer could not be stored; send it again with the same idempotency key.",
            fr="La réponse n'a pas pu être enregistrée ; renvoyez-la avec la même clé "
            "d'idempotence.",
        ),
        retry_after=2,
    )


def refused_by_database() -> Problem:
    """Return the refusal of an entry that the database cannot hold."""
    return Problem(
        422,
        "not_storable",
        Text(
            en="The answer holds something that cannot be stored.",
            fr="La réponse contient quelque chose qui ne peut pas être enregistré.",
        ),
    )
