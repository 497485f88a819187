"""Readings as the tallier reads and writes them: of comments, of whole responses, of engines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from ressenti.server.tallying.kinds import EMPLOYEES
from ressenti.server.tallying.readings import READING_TALLIES, RecordedReading, WholeReading
from ressenti.server.tallying.responses import RecordedResponse

Row = tuple[Any, ...]
Change = tuple[RecordedResponse | None, RecordedResponse]
"""A response before a batch, None when it is new, and after."""

READINGS = """
SELECT response_id, question, part, engine, series, tone, polarity, intensity
FROM ressenti_reading WHERE response_id = ANY(%s) ORDER BY id
"""
WHOLE_READINGS = """
SELECT response_id, engine, series, tone, polarity, intensity, is_counted
FROM ressenti_readresponse WHERE response_id = ANY(%s)
"""
COPY_READINGS = """
COPY ressenti_reading (
    organisation_id, response_id, question, part, engine, series, language, tone, reason, polarity,
    intensity, emotions, themes, signals, parts, clauses, signal_spans, is_counted, read_at)
FROM STDIN
"""
SAVE_WHOLE = """
INSERT INTO ressenti_readresponse (
    response_id, organisation_id, engine, series, tone, polarity, intensity, is_counted)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (response_id) DO UPDATE SET
    engine = excluded.engine, series = excluded.series, tone = excluded.tone,
    polarity = excluded.polarity, intensity = excluded.intensity, is_counted = excluded.is_counted
"""
COUNT = "UPDATE ressenti_reading SET is_counted = %s WHERE response_id = %s"
FORGET_COMMENTS = tuple(
    f"""
    DELETE FROM {table} AS own
    USING unnest(%s::uuid[], %s::varchar[], %s::varchar[]) AS gone(response, question, part)
    WHERE own.response_id = gone.response AND own.question = gone.question AND own.part = gone.part
    """  # noqa: S608 - the tables below
    for table in ("ressenti_reading", "ressenti_emotionmark", "ressenti_sampledcomment")
)
FORGET = FORGET_COMMENTS[0]
FORGET_WHOLE = "DELETE FROM ressenti_readresponse WHERE response_id = ANY(%s)"
FORGET_RESPONSES = tuple(
    f"DELETE FROM {table} WHERE response_id = ANY(%s)"  # noqa: S608 - the tables below
    for table in (
        "ressenti_reading",
        "ressenti_readresponse",
        "ressenti_emotionmark",
        "ressenti_sampledcomment",
    )
)
# Written again when it waits already: who is reading it now must not take it off the list.
QUEUE = """
INSERT INTO ressenti_unreadresponse AS unread (response_id, organisation_id, queued_at)
SELECT id, whose, clock_timestamp() FROM unnest(%s::uuid[], %s::uuid[]) AS told(id, whose)
ON CONFLICT (response_id) DO UPDATE SET queued_at = excluded.queued_at
"""
WAKE_READER = "NOTIFY ressenti_unread"
FORGET_QUEUED = "DELETE FROM ressenti_unreadresponse WHERE response_id = ANY(%s)"
SURVEYS_FOR = "SELECT id FROM ressenti_survey WHERE id = ANY(%s) AND audience = %s"
ENGINE_SERIES = """
SELECT series FROM ressenti_emotionengine WHERE organisation_id = %s AND engine = %s
"""
NEW_ENGINE = """
INSERT INTO ressenti_emotionengine (organisation_id, engine, series, first_read_at)
SELECT %(organisation)s, %(engine)s, coalesce(max(series), 0) + 1, %(at)s
FROM ressenti_emotionengine WHERE organisation_id = %(organisation)s
RETURNING series
"""
BREAK_SERIES = """
INSERT INTO ressenti_seriesbreak (organisation_id, tally, question, engine, series, at)
SELECT %(organisation)s, tally, '', %(engine)s, %(series)s, %(at)s
FROM unnest(%(tallies)s::varchar[]) AS told(tally)
"""


@dataclass(slots=True)
class Engines:
    """The series that each engine counts in, looked up once a batch."""

    connection: Connection[Row]
    _known: dict[tuple[UUID, str], int] = field(default_factory=dict)

    def series(self, organisation: UUID, engine: str, at: datetime) -> int:
        """Return the series of an engine; one that reads for the first time begins the next.

        Readings of two engines do not compare: the figures break there, visibly.
        """
        key = (organisation, engine)
        if key not in self._known:
            row = self.connection.execute(ENGINE_SERIES, key).fetchone()
            self._known[key] = int(row[0]) if row else self._begun(organisation, engine, at)
        return self._known[key]

    def _begun(self, organisation: UUID, engine: str, at: datetime) -> int:
        told: dict[str, Any] = {"organisation": organisation, "engine": engine, "at": at}
        row = self.connection.execute(NEW_ENGINE, told).fetchone()
        series = int(row[0]) if row else 1
        if series > 1:
            told |= {"series": series, "tallies": list(READING_TALLIES)}
            self.connection.execute(BREAK_SERIES, told)
        return series


def stored_readings(
    connection: Connection[Row], ids: Collection[UUID]
) -> dict[UUID, tuple[tuple[RecordedReading, ...], WholeReading | None]]:
    """Return what the record holds of the readings of responses: of comments, and together."""
    readings: dict[UUID, list[RecordedReading]] = {}
    for response, question, part, engine, series, tone, polarity, intensity in connection.execute(
        READINGS, [list(ids)]
    ):
        one = RecordedReading(
            question=question,
            part=part,
            engine=engine,
            series=series,
            tone=tone,
            polarity=polarity,
            intensity=intensity,
        )
        readings.setdefault(response, []).append(one)
    wholes = {
        response: WholeReading(
            engine=engine,
            series=series,
            tone=tone,
            polarity=polarity,
            intensity=intensity,
            is_counted=is_counted,
        )
        for response, engine, series, tone, polarity, intensity, is_counted in connection.execute(
            WHOLE_READINGS, [list(ids)]
        )
    }
    return {response: (tuple(own), wholes.get(response)) for response, own in readings.items()}


def save_readings(connection: Connection[Row], changes: Sequence[Change]) -> None:
    """Write what changed in the readings of responses, whose answers are written already.

    Parameters
    ----------
    changes : sequence of (RecordedResponse or None, RecordedResponse)
        Each response before, None when it is new, and after.
    """
    _forget_comments(connection, changes)
    _save_wholes(connection, changes)
    rows = [
        _row(after, reading)
        for _before, after in changes
        for reading in after.readings
        if reading.told is not None
    ]
    if rows:
        with connection.cursor() as cursor, cursor.copy(COPY_READINGS) as copy:
            for row in rows:
                copy.write_row(row)


def _forget_comments(connection: Connection[Row], changes: Sequence[Change]) -> None:
    """Take away what was read in comments that are read anew, or whose words changed.

    What was marked in a comment goes with its words: the mark was about others.
    """
    changed, replaced = [], []
    for before, after in changes:
        if before is None:
            continue
        written = after.comments
        keys = {key for key, text in before.comments.items() if written.get(key) != text}
        changed += [(after.id, *key) for key in keys]
        anew = {one.key for one in after.readings if one.told is not None}
        replaced += [(after.id, *one.key) for one in before.readings if one.key in anew - keys]
    for statement, comments in (*((one, changed) for one in FORGET_COMMENTS), (FORGET, replaced)):
        if comments:
            connection.execute(statement, [list(column) for column in zip(*comments, strict=True)])


def _save_wholes(connection: Connection[Row], changes: Sequence[Change]) -> None:
    own = [
        (None if before is None else before.whole, after)
        for before, after in changes
        if (None if before is None else before.whole) != after.whole
    ]
    if not own:
        return
    connection.execute(FORGET_WHOLE, [[after.id for _was, after in own if after.whole is None]])
    with connection.cursor() as cursor:
        cursor.executemany(
            SAVE_WHOLE,
            [
                (
                    after.id, after.organisation, whole.engine, whole.series, whole.tone,
                    whole.polarity, whole.intensity, whole.is_counted,
                )
                for _was, after in own
                if (whole := after.whole) is not None
            ],
        )  # fmt: skip
        cursor.executemany(
            COUNT,
            [
                (whole.is_counted, after.id)
                for was, after in own
                if was and (whole := after.whole) and was.is_counted != whole.is_counted
            ],
        )


def _row(response: RecordedResponse, reading: RecordedReading) -> Row:
    told = reading.told or {}
    return (
        response.organisation,
        response.id,
        reading.question,
        reading.part,
        reading.engine,
        reading.series,
        told.get("language", ""),
        reading.tone,
        told.get("reason") or "",
        reading.polarity,
        reading.intensity,
        *(list(told.get(name, ())) for name in ("emotions", "themes", "signals")),
        Jsonb(told.get("parts", {})),
        Jsonb(told.get("clauses", [])),
        Jsonb(told.get("signal_spans", [])),
        response.whole is not None and response.whole.is_counted,
        told["read_at"],
    )


def forget_readings(connection: Connection[Row], ids: Collection[UUID]) -> None:
    """Take responses off what is read and marked."""
    for statement in FORGET_RESPONSES if ids else ():
        connection.execute(statement, [list(ids)])


def queue_unread(connection: Connection[Row], responses: Sequence[RecordedResponse]) -> None:
    """Have the comments of responses read, once this is committed."""
    if responses:
        told = [[one.id for one in responses], [one.organisation for one in responses]]
        connection.execute(QUEUE, told)
        connection.execute(WAKE_READER)


def forget_queued(connection: Connection[Row], ids: Collection[UUID]) -> None:
    """Take responses off the list of what to read, after whoever is taking them off just now."""
    connection.execute(FORGET_QUEUED, [list(ids)])


def employee_surveys(connection: Connection[Row], surveys: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the surveys that employees answer: their comments are read, not counted."""
    rows = connection.execute(SURVEYS_FOR, [list(surveys), EMPLOYEES]) if surveys else ()
    return frozenset(row[0] for row in rows)
