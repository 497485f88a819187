"""Drawing: what a template or the widget needs of a question, in one language.

Nothing here knows the types of questions: everything is said by their fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ressenti.language import Language, Text
from ressenti.surveys.fields import NOT_CONCERNED, Field
from ressenti.surveys.logic import answer_texts, piped
from ressenti.surveys.question import Page, Question
from ressenti.surveys.questionnaire import Questionnaire
from ressenti.surveys.submission import Checked
from ressenti.surveys.words import words_in

NOT_CONCERNED_LABEL = Text(en="Does not concern me", fr="Non concerné")
LONGEST_LINE = 200


def questions_of_page(
    questionnaire: Questionnaire,
    page: Page,
    found: Checked,
    *,
    language: Language,
    given: Mapping[str, object],
    contact: Mapping[str, str],
    errors: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return the questions of a page that are shown, with what is already given to them."""
    answers = answer_texts(questionnaire, found.answers, language)

    def words(of: Mapping[Language, str] | None) -> str:
        if not of:
            return ""
        return piped(of, answers, contact, language, default=questionnaire.default_language)

    return [
        {
            "id": question.id,
            "type": question.type,
            "label": words(question.label),
            "help": words(question.help),
            "required": question.required,
            "fields": [
                drawn_field(field, question, questionnaire, language, given, errors)
                for field in question.fields
            ],
        }
        for question in (questionnaire.by_id[name] for name in page.questions)
        if question.id in found.shown
    ]


def drawn_field(
    field: Field,
    question: Question,
    questionnaire: Questionnaire,
    language: Language,
    given: Mapping[str, object],
    errors: Mapping[str, str],
) -> dict[str, Any]:
    """Return one field as it is drawn; ``ends`` are the words at both ends of a row of numbers."""
    value = given.get(field.name, "")
    label = words_in(field.label, language, questionnaire.default_language) if field.label else ""
    aspect = field.aspect.to(language) if field.aspect else ""
    levels = [_option(level.code, level.label.to(language), value) for level in field.levels]
    # Numbers with words at both ends only make a row; levels that all have words make a list.
    is_row = any(level["label"] == level["code"] for level in levels)
    if field.not_concerned:
        levels.append(_option(NOT_CONCERNED, NOT_CONCERNED_LABEL.to(language), value))
    return {
        "name": field.name,
        "kind": field.kind.value,
        "label": " – ".join(filter(None, (label, aspect))),
        "required": question.required and not field.is_optional,
        "levels": levels,
        "is_row": is_row,
        "ends": [levels[0]["label"], levels[len(field.levels) - 1]["label"]] if is_row else [],
        "choices": [
            _option(
                choice.id, words_in(choice.label, language, questionnaire.default_language), value
            )
            for choice in field.choices
        ],
        "is_multiple": field.is_multiple,
        "is_long": (field.max_length or 0) > LONGEST_LINE and not field.is_optional,
        "max_length": field.max_length,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "step": step_of(field),
        "earliest": field.earliest,
        "latest": field.latest,
        "value": "" if isinstance(value, list) else value,
        "error": errors.get(field.name, ""),
    }


def step_of(field: Field) -> str:
    """Return the step of a number's box.

    Examples
    --------
    >>> from ressenti.surveys.fields import Kind
    >>> [step_of(Field(name="n", kind=Kind.NUMBER, decimals=most)) for most in (0, 2, None)]
    ['1', '0.01', 'any']
    """
    if field.decimals is None:
        return "any"
    return f"{10.0**-field.decimals:.{field.decimals}f}"


def _option(code: str, label: str, value: object) -> dict[str, Any]:
    chosen = code in value if isinstance(value, list) else code == str_of(value)
    return {"code": code, "label": label, "chosen": chosen}


def str_of(value: object) -> str:
    """Return a value as a form writes it: a link may prefill a number.

    Examples
    --------
    >>> str_of(9), str_of(9.0), str_of("9")
    ('9', '9', '9')
    """
    return f"{value:g}" if isinstance(value, int | float) else str(value)
