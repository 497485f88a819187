"""Joint columns: several columns of the same rows, each read on its scale, in one query.

What is linked must come from one row: a customer, an answer. Closed scales come back as small codes
and quantities as numbers, so that a million rows of seventy columns hold in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from ressenti.facts.scales import Level
from ressenti.statistics.cross_counts import CodedColumn
from ressenti.tallies.counting import (
    Coded,
    OffScale,
    Reading,
    coded_column,
    off_scale_of,
    read_levels,
)
from ressenti.tallies.tally import Floats
from ressenti.warehouse.relations import Relation

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedColumn:
    """A column to read: on a closed scale, or as numbers where there is no reading."""

    value: exp.Expr
    reading: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundColumn:
    """A column as it was read.

    Parameters
    ----------
    levels : tuple of levels or None
        Those met, in order; None for a quantity.
    coded : CodedColumn or None
    numbers : array, shape (n,), or None
        NaN where there is none.
    off_scale : OffScale or None
    """

    levels: tuple[Level, ...] | None = None
    coded: CodedColumn | None = None
    numbers: Floats | None = None
    off_scale: OffScale | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JointColumns:
    """Columns of the same n rows, and what the rows are grouped by, such as a shop or a month."""

    n: int
    columns: tuple[FoundColumn, ...]
    keys: Mapping[str, Coded]


def joint_columns(
    relation: Relation,
    wanted: Sequence[WantedColumn],
    *,
    keys: Mapping[str, exp.Expr] | None = None,
    where: exp.Expr | None = None,
) -> JointColumns:
    """Return columns of a relation read together, row by row.

    Parameters
    ----------
    wanted : sequence of WantedColumn
    keys : mapping of name to expression
        What the rows are grouped by; any values.
    where : predicate or None
    """
    named = dict(keys or {})
    query = relation.select(
        *(one.value.copy().as_(f"c{place}") for place, one in enumerate(wanted)),
        *(tree.copy().as_(f"g{place}") for place, tree in enumerate(named.values())),
    )
    if where is not None:
        query = query.where(where.copy())
    rows = relation.warehouse.fetch(query)
    return JointColumns(
        n=rows.num_rows,
        columns=tuple(
            _read(coded_column(rows[f"c{place}"]), one.reading)
            if one.reading is not None
            else FoundColumn(numbers=_numbers(rows[f"c{place}"]))
            for place, one in enumerate(wanted)
        ),
        keys={name: coded_column(rows[f"g{place}"]) for place, name in enumerate(named)},
    )


def distinct_values(relation: Relation, value: exp.Expr, *, most: int) -> list[object]:
    """Return the distinct values of an expression, at most one more than ``most``."""
    query = relation.select(value.copy().as_("value")).distinct().limit(most + 1)
    values: list[object] = relation.warehouse.fetch(query)["value"].to_pylist()
    return values


def rows_meeting(
    relation: Relation, condition: exp.Expr, *, where: exp.Expr | None = None
) -> tuple[int, int]:
    """Return how many rows meet a condition, and for how many it can be told."""
    told = condition.copy().is_(exp.null())
    query = relation.select(
        exp.Sum(this=exp.Case().when(condition.copy(), exp.convert(1)).else_(exp.convert(0))).as_(
            "met"
        ),
        exp.Sum(this=exp.Case().when(told, exp.convert(0)).else_(exp.convert(1))).as_("told"),
    )
    if where is not None:
        query = query.where(where.copy())
    (row,) = relation.warehouse.fetch(query).to_pylist()
    return int(row["met"] or 0), int(row["told"] or 0)


def _read(raw: Coded, reading: Reading) -> FoundColumn:
    levels, position = read_levels(raw.values, reading)
    place = position[raw.place]
    return FoundColumn(
        levels=levels,
        coded=CodedColumn(np.maximum(place, -1).astype(np.int8), len(levels)),
        off_scale=off_scale_of(
            # Each distinct value once, with how many rows hold it: a pass over a million is saved.
            Coded(raw.values, np.arange(len(raw.values))),
            position,
            np.bincount(raw.place, minlength=len(raw.values)),
        ),
    )


def _numbers(column: object) -> Floats:
    values = column.combine_chunks()  # type: ignore[attr-defined] # pyarrow publishes no types
    filled = values.cast("float64").fill_null(float("nan"))
    numbers = np.array(np.from_dlpack(filled), dtype=np.float64)
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers
