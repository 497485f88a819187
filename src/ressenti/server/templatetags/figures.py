"""Figures in templates: written as their unit and the language of the page write them."""

from __future__ import annotations

from django import template

from ressenti.language import Language, Text, number_text
from ressenti.reports.tables import Table
from ressenti.scores.score import Score, value_text

register = template.Library()


@register.filter
def words(text: Text, language: Language) -> str:
    """Return a text of the catalogue in the language of the page."""
    return text.to(language)


@register.filter
def count(number: float, language: Language) -> str:
    """Return a whole number as the language groups its digits."""
    return number_text(number, language, decimals=0)


@register.filter
def value(score: Score, language: Language) -> str:
    """Return the value of a score with its unit."""
    return value_text(score.value, score.unit, language)


@register.filter
def counted(told: str | float | None, language: Language) -> str:
    """Return a text as it is, and a number as the language groups its digits."""
    return told if isinstance(told, str) else number_text(told, language, decimals=0)


@register.filter
def is_number(table: Table, column: int) -> bool:
    """Tell whether a column of a table holds numbers."""
    return table.headings[column].is_number
