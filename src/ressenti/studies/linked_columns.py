"""Linked columns: outcomes and indicators, brought to numbers that may stand side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ressenti.scores.contrast import Contrast
from ressenti.scores.definitions import Family
from ressenti.scores.score import Direction, Unit
from ressenti.statistics.cross_counts import CodedColumn
from ressenti.studies.questions import Measure
from ressenti.tallies.joint_columns import FoundColumn
from ressenti.tallies.tally import Floats

MET_LEVELS = (0.0, 1.0)
PER_CENT = 100.0


@dataclass(frozen=True, kw_only=True, eq=False)
class LinkedColumn:
    """An outcome or an indicator as the links see it.

    Parameters
    ----------
    key : str
        What a person calls it.
    found : FoundColumn
    measure : Measure or None
        The indicator it feeds; None for a plain column.
    names : set of str
        Columns of the source that define it.
    """

    key: str
    found: FoundColumn
    measure: Measure | None = None
    names: frozenset[str] = frozenset()

    @property
    def coded(self) -> CodedColumn | None:
        return self.found.coded

    @property
    def is_binary(self) -> bool:
        """Tell whether it says met or missed, and nothing else."""
        return self.found.levels is not None and set(self.found.levels) <= set(MET_LEVELS)

    @property
    def unit(self) -> Unit:
        if self.measure is not None:
            return self.measure.variant.unit
        return Unit.PERCENT if self.is_binary else Unit.SCALE

    @property
    def direction(self) -> Direction:
        return Direction.CONTEXT if self.measure is None else self.measure.variant.direction

    @property
    def is_of_employees(self) -> bool:
        return self.measure is not None and self.measure.indicator.family is Family.EMPLOYEE

    @cached_property
    def contrast(self) -> Contrast | None:
        """The shape that scores it, where it is a sum over levels."""
        if self.found.levels is None:
            return None
        if self.measure is None:
            levels = MET_LEVELS if self.is_binary else self.found.levels
            return Contrast(
                coefficients={level: float(level) for level in levels},
                multiplier=PER_CENT if self.is_binary else 1.0,
            )
        form = self.measure.variant.form
        shape = None if form is None else form(self.measure.scale)
        return shape if isinstance(shape, Contrast) else None

    @cached_property
    def level_values(self) -> Floats:
        """What each level found counts for in a correlation: itself, or its part in the score."""
        levels = self.found.levels or ()
        if all(not isinstance(level, str) for level in levels):
            return np.array([float(level) for level in levels])
        return self.contributions

    @cached_property
    def contributions(self) -> Floats:
        """What each level found adds to the score, in its unit; NaN for one that is left out."""
        shape = self.contrast
        if shape is None:
            return np.array([float(level) for level in self.found.levels or ()])
        return np.array(
            [
                shape.coefficients.get(level, np.nan) * shape.multiplier
                for level in self.found.levels or ()
            ]
        )

    @cached_property
    def numbers(self) -> Floats:
        """What each row adds to the score, shape (n,); NaN where there is no answer."""
        if self.found.coded is None:
            numbers = self.found.numbers
            return np.empty(0) if numbers is None else numbers
        # One place more, for what is missing: its code is -1.
        return np.append(self.contributions, np.nan)[self.found.coded.codes]


def column_of_numbers(key: str, numbers: Sequence[float] | Floats) -> LinkedColumn:
    """Return a quantity by itself, NaN where it is missing.

    Examples
    --------
    >>> column_of_numbers("wait", [1.0, 2.5]).is_binary
    False
    """
    values = np.asarray(numbers, dtype=np.float64)
    return LinkedColumn(key=key, found=FoundColumn(numbers=values))


def column_of_levels(key: str, levels: Sequence[float] | Floats) -> LinkedColumn:
    """Return answers on a closed scale by themselves, NaN where they are missing.

    Examples
    --------
    >>> column_of_levels("on_time", [1.0, 0.0, np.nan]).is_binary
    True
    """
    values = np.asarray(levels, dtype=np.float64)
    known = np.isfinite(values)
    found, places = np.unique(values[known], return_inverse=True)
    codes = np.full(values.size, -1, dtype=np.int8)
    codes[known] = places
    column = FoundColumn(
        levels=tuple(float(level) for level in found), coded=CodedColumn(codes, found.size)
    )
    return LinkedColumn(key=key, found=column)
