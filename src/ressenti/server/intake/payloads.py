"""Payloads: what the journal says of an accepted page of answers, and what was given read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from ressenti.facts.scales import Level
from ressenti.server.tallying.levels import INVALID_LEVEL, MISSING_LEVEL
from ressenti.surveys.fields import NOT_CONCERNED, OTHER, Field, Kind
from ressenti.surveys.question import AnswerValue
from ressenti.surveys.questionnaire import Questionnaire

MOST_REMEMBERED = 8_192


def written_payload(
    head: Mapping[str, object], answers: Iterable[AnswerValue], survey_key: str
) -> str:
    """Return a payload as JSON: what is said of all answers together, then each of them."""
    written = [_written_answer(answer, survey_key) for answer in answers]
    return orjson.dumps({**head, "answers": written}).decode()


def _written_answer(answer: AnswerValue, survey_key: str) -> object:
    if answer.text is None:
        return _written_mark(answer, survey_key)
    return answer_document(answer, survey_key)


@lru_cache(MOST_REMEMBERED)
def _written_mark(answer: AnswerValue, survey_key: str) -> orjson.Fragment:
    # A mark that many people give is written once.
    return orjson.Fragment(orjson.dumps(answer_document(answer, survey_key)))


def answer_document(answer: AnswerValue, survey_key: str) -> dict[str, object]:
    """Return an answer as the journal writes it."""
    level = answer.level
    return {
        "q": answer.question,
        "p": answer.part,
        "m": answer.measure or "",
        "t": tally_name(answer, survey_key),
        "s": answer.series,
        "scale": answer.scale or "",
        "l": _absence(answer) or level_text(level),
        "v": level if isinstance(level, float) else None,
        "c": answer.choice or "",
        "x": answer.text or "",
    }


def _absence(answer: AnswerValue) -> str:
    if answer.is_invalid:
        return INVALID_LEVEL
    return MISSING_LEVEL if answer.is_missing else ""


def tally_name(answer: AnswerValue, survey_key: str) -> str:
    """Return the tally an answer belongs to; empty when it is not counted.

    Examples
    --------
    >>> tally_name(AnswerValue(question="mark", measure="nps", scale="0-10"), "shop")
    'nps@0-10'
    >>> grid = AnswerValue(question="q", part="speed", measure="csat/mean", scale="1-5")
    >>> tally_name(grid, "shop")
    'csat@1-5#shop.q.speed'
    """
    if answer.measure is None or answer.scale is None:
        return ""
    whole = f"{answer.measure.partition('/')[0]}@{answer.scale}"
    return f"{whole}#{survey_key}.{answer.question}.{answer.part}" if answer.part else whole


def level_text(level: Level | None) -> str:
    """Return a level as tallies name it.

    Examples
    --------
    >>> level_text(9.0), level_text(4.5), level_text("2026-12-31"), level_text(None)
    ('9', '4.5', '2026-12-31', '')
    """
    if level is None or isinstance(level, str):
        return level or ""
    number = float(level)
    return str(int(number)) if number.is_integer() else repr(number)


def given_in(
    questionnaire: Questionnaire, answers: Iterable[Mapping[str, Any]]
) -> dict[str, object]:
    """Return answers of the journal as a form would give them again, by the name of the field."""
    by_question: dict[str, list[Mapping[str, Any]]] = {}
    for answer in answers:
        by_question.setdefault(answer["q"], []).append(answer)
    given: dict[str, object] = {}
    for question in questionnaire.questions:
        for field in question.fields:
            value = _given_to(field, by_question.get(question.id, ()))
            if value:
                given[field.name] = value
    return given


def _given_to(field: Field, answers: Sequence[Mapping[str, Any]]) -> str | list[str]:
    if field.kind is Kind.CHOICES:
        chosen = [answer["c"] for answer in answers if answer["c"]]
        return chosen if field.is_multiple else next(iter(chosen), "")
    if field.part == OTHER and field.kind is Kind.TEXT:
        return next((answer["x"] for answer in answers if answer["c"] == OTHER), "")
    own = next((answer for answer in answers if answer["p"] == field.part), None)
    if own is None:
        return ""
    if own["c"] == NOT_CONCERNED:
        return NOT_CONCERNED
    if field.kind is Kind.TEXT:
        return str(own["x"])
    return "" if own["l"] == MISSING_LEVEL else str(own["l"])
