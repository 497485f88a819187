"""The record as the tallier reads and writes it: responses with their answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from ressenti.server.tallying.reading_rows import forget_readings, stored_readings
from ressenti.server.tallying.readings import RecordedReading, WholeReading
from ressenti.server.tallying.responses import RecordedAnswer, RecordedResponse
from ressenti.server.tallying.statements import (
    ANSWERS,
    COPY_RESPONSES,
    FORGET_ANSWERS,
    FORGET_RESPONSES,
    RESPONSES,
    RESPONSES_OF_BATCH,
    SAVE_ANSWERS,
    SAVE_RESPONSES,
)

Row = tuple[Any, ...]
HELD_APART = {"answers", "readings", "whole"}
COLUMNS = [one.name for one in fields(RecordedResponse) if one.name not in HELD_APART]


def stored_responses(
    connection: Connection[Row], ids: Collection[UUID]
) -> dict[UUID, RecordedResponse]:
    """Return those of the responses that are in the record, with answers and readings."""
    rows = connection.execute(RESPONSES, [list(ids)]).fetchall() if ids else []
    if not rows:
        return {}
    found = [row[0] for row in rows]
    answers: dict[UUID, list[RecordedAnswer]] = {}
    for response, *columns in connection.execute(ANSWERS, [found]):
        answers.setdefault(response, []).append(_answer(columns))
    readings = stored_readings(connection, found)
    return {
        row[0]: _response(row, tuple(answers.get(row[0], ())), *readings.get(row[0], ((), None)))
        for row in rows
    }


def _answer(columns: list[Any]) -> RecordedAnswer:
    question, part, measure, tally, series, scale, level, value, choice, text = columns
    return RecordedAnswer(
        question=question,
        part=part,
        measure=measure,
        tally=tally,
        series=series,
        scale=scale,
        level=level,
        value=value,
        choice=choice,
        text=text,
    )


def _response(
    row: Row,
    answers: tuple[RecordedAnswer, ...],
    readings: tuple[RecordedReading, ...],
    whole: WholeReading | None,
) -> RecordedResponse:
    columns = dict(zip(COLUMNS, row, strict=True))
    columns |= {"weight": Decimal(columns["weight"]), "flags": tuple(columns["flags"])}
    return RecordedResponse(**columns, answers=answers, readings=readings, whole=whole)


def save_responses(connection: Connection[Row], responses: Iterable[RecordedResponse]) -> None:
    """Write responses in place of what the record held of them."""
    kept = list(responses)
    if not kept:
        return
    connection.execute(FORGET_ANSWERS, [[response.id for response in kept]])
    with connection.cursor() as cursor:
        cursor.execute(RESPONSES_OF_BATCH)
        with cursor.copy(COPY_RESPONSES) as copy:
            for response in kept:
                copy.write_row(_response_row(response))
        cursor.execute(SAVE_RESPONSES)
        with cursor.copy(SAVE_ANSWERS) as copy:
            for response in kept:
                for answer in response.answers:
                    copy.write_row(_answer_row(response, answer))


def forget_responses(connection: Connection[Row], ids: Collection[UUID]) -> None:
    """Take responses, their answers and what was read in them out of the record."""
    if ids:
        forget_readings(connection, ids)
        connection.execute(FORGET_ANSWERS, [list(ids)])
        connection.execute(FORGET_RESPONSES, [list(ids)])


def _response_row(response: RecordedResponse) -> Row:
    return (
        response.id,
        response.organisation,
        response.survey,
        response.version,
        response.customer,
        response.invitation,
        response.channel,
        response.language,
        response.unit,
        response.touchpoint,
        Jsonb(dict(response.segments)),
        response.weight,
        response.is_finished,
        response.started_at,
        response.answered_at,
        response.day,
        response.source,
        response.source_id,
        Jsonb(list(response.flags)),
        response.last_entry,
    )


def _answer_row(response: RecordedResponse, answer: RecordedAnswer) -> Row:
    is_counted = response.is_finished and bool(answer.tally and answer.level)
    return (
        response.organisation,
        response.id,
        response.survey,
        response.version,
        answer.question,
        answer.part,
        answer.measure,
        answer.tally,
        answer.series,
        answer.scale,
        answer.level,
        answer.value,
        answer.choice,
        answer.text,
        response.customer,
        response.channel,
        response.language,
        response.unit,
        response.touchpoint,
        Jsonb(dict(response.segments)),
        response.weight,
        response.answered_at,
        response.day,
        is_counted,
    )
