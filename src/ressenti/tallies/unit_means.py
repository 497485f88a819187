"""Unit means: what each unit, such as a shop, does on several columns, in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlglot import exp

from ressenti.tallies.bucketed_moments import finite_expression
from ressenti.tallies.tally import Floats
from ressenti.warehouse.relations import Relation

UNIT = "unit_"


@dataclass(frozen=True, slots=True, eq=False)
class UnitMeans:
    """Weighted means by unit; the columns' answers are counted apart.

    Parameters
    ----------
    means : array, shape (units, columns)
        NaN where a unit has no answer.
    counts : array, shape (units, columns)
    """

    means: Floats
    counts: Floats


def unit_means_query(
    relation: Relation,
    unit: exp.Expr,
    columns: Sequence[exp.Expr],
    *,
    weight: exp.Expr | None = None,
    where: exp.Expr | None = None,
) -> exp.Select:
    """Return the query of the means of some columns in each unit."""
    one = exp.cast(exp.Literal.number(1), "DOUBLE")
    own = one if weight is None else finite_expression(weight)
    read = [value.copy().as_(f"x{i}") for i, value in enumerate(columns)]
    rows = relation.select(*read, own.as_("w"), unit.copy().as_(UNIT))
    if where is not None:
        rows = rows.where(where.copy())
    counts = exp.GT(this=exp.column("w"), expression=exp.Literal.number(0))
    named = exp.not_(exp.column(UNIT).is_(exp.null()))
    sums: list[exp.Expr] = [exp.column(UNIT)]
    for i in range(len(columns)):
        value = exp.column(f"x{i}")
        weighed = exp.Mul(this=value.copy(), expression=exp.column("w"))
        has_value = exp.not_(value.copy().is_(exp.null()))
        sums += [
            exp.Count(this=value.copy()).as_(f"n{i}"),
            exp.Sum(this=weighed).as_(f"s{i}"),
            exp.Sum(this=exp.Case().when(has_value, exp.column("w"))).as_(f"w{i}"),
        ]
    chosen = exp.select("*").from_(rows.subquery("read")).where(exp.and_(counts, named))
    return exp.select(*sums).from_(chosen.subquery("counted")).group_by(exp.column(UNIT))


def unit_means_of(
    relation: Relation,
    unit: exp.Expr,
    columns: Sequence[exp.Expr],
    *,
    weight: exp.Expr | None = None,
    where: exp.Expr | None = None,
) -> UnitMeans:
    """Return the means of some columns in each unit."""
    query = unit_means_query(relation, unit, columns, weight=weight, where=where)
    found = relation.warehouse.fetch(query)
    # Engines give groups in any order.
    order = np.argsort([str(name) for name in found.column(UNIT).to_pylist()], kind="stable")

    def numbers(letter: str) -> Floats:
        listed = [found.column(f"{letter}{i}").to_pylist() for i in range(len(columns))]
        return np.array(listed, dtype=np.float64).reshape(len(columns), -1).T[order]

    weights = numbers("w")
    means = np.divide(numbers("s"), weights, out=np.full_like(weights, np.nan), where=weights > 0)
    return UnitMeans(means, numbers("n"))
