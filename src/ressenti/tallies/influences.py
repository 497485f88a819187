"""Influences: how far each customer pulls a mean, squared and added up by the engine.

Several results of one customer say less than those of as many customers. What a variance between
customers needs is one sum for each figure, and the customers themselves stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp, parse_one

from ressenti.tallies.bucketed_moments import finite_expression
from ressenti.warehouse.relations import Relation

DIALECT = "duckdb"
ROWS = "read_rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """How far the owners of rows pull one mean.

    Parameters
    ----------
    owners : int
        Customers; a row that nobody owns is one of its own.
    rows : int
    squares : float
        Sum over owners of ``(what the mean would miss without the owner)^2``, to first order.
    """

    owners: int
    rows: int
    squares: float


Key = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedMeans:
    """Means of rows that have owners.

    Parameters
    ----------
    relation : Relation
    value : sqlglot expression
        What is averaged; NULL is left out.
    owner : sqlglot expression
        Whose a row is; NULL where nobody knows.
    keys : sequence of sqlglot expressions
        One mean for each combination.
    """

    relation: Relation
    value: exp.Expr
    owner: exp.Expr
    keys: Sequence[exp.Expr] = ()

    def query(self) -> exp.Select:
        """Return the query of one row a mean: owners, rows, and sums of their sums and counts."""
        names = _names(self.keys)
        apart = "".join(f"{name}, " for name in names)
        return _over_rows(
            f"""
            SELECT
              {apart}
              SUM(CASE WHEN owner IS NULL THEN n ELSE 1 END) AS owners,
              SUM(n) AS n,
              SUM(total) AS total,
              SUM(CASE WHEN owner IS NULL THEN squared ELSE total * total END) AS squares,
              SUM(CASE WHEN owner IS NULL THEN total ELSE total * n END) AS products,
              SUM(CASE WHEN owner IS NULL THEN n ELSE n * n END) AS counts
            FROM (
              SELECT {apart} owner, COUNT(*) AS n, SUM(x) AS total, SUM(x * x) AS squared
              FROM {ROWS}
              WHERE x IS NOT NULL
              GROUP BY {apart} owner
            ) AS owned
            {f"GROUP BY {', '.join(names)}" if names else ""}
            """,  # noqa: S608 - what is inserted are names of ours
            _read(self.relation, self.keys, x=_number(self.value), owner=self.owner),
        )

    def fetched(self) -> dict[Key, Influence]:
        """Return the influences on each mean that has any row."""
        return {
            key: Influence(
                owners=int(row["owners"]), rows=int(row["n"]), squares=_squared_influences(row)
            )
            for key, row in _fetched(self.relation, self.query(), self.keys)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedAverages:
    """Weighted averages of the means of several parts, such as outcomes, of rows with owners.

    Parameters
    ----------
    relation, value, owner, keys
        As for :class:`OwnedMeans`.
    part : sqlglot expression
        What is averaged apart before the weights put it together.
    weights : mapping of part to float
        Above 0; the other parts are left out.
    """

    relation: Relation
    value: exp.Expr
    owner: exp.Expr
    part: exp.Expr
    weights: Mapping[str, float]
    keys: Sequence[exp.Expr] = ()

    def query(self) -> exp.Select:
        """Return the query of one row an average: owners, rows and squared influences.

        The influences are those on the sum of weighted means, not yet over the sum of weights.
        """
        names = _names(self.keys)
        apart = "".join(f"{name}, " for name in names)
        return _over_rows(
            f"""
            SELECT
              {apart}
              SUM(CASE WHEN owner IS NULL THEN n ELSE 1 END) AS owners,
              SUM(n) AS n,
              SUM(CASE WHEN owner IS NULL THEN alone ELSE pull * pull END) AS squares
            FROM (
              SELECT
                {apart}
                owner,
                SUM(n) AS n,
                SUM(weight * (total - n * mean) / whole) AS pull,
                SUM(weight * weight * (squared - 2 * mean * total + n * mean * mean)
                    / (whole * whole)) AS alone
              FROM (
                SELECT
                  {apart}
                  owner,
                  weight,
                  n,
                  total,
                  squared,
                  CAST(SUM(n) OVER (PARTITION BY {apart} part) AS DOUBLE) AS whole,
                  SUM(total) OVER (PARTITION BY {apart} part)
                    / CAST(SUM(n) OVER (PARTITION BY {apart} part) AS DOUBLE) AS mean
                FROM (
                  SELECT
                    {apart}
                    part,
                    weight,
                    owner,
                    COUNT(*) AS n,
                    SUM(x) AS total,
                    SUM(x * x) AS squared
                  FROM {ROWS}
                  WHERE x IS NOT NULL AND weight IS NOT NULL
                  GROUP BY {apart} part, weight, owner
                ) AS owned
              ) AS set_against
              GROUP BY {apart} owner
            ) AS pulls
            {f"GROUP BY {', '.join(names)}" if names else ""}
            """,  # noqa: S608 - what is inserted are names of ours
            _read(
                self.relation,
                self.keys,
                x=_number(self.value),
                owner=self.owner,
                part=self.part,
                weight=self._weight(),
            ),
        )

    def fetched(self) -> dict[Key, Influence]:
        """Return the influences on each sum of weighted means that has any row."""
        return {
            key: Influence(
                owners=int(row["owners"]), rows=int(row["n"]), squares=float(row["squares"])
            )
            for key, row in _fetched(self.relation, self.query(), self.keys)
        }

    def _weight(self) -> exp.Expr:
        weight = exp.Case(this=self.part.copy())
        for part, own in self.weights.items():
            weight = weight.when(exp.convert(part), exp.convert(own))
        return exp.cast(weight, "DOUBLE")


def _squared_influences(row: Mapping[str, Any]) -> float:
    """Return the squares of the influences on a mean, from sums over its owners."""
    n = float(row["n"])
    mean = float(row["total"]) / n
    squares, products, counts = (float(row[name]) for name in ("squares", "products", "counts"))
    # Where nothing varies, rounding may leave a little less than nothing.
    return max(squares - 2 * mean * products + mean**2 * counts, 0.0) / n**2


def _fetched(
    relation: Relation, query: exp.Select, keys: Sequence[exp.Expr]
) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """Give the rows of a query that count anything, with their keys."""
    for row in relation.warehouse.fetch(query).to_pylist():
        if row["n"]:
            yield tuple(row[name] for name in _names(keys)), row


def _names(keys: Sequence[exp.Expr]) -> list[str]:
    return [f"key{place}" for place in range(len(keys))]


def _number(value: exp.Expr) -> exp.Expr:
    return finite_expression(exp.cast(value.copy(), "DOUBLE"))


def _read(relation: Relation, keys: Sequence[exp.Expr], **columns: exp.Expr) -> exp.Select:
    """Return the select of the rows that are to be owned."""
    named = zip(_names(keys), keys, strict=True)
    return relation.select(
        *(key.copy().as_(name) for name, key in named),
        *(tree.copy().as_(name) for name, tree in columns.items()),
    )


def _over_rows(sql: str, rows: exp.Select) -> exp.Select:
    """Return a written query as a tree, over some rows."""
    tree = parse_one(sql, dialect=DIALECT)
    for table in list(tree.find_all(exp.Table)):
        if table.name == ROWS:
            table.replace(rows.subquery(ROWS))
    if not isinstance(tree, exp.Select):
        message = "influences are one SELECT"
        raise TypeError(message)
    return tree
