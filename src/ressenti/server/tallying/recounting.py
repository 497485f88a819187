"""Recounting: tallies of events, which depend on one another and so cannot be added one by one.

A first contact is resolved only when no other follows; a customer is kept or lost over a period.
When facts changed, their tallies are counted again by the same derivations as everywhere, in the
embedded engine, and put in place of the old ones in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from psycopg import Connection
from sqlglot import exp

from ressenti.errors import RessentiError
from ressenti.facts.periods import Weekday
from ressenti.facts.schemas import FACTS
from ressenti.indicators import variant_called
from ressenti.library.lakes import Lake, lake_of_frames
from ressenti.library.questions import fact_of, questions_of
from ressenti.library.request import Request
from ressenti.library.requests import read_measure
from ressenti.scores.definitions import Events
from ressenti.server.tallying.batches import everything_changed, notices
from ressenti.server.tallying.cells import DAY, MONTH
from ressenti.server.tallying.kinds import ANSWERS, EVENT_DIMENSIONS, EVENT_FACTS
from ressenti.server.tallying.levels import INVALID_LEVEL, MISSING_LEVEL, level_text
from ressenti.server.tallying.statements import WAKE_COCKPITS
from ressenti.server.tallying.verification import rebuild
from ressenti.studies.scoring import counts_of_question
from ressenti.tallies.derivations import Derivation, derivation_called
from ressenti.tallies.tally import TallyTable
from ressenti.warehouse.engines import connect

Row = tuple[Any, ...]
SHARED_DIMENSIONS = {"unit"}
"""What two facts that a derivation relates have in common."""

NEXT_RECOUNT = """
DELETE FROM ressenti_recount WHERE id = (
    SELECT id FROM ressenti_recount ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING organisation_id, fact
"""
ORGANISATION = """
SELECT time_zone, week_starts_on, tally_sets FROM ressenti_organisation WHERE id = %s
"""
MEASURES = """
SELECT id, indicator || '/' || variant, tally, options FROM ressenti_measure
WHERE organisation_id = %s AND scale = '' ORDER BY id
"""
FORGET = "DELETE FROM ressenti_tallycell WHERE organisation_id = %s AND tally = %s"
SAVE = """
COPY ressenti_tallycell (
    organisation_id, tally, dimensions, grain, period, series, place, level, n, w, w2, wx, wx2)
FROM STDIN
"""
FAILED = "UPDATE ressenti_measure SET failed_at = now(), failure = %s WHERE id = %s"
COUNTED = "UPDATE ressenti_measure SET failed_at = NULL, failure = '' WHERE id = %s"

log = structlog.get_logger("ressenti.recounting")


@dataclass(frozen=True, slots=True)
class EventMeasure:
    """A measure whose tallies come from events."""

    id: int
    name: str
    tally: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calendar:
    """How an organisation counts days and weeks, and by what it keeps tallies."""

    zone: str
    week_starts_on: int
    tally_sets: tuple[tuple[str, ...], ...]

    @property
    def event_sets(self) -> tuple[tuple[str, ...], ...]:
        """The sets of dimensions that events know in full."""
        return tuple(names for names in self.tally_sets if set(names) <= set(EVENT_DIMENSIONS))


def recount_due(connection: Connection[Row], url: str) -> bool:
    """Count again what has waited longest; tell whether there was anything.

    The request to count is taken in the same transaction: a recount that is killed is asked again.
    """
    with connection.transaction():
        due = connection.execute(NEXT_RECOUNT).fetchone()
        if due is None:
            return False
        organisation, fact = due
        recount(connection, url, organisation, fact)
    return True


def recount(connection: Connection[Row], url: str, organisation: UUID, fact: str) -> None:
    """Count the tallies of one organisation that read one fact."""
    if fact == ANSWERS:
        rebuild(connection, organisation)
        connection.execute(WAKE_COCKPITS, [everything_changed(organisation)])
        return
    told = connection.execute(ORGANISATION, [organisation]).fetchone()
    if told is None:
        return
    calendar = Calendar(told[0], told[1], tuple(map(tuple, told[2])))
    measures = event_measures(connection, organisation, fact)
    if not measures:
        return
    lake = events_of(url, organisation, _facts_read(measures))
    for measure in measures:
        try:
            rows = list(_rows(lake, organisation, measure, calendar))
        except RessentiError as error:
            log.warning("not counted", measure=measure.name, code=error.code)
            connection.execute(FAILED, [error.code, measure.id])
            continue
        connection.execute(FORGET, [organisation, measure.tally])
        with connection.cursor() as cursor, cursor.copy(SAVE) as copy:
            for row in rows:
                copy.write_row(row)
        connection.execute(COUNTED, [measure.id])
        for notice in notices({organisation: {measure.tally}}):
            connection.execute(WAKE_COCKPITS, [notice])


def event_measures(
    connection: Connection[Row], organisation: UUID, fact: str
) -> Sequence[EventMeasure]:
    """Return the measures of an organisation that read a fact other than answers."""
    rows = connection.execute(MEASURES, [organisation]).fetchall()
    measures = [EventMeasure(*row) for row in rows]
    return [one for one in measures if fact_of(read_measure(one.name)) == fact]


def _facts_read(measures: Sequence[EventMeasure]) -> set[str]:
    """Return the facts that measures read, those they relate to theirs included."""
    derivations = [derivation_of(measure) for measure in measures]
    facts = {one.fact for one in derivations}.union(*(one.also for one in derivations))
    return facts & set(EVENT_FACTS)


def derivation_of(measure: EventMeasure) -> Derivation:
    """Return the derivation by which a measure reads events."""
    _, variant = variant_called(measure.name)
    if not isinstance(variant.reads, Events):
        message = f"{measure.name} reads no events"
        raise LookupError(message)
    return derivation_called(variant.reads.derivation)


def events_of(url: str, organisation: UUID, facts: Iterable[str]) -> Lake:
    """Return the events of an organisation on an engine of our own: the record is spared."""
    warehouse = connect(url)
    whose = exp.column("organisation_id").eq(
        exp.cast(exp.Literal.string(str(organisation)), "UUID")
    )
    return lake_of_frames(
        "events",
        {
            fact: warehouse.fetch(
                exp.select(*_columns(fact)).from_(f"ressenti_fact_{fact}").where(whose)
            )
            for fact in facts
        },
    )


def _columns(fact: str) -> list[exp.Expr]:
    names = [column.key for column in FACTS[fact].columns]
    return [exp.column(name, quoted=True) for name in [*names, "belongs_to"]]


def _rows(
    lake: Lake, organisation: UUID, measure: EventMeasure, calendar: Calendar
) -> Iterator[Row]:
    # Who was kept or lost is told of months: a day would compare one morning with the next.
    derivation = derivation_of(measure)
    grains = (MONTH,) if derivation.per_period else (DAY, MONTH)
    for names in calendar.event_sets:
        if derivation.also and not set(names) <= SHARED_DIMENSIONS:
            # A complaint and the order behind it lie at different points of the journey.
            continue
        for grain in grains:
            asked = Request(
                measures=(measure.name,),
                by=tuple(EVENT_DIMENSIONS[name] for name in names),
                per=grain,
                week_starts_on=Weekday(calendar.week_starts_on).name.lower(),
                time_zone=calendar.zone,
                derivation_options=measure.options or None,
            )
            for question in questions_of(lake, asked):
                for counts in counts_of_question(question).values():
                    yield from _cells(counts.table, (organisation, measure.tally), names, grain)


def _cells(
    table: TallyTable, whose: tuple[UUID, str], names: Sequence[str], grain: str
) -> Iterator[Row]:
    for row, (start, *place) in enumerate(table.keys):
        if start is None:
            continue
        period = start if isinstance(start, date) else date.fromisoformat(str(start)[:10])
        where = (
            *whose, ",".join(names), grain, period, 1,
            ["" if value is None else str(value) for value in place],
        )  # fmt: skip
        for column, level in enumerate(table.levels):
            if table.n[row, column]:
                yield (*where, level_text(level), *_sums(table, row, column))
        for level, absent in (
            (MISSING_LEVEL, table.missing[row]), (INVALID_LEVEL, table.invalid[row])
        ):  # fmt: skip
            if absent:
                yield (*where, level, int(absent), int(absent), int(absent), None, None)


def _sums(table: TallyTable, row: int, column: int) -> Row:
    return (
        int(table.n[row, column]),
        repr(float(table.w[row, column])),
        repr(float(table.w2[row, column])),
        None if table.wx is None else float(table.wx[row, column]),
        None if table.wx2 is None else float(table.wx2[row, column]),
    )
