"""Pairs of marks from 1 to 7 on each item: what was expected, and what was perceived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ressenti.facts.scales import GAP_SEVEN, ONE_TO_SEVEN
from ressenti.language import Text
from ressenti.surveys.fields import Choice, Field
from ressenti.surveys.options import NOT_CONCERNED_OPTION, Option, OptionKind, parts_of
from ressenti.surveys.question import AnswerValue, Question, Reading
from ressenti.surveys.question_types import QuestionType, level_field
from ressenti.surveys.readings import read_each

EXPECTED, PERCEIVED = "expected", "perceived"
ASPECTS: Mapping[str, Text] = {
    EXPECTED: Text(en="An excellent company should …", fr="Une excellente entreprise devrait …"),
    PERCEIVED: Text(en="This company does …", fr="Cette entreprise le fait …"),
}


def fields(question: Question) -> tuple[Field, ...]:
    return tuple(
        mark_field(question, item, aspect)
        for item in parts_of(question, "items")
        for aspect in (EXPECTED, PERCEIVED)
    )


def mark_field(question: Question, item: Choice, aspect: str) -> Field:
    return level_field(
        question,
        f"{question.id}.{item.id}.{aspect}",
        ONE_TO_SEVEN,
        part=f"{item.id}.{aspect}",
        label=item.label,
        aspect=ASPECTS[aspect],
        feeds_measure=False,
    )


def read(question: Question, given: Mapping[str, object]) -> Reading:
    """Return the marks, and for each item with a mark the gap that feeds the measure."""
    marks = read_each(question, given)
    by_part = {mark.part: mark for mark in marks.values}
    gaps = [
        gap_of(question, item, by_part)
        for item in parts_of(question, "items")
        if {f"{item.id}.{aspect}" for aspect in ASPECTS} & by_part.keys()
    ]
    return replace(marks, values=(*marks.values, *gaps))


def gap_of(question: Question, item: Choice, marks: Mapping[str, AnswerValue]) -> AnswerValue:
    """Return perception minus expectation of an item, missing when either mark is."""
    levels = [
        mark.level
        for aspect in (EXPECTED, PERCEIVED)
        if (mark := marks.get(f"{item.id}.{aspect}")) and isinstance(mark.level, float)
    ]
    gap = AnswerValue(
        question=question.id,
        part=item.id,
        series=question.series,
        measure=question.measure,
        scale=GAP_SEVEN.key,
    )
    if len(levels) < len(ASPECTS):
        return replace(gap, is_missing=True)
    expected, perceived = levels
    return replace(gap, level=perceived - expected)


QUESTION_TYPE = QuestionType(
    key="expectation_perception",
    name=Text(en="Expectation and perception", fr="Attente et perception"),
    description=Text(
        en="Two marks from 1 to 7 on each item: what should be, and what is; feeds SERVQUAL.",
        fr="Deux notes de 1 à 7 par item : ce qui devrait être et ce qui est ; alimente SERVQUAL.",
    ),
    own_options=(
        Option(
            key="items",
            name=Text(en="items, one line each", fr="items, une ligne chacun"),
            kind=OptionKind.PARTS,
            is_required=True,
            low=1,
        ),
        NOT_CONCERNED_OPTION,
    ),
    fields=fields,
    read=read,
    measured_on=lambda _: GAP_SEVEN,
)
