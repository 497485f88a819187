"""Emphasis: how much a clause is stressed by its words, its capitals and its marks."""

from __future__ import annotations

from typing import Final

import numpy as np

from ressenti.emotions.clauses import Clauses
from ressenti.emotions.features import Floats, Integers
from ressenti.emotions.tokens import Part

EMPHASES: Final = {
    Part.STRONGER: 0.3, Part.MUCH_STRONGER: 0.5, Part.WEAKER: -0.35,
    Part.SHOUTED: 0.25, Part.STRETCHED: 0.25, Part.EXCLAMATION: 0.2,
}  # fmt: skip
A_LITTLE: Final = -0.5
LEAST_EMPHASIS, MOST_EMPHASIS = -0.6, 1.2
WRITTEN_LOUD: Final = Part.SHOUTED | Part.STRETCHED
STRESSING: Final = int(sum(EMPHASES)) | Part.LITTLE


def emphases(clauses: Clauses, parts: Integers) -> Floats:
    """Return how much each clause is stressed: 0 for plain words, below for « un peu ».

    Parameters
    ----------
    parts : integers, shape (units of the clauses,)
    """
    # Few words stress anything: the others are not looked at again.
    unit = np.flatnonzero(parts & STRESSING)
    own, clause = parts[unit], clauses.clause[unit]
    weight = np.zeros(len(unit), dtype=np.float32)
    for part, value in EMPHASES.items():
        weight += np.float32(value) * ((own & part) != 0)
    weight[clauses.is_denied[unit] & ((own & WRITTEN_LOUD) == 0)] = 0
    is_little = (own & Part.LITTLE != 0) & (unit > 0) & (parts[unit - 1] & Part.ONE != 0)
    weight[is_little] = A_LITTLE
    sums = np.bincount(clause, weights=weight, minlength=len(clauses.first))
    return np.clip(sums, LEAST_EMPHASIS, MOST_EMPHASIS).astype(np.float32)
