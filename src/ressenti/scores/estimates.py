"""Estimates: what a shape says of many tallies at once, before the indicator's words are added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ressenti.tallies.tally import TallyTable

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """Values and intervals of m tallies; NaN stands for "no value" inside these arrays only.

    Parameters
    ----------
    value, low, high, n, n_effective : arrays, shape (m,)
    method : str
        How the interval was made.
    reason : str
        Why a NaN value is undefined when there are answers.
    parts : sequence of mappings, length m, or empty
    flags : tuple of str
        Of every value.
    row_flags : sequence of tuples of str, length m, or empty
        Of one value each.
    """

    value: Floats
    low: Floats
    high: Floats
    n: Floats
    n_effective: Floats
    method: str
    reason: str = "undefined"
    parts: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    flags: tuple[str, ...] = ()
    row_flags: Sequence[tuple[str, ...]] = ()

    def flags_of(self, row: int) -> tuple[str, ...]:
        return self.flags + (self.row_flags[row] if self.row_flags else ())


class Shape(Protocol):
    """The form of a formula: it turns tallies into estimates and knows nothing of words."""

    def estimates(self, table: TallyTable, *, confidence: float) -> Estimates:
        """Return one estimate per tally of the table."""
        ...
