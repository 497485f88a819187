"""The tallier: the one process that adds what was taken in to the record and the tallies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from threading import Event, Thread
from types import FrameType
from typing import Any

import psycopg
import structlog
from psycopg import Connection

from ressenti.server.tallying.batches import (
    Entry,
    Position,
    PositionMoved,
    add_entries,
    move_position,
    next_entries,
    position,
    project,
)
from ressenti.server.tallying.statements import FIRST_POSITION, LOCK, REJECT

MOST_ENTRIES = 2_000
SECONDS_ASLEEP = 0.25
SECONDS_BEFORE_RETRY = 1.0
SECONDS_BETWEEN_RECOUNTS = 1.0
SECONDS_BETWEEN_LOOKS = 0.1
RECOUNT_SHARE = 5.0
RECOUNT = "recount"
ANY_RECOUNT = "SELECT 1 FROM ressenti_recount LIMIT 1"
UNFIT = (
    psycopg.DataError,
    psycopg.IntegrityError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
)
"""What an entry that says something impossible raises."""

log = structlog.get_logger("ressenti.tallier")


class Tallier:
    """Adds entries in commit order until it is told to stop.

    Parameters
    ----------
    url : str
        The address of the database.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.stopping = Event()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Finish the batch at hand, then stop."""
        self.stopping.set()

    def run(self) -> None:
        """Tally until stopped; a lost connection is made again."""
        while not self.stopping.is_set():
            try:
                self._tally_while_connected()
            except psycopg.OperationalError as error:
                log.warning("database lost", error=type(error).__name__)
                self.stopping.wait(SECONDS_BEFORE_RETRY)

    def _tally_while_connected(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("LISTEN ressenti_journal")
            while not self.stopping.is_set() and not is_alone(connection):
                _wait(connection)
            connection.execute(FIRST_POSITION)
            while not self.stopping.is_set():
                if not tally_batch(connection):
                    _wait(connection)


def is_alone(connection: Connection[Any]) -> bool:
    """Return whether this connection is now the tallier's; another one may still be working."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    return bool(row and row[0])


def tally_batch(connection: Connection[Any], *, most: int = MOST_ENTRIES) -> int:
    """Return how many entries were added to the record and the tallies, in one batch.

    An entry that cannot be projected is set aside with the reason, and holds nothing up.
    """
    start = position(connection)
    entries = next_entries(connection, start, most=most)
    if not entries:
        return 0
    try:
        add_entries(connection, entries, start)
    except PositionMoved:
        return len(entries)
    except UNFIT as error:
        log.warning("batch failed", entries=len(entries), error=type(error).__name__)
        _add_one_by_one(connection, entries, start)
    return len(entries)


def _add_one_by_one(connection: Connection[Any], entries: Sequence[Entry], start: Position) -> None:
    before = start
    for entry in entries:
        with connection.transaction():
            try:
                with connection.transaction():
                    project(connection, [entry])
            except UNFIT as error:
                connection.execute(REJECT, [entry.id, entry.organisation, reason_of(error)])
                log.warning("entry set aside", entry=entry.id, error=type(error).__name__)
            move_position(connection, before, entry.position)
        before = entry.position


def reason_of(error: Exception) -> str:
    """Return why an entry does not fit, without repeating anything it says."""
    name = type(error).__name__
    if isinstance(error, psycopg.Error):
        where = error.diag.constraint_name or error.diag.column_name or error.diag.table_name
        return f"{name} ({where})" if where else name
    return f"{name} {error.args[0]!r}" if isinstance(error, KeyError) else name


def _wait(connection: Connection[Any]) -> None:
    """Sleep until something is taken in, or a moment: a notice may have been missed."""
    for _notice in connection.notifies(timeout=SECONDS_ASLEEP, stop_after=1):
        return


def recount_until(stopping: Event, url: str) -> None:
    """Count events again whenever they changed, and never in a row.

    What counting takes is waited five times over before the next, so that it cannot crowd out
    the answers.
    """
    pause = SECONDS_BETWEEN_RECOUNTS
    while not stopping.wait(pause):
        pause = SECONDS_BETWEEN_RECOUNTS
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                is_due = connection.execute(ANY_RECOUNT).fetchone() is not None
        except psycopg.OperationalError as error:
            log.warning("database lost", error=type(error).__name__)
            continue
        if is_due:
            started = time.monotonic()
            _recount_apart(stopping, url)
            pause = max(pause, RECOUNT_SHARE * (time.monotonic() - started))


def _recount_apart(stopping: Event, url: str) -> None:
    """Count in a process of its own, which gives back all the memory that the engine took."""
    command = (sys.executable, "-m", "ressenti.server.tallying", RECOUNT)
    with subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}) as child:  # noqa: S603 - our own program
        while child.poll() is None:
            if stopping.wait(SECONDS_BETWEEN_LOOKS):
                child.terminate()


def run_recounts(url: str) -> None:
    """Count whatever waits to be counted again, then end."""
    from ressenti.server.tallying.recounting import recount_due

    with psycopg.connect(url, autocommit=True) as connection:
        while recount_due(connection, url):
            continue


def run_tallier(url: str) -> None:
    """Tally until the process is told to stop."""
    tallier = Tallier(url)
    recounts = Thread(target=recount_until, args=(tallier.stopping, url), daemon=True)
    recounts.start()
    signal.signal(signal.SIGTERM, tallier.stop)
    signal.signal(signal.SIGINT, tallier.stop)
    log.info("tallier started")
    tallier.run()
    log.info("tallier stopped")
