"""Evidence: what a finding rests on, one click behind its sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.language import MISSING_NUMBER, Language, Text, number_text
from ressenti.reports.driver_words import bracketed
from ressenti.reports.tables import Heading, Table
from ressenti.statistics.intervals import Interval

N = Text(en="n", fr="n")
TEST = Text(en="Test", fr="Test")
INTERVALS = Text(en="Intervals", fr="Intervalles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a finding rests on.

    Parameters
    ----------
    facts : sequence of pairs
        A label and what it says: n, estimate and interval, test, what is adjusted for.
    tables : sequence of Table
        The numbers behind it.
    cautions : sequence of str
        What must be known before it is believed.
    """

    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table] = ()
    cautions: Sequence[str] = ()


def evidence_document(evidence: Evidence) -> dict[str, Any]:
    """Return evidence as JSON keeps it."""
    return {
        "facts": [list(fact) for fact in evidence.facts],
        "tables": [table_document(table) for table in evidence.tables],
        "cautions": list(evidence.cautions),
    }


def evidence_of_document(document: Mapping[str, Any]) -> Evidence:
    """Return the evidence that JSON kept.

    Examples
    --------
    >>> told = Evidence(facts=[("n", "12")], cautions=["Few."])
    >>> evidence_of_document(evidence_document(told)).facts
    (('n', '12'),)
    """
    return Evidence(
        facts=tuple((label, told) for label, told in document["facts"]),
        tables=tuple(table_of_document(table) for table in document["tables"]),
        cautions=tuple(document["cautions"]),
    )


def table_document(table: Table) -> dict[str, Any]:
    """Return a table of texts as JSON keeps it."""
    return {
        "caption": table.caption,
        "headings": [[heading.text, heading.is_number] for heading in table.headings],
        "rows": [list(row) for row in table.rows],
    }


def table_of_document(document: Mapping[str, Any]) -> Table:
    """Return the table of texts that JSON kept."""
    return Table(
        caption=document["caption"],
        headings=tuple(Heading(text, is_number=number) for text, number in document["headings"]),
        rows=tuple(tuple(row) for row in document["rows"]),
    )


def number_interval_text(interval: Interval, language: Language, *, decimals: int = 2) -> str:
    """Return a plain number with its limits, nothing between brackets where there are none.

    Examples
    --------
    >>> number_interval_text(Interval(0.31, 0.27, 0.35, 0.95, "fisher"), "en")
    '+0.31 [+0.27, +0.35]'
    """
    estimate, low, high = (
        number_text(value, language, decimals=decimals, signed=True)
        for value in (interval.estimate, interval.low, interval.high)
    )
    if interval.low is None or interval.high is None:
        return estimate
    return f"{estimate} {bracketed(low, high, language)}"


def p_text(p_value: float | None, language: Language) -> str:
    """Return a p-value to three decimals, or that it is below.

    Examples
    --------
    >>> p_text(0.0421, "en"), p_text(1e-9, "fr")
    ('0.042', '< 0,001')
    """
    if p_value is None:
        return MISSING_NUMBER
    if p_value < 0.001:
        return {"en": "< 0.001", "fr": "< 0,001"}[language]
    return number_text(p_value, language, decimals=3)


def p_words(p_value: float | None, language: Language) -> str:
    """Return a p-value with its letter.

    Examples
    --------
    >>> p_words(0.0421, "en"), p_words(1e-9, "fr"), p_words(None, "en")
    ('p = 0.042', 'p < 0,001', '–')
    """
    told = p_text(p_value, language)
    if p_value is None:
        return told
    return f"p {told}" if told.startswith("<") else f"p = {told}"
