"""Emotion batches: texts read and made ready for every output, here or by other processes."""

from __future__ import annotations

import csv
import io
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ressenti.emotions.collector import collector_at_rest
from ressenti.emotions.engines import Engine, read_texts
from ressenti.emotions.reading import Reading
from ressenti.library.emotion_engines import emotion_engine
from ressenti.library.emotion_rows import FACT_SCHEMA, csv_cells, fact_rows
from ressenti.library.verbatims import VerbatimBatch
from ressenti.studies.net_emotions import records_of

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ressenti.emotions.themes.mentions import ThemeReader

ALONE_FOR: Final = 0.4
"""Seconds of reading before other processes are called in: to start them takes as long."""
AHEAD: Final = 2
"""Batches that wait for each process, so that none waits for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What goes out of some texts in a row.

    Attributes
    ----------
    first, end : int
        Place of the first of them in the source, and past the last.
    records : structured array, shape (texts,)
        What is counted of each.
    rows : bytes
        Their lines of CSV; empty where none are wanted.
    facts : pyarrow.Table or None
        Their rows of the fact; None where none are wanted.
    undated : int
        How many have no date.
    marked : sequence of (identifier, respondent, polarity)
        Those that a person marked.
    """

    first: int
    end: int
    records: NDArray[np.void]
    rows: bytes
    facts: pa.Table | None
    undated: int
    marked: Sequence[tuple[str, int, float | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReading:
    """How batches are read, and what is made of them: all that another process must know.

    Parameters
    ----------
    engine, language : str
    marked : frozenset of str
        The texts that a person marked.
    has_rows : bool
        Lines of CSV are wanted.
    fact_source : str or None
        What the facts say they come from; None where none are wanted.
    themes : str, path or None
        The plan of what the facts are about.
    """

    engine: str
    language: str
    marked: frozenset[str] = frozenset()
    has_rows: bool = False
    fact_source: str | None = None
    themes: Path | str | None = None


class BatchReader:
    """Reads batches and makes them ready.

    Parameters
    ----------
    how : BatchReading
    engine : Engine, optional
        The engine that ``how`` names, where it is there already.
    """

    def __init__(self, how: BatchReading, engine: Engine | None = None) -> None:
        self.how = how
        self._engine = engine or emotion_engine(how.engine)
        self._themes = None if how.themes is None else _theme_reader(how.themes)

    def readings(self, batch: VerbatimBatch) -> list[Reading]:
        """Return what is read in each text of a batch."""
        return read_texts(batch.texts, language=self.how.language, engine=self._engine)

    def finished(self, batch: VerbatimBatch, readings: Sequence[Reading]) -> Finished:
        """Return what goes out of a batch."""
        how, facts = self.how, None
        if how.fact_source is not None:
            rows = fact_rows(batch, readings, source=how.fact_source, themes=self._themes)
            facts = pa.Table.from_pylist(rows, schema=FACT_SCHEMA)
        named = zip(batch.identifiers, batch.respondents, readings, strict=True)
        return Finished(
            first=batch.first,
            end=batch.end,
            records=records_of(readings, batch.respondents),
            rows=csv_lines(map(csv_cells, batch.texts, readings)) if how.has_rows else b"",
            facts=facts,
            undated=sum(moment is None for moment in batch.written_at),
            marked=[
                (name, who, reading.polarity)
                for name, who, reading in (named if how.marked else ())
                if name in how.marked
            ],
        )


def finished_batches(
    reader: BatchReader,
    batches: Iterator[VerbatimBatch],
    *,
    processes: int = 1,
    on_readings: Callable[[VerbatimBatch, Sequence[Reading]], None] | None = None,
) -> Iterator[Finished]:
    """Give what goes out of each batch, in their order.

    Parameters
    ----------
    processes : int
        How many read at once where there is much to read.
    on_readings : callable or None
        Given each batch and its readings once it went out; all are then read by this process.
    """
    is_alone = processes == 1 or on_readings is not None
    begun = monotonic()
    for batch in batches:
        if not is_alone and monotonic() - begun > ALONE_FOR:
            yield from _read_by_others(reader, chain([batch], batches), processes)
            return
        readings, finished = _read_and_finished(reader, batch)
        yield finished
        if on_readings is not None:
            on_readings(batch, readings)


def csv_lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as lines of CSV."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def _read_and_finished(reader: BatchReader, batch: VerbatimBatch) -> tuple[list[Reading], Finished]:
    with collector_at_rest():
        readings = reader.readings(batch)
        return readings, reader.finished(batch, readings)


def _read_by_others(
    reader: BatchReader, batches: Iterable[VerbatimBatch], processes: int
) -> Iterator[Finished]:
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing import get_context

    waiting: deque[Future[Finished]] = deque()
    # A process that is started anew shares no lock with our threads.
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_stand_by)
    are_started = False
    try:
        for batch in batches:
            are_started = are_started or any(each.done() for each in waiting)
            if are_started or len(waiting) < processes:
                waiting.append(pool.submit(_read, reader.how, batch))
            else:
                # Nobody waits for the others to start.
                own: Future[Finished] = Future()
                own.set_result(_read_and_finished(reader, batch)[1])
                waiting.append(own)
            while are_started and len(waiting) > AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _read(how: BatchReading, batch: VerbatimBatch) -> Finished:
    return _read_and_finished(_reader(how), batch)[1]


@cache
def _reader(how: BatchReading) -> BatchReader:
    """Return what reads in this process, which lives no longer than what it reads."""
    return BatchReader(how)


def _stand_by() -> None:
    """Leave interruptions to the process that called, and end when it does, even killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent: Any = parent_process()
    parent.join()
    os._exit(1)


def _theme_reader(plan: Path | str) -> ThemeReader:
    from ressenti.emotions.themes.mentions import ThemeReader
    from ressenti.emotions.themes.plans import theme_plan

    return ThemeReader(theme_plan(plan))
