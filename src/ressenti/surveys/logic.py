"""The rule engine: which questions are shown, given the answers; the server runs no other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ressenti.facts.scales import Level
from ressenti.language import Language
from ressenti.surveys.conditions import AllOf, AnyOf, Comparison, Condition, Not, Operator
from ressenti.surveys.placeholders import PLACEHOLDER
from ressenti.surveys.question import AnswerValue
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.words import Words, shortened, words_in

CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
LONGEST_VALUE = 200

Found = Mapping[str, Sequence[AnswerValue]]


def shown_questions(
    questionnaire: Questionnaire, answers: Iterable[AnswerValue]
) -> tuple[str, ...]:
    """Return the questions that are shown, in the order they are asked.

    Answers to a question that is itself hidden count as not given for the rules after it.
    """
    by_question: dict[str, list[AnswerValue]] = {}
    for value in answers:
        by_question.setdefault(value.question, []).append(value)
    found: dict[str, list[AnswerValue]] = {}
    shown: list[str] = []
    for page, question in questionnaire.in_order():
        if holds(page.show_if, found) and holds(question.show_if, found):
            shown.append(question.id)
            _add(found, by_question.get(question.id, ()))
    return tuple(shown)


def answers_by_name(answers: Iterable[AnswerValue]) -> Found:
    """Return what was answered under each name a condition may use: a question, or its part."""
    found: dict[str, list[AnswerValue]] = {}
    _add(found, answers)
    return found


def _add(found: dict[str, list[AnswerValue]], answers: Iterable[AnswerValue]) -> None:
    for value in answers:
        if not value.is_missing and not value.is_invalid:
            found.setdefault(value.question, []).append(value)
            if value.part:
                found.setdefault(f"{value.question}.{value.part}", []).append(value)


def holds(condition: Condition | None, found: Found) -> bool:
    """Tell whether a condition holds; no condition always does.

    A comparison with a question that was not answered is False, ``not_equals`` included; only
    ``not_answered`` holds then.

    Examples
    --------
    >>> holds(Comparison("recommend", Operator.NOT_EQUALS, 6), {})
    False
    """
    if condition is None:
        return True
    if isinstance(condition, AllOf):
        return all(holds(part, found) for part in condition.conditions)
    if isinstance(condition, AnyOf):
        return any(holds(part, found) for part in condition.conditions)
    if isinstance(condition, Not):
        return not holds(condition.condition, found)
    return _compares(condition, found.get(condition.field, ()))


def _compares(comparison: Comparison, values: Sequence[AnswerValue]) -> bool:
    expected = comparison.value
    match comparison.operator:
        case Operator.ANSWERED:
            return bool(values)
        case Operator.NOT_ANSWERED:
            return not values
        case Operator.EQUALS | Operator.INCLUDES:
            return any(expected in (value.level, value.choice) for value in values)
        case Operator.NOT_EQUALS:
            return bool(values) and all(
                expected not in (value.level, value.choice) for value in values
            )
        case Operator.AT_LEAST:
            return any(_is_at_least(value.level, expected) for value in values)
        case Operator.AT_MOST:
            return any(_is_at_least(expected, value.level) for value in values)


def _is_at_least(one: Level | None, other: Level | None) -> bool:
    """Tell the order of two numbers or of two days; a number has no order with a day."""
    if isinstance(one, str) and isinstance(other, str):
        return one >= other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one >= other
    return False


def piped(
    words: Words,
    answers: Mapping[str, str],
    contact: Mapping[str, str],
    language: Language,
    *,
    default: Language | None = None,
) -> str:
    """Return words with their placeholders filled.

    What is put in is plain text: it is never read again, never evaluated, and holds no line break.

    Parameters
    ----------
    answers : mapping
        What was answered in words, by question: see ``answer_texts``.
    contact : mapping
        What may be shown of the contact, by name.
    default : str or None
        The language that stands in for a missing translation; None for no other.

    Examples
    --------
    >>> words = {"fr": "Bonjour {{contact:first_name|cher client}}, pourquoi {{answer:mark}} ?"}
    >>> piped(words, {"mark": "9"}, {}, "fr")
    'Bonjour cher client, pourquoi 9 ?'
    >>> piped({"en": "Hello {{contact:name}}"}, {"mark": "9"}, {"name": "{{answer:mark}}"}, "en")
    'Hello {{answer:mark}}'
    """

    def filling(match: re.Match[str]) -> str:
        known = answers if match[1] == "answer" else contact
        value = known.get(match[2]) or match[3] or ""
        return shortened(CONTROL.sub(" ", value), LONGEST_VALUE)

    return PLACEHOLDER.sub(filling, words_in(words, language, default or language))


def answer_texts(
    questionnaire: Questionnaire, answers: Iterable[AnswerValue], language: Language
) -> dict[str, str]:
    """Return what was answered as a person reads it, by question or part: what ``piped`` takes."""
    return {
        name: ", ".join(
            text for value in values if (text := _answer_text(questionnaire, value, language))
        )
        for name, values in answers_by_name(answers).items()
        if name.partition(".")[0] in questionnaire.by_id
    }


def _answer_text(questionnaire: Questionnaire, value: AnswerValue, language: Language) -> str:
    if value.text is not None:
        return value.text
    for field in questionnaire.by_id[value.question].fields:
        for choice in field.choices:
            if choice.id == value.choice:
                return words_in(choice.label, language, questionnaire.default_language)
        for level in field.levels:
            if field.part == value.part and level.value == value.level:
                return level.label.to(language)
    return f"{value.level:g}" if isinstance(value.level, float) else value.level or ""
