"""Frames: what was answered, felt and lived, as the rows that studies read.

A row of the first frame is a finished response of a customer survey: its marks, the themes of its
comments, and which outcomes its customer had got when answering. A row of the second is either
such a response or an outcome, each with its own date. Nothing in them names a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection, sql

from ressenti.indicators import cpi
from ressenti.server.tallying.levels import MISSING_LEVEL

DAYS_REMEMBERED = 90
"""How long before an answer an outcome may lie for the answer to be about it."""
MOST_RESPONSES = 500_000
EMPLOYEE = "employee"
RESPONSES = sql.SQL("""
SELECT response.id, response.unit, response.touchpoint, response.answered_at,
       customer.external_id AS customer, response.weight
FROM ressenti_response AS response
JOIN ressenti_survey AS survey ON survey.id = response.survey_id
LEFT JOIN ressenti_customer AS customer ON customer.id = response.customer_id
WHERE response.organisation_id = %(organisation)s AND response.is_finished
  AND response.day >= %(start)s AND response.day < %(end)s
  AND survey.audience <> %(employee)s AND NOT survey.is_anonymous{units}
  AND (%(touchpoint)s = '' OR response.touchpoint = %(touchpoint)s)
ORDER BY response.answered_at DESC LIMIT %(most)s
""")
MARKS = sql.SQL("""
WITH responses AS ({responses})
SELECT responses.id::text, responses.unit, responses.touchpoint, responses.answered_at,
       responses.customer{marks}
FROM responses
LEFT JOIN ressenti_answer AS answer
  ON answer.response_id = responses.id AND answer.tally = ANY(%(tallies)s)
 AND answer.level <> %(missing)s AND answer.value IS NOT NULL
GROUP BY 1, 2, 3, 4, 5
""")
MARK = sql.SQL(", avg(answer.value) FILTER (WHERE answer.tally = {})")
THEMES = sql.SQL("""
WITH responses AS ({responses})
SELECT responses.id::text, array_remove(array_agg(DISTINCT theme), NULL)
FROM responses
JOIN ressenti_reading AS reading ON reading.response_id = responses.id
LEFT JOIN LATERAL unnest(reading.themes) AS theme ON true
WHERE reading.tone <> 'unread'
GROUP BY 1
""")
LIVED = sql.SQL("""
WITH responses AS ({responses})
SELECT DISTINCT ON (responses.id, lived.outcome)
       responses.id::text, lived.outcome, lived.actual, lived.expected
FROM responses
JOIN ressenti_fact_outcomes AS lived
  ON lived.organisation_id = %(organisation)s AND lived.customer_id = responses.customer
 AND lived.occurred_at <= responses.answered_at
 AND lived.occurred_at > responses.answered_at - make_interval(days => %(days)s)
WHERE lived.actual IS NOT NULL AND lived.expected IS NOT NULL
ORDER BY responses.id, lived.outcome, lived.occurred_at DESC
""")
OUTCOMES = sql.SQL("""
SELECT lived.outcome, lived.belongs_to, lived.occurred_at, lived.actual, lived.expected
FROM ressenti_fact_outcomes AS lived
WHERE lived.organisation_id = %(organisation)s AND lived.actual IS NOT NULL
  AND lived.expected IS NOT NULL AND lived.occurred_at >= %(start)s AND lived.occurred_at < %(end)s
  {units}
""")
HIGHER_IS_BETTER = """
SELECT options -> 'higher' FROM ressenti_measure
WHERE organisation_id = %s AND indicator = %s AND options ? 'higher'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which part of the record is studied.

    Parameters
    ----------
    start, end : date
        Half-open, in the organisation's days.
    units : tuple of str or None
        The keys of the units that may be seen; None for everything.
    touchpoint : str
        The step whose answers are studied; empty for all.
    """

    organisation: UUID
    start: date
    end: date
    units: tuple[str, ...] | None = None
    touchpoint: str = ""

    def told(self, **more: Any) -> dict[str, Any]:
        """Return the parameters of a statement."""
        return {
            "organisation": self.organisation,
            "start": self.start,
            "end": self.end,
            "employee": EMPLOYEE,
            "most": MOST_RESPONSES,
            "touchpoint": self.touchpoint,
            "units": list(self.units or ()),
        } | more


@dataclass(slots=True)
class ResponseRow:
    """One response: marks by tally, themes spoken of, outcomes met or missed."""

    unit: str
    touchpoint: str
    answered_at: datetime
    customer: str | None
    marks: dict[str, float] = field(default_factory=dict)
    themes: frozenset[str] | None = None
    met: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LivedOutcome:
    """One outcome: whose shop, when, and whether it met what was expected."""

    outcome: str
    unit: str
    occurred_at: datetime
    is_met: bool


def responses_within(window: Window) -> sql.Composable:
    """Return the statement of the finished responses of a window, the latest first.

    Those of employee and anonymous surveys are never studied. Its parameters are ``window.told()``.
    """
    return RESPONSES.format(units=_within("response.unit", window))


def response_rows(
    connection: Connection[Any], window: Window, tallies: Sequence[str]
) -> list[ResponseRow]:
    """Return the responses of a window with at least one of some marks, the latest first."""
    responses = responses_within(window)
    marks = sql.SQL("").join(MARK.format(sql.Literal(tally)) for tally in tallies)
    told = window.told(tallies=list(tallies), missing=MISSING_LEVEL, days=DAYS_REMEMBERED)
    rows: dict[str, ResponseRow] = {}
    for key, unit, touchpoint, at, customer, *values in connection.execute(
        MARKS.format(responses=responses, marks=marks), told
    ):
        known = {
            tally: float(value)
            for tally, value in zip(tallies, values, strict=True)
            if value is not None
        }
        if known:
            rows[key] = ResponseRow(unit, touchpoint, at, customer, known)
    for key, themes in connection.execute(THEMES.format(responses=responses), told):
        if key in rows:
            rows[key].themes = frozenset(themes)
    higher = _higher_is_better(connection, window.organisation)
    for key, outcome, actual, expected in connection.execute(
        LIVED.format(responses=responses), told
    ):
        if key in rows:
            rows[key].met[outcome] = is_met(outcome, actual, expected, higher)
    return list(rows.values())


def lived_outcomes(connection: Connection[Any], window: Window) -> list[LivedOutcome]:
    """Return the outcomes of a window, met or missed."""
    higher = _higher_is_better(connection, window.organisation)
    statement = OUTCOMES.format(units=_within("lived.belongs_to", window))
    return [
        LivedOutcome(outcome, unit, at, is_met(outcome, actual, expected, higher))
        for outcome, unit, at, actual, expected in connection.execute(statement, window.told())
    ]


def is_met(outcome: str, actual: float, expected: float, higher: Iterable[str]) -> bool:
    """Tell whether an outcome meets what was expected; equal is met."""
    return actual >= expected if outcome in higher else actual <= expected


def shares_of(rows: Sequence[ResponseRow]) -> Mapping[str, int]:
    """Return in how many responses each theme was spoken of."""
    counts: dict[str, int] = {}
    for row in rows:
        for theme in row.themes or ():
            counts[theme] = counts.get(theme, 0) + 1
    return counts


def _within(column: str, window: Window) -> sql.Composable:
    if window.units is None:
        return sql.SQL("")
    return sql.SQL(f" AND {column} = ANY(%(units)s)")


def _higher_is_better(connection: Connection[Any], organisation: UUID) -> frozenset[str]:
    """Return the outcomes of which more is better, as the measure of attainments was told."""
    rows = connection.execute(HIGHER_IS_BETTER, [organisation, cpi.INDICATOR.key]).fetchall()
    return frozenset(name for (names,) in rows for name in names or ())
