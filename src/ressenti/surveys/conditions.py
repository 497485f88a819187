"""Conditions of ``show_if``: comparisons of answers, joined by all, any and not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ressenti.errors import DocumentFault, InvalidQuestionnaire
from ressenti.language import Text
from ressenti.surveys.document_reading import DocumentReader

DEEPEST = 8
MOST_IN_A_GROUP = 50


class Operator(StrEnum):
    """What is asked of the answer to an earlier question."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    INCLUDES = "includes"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"


OF_PRESENCE = frozenset({Operator.ANSWERED, Operator.NOT_ANSWERED})


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question compared with one value; False when it was not answered, but for ``answered``.

    ``field`` is the id of the question, or of one line of a grid: ``quality.speed``.
    """

    field: str
    operator: Operator
    value: float | str | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition


Condition = Comparison | AllOf | AnyOf | Not


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield the comparisons a condition is made of."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Not):
        yield from comparisons(condition.condition)
    else:
        for part in condition.conditions:
            yield from comparisons(part)


def condition_in(reader: DocumentReader, key: str, depth: int = 1) -> Condition | None:
    """Return the condition under a key, None for null, noting what is wrong with it."""
    if reader.value(key) is None:
        return None
    return _condition_of(reader.object(key), depth)


def condition_of(document: Mapping[str, object]) -> Condition:
    """Return the condition of a document of its own.

    Whether its questions are asked is another matter: see ``references.comparison_fault``.

    Raises
    ------
    InvalidQuestionnaire
        R105, with all that is wrong.
    """
    faults: list[DocumentFault] = []
    condition = _condition_of(DocumentReader(document, "$", faults), depth=1)
    if condition is None or faults:
        raise InvalidQuestionnaire(tuple(faults))
    return condition


def _condition_of(own: DocumentReader, depth: int) -> Condition | None:
    if depth > DEEPEST:
        own.fault(
            None,
            Text(
                en=f"conditions are nested deeper than {DEEPEST}.",
                fr=f"les conditions sont imbriquées au-delà de {DEEPEST} niveaux.",
            ),
        )
        return None
    found: Condition | None
    if "all" in own.values:
        found = AllOf(_group(own, "all", depth))
    elif "any" in own.values:
        found = AnyOf(_group(own, "any", depth))
    elif "not" in own.values:
        inner = _condition_of(own.object("not"), depth + 1)
        found = None if inner is None else Not(inner)
    else:
        found = _comparison(own)
    own.refuse_other_keys()
    return found


def _group(own: DocumentReader, key: str, depth: int) -> tuple[Condition, ...]:
    parts = [
        _condition_of(part, depth + 1) for part in own.objects(key, fewest=1, most=MOST_IN_A_GROUP)
    ]
    return tuple(part for part in parts if part is not None)


def _comparison(own: DocumentReader) -> Comparison | None:
    field = own.text("question")
    operator = own.name("is", [one.value for one in Operator])
    value = own.value("value")
    if not field or not operator:
        return None
    if operator in OF_PRESENCE:
        if value is not None:
            own.fault(
                "value",
                Text(
                    en="'{operator}' compares nothing.", fr="« {operator} » ne compare rien."
                ).format(operator=operator),
            )
        return Comparison(field, Operator(operator))
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        own.fault(
            "value",
            Text(en="it must be a number or a text.", fr="il faut ici un nombre ou un texte."),
        )
        return None
    return Comparison(field, Operator(operator), value)


def condition_document(condition: Condition | None) -> dict[str, object] | None:
    """Return a condition as the document writes it.

    Examples
    --------
    >>> condition_document(Not(Comparison("recommend", Operator.AT_MOST, 6)))
    {'not': {'question': 'recommend', 'is': 'at_most', 'value': 6}}
    """
    if condition is None:
        return None
    if isinstance(condition, Not):
        return {"not": condition_document(condition.condition)}
    if isinstance(condition, Comparison):
        told: dict[str, object] = {"question": condition.field, "is": condition.operator.value}
        return told if condition.operator in OF_PRESENCE else told | {"value": condition.value}
    key = "all" if isinstance(condition, AllOf) else "any"
    return {key: [condition_document(part) for part in condition.conditions]}
