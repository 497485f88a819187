"""The query that makes the tallies: one aggregation pass over a relation.

The raw value of each measured column is a grouping key; what it means on its scale is judged in
Python afterwards, the same way for every engine. Several measures are counted in one pass with
grouping sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from ressenti.facts.scales import Quantity
from ressenti.tallies.buckets import INVALID_BUCKET, bucket_expression
from ressenti.tallies.numbers import number_expression, spells_no_number
from ressenti.warehouse.relations import Kind, Relation

PERIOD, MEASURE, N, W, W2, X, X2, ROWS = "period", "measure", "n", "w", "w2", "x", "x2", "rows_"
LEAST_WEIGHT = "least_weight"


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing to count: an expression whose values are levels, or a quantity to put in buckets.

    Parameters
    ----------
    key : str
        The name the tallies get.
    value : sqlglot expression
    kind : Kind
    quantity : Quantity or None
        Not None when the values are to be tallied in logarithmic buckets.
    """

    key: str
    value: exp.Expr
    kind: Kind
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyQuery:
    """What one aggregation pass must count, and by what.

    Parameters
    ----------
    relation : Relation
    counted : sequence of Counted
    segments : sequence of expressions, in the order of the segment columns
    period : expression or None
        The first day of the period a row falls in.
    weight : expression or None
        A number per row; zero leaves the count, negatives are refused after counting.
    where : predicate or None
    """

    relation: Relation
    counted: Sequence[Counted]
    segments: Sequence[exp.Expr] = ()
    period: exp.Expr | None = None
    weight: exp.Expr | None = None
    where: exp.Expr | None = None

    @property
    def has_sums(self) -> bool:
        return any(counted.quantity is not None for counted in self.counted)

    def tree(self) -> exp.Select:
        """Return the query: keys, then per level the count and the sums."""
        keys = self._keys()
        levels = [_level(counted).as_(f"level{i}") for i, counted in enumerate(self.counted)]
        inner = self.relation.select(*keys, *levels, *self._carried())
        if self.where is not None:
            inner = inner.where(self.where.copy())
        names = [exp.column(key.alias) for key in keys]
        level_names = [exp.column(f"level{i}") for i in range(len(self.counted))]
        query = exp.select(*names, *level_names, *self._aggregates()).from_(inner.subquery("facts"))
        if len(level_names) == 1:
            return query.group_by(*names, *level_names)
        return self._grouped_in_sets(query, names, level_names)

    def _keys(self) -> list[exp.Expr]:
        keys = [] if self.period is None else [exp.alias_(self.period.copy(), PERIOD)]
        return keys + [
            exp.alias_(segment.copy(), f"segment{i}") for i, segment in enumerate(self.segments)
        ]

    def _carried(self) -> list[exp.Expr]:
        carried = [] if self.weight is None else [self.weight.copy().as_("weight")]
        for i, counted in enumerate(self.counted):
            if counted.quantity is not None:
                number = number_expression(counted.value, counted.kind)
                carried.append(number.as_(f"amount{i}"))
        return carried

    def _aggregates(self) -> list[exp.Expr]:
        everything = exp.Count(this=exp.Star())
        aggregates: list[exp.Expr] = [everything.as_(ROWS)]
        if self.weight is not None:
            weight = exp.column("weight")
            nonzero = exp.Nullif(this=weight.copy(), expression=exp.Literal.number(0))
            square = exp.Mul(this=weight.copy(), expression=weight.copy())
            aggregates += [
                exp.Count(this=nonzero).as_(N),
                exp.Sum(this=weight.copy()).as_(W),
                exp.Sum(this=square).as_(W2),
                exp.Min(this=weight.copy()).as_(LEAST_WEIGHT),
            ]
        for i, counted in enumerate(self.counted):
            if counted.quantity is not None:
                aggregates += self._sums(exp.column(f"amount{i}"), i)
        return aggregates

    def _sums(self, amount: exp.Column, i: int) -> list[exp.Expr]:
        weighted: exp.Expr = amount
        if self.weight is not None:
            weighted = exp.Mul(this=exp.column("weight"), expression=amount.copy())
        square = exp.Mul(this=weighted.copy(), expression=amount.copy())
        return [
            exp.Sum(this=weighted.copy()).as_(f"{X}{i}"),
            exp.Sum(this=square).as_(f"{X2}{i}"),
        ]

    def _grouped_in_sets(
        self, query: exp.Select, names: list[exp.Column], levels: list[exp.Column]
    ) -> exp.Select:
        sets = [
            exp.Tuple(expressions=[name.copy() for name in [*names, level]]) for level in levels
        ]
        marks = [
            exp.Anonymous(this="GROUPING", expressions=[level.copy()]).as_(f"apart{i}")
            for i, level in enumerate(levels)
        ]
        grouped = query.select(*marks)
        grouped.set("group", exp.Group(grouping_sets=[exp.GroupingSets(expressions=sets)]))
        return grouped


def _level(counted: Counted) -> exp.Expr:
    if counted.quantity is None:
        return counted.value.copy()
    number = number_expression(counted.value, counted.kind)
    if counted.kind is not Kind.TEXT:
        return bucket_expression(number)
    return (
        exp.Case()
        .when(spells_no_number(counted.value), exp.convert(INVALID_BUCKET))
        .else_(bucket_expression(number))
    )
