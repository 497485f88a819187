"""How often each level of one column meets each level of another, for many pairs in few passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

MISSING = -1
# The counts of a pack stay within the processor's cache.
MOST_CELLS = 8192
# Rows whose squares and products are held at once.
SLICE = 32_768


@dataclass(frozen=True, slots=True, eq=False)
class CodedColumn:
    """A column as places of its levels.

    Attributes
    ----------
    codes
        Shape (n,): 0 for the first level, -1 where there is no answer.
    size
        Number of levels.
    """

    codes: Codes
    size: int


def cross_counts(
    rows: Sequence[CodedColumn],
    columns: Sequence[CodedColumn],
    *,
    weights: Floats | None = None,
) -> list[list[Floats]]:
    """Return the contingency table of every row column with every other column.

    Several row columns are packed into one code, so that fifty outcomes and twenty indicators take
    a few hundred counts instead of a thousand.

    Parameters
    ----------
    rows, columns
        All of the same length; answers missing on one side leave that pair only.
    weights
        Shape (n,): what each row counts for; None for one each.

    Returns
    -------
    For each row column and each column, counts of shape (levels, levels).

    Examples
    --------
    >>> met = CodedColumn(np.array([0, 1, 1, -1], dtype=np.int8), 2)
    >>> mark = CodedColumn(np.array([0, 1, 2, 2], dtype=np.int8), 3)
    >>> cross_counts([met], [mark])[0][0].tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]
    """
    tables: list[list[Floats]] = [[] for _ in rows]
    widest = max((column.size for column in columns), default=0) + 1
    for first, pack in _packs(rows, MOST_CELLS // widest):
        code, sizes = _packed(pack)
        cells = int(np.prod(sizes))
        for column in columns:
            width = column.size + 1
            # In place: a fresh array a pair would cost more than the counting.
            joint = code * width
            joint += column.codes
            joint += 1
            counted = np.bincount(joint, weights=weights, minlength=cells * width)
            counted = counted.reshape(*sizes, width)
            for place in range(len(pack)):
                others = tuple(axis for axis in range(len(pack)) if axis != place)
                table = counted.sum(axis=others)[1:, 1:].astype(np.float64)
                tables[first + place].append(table)
    return tables


def sums_of_pairs(rows: Floats, columns: Floats, *, weights: Floats | None = None) -> Floats:
    """Return the sums over complete pairs of 1, x, x² times 1, y, y².

    Parameters
    ----------
    rows, columns
        Shapes (n, a) and (n, b), NaN where missing; centred beforehand where they are far from 0.
    weights
        Shape (n,): what each row counts for; None for one each.

    Returns
    -------
    Shape (a, b, 3, 3): the powers of x down, those of y across; [0, 0] is the number of pairs.

    Examples
    --------
    >>> sums_of_pairs(np.array([[1.0], [2.0]]), np.array([[3.0], [np.nan]]))[0, 0].tolist()
    [[1.0, 3.0, 9.0], [1.0, 3.0, 9.0], [1.0, 3.0, 9.0]]
    """
    a, b = rows.shape[1], columns.shape[1]
    total = np.zeros((3 * a, 3 * b))
    for start in range(0, len(rows), SLICE):
        part = slice(start, start + SLICE)
        powers = _powers(rows[part])
        if weights is not None:
            powers *= weights[part, None]
        total += powers.T @ _powers(columns[part])
    return total.reshape(3, a, 3, b).transpose(1, 3, 0, 2)


def _powers(values: Floats) -> Floats:
    known = np.isfinite(values)
    filled = np.where(known, values, 0.0)
    return np.hstack([known.astype(np.float64), filled, filled * filled])


def _packs(
    columns: Sequence[CodedColumn], most_cells: int
) -> Iterator[tuple[int, list[CodedColumn]]]:
    pack: list[CodedColumn] = []
    first, cells = 0, 1
    for place, column in enumerate(columns):
        if pack and cells * (column.size + 1) > most_cells:
            yield first, pack
            pack, first, cells = [], place, 1
        pack.append(column)
        cells *= column.size + 1
    if pack:
        yield first, pack


def _packed(pack: Sequence[CodedColumn]) -> tuple[NDArray[np.int64], tuple[int, ...]]:
    """Return one code for several columns, and the sizes that unpack it."""
    code = np.zeros(len(pack[0].codes), dtype=np.int64)
    for column in pack:
        code *= column.size + 1
        code += column.codes
        code += 1
    return code, tuple(column.size + 1 for column in pack)
