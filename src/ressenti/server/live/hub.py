"""The hub: one listener a process, which has each subject painted once and sent to all who watch.

A notice only says what is dirty. At most four times a second the dirty subjects that somebody
watches are painted; what differs from what was sent before is sent, and nothing else.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
import structlog

from ressenti.server.live.frames import figure_frame
from ressenti.server.live.subjects import Subject

SECONDS_BETWEEN_PAINTS = 0.25
SECONDS_BEFORE_RETRY = 1.0
LONGEST_QUEUE = 64

Paint = Callable[[Subject, frozenset[str] | None], Mapping[str, str]]
"""Gives the markup of each element of a subject that reads one of these tallies; None means all."""

log = structlog.get_logger("ressenti.live")


@dataclass(slots=True)
class Watched:
    """A subject that somebody watches: who, what they were sent, and what became dirty since."""

    queues: set[asyncio.Queue[bytes]] = field(default_factory=set)
    sent: dict[str, str] = field(default_factory=dict)
    dirty: set[str] = field(default_factory=set)
    is_all_dirty: bool = True

    def soil(self, tallies: frozenset[str] | None) -> None:
        """Mark what changed; None marks everything."""
        if tallies is None:
            self.is_all_dirty = True
        else:
            self.dirty |= tallies

    @property
    def is_dirty(self) -> bool:
        return self.is_all_dirty or bool(self.dirty)

    def cleaned(self) -> frozenset[str] | None:
        """Return what is dirty and start afresh."""
        changed = None if self.is_all_dirty else frozenset(self.dirty)
        self.dirty, self.is_all_dirty = set(), False
        return changed


class Hub:
    """Keeps open cockpits in step with the tallies.

    Parameters
    ----------
    url : str
        The address of the database.
    paint : callable
        Called in a thread, for one subject at a time.
    """

    def __init__(self, url: str, paint: Paint) -> None:
        self._url = url
        self._paint = paint
        self._watched: dict[Subject, Watched] = {}
        self._soiled = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def n_open(self) -> int:
        """How many streams are open."""
        return sum(len(watched.queues) for watched in self._watched.values())

    async def start(self) -> None:
        """Begin to listen and to paint."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._keep_fresh())]

    async def stop(self) -> None:
        """Stop; open streams end by themselves."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    @asynccontextmanager
    async def watching(self, subject: Subject) -> AsyncIterator[asyncio.Queue[bytes]]:
        """Give the frames of a subject: what it shows now, then whatever changes."""
        watched = self._watched.setdefault(subject, Watched())
        queue: asyncio.Queue[bytes] = asyncio.Queue(LONGEST_QUEUE)
        if watched.sent:
            # The page was written a moment ago: something may have changed since.
            queue.put_nowait(_frames(watched.sent))
        watched.queues.add(queue)
        if watched.is_dirty:
            self._soiled.set()
        try:
            yield queue
        finally:
            watched.queues.discard(queue)
            if not watched.queues and self._watched.get(subject) is watched:
                del self._watched[subject]

    def soil(self, organisation: UUID, tallies: frozenset[str] | None) -> None:
        """Mark what changed in an organisation."""
        for subject, watched in self._watched.items():
            if subject.organisation == organisation:
                watched.soil(tallies)
                self._soiled.set()

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True
                ) as connection:
                    await connection.execute("LISTEN ressenti_live")
                    self._soil_everything()
                    async for notice in connection.notifies():
                        self._heed(notice.payload)
            except psycopg.OperationalError as error:
                log.warning("database lost", error=type(error).__name__)
            await asyncio.sleep(SECONDS_BEFORE_RETRY)

    def _soil_everything(self) -> None:
        """Paint everything again: notices may have been missed while nobody listened."""
        for watched in self._watched.values():
            watched.soil(None)
        self._soiled.set()

    def _heed(self, notice: str) -> None:
        told = json.loads(notice)
        tallies = told["t"]
        self.soil(UUID(told["o"]), None if tallies is None else frozenset(tallies))

    async def _keep_fresh(self) -> None:
        while True:
            await self._soiled.wait()
            self._soiled.clear()
            for subject, watched in list(self._watched.items()):
                if watched.is_dirty and watched.queues:
                    await self._refresh(subject, watched)
            await asyncio.sleep(SECONDS_BETWEEN_PAINTS)

    async def _refresh(self, subject: Subject, watched: Watched) -> None:
        changed = watched.cleaned()
        try:
            painted = await asyncio.to_thread(self._paint, subject, changed)
        except Exception:  # One page that cannot be painted must not stop the others.
            log.exception("not painted", page=subject.page)
            return
        sent = watched.sent.items()
        fresh = {name: markup for name, markup in painted.items() if (name, markup) not in sent}
        if not fresh:
            return
        watched.sent = dict(painted)
        for queue in list(watched.queues):
            _put(queue, fresh, painted)


def _frames(painted: Mapping[str, str]) -> bytes:
    return b"".join(figure_frame(element, markup) for element, markup in painted.items())


def _put(
    queue: asyncio.Queue[bytes], fresh: Mapping[str, str], everything: Mapping[str, str]
) -> None:
    """Add what changed; a reader that cannot keep up is given everything as it is now."""
    if not queue.full():
        queue.put_nowait(_frames(fresh))
        return
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(_frames(everything))
