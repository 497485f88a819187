"""The query that makes the tallies: one aggregation pass over a relation.

The raw value of each measured column is a grouping key; what it means on its scale is judged in
Python afterwards, the same way for every engine. Several measures are counted in one pass with
grouping sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from ressenti.facts.scales import Quantity
from ressenti.tallies.buckets import INVALID_BUCKET, bucket_expression
from ressenti.tallies.numbers import number_expression, spells_no_number
from ressenti.warehouse.relations import Kind

PERIOD, MEASURE, N, W, W2, X, X2, ROWS = "period", "measure", "n", "w", "w2", "x", "x2", "rows_"
LEAST_WEIGHT, WEIGHED = "least_weight", "weighed"
KEPT_TREES = 256


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
    named : str or None
        How a long table names this measure.
    """

    key: str
    value: exp.Expr
    kind: Kind
    quantity: Quantity | None = None
    named: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyQuery:
    """What one aggregation pass must count, and by what.

    Parameters
    ----------
    source : sqlglot table or subquery
        What stands after FROM.
    counted : tuple of Counted
    which : expression or None
        The column of a long table that names the measure a row is about; all measures then share
        one column of values.
    segments : tuple of expressions, in the order of the segment columns
    period : expression or None
        The first day of the period a row falls in.
    weight : expression or None
        A number per row; zero leaves the count, negatives are refused after counting.
    weights_are_positive : bool
        The engine has proven that every row has a weight above 0, so that every row counts.
    where : predicate or None
    is_listed_late : bool
        Test which measure a row is about once it is read, not while reading: DuckDB then does it
        by dictionary, in half the time; an engine with indexes must not.
    """

    source: exp.Table | exp.Subquery
    counted: tuple[Counted, ...]
    which: exp.Expr | None = None
    segments: tuple[exp.Expr, ...] = ()
    period: exp.Expr | None = None
    weight: exp.Expr | None = None
    weights_are_positive: bool = False
    where: exp.Expr | None = None
    is_listed_late: bool = False

    def tree(self) -> exp.Select:
        """Return the query: keys, then per level the count and the sums.

        Equal queries share one tree: copy it before changing it.
        """
        return kept_tree(self)

    def _built_tree(self) -> exp.Select:
        keys = self._keys()
        levels = self._levels()
        carried = self._carried()
        inner = exp.select(*keys, *levels, *carried).from_(self.source.copy())
        for condition in self._conditions():
            inner = inner.where(condition)
        names = [exp.column(key.alias) for key in keys]
        level_names = [exp.column(level.alias) for level in levels]
        query = exp.select(*names, *level_names, *self._aggregates()).from_(inner.subquery("facts"))
        if len(level_names) == 1:
            return query.group_by(*names, *level_names)
        return self._grouped_in_sets(query, names, level_names)

    def _keys(self) -> list[exp.Expr]:
        keys: list[exp.Expr] = []
        if self.period is not None:
            keys.append(exp.alias_(self.period.copy(), PERIOD))
        if self.which is not None:
            keys.append(exp.alias_(self.which.copy(), MEASURE))
        return keys + [
            exp.alias_(segment.copy(), f"segment{i}") for i, segment in enumerate(self.segments)
        ]

    def _levels(self) -> list[exp.Expr]:
        if self.which is None:
            return [_level(counted).as_(f"level{i}") for i, counted in enumerate(self.counted)]
        return [_level_by_name(self.counted, self.which).as_("level0")]

    def _conditions(self) -> list[exp.Expr]:
        conditions = [] if self.where is None else [self.where.copy()]
        if self.which is not None:
            names = dict.fromkeys(str(counted.named) for counted in self.counted)
            listed: exp.Expr = self.which.copy().isin(*names)
            if self.is_listed_late and len(names) > 1:
                listed = exp.Coalesce(this=listed, expressions=[exp.false()])
            conditions.append(listed)
        return conditions

    def _amounts(self) -> list[tuple[int, Counted]]:
        """Return the counted quantities whose sums are wanted; a long table has one column."""
        amounts = [(i, one) for i, one in enumerate(self.counted) if one.quantity is not None]
        return amounts if self.which is None else [(0, one) for _, one in amounts[:1]]

    def _carried(self) -> list[exp.Expr]:
        carried: list[exp.Expr] = []
        if self.weight is not None:
            carried.append(self.weight.copy().as_("weight"))
        for i, counted in self._amounts():
            carried.append(number_expression(counted.value, counted.kind).as_(f"amount{i}"))
        return carried

    def _aggregates(self) -> list[exp.Expr]:
        everything = exp.Count(this=exp.Star())
        aggregates: list[exp.Expr] = [everything.as_(ROWS)]
        if self.weight is not None:
            aggregates += self._sums_of_weights()
        for i, _ in self._amounts():
            aggregates += self._sums(exp.column(f"amount{i}"), i)
        return aggregates

    def _sums_of_weights(self) -> list[exp.Expr]:
        weight = exp.column("weight")
        square = exp.Mul(this=weight.copy(), expression=weight.copy())
        sums = [exp.Sum(this=weight.copy()).as_(W), exp.Sum(this=square).as_(W2)]
        if self.weights_are_positive:
            return sums
        nonzero = exp.Nullif(this=weight.copy(), expression=exp.Literal.number(0))
        least = exp.Min(this=weight.copy()).as_(LEAST_WEIGHT)
        weighed = exp.Count(this=weight.copy()).as_(WEIGHED)
        return [exp.Count(this=nonzero).as_(N), *sums, least, weighed]

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


@lru_cache(maxsize=KEPT_TREES)
def kept_tree(query: TallyQuery) -> exp.Select:
    return query._built_tree()


def _level(counted: Counted) -> exp.Expr:
    if counted.quantity is None:
        return counted.value.copy()
    number = number_expression(counted.value, counted.kind)
    is_signed = counted.quantity.minimum is None or counted.quantity.minimum < 0
    if counted.kind is not Kind.TEXT:
        return bucket_expression(number, is_signed=is_signed)
    return (
        exp.Case()
        .when(spells_no_number(counted.value), exp.convert(INVALID_BUCKET))
        .else_(bucket_expression(number, is_signed=is_signed))
    )


def _level_by_name(counted: Sequence[Counted], which: exp.Expr) -> exp.Expr:
    """Return the level of a long table's row: a bucket where its measure is a quantity."""
    amounts = [one for one in counted if one.quantity is not None]
    if not amounts or len(amounts) == len(counted):
        return _level(counted[0])
    named = which.copy().isin(*[str(one.named) for one in amounts])
    plain = next(one for one in counted if one.quantity is None)
    return exp.Case().when(named, _level(amounts[0])).else_(_level(plain))
