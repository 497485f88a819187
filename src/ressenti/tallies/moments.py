"""Moments: sums and cross-products of columns, made by the engine in one pass.

A block is a group of columns; only the rows where all of them have a value count in it. What comes
back merges by addition, and no row leaves the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np
from sqlglot import exp

from ressenti.statistics.moments import moment_matrix
from ressenti.tallies.tally import Floats
from ressenti.warehouse.relations import Relation

Block = Sequence[exp.Expr]
ROWS = "rows_"


def moments_query(
    relation: Relation, blocks: Sequence[Block], *, where: exp.Expr | None = None
) -> exp.Select:
    """Return the query of the sums and cross-products of every block.

    Parameters
    ----------
    blocks : sequence of sequences of numeric expressions
        NULL where there is no value.
    """
    read = [
        value.copy().as_(f"x{b}_{i}")
        for b, block in enumerate(blocks)
        for i, value in enumerate(block)
    ]
    rows = relation.select(*read)
    if where is not None:
        rows = rows.where(where.copy())
    aggregates: list[exp.Expr] = [exp.Count(this=exp.Star()).as_(ROWS)]
    for b, block in enumerate(blocks):
        columns = [exp.column(f"x{b}_{i}") for i in range(len(block))]
        complete = exp.and_(*[exp.not_(column.copy().is_(exp.null())) for column in columns])
        aggregates.append(_sum(complete, exp.Literal.number(1)).as_(f"n{b}"))
        for i, column in enumerate(columns):
            aggregates.append(_sum(complete, column).as_(f"s{b}_{i}"))
        for i, j in _pairs(block):
            product = exp.Mul(this=columns[i].copy(), expression=columns[j].copy())
            aggregates.append(_sum(complete, product).as_(f"p{b}_{i}_{j}"))
    return exp.select(*aggregates).from_(rows.subquery("read"))


def moments_of(
    relation: Relation, blocks: Sequence[Block], *, where: exp.Expr | None = None
) -> tuple[list[Floats], int]:
    """Return the moment matrix of every block, and how many rows were looked at.

    Returns
    -------
    matrices : list of arrays, shape (p + 1, p + 1)
        As ``ressenti.statistics.moments`` reads them; zeros where no row is complete.
    rows : int
    """
    query = moments_query(relation, blocks, where=where)
    (row,) = relation.warehouse.fetch(query).to_pylist()
    found = {name: float(value or 0) for name, value in row.items()}
    matrices = []
    for b, block in enumerate(blocks):
        products = np.zeros((len(block), len(block)))
        for i, j in _pairs(block):
            products[i, j] = products[j, i] = found[f"p{b}_{i}_{j}"]
        sums = [found[f"s{b}_{i}"] for i in range(len(block))]
        matrices.append(moment_matrix(found[f"n{b}"], sums, products))
    return matrices, int(found[ROWS])


def _pairs(block: Block) -> list[tuple[int, int]]:
    return list(combinations_with_replacement(range(len(block)), 2))


def _sum(condition: exp.Expr, value: exp.Expr) -> exp.Sum:
    return exp.Sum(this=exp.Case().when(condition.copy(), value.copy()))
