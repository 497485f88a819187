"""Link periods: which period each row of a source falls in, and the series that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from ressenti.errors import InvalidArgument
from ressenti.facts.periods import Grain, spans_from
from ressenti.facts.raw_values import number_in
from ressenti.language import Text
from ressenti.library.items import row_condition
from ressenti.library.questions import timing_of
from ressenti.library.request import Request
from ressenti.library.times import wall_time
from ressenti.studies.linked_columns import LinkedColumn
from ressenti.studies.links import Seeking
from ressenti.studies.period_links import PeriodSeries
from ressenti.tallies.counting import Coded
from ressenti.tallies.joint_columns import JointColumns
from ressenti.tallies.tally import Floats
from ressenti.warehouse.expressions import column_expression
from ressenti.warehouse.relations import Kind, Relation

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a call asks, whatever it asks for.

    Parameters
    ----------
    within, outcome_at : str or None
        Columns of units, and of the dates of outcomes.
    """

    relation: Relation
    asked: Request
    within: str | None
    outcome_at: str | None
    seeking: Seeking

    @property
    def where(self) -> exp.Expr | None:
        return row_condition(self.relation, self.asked.where)

    def date(self, text: str) -> exp.Expr:
        """Return the tree of a column that dates something."""
        tree = column_expression(text, self.relation)
        kind = self.relation.columns.get(getattr(tree, "name", ""), Kind.OTHER)
        asked = self.asked
        return wall_time(tree, kind, self.relation, dates=asked.dates, zone=asked.time_zone)


def period_keys(asking: Asking) -> dict[str, exp.Expr]:
    """Return what tells the period of each side."""
    asked = asking.asked
    if asked.at is None:
        return {}
    sides = {"indicator": asked.at, "outcome": asking.outcome_at or asked.at}
    if asked.per is None:
        return {name: column_expression(text, asking.relation) for name, text in sides.items()}
    keys = {}
    for name, text in sides.items():
        timing = timing_of(asking.relation, replace(asked, at=text))
        if timing is not None:
            keys[name] = timing.period_start()
    return keys


def clocks(asking: Asking, rows: JointColumns) -> tuple[tuple[Places, Places], tuple[Any, ...]]:
    """Return the period of each row for both sides, -1 where it is not told, and all periods."""
    if not {"indicator", "outcome"} <= set(rows.keys):
        places = np.arange(rows.n, dtype=np.intp)
        return (places, places), tuple(range(rows.n))
    columns = (rows.keys["outcome"], rows.keys["indicator"])
    known = {value for column in columns for value in column.values if value is not None}
    order = _calendar(known, asking.asked.per)
    first, second = (_placed(column, order) for column in columns)
    return (first, second), tuple(order)


def _calendar(values: set[Any], per: str | None) -> dict[Any, int]:
    """Return the place of every period from the first to the last, the empty ones included."""
    if not values:
        return {}
    if per is not None:
        days = [_day(value) for value in values]
        starts: list[Any] = list(spans_from(min(days), max(days), Grain(per)))
        return {start: place for place, start in enumerate(starts)}
    numbers = [_whole_number(value) for value in values]
    first, last = min(numbers), max(numbers)
    return {number: number - first for number in range(first, last + 1)}


def _placed(column: Coded, order: Mapping[Any, int]) -> Places:
    place_of = [-1 if value is None else order[_start(value)] for value in column.values]
    places: Places = np.array(place_of, dtype=np.intp)[column.place]
    return places


def _start(value: object) -> date | int:
    return _day(value) if isinstance(value, date) else _whole_number(value)


def _whole_number(value: object) -> int:
    """Return the number of a period.

    Raises
    ------
    InvalidArgument
        R102, when it is a date or no whole number.
    """
    number = None if isinstance(value, date) else number_in(value)
    if number is None or number != int(number):
        raise InvalidArgument(
            Text(
                en=f"'{value}' is no number of a period: count periods by whole numbers, or say "
                "how long one is, --per month.",
                fr=f"« {value} » n'est pas un numéro de période : numérotez les périodes, ou "
                "dites leur longueur, --per month.",
            )
        )
    return int(number)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def period_series(
    column: LinkedColumn,
    units: Places,
    clock: Places,
    periods: int,
    *,
    weights: Floats | None = None,
) -> PeriodSeries:
    """Return the figure of a column in each unit and period.

    Parameters
    ----------
    units, clock : arrays of int, shape (n,)
        The unit and the period of each row, -1 where it is not told.
    weights : array, shape (n,), or None
    """
    size = int(units.max(initial=-1)) + 1
    numbers = column.numbers
    known = np.isfinite(numbers) & (units >= 0) & (clock >= 0)
    cells = units[known] * periods + clock[known]
    own = np.ones(numbers.size) if weights is None else weights
    counts = np.bincount(cells, weights=own[known], minlength=size * periods)
    sums = np.bincount(cells, weights=(own * numbers)[known], minlength=size * periods)
    values = np.divide(sums, counts, out=np.full(size * periods, np.nan), where=counts > 0)
    return PeriodSeries(
        key=column.key,
        values=values.reshape(size, periods),
        unit=column.unit,
        direction=column.direction,
    )


def told_units(column: Coded) -> Places:
    """Return the unit of each row, -1 where it is not told."""
    blank = np.array([value is None for value in column.values], dtype=bool)
    places: Places = np.where(blank[column.place], -1, column.place).astype(np.intp)
    return places
