"""Rules of ``show_if`` in plain form fields: comparisons joined by "all" or "any".

Conditions nested deeper come from imported documents; a form shows them in words and keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from ressenti.server.asking.drafts import Document
from ressenti.surveys.conditions import OF_PRESENCE, Operator
from ressenti.surveys.fields import Field, Kind

BLANK_ROWS = 2
MOST_ROWS = 20
PLAIN_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,10})?")
JOINS = {"all": _("all of these"), "any": _("any of these")}
OPERATORS = {
    Operator.EQUALS: _("is"),
    Operator.NOT_EQUALS: _("is not"),
    Operator.AT_LEAST: _("is at least"),
    Operator.AT_MOST: _("is at most"),
    Operator.INCLUDES: _("includes"),
    Operator.ANSWERED: _("was answered"),
    Operator.NOT_ANSWERED: _("was not answered"),
}
OF_NUMBERS = frozenset({Kind.LEVELS, Kind.NUMBER})


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison, as the form writes it."""

    question: str = ""
    operator: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition that fits the form: its comparisons, and whether all or any must hold."""

    join: str
    rows: tuple[Row, ...]


def rule_of(condition: Document | None) -> Rule | None:
    """Return a condition as rows; None when it is nested deeper than rows can tell."""
    if condition is None:
        return Rule("all", ())
    join = next((key for key in JOINS if key in condition), None)
    parts = condition[join] if join else [condition]
    if not all(isinstance(part, Mapping) and "question" in part for part in parts):
        return None
    return Rule(join or "all", tuple(map(_row, parts)))


def _row(part: Mapping[str, Any]) -> Row:
    value = part.get("value")
    is_number = isinstance(value, int | float)
    return Row(part["question"], part["is"], f"{value:.15g}" if is_number else str(value or ""))


def rows_shown(rule: Rule) -> tuple[Row, ...]:
    """Return the rows a form shows: those there are, and a few to be filled."""
    return (*rule.rows, *(Row() for _ in range(BLANK_ROWS)))


def condition_of_form(form: Mapping[str, str], fields: Iterable[Field]) -> Document | None:
    """Return the condition that a form's rows tell; None when they are all blank."""
    kinds = {field.name: field.kind for field in fields}
    parts = [_comparison(row, kinds.get(row.question)) for row in _rows_given(form)]
    if not parts:
        return None
    join = form.get("rule-join", "all")
    if len(parts) == 1:
        return parts[0]
    return {join if join in JOINS else "all": parts}


def _rows_given(form: Mapping[str, str]) -> Iterator[Row]:
    for i in range(MOST_ROWS):
        question = form.get(f"rule-{i}-question", "")
        operator = form.get(f"rule-{i}-is", "")
        if question and operator in [one.value for one in OPERATORS]:
            yield Row(question, operator, form.get(f"rule-{i}-value", "").strip())


def _comparison(row: Row, kind: Kind | None) -> Document:
    told: Document = {"question": row.question, "is": row.operator}
    if Operator(row.operator) in OF_PRESENCE:
        return told
    if kind in OF_NUMBERS and PLAIN_NUMBER.fullmatch(row.value):
        return told | {"value": float(row.value.replace(",", "."))}
    return told | {"value": row.value}


def condition_lines(condition: Document | None) -> str:
    """Return a condition in words, on one line; empty for none."""
    if condition is None:
        return ""
    if "not" in condition:
        return f"{_('not')} ({condition_lines(condition['not'])})"
    for key, link in (("all", _("and")), ("any", _("or"))):
        if key in condition:
            parts = (condition_lines(part) for part in condition[key])
            return f" {link} ".join(f"({part})" if " " in part else part for part in parts)
    row = _row(condition)
    return f"{row.question} {OPERATORS[Operator(row.operator)]} {row.value}".strip()
