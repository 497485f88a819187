"""Questions that take choices from a list, and the text of "other"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ressenti.language import Text
from ressenti.surveys.fields import OTHER, Choice, Field, Kind
from ressenti.surveys.options import Option, OptionKind, parts_of
from ressenti.surveys.question import Question, Reading
from ressenti.surveys.question_types import QuestionType
from ressenti.surveys.readings import read_each, refusal
from ressenti.surveys.words import words_of_text

LONGEST_OTHER = 500
OTHER_LABEL = Text(en="Other", fr="Autre")
OTHER_CHOICE = Choice(OTHER, words_of_text(OTHER_LABEL, ("en", "fr")))
OPTIONS = (
    Option(
        key="choices",
        name=Text(en="choices", fr="choix"),
        kind=OptionKind.PARTS,
        is_required=True,
        low=1,
    ),
    Option(
        key="other", name=Text(en="offer “other”", fr="proposer « autre »"), kind=OptionKind.FLAG
    ),
)


def choice_type(*, key: str, name: Text, description: Text, is_multiple: bool) -> QuestionType:
    """Return a type that takes one choice, or several."""

    def fields(question: Question) -> tuple[Field, ...]:
        choices = parts_of(question, "choices")
        if not question.options.get("other"):
            return (_choices(question, choices, is_multiple),)
        return (_choices(question, (*choices, OTHER_CHOICE), is_multiple), other_text(question))

    return QuestionType(
        key=key,
        name=name,
        description=description,
        own_options=OPTIONS,
        fields=fields,
        read=read_choices,
    )


def _choices(question: Question, choices: tuple[Choice, ...], is_multiple: bool) -> Field:
    return Field(name=question.id, kind=Kind.CHOICES, choices=choices, is_multiple=is_multiple)


def other_text(question: Question) -> Field:
    """Return the field in which "other" is spelt out; it may stay empty."""
    return Field(
        name=f"{question.id}.{OTHER}",
        kind=Kind.TEXT,
        part=OTHER,
        label=OTHER_CHOICE.label,
        max_length=LONGEST_OTHER,
        is_optional=True,
    )


def read_choices(question: Question, given: Mapping[str, object]) -> Reading:
    """Return the choices taken; the text of "other" goes with that choice, and only with it."""
    reading = read_each(question, given)
    texts = [value for value in reading.values if value.text is not None]
    taken = [value for value in reading.values if value.text is None]
    if not texts:
        return reading
    if any(value.choice == OTHER for value in taken):
        told = tuple(
            replace(value, text=texts[0].text) if value.choice == OTHER else value
            for value in taken
        )
        return replace(reading, values=told)
    message = Text(
        en="choose “Other” as well, or empty its text.",
        fr="choisissez aussi « Autre », ou videz son texte.",
    )
    fault = refusal(question, question.fields[-1], message)
    return Reading(tuple(taken), (*reading.faults, fault))
