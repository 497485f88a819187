"""Tables: the rows of a study as columns whose names are what a person reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa

from ressenti.server.studying.frames import LivedOutcome, ResponseRow, shares_of

FEWEST = 50
"""Rows in which a theme or an outcome must occur, each way, to be told apart."""
SHARE_TOGETHER = 0.2
"""Share of the rows that must have everything that is studied together."""
MOST_THEMES = 8
MOST_OUTCOMES = 8
UNIT, CUSTOMER, TOUCHPOINT, AT, OUTCOME_AT = "unit", "customer", "touchpoint", "at", "outcome_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What each tally, theme and outcome is called in one language."""

    marks: Mapping[str, str]
    themes: Mapping[str, str]
    outcomes: Mapping[str, str]

    def column(self, name: str) -> str:
        """Return a name as a column: no sign that a request would read as its own."""
        return name.replace("=", "\N{EN DASH}").replace(":", ",").replace('"', "'")


def response_table(
    rows: Sequence[ResponseRow], named: Named, *, themes: Sequence[str], outcomes: Sequence[str]
) -> pa.Table:
    """Return one row a response: marks, themes spoken of and outcomes met, missing where unknown.

    A theme is unknown where no comment was read; an outcome where none was lived before.
    """
    columns: dict[str, Any] = {
        UNIT: [row.unit or None for row in rows],
        CUSTOMER: [row.customer for row in rows],
        TOUCHPOINT: [row.touchpoint or None for row in rows],
        AT: [row.answered_at for row in rows],
    }
    for tally, name in named.marks.items():
        columns[named.column(name)] = pa.array(
            [row.marks.get(tally) for row in rows], type=pa.float64()
        )
    for theme in themes:
        columns[named.column(named.themes[theme])] = pa.array(
            [None if row.themes is None else int(theme in row.themes) for row in rows],
            type=pa.int64(),
        )
    for outcome in outcomes:
        columns[named.column(named.outcomes[outcome])] = pa.array(
            [_number(row.met.get(outcome)) for row in rows], type=pa.int64()
        )
    return pa.table(columns)


def dated_table(
    rows: Sequence[ResponseRow],
    lived: Sequence[LivedOutcome],
    named: Named,
    *,
    outcomes: Sequence[str],
) -> pa.Table:
    """Return one row a response or an outcome, each with its own date."""
    n = len(lived)
    columns: dict[str, Any] = {
        UNIT: [row.unit or None for row in rows] + [one.unit or None for one in lived],
        AT: [row.answered_at for row in rows] + [None] * n,
        OUTCOME_AT: [None] * len(rows) + [one.occurred_at for one in lived],
    }
    for tally, name in named.marks.items():
        columns[named.column(name)] = pa.array(
            [row.marks.get(tally) for row in rows] + [None] * n, type=pa.float64()
        )
    for outcome in outcomes:
        own = [int(one.is_met) if one.outcome == outcome else None for one in lived]
        columns[named.column(named.outcomes[outcome])] = pa.array(
            [None] * len(rows) + own, type=pa.int64()
        )
    return pa.table(columns)


class Part(StrEnum):
    """What a driver is taken from."""

    MARK = "mark"
    THEME = "theme"
    OUTCOME = "outcome"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may explain a mark: another mark, a theme spoken of, an outcome met."""

    part: Part
    key: str

    def is_known(self, row: ResponseRow) -> bool:
        """Tell whether a response says something of it."""
        if self.part is Part.MARK:
            return self.key in row.marks
        return row.themes is not None if self.part is Part.THEME else self.key in row.met


def told_together(
    rows: Sequence[ResponseRow],
    marks: Sequence[str],
    themes: Sequence[str],
    outcomes: Sequence[str],
) -> tuple[list[Candidate], list[Candidate], list[ResponseRow]]:
    """Return what enough responses have together, what they do not, and these responses.

    The best known come first: what few people were asked or lived would leave too few who have
    all of it.
    """
    candidates = [Candidate(Part.MARK, key) for key in marks]
    candidates += [Candidate(Part.THEME, key) for key in themes]
    candidates += [Candidate(Part.OUTCOME, key) for key in outcomes]
    known = {one: sum(map(one.is_known, rows)) for one in candidates}
    fewest = max(2 * FEWEST, SHARE_TOGETHER * len(rows))
    kept: list[Candidate] = []
    left_out: list[Candidate] = []
    together = list(rows)
    for one in sorted(candidates, key=lambda own: -known[own]):
        narrower = [row for row in together if one.is_known(row)]
        if len(narrower) < fewest:
            left_out.append(one)
        else:
            kept.append(one)
            together = narrower
    return kept, left_out, together


def themes_told(rows: Sequence[ResponseRow]) -> list[str]:
    """Return the themes spoken of often enough, the commonest first."""
    read = sum(row.themes is not None for row in rows)
    shares = shares_of(rows)
    often = [theme for theme, n in shares.items() if FEWEST <= n <= read - FEWEST]
    return sorted(often, key=lambda theme: (-shares[theme], theme))[:MOST_THEMES]


def outcomes_told(rows: Sequence[ResponseRow]) -> list[str]:
    """Return the outcomes both met and missed often enough, the commonest first."""
    counts: dict[str, list[int]] = {}
    for row in rows:
        for outcome, is_met in row.met.items():
            counts.setdefault(outcome, [0, 0])[is_met] += 1
    often = [outcome for outcome, both in counts.items() if min(both) >= FEWEST]
    return sorted(often, key=lambda outcome: (-sum(counts[outcome]), outcome))[:MOST_OUTCOMES]


def outcomes_lived(lived: Sequence[LivedOutcome]) -> list[str]:
    """Return the outcomes both met and missed often enough among those lived."""
    counts: dict[str, list[int]] = {}
    for one in lived:
        counts.setdefault(one.outcome, [0, 0])[one.is_met] += 1
    often = [outcome for outcome, both in counts.items() if min(both) >= FEWEST]
    return sorted(often, key=lambda outcome: (-sum(counts[outcome]), outcome))[:MOST_OUTCOMES]


def _number(is_met: bool | None) -> int | None:
    return None if is_met is None else int(is_met)
