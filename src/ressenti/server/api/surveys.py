"""Surveys as programs see them: which there are, and what each expects as an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel

from ressenti.language import Language, Text
from ressenti.server.accounts.access import Viewer
from ressenti.server.api.cursors import USUAL_LENGTH, Cursor, Limit, cursor_after, place_of
from ressenti.server.api.documents import refuse_unknown
from ressenti.server.api.keys import viewer_of
from ressenti.server.api.problems import language_of
from ressenti.server.asking.survey_documents import latest_version
from ressenti.server.asking.visibility import surveys_of
from ressenti.server.intake.problems import not_found
from ressenti.server.models import Survey
from ressenti.surveys.conditions import condition_document
from ressenti.surveys.fields import Field as AnswerField
from ressenti.surveys.question import Question
from ressenti.surveys.questionnaire import Questionnaire, questionnaire_of
from ressenti.surveys.words import Words, is_storable, words_in

SURVEY = Text(en="survey", fr="enquête")

router = Router(tags=["surveys"])


class PageQuery(BaseModel):
    """Which part of a list."""

    limit: Limit = USUAL_LENGTH
    cursor: Cursor = ""


class SurveyRead(BaseModel):
    """A survey; ``url`` is its page."""

    key: str
    id: UUID
    name: str
    state: str
    is_anonymous: bool
    is_public: bool
    url: str
    unit: str | None
    touchpoint: str
    closes_at: datetime | None


class SurveyPage(BaseModel):
    """Some surveys, and the cursor of the next ones; null after the last."""

    results: list[SurveyRead]
    next: str | None


class LevelRead(BaseModel):
    """A level that may be chosen: what to send, and how a person reads it."""

    value: float
    label: str


class ChoiceRead(BaseModel):
    """A choice: the id to send, and how a person reads it."""

    id: str
    label: str


class FieldRead(BaseModel):
    """One key of ``answers``: its name, and what it takes."""

    name: str
    kind: str
    label: str
    is_required: bool
    is_multiple: bool
    takes_not_concerned: bool
    levels: list[LevelRead]
    choices: list[ChoiceRead]
    max_length: int | None
    minimum: float | None
    maximum: float | None
    earliest: str | None
    latest: str | None


class QuestionRead(BaseModel):
    """A question with its fields; ``show_if`` is the condition under which it is asked."""

    id: str
    type: str
    label: str
    measure: str | None
    show_if: dict[str, Any] | None
    fields: list[FieldRead]


class SurveyDetail(SurveyRead):
    """A survey with what a program must send; no questions before it is published."""

    version: int | None
    languages: list[str]
    attributes: list[str]
    questions: list[QuestionRead]


@router.get(
    "/surveys", response=SurveyPage, operation_id="list_surveys", summary="List the surveys"
)
def list_surveys(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """List the surveys that the key sees, by key."""
    viewer = viewer_of(request)
    refuse_unknown(request.GET, PageQuery.model_fields)
    surveys = surveys_of(viewer).order_by("key")
    place = place_of(query.cursor, parts=1)
    if place is not None:
        surveys = surveys.filter(key__gt=place[0])
    found = list(surveys[: query.limit + 1])
    has_more = len(found) > query.limit
    shown = found[: query.limit]
    return {
        "results": [_document(survey) for survey in shown],
        "next": cursor_after([shown[-1].key]) if has_more else None,
    }


@router.get(
    "/surveys/{survey}",
    response=SurveyDetail,
    operation_id="read_survey",
    summary="Read a survey: the fields that a program must send",
)
def read_survey(request: HttpRequest, survey: str) -> Any:
    """Read what a survey asks in its latest version, field by field."""
    viewer = viewer_of(request)
    refuse_unknown(request.GET, ())
    found = survey_called(viewer, survey)
    version = latest_version(found)
    questionnaire = None if version is None else questionnaire_of(version.questionnaire)
    language = language_of(request)
    return {
        **_document(found),
        "version": None if version is None else version.number,
        "languages": [] if questionnaire is None else list(questionnaire.languages),
        "attributes": [name for name in found.attributes if isinstance(name, str)],
        "questions": []
        if questionnaire is None
        else [
            _question_document(question, questionnaire, language)
            for _, question in questionnaire.in_order()
        ],
    }


def survey_called(viewer: Viewer, key: str) -> Survey:
    """Return the survey of that key which a viewer sees.

    Raises
    ------
    Problem
        404, for a survey that is not there or belongs to somebody else.
    """
    found = surveys_of(viewer).filter(key=key).first() if is_storable(key) else None
    if found is None:
        raise not_found(SURVEY)
    return found


def _document(survey: Survey) -> dict[str, Any]:
    return {
        "key": survey.key,
        "id": survey.pk,
        "name": survey.name,
        "state": survey.state,
        "is_anonymous": survey.is_anonymous,
        "is_public": survey.is_public,
        "url": f"{settings.BASE_URL}/s/{survey.public_key}",
        "unit": survey.unit.key if survey.unit else None,
        "touchpoint": survey.touchpoint,
        "closes_at": survey.closes_at,
    }


def _question_document(
    question: Question, questionnaire: Questionnaire, language: Language
) -> dict[str, Any]:
    default = questionnaire.default_language

    def words(told: Words | None) -> str:
        return "" if told is None else words_in(told, language, default)

    return {
        "id": question.id,
        "type": question.type,
        "label": words(question.label),
        "measure": question.measure,
        "show_if": condition_document(question.show_if),
        "fields": [
            {
                **_field_document(field, language),
                "label": words(field.label) or words(question.label),
                "choices": [
                    {"id": choice.id, "label": words(choice.label)} for choice in field.choices
                ],
                "is_required": question.required and not field.is_optional,
            }
            for field in question.fields
        ],
    }


def _field_document(field: AnswerField, language: Language) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": field.kind.value,
        "is_multiple": field.is_multiple,
        "takes_not_concerned": field.not_concerned,
        "levels": [
            {"value": level.value, "label": level.label.to(language)} for level in field.levels
        ],
        "max_length": field.max_length,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "earliest": field.earliest,
        "latest": field.latest,
    }
