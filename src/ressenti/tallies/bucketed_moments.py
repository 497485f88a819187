"""Bucketed moments: cross-products of columns by hash bucket, made by the engine in one pass.

A bucket holds whole clusters (customers, shops) or, where rows have nothing in common, every 256th
row. One moment matrix a bucket is all that a bootstrap needs: no row leaves the engine, and ten
million rows come back as 256.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from sqlglot import exp

from ressenti.errors import InvalidWeights
from ressenti.language import Text
from ressenti.tallies.tally import Floats
from ressenti.warehouse.relations import Relation

Pair = tuple[int, int]

BUCKETS = 256
BUCKET, WEIGHT, ROWS, REFUSED = "bucket_", "weight_", "rows_", "refused_"
LARGEST = exp.Literal.number(repr(sys.float_info.max))
SPARK = "spark"


@dataclass(frozen=True, slots=True, eq=False)
class BucketedMoments:
    """The moments of p columns in each bucket that has a row.

    Parameters
    ----------
    matrices : array, shape (G, p + 1, p + 1)
        As ``ressenti.statistics.moments`` reads them; NaN where a product was not asked for.
    rows : array, shape (G,)
        Rows counted, each of a weight above 0.
    squared_weights : array, shape (G,)
        Σ weight².
    query : sqlglot query
        What was asked of the engine.
    """

    matrices: Floats
    rows: Floats
    squared_weights: Floats
    query: exp.Select

    def of(self, places: Sequence[int]) -> Floats:
        """Return the moments of some of the columns, shape (G, len(places) + 1, …)."""
        kept = np.array([0, *(place + 1 for place in places)])
        chosen: Floats = self.matrices[:, kept[:, None], kept]
        return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketedQuery:
    """What one pass sums up, and over which rows.

    Parameters
    ----------
    columns : sequence of numeric expressions
        NULL where there is no value; a row counts only where all have one.
    derived : sequence of numeric expressions
        More columns, made of those above, which they call x0, x1 …
    pairs : sequence of (i, j), i <= j
        The products to sum, derived columns coming last.
    cluster : sqlglot expression or None
        What rows share; rows without it are left out. None where each row stands alone.
    weight : sqlglot expression or None
    where : sqlglot expression or None
    """

    relation: Relation
    columns: Sequence[exp.Expr]
    pairs: Sequence[Pair]
    derived: Sequence[exp.Expr] = ()
    cluster: exp.Expr | None = None
    weight: exp.Expr | None = None
    where: exp.Expr | None = None

    @property
    def size(self) -> int:
        """How many columns are summed."""
        return len(self.columns) + len(self.derived)

    def tree(self) -> exp.Select:
        """Return the query: one row a bucket."""
        weight = exp.column(WEIGHT)
        sums: list[exp.Expr] = [
            exp.column(BUCKET),
            exp.Count(this=exp.Star()).as_(ROWS),
            exp.Sum(this=_as_double(_is_refused())).as_(REFUSED),
            exp.Sum(this=weight.copy()).as_("w"),
            exp.Sum(this=_product(weight, weight)).as_("w2"),
        ]
        sums += [
            exp.Sum(this=self._weighted(exp.column(f"x{i}"))).as_(f"s{i}") for i in range(self.size)
        ]
        for i, j in self.pairs:
            product = _product(exp.column(f"x{i}"), exp.column(f"x{j}"))
            sums.append(exp.Sum(this=self._weighted(product)).as_(f"p{i}_{j}"))
        counted = self.counted().subquery("counted")
        return (
            exp.select(*sums, copy=False)
            .from_(counted, copy=False)
            .group_by(exp.column(BUCKET), copy=False)
        )

    def counted(self) -> exp.Select:
        """Return the query of the rows that count, with their weight and their bucket."""
        first = len(self.columns)
        derived = [value.copy().as_(f"x{first + i}") for i, value in enumerate(self.derived)]
        rows = exp.select("*", *derived).from_(self._read().subquery("read"))
        return rows.where(self._is_counted())

    def _read(self) -> exp.Select:
        bucket = row_bucket(self.relation) if self.cluster is None else key_bucket(self.cluster)
        one = exp.cast(exp.Literal.number(1), "DOUBLE")
        weight = one if self.weight is None else self.weight.copy()
        columns = [value.copy().as_(f"x{i}") for i, value in enumerate(self.columns)]
        rows = self.relation.select(*columns, weight.as_(WEIGHT), bucket.as_(BUCKET))
        return rows if self.where is None else rows.where(self.where.copy())

    def _is_counted(self) -> exp.Expr:
        """Return the condition on rows; a weight that cannot be stays, to be refused."""
        known = [exp.column(f"x{i}") for i in range(len(self.columns))]
        known += [exp.column(BUCKET), exp.column(WEIGHT)]
        conditions: list[exp.Expr] = [exp.not_(one.is_(exp.null())) for one in known]
        if self.weight is not None:
            conditions.append(exp.NEQ(this=exp.column(WEIGHT), expression=exp.Literal.number(0)))
        return exp.and_(*conditions)

    def _weighted(self, value: exp.Expr) -> exp.Expr:
        return value if self.weight is None else _product(value, exp.column(WEIGHT))


def bucketed_moments_of(query: BucketedQuery) -> BucketedMoments:
    """Return the moments of a query, bucket by bucket.

    Raises
    ------
    InvalidWeights
        R204, when a weight is negative or not a number.
    """
    tree = query.tree()
    found = query.relation.warehouse.fetch(tree)
    numbers = {
        name: np.array(found.column(name).to_pylist(), dtype=np.float64)
        for name in found.column_names
        if name != BUCKET
    }
    refused = int(numbers[REFUSED].sum())
    if refused:
        raise InvalidWeights(
            Text(
                en=f"{refused} rows have a weight that is negative or not a number: correct them "
                "or leave them out with --where.",
                fr=f"{refused} lignes ont un poids négatif ou qui n'est pas un nombre : "
                "corrigez-les ou écartez-les par --where.",
            )
        )
    # Buckets come in any order; replicates must not depend on it.
    order = np.argsort([str(name) for name in found.column(BUCKET).to_pylist()], kind="stable")
    size = query.size
    matrices = np.full((len(order), size + 1, size + 1), np.nan)
    matrices[:, 0, 0] = numbers["w"][order]
    for i in range(size):
        matrices[:, 0, i + 1] = matrices[:, i + 1, 0] = numbers[f"s{i}"][order]
    for i, j in query.pairs:
        matrices[:, i + 1, j + 1] = matrices[:, j + 1, i + 1] = numbers[f"p{i}_{j}"][order]
    return BucketedMoments(matrices, numbers[ROWS][order], numbers["w2"][order], tree)


def sampled_rows(query: BucketedQuery, share: float) -> tuple[Floats, Floats, list[str]]:
    """Return the rows of some of the buckets: whole clusters, the same at each call.

    Parameters
    ----------
    share : float
        Of the buckets, above 0; all of them from 1 on.

    Returns
    -------
    values : array, shape (n, columns)
    weights : array, shape (n,)
    buckets : list of str, length n
    """
    rows = query.counted()
    if share < 1:
        kept = range(max(1, int(share * BUCKETS)))
        names: list[int | str] = [*kept] if query.cluster is None else [f"{k:02x}" for k in kept]
        rows = rows.where(exp.column(BUCKET).isin(*names))
    found = query.relation.warehouse.fetch(rows)
    columns = [found.column(f"x{i}").to_numpy() for i in range(len(query.columns))]
    values = np.column_stack(columns).astype(np.float64)
    weights = found.column(WEIGHT).to_numpy().astype(np.float64)
    return values, weights, [str(name) for name in found.column(BUCKET).to_pylist()]


def all_pairs(places: Sequence[int]) -> list[Pair]:
    """Return every pair of some places, each with itself too.

    Examples
    --------
    >>> all_pairs([0, 2])
    [(0, 0), (0, 2), (2, 2)]
    """
    return list(combinations_with_replacement(sorted(places), 2))


def key_bucket(key: exp.Expr) -> exp.Expr:
    """Return the tree of the bucket of a key: the same on every engine."""
    digest = exp.func("md5", exp.cast(key.copy(), "TEXT"))
    return exp.Substring(this=digest, start=exp.Literal.number(1), length=exp.Literal.number(2))


def row_bucket(relation: Relation) -> exp.Expr:
    """Return the tree that deals rows over the buckets, whatever is in them."""
    number: exp.Expr = exp.Window(this=exp.RowNumber())
    if SPARK in relation.warehouse.dialect:
        # A number over all rows would bring them to one machine.
        number = exp.Anonymous(this="MONOTONICALLY_INCREASING_ID")
    return exp.Mod(this=number, expression=exp.Literal.number(BUCKETS))


def finite_expression(number: exp.Expr) -> exp.Expr:
    """Return a number, NULL where it is infinite or not a number.

    What is not a number is more than any number, on every engine that knows it.
    """
    inside = exp.Between(this=number.copy(), low=exp.Neg(this=LARGEST.copy()), high=LARGEST.copy())
    return exp.Case().when(inside, number.copy())


def _is_refused() -> exp.Expr:
    weight = exp.column(WEIGHT)
    below = exp.LT(this=weight.copy(), expression=exp.Literal.number(0))
    return exp.or_(below, exp.GT(this=weight, expression=LARGEST.copy()))


def _as_double(condition: exp.Expr) -> exp.Expr:
    one, zero = (exp.cast(exp.Literal.number(number), "DOUBLE") for number in (1, 0))
    return exp.Case().when(condition, one).else_(zero)


def _product(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return exp.Mul(this=left.copy(), expression=right.copy())
