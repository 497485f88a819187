"""One batch of the reader: comments out of the record, their readings into the journal.

Nothing is locked while the engine reads. What it read is written only for responses that still
wait as they did when they were taken: one whose words changed meanwhile waits anew, one that was
erased waits no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import structlog
from psycopg import Connection
from psycopg.types.json import Jsonb

from ressenti.emotions.engines import Engine
from ressenti.emotions.reading import Unread, unread
from ressenti.emotions.signals.reading import signals_of
from ressenti.emotions.themes.mentions import ThemeReader
from ressenti.errors import EngineUnavailable, InvalidArgument, RessentiError
from ressenti.server.models import Organisation
from ressenti.server.reading.payloads import ReadComment, reading_payload
from ressenti.server.tallying.kinds import EntryKind
from ressenti.server.theme_plans import plan_of

Row = tuple[Any, ...]
MOST_PLANS = 64

# The newest first: who has just written something is looked at now, a backlog can wait.
# Of an anonymous survey only the day is kept, as of the answers themselves.
WAITING = """
SELECT unread.response_id, unread.organisation_id, unread.queued_at,
       CASE WHEN survey.is_anonymous
            THEN date_trunc('day', now(), organisation.time_zone) ELSE now() END
FROM (SELECT * FROM ressenti_unreadresponse ORDER BY queued_at DESC LIMIT %s) AS unread
LEFT JOIN ressenti_response AS response ON response.id = unread.response_id
LEFT JOIN ressenti_survey AS survey ON survey.id = response.survey_id
LEFT JOIN ressenti_organisation AS organisation ON organisation.id = unread.organisation_id
ORDER BY unread.queued_at DESC
"""
COMMENTS = """
SELECT response_id, question, part, string_agg(text, E'\\n' ORDER BY id)
FROM ressenti_answer WHERE response_id = ANY(%s) AND text <> ''
GROUP BY 1, 2, 3 ORDER BY 1, min(id)
"""
PLANS = "SELECT id, theme_plan FROM ressenti_organisation WHERE id = ANY(%s)"
# It never waits for the tallier while holding what that one may want: it comes back for the rest.
TAKE = """
WITH taken AS (
    SELECT response_id FROM ressenti_unreadresponse
    JOIN unnest(%s::uuid[], %s::timestamptz[]) AS read(response_id, queued_at)
        USING (response_id, queued_at)
    FOR UPDATE OF ressenti_unreadresponse SKIP LOCKED)
DELETE FROM ressenti_unreadresponse AS unread USING taken
WHERE unread.response_id = taken.response_id RETURNING unread.response_id
"""
COPY_ENTRIES = """
COPY ressenti_journalentry (organisation_id, response_id, kind, received_at, payload) FROM STDIN
"""
WAKE_TALLIER = "NOTIFY ressenti_journal"

log = structlog.get_logger("ressenti.reader")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A response that waits to be read, with its comments.

    Parameters
    ----------
    queued_at : datetime
        Since when it waits.
    read_at : datetime
        When it is read, as it may be kept.
    """

    id: UUID
    organisation: UUID
    queued_at: datetime
    read_at: datetime
    comments: Mapping[tuple[str, str], str]


def read_batch(connection: Connection[Row], engine: Engine, *, most: int) -> int:
    """Return how many responses that waited were read, or found to have nothing to read."""
    waiting = waiting_responses(connection, most=most)
    if not waiting:
        return 0
    payloads: dict[UUID, dict[str, Any]] = {}
    readers = theme_readers(connection, {one.organisation for one in waiting})
    for organisation, themes in readers.items():
        own = [one for one in waiting if one.organisation == organisation and one.comments]
        payloads |= _payloads(own, engine, themes)
    _write(connection, waiting, payloads)
    return len(waiting)


def waiting_responses(connection: Connection[Row], *, most: int) -> list[Waiting]:
    """Return the responses that wait, the newest first, with their comments as they stand."""
    # Both in one snapshot: the words that are read are those that were waiting.
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        queued = connection.execute(WAITING, [most]).fetchall()
        rows = connection.execute(COMMENTS, [[row[0] for row in queued]]).fetchall()
    comments: dict[UUID, dict[tuple[str, str], str]] = {}
    for response, question, part, text in rows:
        comments.setdefault(response, {})[question, part] = text
    return [
        Waiting(response, organisation, queued_at, read_at, comments.get(response, {}))
        for response, organisation, queued_at, read_at in queued
    ]


def theme_readers(
    connection: Connection[Row], organisations: Iterable[UUID]
) -> dict[UUID, ThemeReader]:
    """Return what finds the themes of each organisation."""
    rows = connection.execute(PLANS, [list(organisations)]).fetchall()
    return {organisation: _theme_reader(_Plan.of(told)) for organisation, told in rows}


@dataclass(frozen=True, slots=True)
class _Plan:
    """A choice of themes as something to remember a reader by."""

    plans: tuple[str, ...]
    own: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> _Plan:
        return cls(tuple(told.get("plans") or ()), told.get("own", ""))


@lru_cache(MOST_PLANS)
def _theme_reader(chosen: _Plan) -> ThemeReader:
    told = {"plans": list(chosen.plans), "own": chosen.own}
    try:
        return ThemeReader(plan_of(Organisation(theme_plan=told)))
    except RessentiError as error:
        # Feelings are read all the same, and the themes that everybody has.
        log.warning("own themes left out", code=error.code)
        return ThemeReader(plan_of(Organisation(theme_plan={})))


def _payloads(
    responses: Sequence[Waiting], engine: Engine, themes: ThemeReader
) -> dict[UUID, dict[str, Any]]:
    """Return what to write of responses; one that the engine fails on holds up no other.

    Raises
    ------
    EngineUnavailable
        R207, when the engine cannot be asked now.
    InvalidArgument
        R102, when it may not be asked more: the limits of a hosted one are reached.
    """
    try:
        return read_responses(responses, engine, themes)
    except (EngineUnavailable, InvalidArgument):
        raise
    except Exception as error:  # noqa: BLE001 - whatever an engine raises, the queue goes on
        if len(responses) > 1:
            return {
                key: payload
                for one in responses
                for key, payload in _payloads([one], engine, themes).items()
            }
        log.warning("comment not read", error=type(error).__name__)
        return {one.id: _unread_payload(one, engine) for one in responses}


def read_responses(
    responses: Sequence[Waiting], engine: Engine, themes: ThemeReader
) -> dict[UUID, dict[str, Any]]:
    """Return the payload of each response: all its comments, read together with the others."""
    keys = [(one.id, *key) for one in responses for key in one.comments]
    texts = [text for one in responses for text in one.comments.values()]
    readings = engine.read(texts)
    languages = [reading.language for reading in readings]
    found = zip(
        keys, texts, readings,
        themes.mentions(texts, languages), signals_of(texts, languages), strict=True,
    )  # fmt: skip
    read: dict[UUID, list[ReadComment]] = {}
    for (response, question, part), text, reading, mentions, signals in found:
        comment = ReadComment(
            question=question,
            part=part,
            text=text,
            reading=reading,
            mentions=mentions,
            signals=signals,
        )
        read.setdefault(response, []).append(comment)
    return {response: reading_payload(own, engine=engine.version) for response, own in read.items()}


def _unread_payload(response: Waiting, engine: Engine) -> dict[str, Any]:
    reading = unread(Unread.ANSWER, engine.version)
    comments = [
        ReadComment(question=question, part=part, text=text, reading=reading)
        for (question, part), text in response.comments.items()
    ]
    return reading_payload(comments, engine=engine.version)


def _write(
    connection: Connection[Row],
    waiting: Sequence[Waiting],
    payloads: Mapping[UUID, dict[str, Any]],
) -> None:
    """Write an entry for each response that still waits as it did, which then waits no more."""
    told = [[one.id for one in waiting], [one.queued_at for one in waiting]]
    with connection.transaction():
        taken = {row[0] for row in connection.execute(TAKE, told)}
        entries = [one for one in waiting if one.id in taken and one.id in payloads]
        if not entries:
            return
        with connection.cursor().copy(COPY_ENTRIES) as copy:
            for one in entries:
                payload = Jsonb(payloads[one.id])
                copy.write_row((one.organisation, one.id, EntryKind.READING, one.read_at, payload))
        connection.execute(WAKE_TALLIER)
