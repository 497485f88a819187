"""Paired counts: how often two columns met, and what that is worth where rows are weighted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ressenti.statistics.cross_counts import cross_counts, sums_of_pairs
from ressenti.statistics.effective_sizes import kish_effective_size
from ressenti.studies.linked_columns import LinkedColumn
from ressenti.tallies.tally import Floats

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class PairedCounts:
    """The rows in which an outcome and an indicator met, level by level or as sums of powers.

    Parameters
    ----------
    counts, weights, squares : arrays of one shape
        Rows, sums of weights and of squared weights; the same array where no row is weighted.
    """

    counts: Floats
    weights: Floats
    squares: Floats

    @property
    def scaled(self) -> Floats:
        """The weighted counts, as many in all as they are worth."""
        if self.weights is self.counts:
            return self.counts
        whole = float(self.weights.sum())
        return self.weights * (self.effective_size / whole if whole > 0 else 0.0)

    @property
    def effective_size(self) -> float:
        """How many equal weights the rows are worth (Kish)."""
        return float(kish_effective_size(self.weights.sum(), self.squares.sum()))

    def at(self, rows: Sequence[int | None]) -> PairedCounts:
        """Return the counts of some levels of the outcome, none where a level was never met."""
        parts = [
            np.stack([np.zeros(part.shape[1]) if row is None else part[row] for row in rows])
            for part in (self.counts, self.weights, self.squares)
        ]
        return PairedCounts(*parts)


def counted_pairs(
    outcomes: Sequence[LinkedColumn],
    indicators: Sequence[LinkedColumn],
    *,
    weights: Floats | None = None,
) -> Mapping[Pair, PairedCounts]:
    """Return the counts of the pairs where both sides have levels."""
    rows = [(i, one.coded) for i, one in enumerate(outcomes)]
    columns = [(j, one.coded) for j, one in enumerate(indicators)]
    closed = [[(at, coded) for at, coded in side if coded is not None] for side in (rows, columns)]
    sides = [[coded for _, coded in side] for side in closed]
    counted = cross_counts(*sides)
    weighed, squared = counted, counted
    if weights is not None:
        weighed = cross_counts(*sides, weights=weights)
        squared = cross_counts(*sides, weights=weights**2)
    return {
        (i, j): PairedCounts(counted[a][b], weighed[a][b], squared[a][b])
        for a, (i, _) in enumerate(closed[0])
        for b, (j, _) in enumerate(closed[1])
    }


@dataclass(frozen=True, slots=True, eq=False)
class PairedSums:
    """Sums of powers over the rows in which two quantities met.

    Parameters
    ----------
    sums : array, shape (3, 3)
        As ``sums_of_pairs`` gives them, weighted and as many in all as they are worth.
    n : int
    """

    sums: Floats
    n: int


def summed_pair(first: Floats, second: Floats, *, weights: Floats | None = None) -> PairedSums:
    """Return the sums over the rows of two quantities.

    Examples
    --------
    >>> found = summed_pair(np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0, np.nan]),
    ...     weights=np.array([1.0, 3.0, 9.0]))
    >>> found.n, round(float(found.sums[0, 0]), 6)
    (2, 1.6)
    """
    sides = first[:, None], second[:, None]
    sums = sums_of_pairs(*sides)[0, 0]
    if weights is None:
        return PairedSums(sums, round(float(sums[0, 0])))
    weighed = sums_of_pairs(*sides, weights=weights)[0, 0]
    squares = sums_of_pairs(*sides, weights=weights**2)[0, 0, 0, 0]
    size = float(kish_effective_size(weighed[0, 0], squares))
    scale = size / weighed[0, 0] if weighed[0, 0] > 0 else 0.0
    return PairedSums(weighed * scale, round(float(sums[0, 0])))
