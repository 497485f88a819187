"""Responses as programs read and remove them, without telling who is behind an anonymous one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from django.db.models import F, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from ressenti.language import Text
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.api.cursors import (
    USUAL_LENGTH,
    Cursor,
    Limit,
    cursor_after,
    place_of,
    wrong_cursor,
)
from ressenti.server.api.documents import ShortText, refuse_unknown
from ressenti.server.api.keys import viewer_of
from ressenti.server.api.surveys import survey_called
from ressenti.server.asking.notifications import journal_written
from ressenti.server.cockpit.voice_questions import Tone
from ressenti.server.importing.fact_rows import LATEST
from ressenti.server.intake.catalogue import uuid_in
from ressenti.server.intake.instants import instant_in
from ressenti.server.intake.problems import Problem, not_found
from ressenti.server.intake.sent_responses import wrong_field
from ressenti.server.models import (
    Answer,
    EmotionMark,
    EntryKind,
    JournalEntry,
    Response,
    Scope,
    Survey,
)
from ressenti.server.tallying.levels import INVALID_LEVEL, MISSING_LEVEL
from ressenti.tallies.suppression import FLOOR

RESPONSE = Text(en="response", fr="réponse")
router = Router(tags=["responses"])


class ResponsesQuery(BaseModel):
    """Which responses: every filter there is."""

    survey: ShortText = Field("", description="Key of a survey.")
    unit: ShortText = Field("", description="Key of a unit; what lies below it is another one.")
    touchpoint: ShortText = ""
    channel: ShortText = ""
    language: Literal["", "fr", "en"] = ""
    finished: bool | None = Field(None, description="Whether it was answered to the end.")
    since: ShortText = Field("", description="Answered at this instant or after.")
    until: ShortText = Field("", description="Answered before this instant.")
    limit: Limit = USUAL_LENGTH
    cursor: Cursor = ""


class MarkRead(BaseModel):
    """What a person said of a comment last: it corrects the engine."""

    polarity: float
    emotion: str


class ReadingRead(BaseModel):
    """What was read in a comment; `person` is null where nobody corrected it."""

    engine: str
    language: str
    tone: Tone
    reason: str
    polarity: float | None
    intensity: float | None
    emotions: dict[str, float] = Field(
        description="What each brings to the polarity, from -1 to 1; together they are it."
    )
    themes: list[str]
    signals: list[str]
    person: MarkRead | None


class AnswerRead(BaseModel):
    """One answered question; `reading` is null where there is no comment, or it waits."""

    question: str
    part: str
    measure: str
    scale: str
    value: float | None
    level: str
    choice: str
    text: str
    is_missing: bool
    is_invalid: bool
    reading: ReadingRead | None = None


class ResponseRead(BaseModel):
    """All that one person answered; of an anonymous survey nothing but the answers."""

    id: UUID
    survey: str
    version: int
    answers: list[AnswerRead]
    customer: str | None = None
    unit: str | None = None
    touchpoint: str | None = None
    channel: str | None = None
    language: str | None = None
    segments: dict[str, Any] | None = None
    weight: float | None = None
    is_finished: bool | None = None
    started_at: datetime | None = None
    answered_at: datetime | None = None
    source: str | None = None
    source_id: str | None = None
    flags: list[str] | None = None


class ResponsePage(BaseModel):
    """Some responses, and the cursor of the next ones; null after the last."""

    results: list[ResponseRead]
    next: str | None


class Removed(BaseModel):
    """A response that is being removed: from the figures within seconds."""

    response: UUID
    status: Literal["removing"]


@router.get(
    "/responses",
    response=ResponsePage,
    operation_id="list_responses",
    summary="Read responses, latest first",
    openapi_extra={"x-scope": Scope.ANSWERS_READ.value},
)
def list_responses(request: HttpRequest, query: Annotated[ResponsesQuery, Query()]) -> Any:
    """Read responses with their answers.

    Those of an anonymous survey come only when `survey` names it: without date, place or order,
    and only as many as make whole groups of the smallest size that may be shown.
    """
    viewer = viewer_of(request, Scope.ANSWERS_READ)
    refuse_unknown(request.GET, ResponsesQuery.model_fields)
    survey = survey_called(viewer, query.survey) if query.survey else None
    if survey is not None and survey.is_anonymous:
        rows = _anonymous_rows(viewer, survey, query)
        documents = [ResponseRead(**_answers_document(row)) for row in rows[: query.limit]]
        places = [[str(row.pk)] for row in rows]
    else:
        rows = _named_rows(viewer, survey, query)
        documents = [_document(row) for row in rows[: query.limit]]
        places = [[row.answered_at.isoformat(), str(row.pk)] for row in rows]
    if not query.cursor:
        recorded(viewer, "responses.exported", subject_kind="survey", subject=query.survey)
    has_more = len(rows) > query.limit
    return {
        "results": documents,
        "next": cursor_after(places[query.limit - 1]) if has_more else None,
    }


def _named_rows(viewer: Viewer, survey: Survey | None, query: ResponsesQuery) -> Sequence[Response]:
    rows = responses_of(viewer).filter(survey__is_anonymous=False)
    if survey is not None:
        rows = rows.filter(survey=survey)
    for name in ("unit", "touchpoint", "channel", "language"):
        if value := getattr(query, name):
            rows = rows.filter(**{name: value})
    if query.finished is not None:
        rows = rows.filter(is_finished=query.finished)
    if query.since:
        rows = rows.filter(answered_at__gte=_instant("since", query.since))
    if query.until:
        rows = rows.filter(answered_at__lt=_instant("until", query.until))
    place = place_of(query.cursor, parts=2)
    if place is not None:
        at, last = instant_in(place[0], now=LATEST), uuid_in(place[1])
        if at is None or last is None:
            raise wrong_cursor()
        rows = rows.filter(Q(answered_at__lt=at) | Q(answered_at=at, pk__lt=last))
    return _read(rows.order_by("-answered_at", "-pk"), query)


def _anonymous_rows(viewer: Viewer, survey: Survey, query: ResponsesQuery) -> Sequence[Response]:
    """Return responses in the order of their random ids.

    Of those that came last, as many as make no whole group are kept back: what one reading has
    more than the one before is always a group that may be shown.
    """
    narrowing = query.model_fields_set - {"survey", "limit", "cursor"}
    if narrowing or (viewer.unit is not None and survey.unit is None):
        raise not_told_apart()
    rows = Response.objects.filter(
        organisation=viewer.organisation, survey=survey, is_finished=True
    )
    least = max(viewer.organisation.smallest_group, FLOOR)
    n = rows.count()
    released = rows.annotate(arrival=Window(RowNumber(), order_by=F("last_entry").asc())).filter(
        arrival__lte=n - n % least
    )
    shown = Response.objects.filter(pk__in=released.values("pk"))
    place = place_of(query.cursor, parts=1)
    if place is not None:
        last = uuid_in(place[0])
        if last is None:
            raise wrong_cursor()
        shown = shown.filter(pk__gt=last)
    return _read(shown.order_by("pk"), query)


def not_told_apart() -> Problem:
    """Return the refusal of a part of the responses to an anonymous survey."""
    return Problem(
        403,
        "anonymous",
        Text(
            en="Responses to an anonymous survey are read as a whole: by `survey` alone, with a "
            "key that sees all of it.",
            fr="Les réponses à une enquête anonyme se lisent en bloc : par « survey » seul, avec "
            "une clé qui la voit tout entière.",
        ),
    )


def responses_of(viewer: Viewer) -> QuerySet[Response]:
    """Return the responses a viewer sees: all, or those of the viewer's units."""
    rows = Response.objects.filter(organisation=viewer.organisation)
    return rows if viewer.unit is None else rows.filter(unit__in=viewer.unit_keys())


def _read(rows: QuerySet[Response], query: ResponsesQuery) -> Sequence[Response]:
    together = (
        Prefetch("answers", Answer.objects.order_by("pk")),
        "readings",
        Prefetch("emotion_marks", EmotionMark.objects.order_by("pk")),
    )
    return list(
        rows.select_related("survey", "customer").prefetch_related(*together)[: query.limit + 1]
    )


def _instant(name: str, text: str) -> datetime:
    instant = instant_in(text, now=LATEST)
    if instant is None:
        message = Text(
            en="an instant with its offset is expected, such as 2026-03-01T10:00:00Z.",
            fr="il faut ici un instant avec son décalage, tel que 2026-03-01T10:00:00Z.",
        )
        raise wrong_field(name, message)
    return instant


def _readings(row: Response) -> dict[tuple[str, str], ReadingRead]:
    """Return what was read in the comments of a response, by question and part."""
    marks = {
        (mark.question, mark.part): MarkRead(polarity=mark.polarity, emotion=mark.emotion)
        for mark in row.emotion_marks.all()
    }
    return {
        (one.question, one.part): ReadingRead(
            engine=one.engine,
            language=one.language,
            tone=Tone(one.tone),
            reason=one.reason,
            polarity=one.polarity,
            intensity=one.intensity,
            emotions=one.parts,
            themes=one.themes,
            signals=one.signals,
            person=marks.get((one.question, one.part)),
        )
        for one in row.readings.all()
    }


def _answers_document(row: Response) -> dict[str, Any]:
    readings = _readings(row)
    return {
        "id": row.pk,
        "survey": row.survey.key,
        "version": row.version,
        "answers": [
            AnswerRead(
                question=answer.question,
                part=answer.part,
                measure=answer.measure,
                scale=answer.scale,
                value=answer.value,
                level="" if answer.level in (MISSING_LEVEL, INVALID_LEVEL) else answer.level,
                choice=answer.choice,
                text=answer.text,
                is_missing=answer.level == MISSING_LEVEL,
                is_invalid=answer.level == INVALID_LEVEL,
                reading=readings.get((answer.question, answer.part)) if answer.text else None,
            )
            for answer in row.answers.all()
        ],
    }


def _document(row: Response) -> ResponseRead:
    return ResponseRead(
        **_answers_document(row),
        customer=row.customer.external_id if row.customer else None,
        unit=row.unit,
        touchpoint=row.touchpoint,
        channel=row.channel,
        language=row.language,
        segments=row.segments,
        weight=float(row.weight),
        is_finished=row.is_finished,
        started_at=row.started_at,
        answered_at=row.answered_at,
        source=row.source,
        source_id=row.source_id,
        flags=row.flags,
    )


@router.delete(
    "/responses/{uuid:response}",
    response={202: Removed},
    operation_id="remove_response",
    summary="Remove a response",
    openapi_extra={"x-scope": Scope.ANSWERS_WRITE.value},
)
def remove_response(request: HttpRequest, response: UUID) -> Status[Any]:
    """Take a response out of the record and of every figure."""
    viewer = viewer_of(request, Scope.ANSWERS_WRITE)
    if not _is_there(viewer, response):
        raise not_found(RESPONSE)
    JournalEntry.objects.create(
        organisation_id=viewer.organisation.pk,
        response_id=uuid4(),
        kind=EntryKind.REMOVAL,
        received_at=timezone.now(),
        payload={"response": str(response), "reason": "api"},
    )
    journal_written()
    recorded(viewer, "response.removed", subject_kind="response", subject=str(response))
    return Status(202, {"response": response, "status": "removing"})


def _is_there(viewer: Viewer, response: UUID) -> bool:
    """Tell whether a response the viewer sees is in the record, or on its way there."""
    if Response.objects.filter(pk=response).exists():
        return responses_of(viewer).filter(pk=response).exists()
    waiting = JournalEntry.objects.filter(
        organisation_id=viewer.organisation.pk, response_id=response, kind=EntryKind.RESPONSE
    ).exclude(payload__has_key="erased")
    if viewer.unit is not None:
        waiting = waiting.filter(payload__unit__in=sorted(viewer.unit_keys()))
    return waiting.exists()
