"""What several oracle methods need: intervals as keys, NPS contributions, units' moments."""

from __future__ import annotations

from typing import Any

import numpy as np

from ressenti.statistics.intervals import Interval
from ressenti.statistics.moments import Moments


def limits(found: Interval, *names: str) -> dict[str, Any]:
    return {
        **dict.fromkeys((*names, "estimate"), found.estimate),
        "lower": found.low,
        "upper": found.high,
    }


def score_contributions(scores: np.ndarray) -> np.ndarray:
    """Return 100, 0 or -100 for a promoter, a passive or a detractor."""
    return np.where(scores >= 9, 100.0, np.where(scores >= 7, 0.0, -100.0))


def grouped(units: np.ndarray, contributions: np.ndarray) -> dict[str, Moments]:
    """Return the moments of each unit, in the order of the units."""
    known = np.isfinite(contributions)
    labels = np.unique(units)
    return {
        (f"{label:g}" if units.dtype.kind == "f" else str(label)): Moments.of(
            contributions[known & (units == label)]
        )
        for label in labels
    }
