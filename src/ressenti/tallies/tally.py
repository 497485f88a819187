"""The tally: a distribution over levels that merges by addition.

``Tally`` is one distribution, handy for a worked example. ``TallyTable`` is many distributions
over the same levels as matrices, so that thousands of scores are computed at once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ressenti.facts.raw_values import Absence
from ressenti.facts.scales import Level, Quantity, Scale

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Key = TypeVar("Key", bound=Hashable)

# What stands in a key where everything was merged.
ALL = "\N{INFINITY}all"


@dataclass(frozen=True, slots=True)
class Cell:
    """One level of one tally: the number of answers, Σ weight and Σ weight²."""

    n: int
    w: float
    w2: float

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.n + other.n, self.w + other.w, self.w2 + other.w2)


NO_ANSWERS = Cell(0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each level was met; ``a + b`` merges, the empty tally changes nothing.

    Parameters
    ----------
    levels : mapping of level to Cell
    missing, invalid : int
        Answers left out: blank or don't know, and off the scale.

    Examples
    --------
    >>> march = Tally.of_counts({9.0: 2, 3.0: 1})
    >>> april = Tally.of_counts({9.0: 1}, missing=1)
    >>> (march + april).levels[9.0].n, (march + april).missing
    (3, 1)
    """

    levels: Mapping[Level, Cell] = field(default_factory=dict)
    missing: int = 0
    invalid: int = 0

    @classmethod
    def of_counts(
        cls, counts: Mapping[Level, float], *, missing: int = 0, invalid: int = 0
    ) -> Tally:
        """Return the tally of unweighted counts per level."""
        cells = {level: Cell(int(n), float(n), float(n)) for level, n in counts.items()}
        return cls(cells, missing, invalid)

    @classmethod
    def of_values(
        cls,
        values: Iterable[object],
        scale: Scale | Quantity,
        *,
        weights: Iterable[float] | None = None,
        missing_codes: Sequence[object] = (),
    ) -> Tally:
        """Return the tally of raw values read on a scale; a zero weight leaves the count."""
        cells: dict[Level, Cell] = {}
        absent = {Absence.MISSING: 0, Absence.INVALID: 0}
        pairs = ((v, 1.0) for v in values) if weights is None else zip(values, weights, strict=True)
        for raw, weight in pairs:
            level = scale.read(raw, missing_codes=missing_codes)
            if isinstance(level, Absence):
                absent[level] += 1
            elif weight > 0:
                cell = Cell(1, weight, weight * weight)
                cells[level] = cells.get(level, NO_ANSWERS) + cell
        return cls(cells, absent[Absence.MISSING], absent[Absence.INVALID])

    @property
    def n(self) -> int:
        return sum(cell.n for cell in self.levels.values())

    def __add__(self, other: Tally) -> Tally:
        merged = dict(self.levels)
        for level, cell in other.levels.items():
            merged[level] = merged.get(level, NO_ANSWERS) + cell
        return Tally(merged, self.missing + other.missing, self.invalid + other.invalid)


@dataclass(frozen=True, slots=True)
class TallyTable:
    """Many tallies over the same levels.

    Parameters
    ----------
    keys : tuple, length m
        What each tally is of, for instance ``(period, segment)``.
    levels : tuple, length K
    n, w, w2 : arrays, shape (m, K)
        Answers, Σ weight and Σ weight² per tally and level.
    missing, invalid : arrays, shape (m,)
    wx, wx2 : arrays, shape (m, K), or None
        Σ weight·value and Σ weight·value² where the levels are buckets of a quantity, so that
        means stay exact although quantiles are read from buckets.

    Examples
    --------
    >>> table = TallyTable.of(
    ...     {"Lyon": Tally.of_counts({1.0: 3}), "Nice": Tally.of_counts({0.0: 2})}
    ... )
    >>> table.levels, table.n.tolist()
    ((0.0, 1.0), [[0, 3], [2, 0]])
    >>> table.merged(lambda key: "all").n.tolist()
    [[2, 3]]
    """

    keys: tuple[Any, ...]
    levels: tuple[Level, ...]
    n: Integers
    w: Floats
    w2: Floats
    missing: Integers
    invalid: Integers
    wx: Floats | None = None
    wx2: Floats | None = None

    @classmethod
    def of(cls, tallies: Mapping[Key, Tally]) -> TallyTable:
        """Return the table of single tallies; levels are sorted, numbers before words."""
        found = {level for tally in tallies.values() for level in tally.levels}
        levels = tuple(sorted(found, key=lambda level: (isinstance(level, str), level)))
        place = {level: column for column, level in enumerate(levels)}
        n = np.zeros((len(tallies), len(levels)), dtype=np.int64)
        w = np.zeros(n.shape)
        w2 = np.zeros(n.shape)
        for row, tally in enumerate(tallies.values()):
            for level, cell in tally.levels.items():
                column = place[level]
                n[row, column], w[row, column], w2[row, column] = cell.n, cell.w, cell.w2
        return cls(
            keys=tuple(tallies),
            levels=levels,
            n=n,
            w=w,
            w2=w2,
            missing=np.array([tally.missing for tally in tallies.values()], dtype=np.int64),
            invalid=np.array([tally.invalid for tally in tallies.values()], dtype=np.int64),
        )

    def __len__(self) -> int:
        return len(self.keys)

    def __add__(self, other: TallyTable) -> TallyTable:
        """Return the tallies of both tables; those of the same key are added up.

        The cost depends on the number of tallies, never on the answers behind them: this is how a
        new day joins the years before.

        Examples
        --------
        >>> march = TallyTable.of({"Lyon": Tally.of_counts({9.0: 2})})
        >>> april = TallyTable.of({"Lyon": Tally.of_counts({3.0: 1}), "Nice": Tally()})
        >>> both = march + april
        >>> both.keys, both.levels, both.n.tolist()
        (('Lyon', 'Nice'), (3.0, 9.0), [[1, 2], [0, 0]])
        """
        found = {*self.levels, *other.levels}
        levels = tuple(sorted(found, key=lambda level: (isinstance(level, str), level)))
        one, two = self._on(levels), other._on(levels)
        sums = [
            None if ours is None or theirs is None else np.concatenate([ours, theirs])
            for ours, theirs in ((one.wx, two.wx), (one.wx2, two.wx2))
        ]
        stacked = TallyTable(
            keys=one.keys + two.keys,
            levels=levels,
            n=np.concatenate([one.n, two.n]),
            w=np.concatenate([one.w, two.w]),
            w2=np.concatenate([one.w2, two.w2]),
            missing=np.concatenate([one.missing, two.missing]),
            invalid=np.concatenate([one.invalid, two.invalid]),
            wx=sums[0],
            wx2=sums[1],
        )
        return stacked.merged(lambda key: key)

    def _on(self, levels: Sequence[Level]) -> TallyTable:
        """Return the table with these columns, empty where it had none."""
        place = {level: column for column, level in enumerate(levels)}
        columns = [place[level] for level in self.levels]

        def spread(matrix: NDArray[np.generic]) -> NDArray[np.generic]:
            if matrix.ndim == 1:
                return matrix
            wide = np.zeros((len(self), len(levels)), dtype=matrix.dtype)
            wide[:, columns] = matrix
            return wide

        return replace(self._with(self.keys, spread), levels=tuple(levels))

    def tally(self, key: Hashable) -> Tally:
        """Return one tally of the table."""
        row = self.keys.index(key)
        cells = {
            level: Cell(int(self.n[row, k]), float(self.w[row, k]), float(self.w2[row, k]))
            for k, level in enumerate(self.levels)
            if self.n[row, k]
        }
        return Tally(cells, int(self.missing[row]), int(self.invalid[row]))

    def selected(self, keys: Sequence[Any]) -> TallyTable:
        """Return the tallies of these keys, in this order; one that is not there is empty.

        Examples
        --------
        >>> table = TallyTable.of({"march": Tally.of_counts({9.0: 2})})
        >>> table.selected(["april", "march"]).n.tolist()
        [[0], [2]]
        """
        place = {key: row for row, key in enumerate(self.keys)}
        rows = np.array([place.get(key, -1) for key in keys], dtype=np.int64)
        is_there = rows >= 0

        def taken(matrix: NDArray[np.generic]) -> NDArray[np.generic]:
            chosen = np.zeros((len(rows), *matrix.shape[1:]), dtype=matrix.dtype)
            chosen[is_there] = matrix[rows[is_there]]
            return chosen

        return self._with(tuple(keys), taken)

    def merged(self, group_of: Callable[[Any], Hashable]) -> TallyTable:
        """Return the table in which tallies whose key falls in one group are added up.

        Groups come in the order in which they are first met: this is how totals and subtotals
        are made, never by another query.
        """
        place: dict[Hashable, int] = {}
        target = np.array(
            [place.setdefault(group_of(key), len(place)) for key in self.keys], dtype=np.int64
        )

        def added(matrix: NDArray[np.generic]) -> NDArray[np.generic]:
            total = np.zeros((len(place), *matrix.shape[1:]), dtype=matrix.dtype)
            np.add.at(total, target, matrix)
            return total

        return self._with(tuple(place), added)

    def _with(
        self,
        keys: tuple[Any, ...],
        change: Callable[[NDArray[np.generic]], NDArray[np.generic]],
    ) -> TallyTable:
        """Return the table with other rows: the same change made to every matrix."""

        def floats(matrix: Floats) -> Floats:
            return change(matrix).astype(np.float64, copy=False)

        def integers(matrix: Integers) -> Integers:
            return change(matrix).astype(np.int64, copy=False)

        return replace(
            self,
            keys=keys,
            n=integers(self.n),
            w=floats(self.w),
            w2=floats(self.w2),
            missing=integers(self.missing),
            invalid=integers(self.invalid),
            wx=None if self.wx is None else floats(self.wx),
            wx2=None if self.wx2 is None else floats(self.wx2),
        )

    def columns(self, levels: Sequence[Level]) -> list[int]:
        """Return the columns of those levels that the table has."""
        place = {level: column for column, level in enumerate(self.levels)}
        return [place[level] for level in levels if level in place]
