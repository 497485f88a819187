"""Sums of rows, group by group: the same for a group whatever other groups are there."""

from __future__ import annotations

from typing import Final

import numpy as np

from ressenti.emotions.features import Floats, Integers

BLOCK: Final = 512
"""Groups worked on together: what they need stays near the processor."""
LONG: Final = 64
"""Rows from which on a group is worth being summed by itself."""
SHARED: Final = 1 << 18
"""Multiplications of a product that libraries begin to share between threads, which costs more
than it brings for products so small."""


class Groups:
    """Groups of rows that stand one after another: the first group's, then the next one's.

    Parameters
    ----------
    sizes : integers, shape (groups,)
        How many rows each group has, 0 included.
    """

    def __init__(self, sizes: Integers) -> None:
        self.sizes = sizes
        self._starts = np.cumsum(sizes) - sizes
        # Small whole numbers are sorted by their digits, in one pass.
        ranked = np.argsort(-np.minimum(sizes, LONG + 1).astype(np.int8), kind="stable")
        self._long = ranked[: np.count_nonzero(sizes > LONG)]
        short = ranked[len(self._long) : np.count_nonzero(sizes)]
        self._blocks = [short[begin : begin + BLOCK] for begin in range(0, len(short), BLOCK)]

    def sums(self, table: Floats, place: Integers) -> Floats:
        """Return the sum of some rows of a table for each group, shape (groups, columns).

        Parameters
        ----------
        table : floats, shape (rows, columns)
        place : integers, shape (sum of sizes,)
            Which row of the table stands where.

        Examples
        --------
        >>> table = np.array([[1, 0], [10, 1], [100, 2]], dtype=np.float32)
        >>> Groups(np.array([2, 0, 1])).sums(table, np.array([0, 2, 1])).tolist()
        [[101.0, 2.0], [0.0, 0.0], [10.0, 1.0]]
        """
        result = np.zeros((len(self.sizes), table.shape[1]), dtype=np.float32)
        for group in self._long.tolist():
            start = self._starts[group]
            result[group] = table[place[start : start + self.sizes[group]]].sum(axis=0)
        for block in self._blocks:
            result[block] = self._sums_by_rank(table, place, block)
        return result

    def _sums_by_rank(self, table: Floats, place: Integers, groups: Integers) -> Floats:
        """Add the first rows of all groups, then the second ones; the longest groups come first."""
        starts, sizes = self._starts[groups], self.sizes[groups]
        sums: Floats = np.take(table, place[starts], axis=0)
        left = np.searchsorted(-sizes, -np.arange(sizes[0])).tolist()
        for rank in range(1, len(left)):
            count = left[rank]
            sums[:count] += np.take(table, place[starts[:count] + rank], axis=0)
        return sums


def product(rows: Floats, matrix: Floats) -> Floats:
    """Return rows times a matrix.

    Always in blocks of one size: a product of another shape may round otherwise, and what is read
    in a text must not depend on the texts beside it.
    """
    size = 1 << ((SHARED // matrix.size).bit_length() - 1)
    blocks = -(-len(rows) // size)
    padded = np.zeros((blocks, size, rows.shape[1]), dtype=np.float32)
    padded.reshape(-1, rows.shape[1])[: len(rows)] = rows
    result: Floats = (padded @ matrix).reshape(-1, matrix.shape[1])[: len(rows)]
    return result
