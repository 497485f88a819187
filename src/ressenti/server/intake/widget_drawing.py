"""What the widget draws: a survey and its pages as JSON, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ressenti.language import Language
from ressenti.server.intake.catalogue import KnownSurvey
from ressenti.server.intake.turns import checked_so_far, next_page
from ressenti.server.intake.visits import Visit
from ressenti.surveys.fields import Field
from ressenti.surveys.logic import answer_texts, piped
from ressenti.surveys.question import Page, Question
from ressenti.surveys.words import Words, words_in

CHANNEL = "widget"
TRIGGERS: Mapping[str, type | tuple[type, ...]] = {
    "delay_s": (int, float),
    "scroll_share": (int, float),
    "exit_intent": bool,
    "click": str,
}
USUAL_QUARANTINE_DAYS = 30


def survey_document(survey: KnownSurvey, language: Language, *, is_open: bool) -> dict[str, object]:
    """Return what the widget asks first.

    ``is_asked`` is False where the widget must not open by itself: the survey is over, or nobody
    has set it up for this channel.
    """
    questionnaire = survey.questionnaire
    settings = survey.channel(CHANNEL)
    visit = Visit(survey=survey, address=f"/w/{survey.public_key}", language=language)
    found = checked_so_far(visit, {})
    first = next_page(questionnaire, found.shown, frozenset()) if is_open else None
    days = settings.get("quarantine_days")
    return {
        "language": language,
        "title": _words(questionnaire.title, visit),
        "introduction": _words(questionnaire.introduction, visit),
        "thanks": _words(questionnaire.thanks, visit),
        "consent": _words(settings.get("consent"), visit),
        "attributes": sorted(survey.attributes),
        "quarantine_days": days if isinstance(days, int) else USUAL_QUARANTINE_DAYS,
        "triggers": _triggers(settings.get("triggers")),
        "is_asked": is_open and settings.get("is_on", True) is not False,
        "page": page_document(visit, first, {}, frozenset()) if first else None,
    }


def page_document(
    visit: Visit, page: Page, given: Mapping[str, object], covered: frozenset[str]
) -> dict[str, object]:
    """Return the questions of a page that are shown and were not yet put."""
    questionnaire = visit.survey.questionnaire
    found = checked_so_far(visit, given)
    answers = answer_texts(questionnaire, found.answers, visit.language)
    return {
        "id": page.id,
        "is_last": page == questionnaire.pages[-1],
        "questions": [
            _question_document(questionnaire.by_id[name], visit, answers)
            for name in page.questions
            if name in found.shown and name not in covered
        ],
    }


def _question_document(
    question: Question, visit: Visit, answers: Mapping[str, str]
) -> dict[str, object]:
    default = visit.survey.questionnaire.default_language
    return {
        "id": question.id,
        "label": piped(question.label, answers, {}, visit.language, default=default),
        "help": (
            piped(question.help, answers, {}, visit.language, default=default)
            if question.help
            else ""
        ),
        "required": question.required,
        "fields": [_field_document(field, visit) for field in question.fields],
    }


def _field_document(field: Field, visit: Visit) -> dict[str, object]:
    return {
        "name": field.name,
        "kind": field.kind.value,
        "label": _words(field.label, visit),
        "aspect": field.aspect.to(visit.language) if field.aspect else "",
        "levels": [
            {"value": _plain(level.value), "label": level.label.to(visit.language)}
            for level in field.levels
        ],
        "choices": [
            {"id": choice.id, "label": _words(choice.label, visit)} for choice in field.choices
        ],
        "not_concerned": field.not_concerned,
        "is_multiple": field.is_multiple,
        "is_optional": field.is_optional,
        "is_one_word": field.is_one_word,
        "max_length": field.max_length,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "earliest": field.earliest,
        "latest": field.latest,
    }


def _plain(value: float) -> float:
    """Return a number that JSON writes without a needless decimal, as a label may be."""
    return int(value) if value.is_integer() else value


def _words(words: Words | Any | None, visit: Visit) -> str:
    if not isinstance(words, Mapping):
        return ""
    return words_in(words, visit.language, visit.survey.questionnaire.default_language)


def _triggers(told: object) -> dict[str, object]:
    """Return the triggers a survey sets, those that the widget knows."""
    if not isinstance(told, Mapping):
        return {}
    return {name: told[name] for name, kind in TRIGGERS.items() if isinstance(told.get(name), kind)}
