"""Questions being edited: the fields they would have, and the measures they could feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ressenti.indicators import catalogue
from ressenti.language import Language
from ressenti.scores.definitions import Indicator, Variant
from ressenti.server.asking.drafts import Document
from ressenti.surveys.fields import Field, Kind
from ressenti.surveys.measures import measure_fault
from ressenti.surveys.question import Question
from ressenti.surveys.questions import question_types
from ressenti.surveys.words import words_in


def question_of(document: Document) -> Question | None:
    """Return a question being edited; None while its type or options do not hold together."""
    kind = question_types().get(document["type"])
    question = Question(
        id=document["id"],
        type=document["type"],
        label=document["label"],
        options=document["options"],
        measure=document["measure"],
    )
    return None if kind is None or kind.option_faults(question) else question


def fields_of(document: Document) -> tuple[Field, ...]:
    """Return the fields a question being edited would have; none while its options are wrong."""
    question = question_of(document)
    return () if question is None else question_types()[question.type].fields(question)


def measures_for(document: Document) -> Iterator[tuple[str, Indicator, Variant]]:
    """Yield the measures a question may feed: its name, the indicator and the variant."""
    question = question_of(document)
    if question is None:
        return
    kind = question_types()[question.type]
    for indicator in catalogue().values():
        for variant in indicator.variants:
            is_default = variant is indicator.default
            name = indicator.key if is_default else f"{indicator.key}/{variant.key}"
            asked = Question(
                id=question.id,
                type=question.type,
                label=question.label,
                options=question.options,
                measure=name,
            )
            if measure_fault(asked, kind) is None:
                yield name, indicator, variant


def comparable_fields(questions: Iterable[Document]) -> Iterator[tuple[Document, Field]]:
    """Yield what a condition may look at: each field of these questions but the text of "other"."""
    for question in questions:
        for field in fields_of(question):
            if not field.is_optional:
                yield question, field


def known_values(field: Field, language: Language) -> list[tuple[str, str]]:
    """Return the values a field can have, each as a form writes it and as a person reads it.

    Empty for a number, a day or a text, of which there are too many.
    """
    if field.kind is Kind.LEVELS:
        return [(level.code, level.label.to(language)) for level in field.levels]
    return [
        (choice.id, words_in(choice.label, language, language) or choice.id)
        for choice in field.choices
    ]


def label_of(question: Mapping[str, Any], language: Language) -> str:
    """Return how a person calls a question: its words, or its id while it has none."""
    words: Mapping[Language, str] = question["label"]
    told = words.get(language) or next((text for text in words.values() if text), "")
    return told or str(question["id"])
