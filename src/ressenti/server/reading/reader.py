"""The reader: the thread of the worker that reads comments as they come in.

It sleeps without an engine: that is loaded when there is something to read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import psycopg
import structlog
from psycopg import Connection

from ressenti.emotions.engines import EMBEDDED, Engine
from ressenti.errors import RessentiError

LOCK = 5_201_948
"""The advisory lock of the one reader that reads."""
MOST_RESPONSES = 500
SECONDS_ASLEEP = 0.5
SECONDS_BEFORE_RETRY = 1.0
SECONDS_WITHOUT_ENGINE = 30.0
ANY_WAITING = "SELECT 1 FROM ressenti_unreadresponse LIMIT 1"

log = structlog.get_logger("ressenti.reader")


class Reader:
    """Reads what waits until it is told to stop.

    Parameters
    ----------
    url : str
        The address of the database.
    engine : str
        The name of what reads, as ``RESSENTI_EMOTION_ENGINE`` has it.
    """

    def __init__(self, url: str, *, engine: str = EMBEDDED) -> None:
        self.url = url
        self.engine = engine
        self.stopping = Event()
        self._loaded: Engine | None = None

    def stop(self) -> None:
        """Finish the batch at hand, then stop."""
        self.stopping.set()

    def run(self) -> None:
        """Read until stopped; a lost connection is made again."""
        while not self.stopping.is_set():
            try:
                self._read_while_connected()
            except psycopg.OperationalError as error:
                log.warning("database lost", error=type(error).__name__)
            except RessentiError as error:
                # Comments wait: nothing is wrong with them.
                log.warning("engine unavailable", engine=self.engine, code=error.code)
                self.stopping.wait(SECONDS_WITHOUT_ENGINE)
            except Exception:
                # A thread that ended would be missed by nobody: comments would just stay unread.
                log.exception("reading failed")
            self.stopping.wait(SECONDS_BEFORE_RETRY)

    def _read_while_connected(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("LISTEN ressenti_unread")
            while not self.stopping.is_set() and not is_alone(connection):
                self.stopping.wait(SECONDS_ASLEEP)
            while not self.stopping.is_set():
                started = time.monotonic()
                if self._read_some(connection):
                    # As long again for everything else: a backlog leaves a processor free.
                    self.stopping.wait(time.monotonic() - started)
                else:
                    _wait(connection)

    def _read_some(self, connection: Connection[Any]) -> int:
        if connection.execute(ANY_WAITING).fetchone() is None:
            return 0
        from ressenti.library.emotion_engines import emotion_engine
        from ressenti.server.reading.batches import read_batch

        if self._loaded is None:
            self._loaded = emotion_engine(self.engine)
        return read_batch(connection, self._loaded, most=MOST_RESPONSES)


def is_alone(connection: Connection[Any]) -> bool:
    """Return whether this connection is now the reader's; another worker may still be reading."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    return bool(row and row[0])


def _wait(connection: Connection[Any]) -> None:
    """Sleep until something waits, or a moment: a notice may have been missed."""
    for _notice in connection.notifies(timeout=SECONDS_ASLEEP, stop_after=1):
        return


@contextmanager
def reading(url: str, *, engine: str = EMBEDDED) -> Iterator[None]:
    """Read comments in a thread meanwhile; the batch at hand is finished at the end."""
    reader = Reader(url, engine=engine)
    thread = Thread(target=reader.run, name="reader", daemon=True)
    thread.start()
    try:
        yield
    finally:
        reader.stop()
        thread.join()
