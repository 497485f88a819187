"""Cells: what was tallied, added up by period and dimension in one statement.

The cells of the smallest declared set of dimensions that answers a question are read; where none
does, the answers themselves are counted, within a few seconds or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from psycopg import sql

from ressenti.errors import UndefinedResult
from ressenti.facts.periods import Grain, Weekday
from ressenti.language import Text
from ressenti.server.tallying.kinds import EVENT_DIMENSIONS
from ressenti.server.tallying.levels import INVALID_LEVEL, MISSING_LEVEL
from ressenti.server.tallying.readings import READING_TALLIES
from ressenti.server.tallying.statements import COUNTED, COUNTED_ANSWERS

COUNTING_SECONDS = 5
COLUMNS = {
    "unit": "unit",
    "touchpoint": "touchpoint",
    "channel": "channel",
    "language": "language",
    "survey": "survey_id",
}
# Days and weeks are made of days, all other periods of months.
STORED: Mapping[Grain, str] = {Grain.DAY: "day", Grain.WEEK: "day"}

SUMS = """
SELECT tally, {period} AS period{by}, level, sum(n)::bigint, sum(w)::float8, sum(w2)::float8,
       sum(wx)::float8, sum(wx2)::float8
FROM ({rows}) AS cells
GROUP BY {keys}, level
"""
SIZES = """
SELECT tally, {period} AS period{by}, sum(n)::bigint
FROM ({rows}) AS cells
WHERE level <> ALL(%(absent)s)
GROUP BY {keys}
"""
TALLIED = """
SELECT tally, period AS day, level, n, w, w2, wx, wx2{by}
FROM ressenti_tallycell
WHERE organisation_id = %(organisation)s AND tally = ANY(%(tallies)s)
  AND dimensions = %(set)s AND grain = %(stored)s
  AND period >= %(start)s AND period < %(end)s{within}
"""
ANSWERED = """
SELECT tally, day, level, 1 AS n, weight AS w, weight * weight AS w2,
       weight * value AS wx, weight * value * value AS wx2{by}
FROM ({counted}) AS counted
WHERE organisation_id = %(organisation)s AND tally = ANY(%(tallies)s)
  AND level <> '' AND day >= %(start)s AND day < %(end)s{within}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be added up.

    Parameters
    ----------
    grain : Grain or None
        None for one sum over the whole stretch.
    start, end : date
        Half-open; whole months where the grain is a month or longer.
    within : mapping of dimension to values
        Only these are counted.
    by : tuple of str
        Dimensions whose values are kept apart.
    """

    organisation: UUID
    tallies: tuple[str, ...]
    grain: Grain | None
    start: date
    end: date
    week_starts_on: Weekday = Weekday.MONDAY
    within: Mapping[str, Iterable[str]] = field(default_factory=dict)
    by: tuple[str, ...] = ()

    @property
    def dimensions(self) -> frozenset[str]:
        return frozenset((*self.within, *self.by))


def covering_set(
    tally_sets: Sequence[Sequence[str]], dimensions: frozenset[str]
) -> tuple[str, ...] | None:
    """Return the smallest declared set that holds some dimensions; None when none does.

    Examples
    --------
    >>> covering_set([[], ["unit"], ["unit", "touchpoint"]], frozenset({"touchpoint"}))
    ('unit', 'touchpoint')
    """
    fitting = [tuple(names) for names in tally_sets if dimensions <= set(names)]
    return min(fitting, key=lambda names: (len(names), not holds_events(names)), default=None)


def holds_events(names: Sequence[str]) -> bool:
    """Tell whether events are tallied by these dimensions too."""
    return set(names) <= set(EVENT_DIMENSIONS)


def sums(asked: Asked, tally_sets: Sequence[Sequence[str]]) -> list[tuple[Any, ...]]:
    """Return rows of tally, period, values of ``by``, level, n, Σw, Σw², Σwx, Σwx².

    Raises
    ------
    UndefinedResult
        R206, when no tally set answers the question and counting the answers takes too long.
    """
    return _fetched(SUMS, asked, tally_sets)


def sizes(asked: Asked, tally_sets: Sequence[Sequence[str]]) -> list[tuple[Any, ...]]:
    """Return rows of tally, period, values of ``by``, and the valid answers there.

    Raises
    ------
    UndefinedResult
        R206, when no tally set answers the question and counting the answers takes too long.
    """
    return _fetched(SIZES, asked, tally_sets)


def by_tally(rows: Iterable[Sequence[Any]]) -> dict[str, list[Sequence[Any]]]:
    """Return rows by the tally that each is of, without its name."""
    ordered = sorted(rows, key=itemgetter(0))
    return {name: [row[1:] for row in own] for name, own in groupby(ordered, key=itemgetter(0))}


def _fetched(
    pattern: str, asked: Asked, tally_sets: Sequence[Sequence[str]]
) -> list[tuple[Any, ...]]:
    names = covering_set(tally_sets, asked.dimensions)
    stored = STORED.get(asked.grain, "month") if asked.grain else _grain_that_fits(asked)
    told = {
        "organisation": asked.organisation,
        "tallies": list(asked.tallies),
        "set": ",".join(names or ()),
        "stored": stored,
        "start": asked.start,
        "end": asked.end,
        "absent": [MISSING_LEVEL, INVALID_LEVEL],
    }
    columns = _places(names) if names is not None else columns_of(asked.dimensions)
    for number, name in enumerate(sorted(asked.within)):
        told[f"within{number}"] = sorted(asked.within[name])
    by = [sql.Identifier(f"by{number}") for number in range(len(asked.by))]
    is_read = any(tally in READING_TALLIES for tally in asked.tallies)
    rows = sql.SQL(ANSWERED if names is None else TALLIED).format(
        counted=sql.SQL(COUNTED if is_read else COUNTED_ANSWERS),
        by=sql.SQL("").join(
            sql.SQL(", {} AS {}").format(columns[name], alias)
            for name, alias in zip(asked.by, by, strict=True)
        ),
        within=sql.SQL("").join(
            sql.SQL(" AND {} = ANY({})").format(columns[name], sql.Placeholder(f"within{number}"))
            for number, name in enumerate(sorted(asked.within))
        ),
    )
    statement = sql.SQL(pattern).format(
        period=_period(asked),
        by=sql.SQL("").join(sql.SQL(", {}").format(alias) for alias in by),
        rows=rows,
        keys=sql.SQL(", ").join([sql.SQL("1"), sql.SQL("2"), *by]),
    )
    return _run(statement, told) if names is not None else run_within_limit(statement, told)


def _grain_that_fits(asked: Asked) -> str:
    return "month" if asked.start.day == 1 and asked.end.day == 1 else "day"


def _places(names: Sequence[str]) -> dict[str, sql.Composable]:
    return {
        name: sql.SQL("place[{}]").format(sql.Literal(number))
        for number, name in enumerate(names, start=1)
    }


def columns_of(dimensions: Iterable[str]) -> dict[str, sql.Composable]:
    """Return what a statement over responses or answers reads each dimension from, as text."""
    return {
        name: sql.SQL("{}::text").format(sql.Identifier(COLUMNS[name]))
        if name in COLUMNS
        else sql.SQL("coalesce(segments->>{}, '')").format(sql.Literal(name))
        for name in dimensions
    }


def _period(asked: Asked) -> sql.Composable:
    if asked.grain is None:
        return sql.SQL("NULL::date")
    if asked.grain is Grain.DAY:
        return sql.SQL("day")
    late = sql.Literal(asked.week_starts_on.value if asked.grain is Grain.WEEK else 0)
    return sql.SQL("(date_trunc({}, (day - {})::timestamp)::date + {})").format(
        sql.Literal(asked.grain.value), late, late
    )


def _run(statement: sql.Composable, told: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def run_within_limit(statement: sql.Composable, told: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that must not keep a page waiting.

    Raises
    ------
    UndefinedResult
        R206, when it takes longer than five seconds.
    """
    # A statement that runs once is over before it would pay to compile it.
    limit = "SELECT set_config('statement_timeout', %s, true), set_config('jit', 'off', true)"
    try:
        # A savepoint, so that the page can still say what went wrong.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(limit, [f"{COUNTING_SECONDS}s"])
            cursor.execute(statement, told)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            cursor.execute(limit, ["0"])
            return rows
    except OperationalError as error:
        raise UndefinedResult(
            Text(
                en=f"counting these answers takes more than {COUNTING_SECONDS} seconds.",
                fr=f"compter ces réponses prend plus de {COUNTING_SECONDS} secondes.",
            ),
            hint=Text(
                en="Use fewer filters or a shorter time, or ask for tallies by these dimensions.",
                fr="Retirez un filtre, raccourcissez la période, ou demandez des comptages selon "
                "ces dimensions.",
            ),
        ) from error
