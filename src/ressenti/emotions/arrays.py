"""Arrays that grow with what was met."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ressenti.emotions.features import Integers


def none() -> Integers:
    """Return an array of nothing, to be made longer."""
    return np.zeros(0, dtype=np.int64)


def longer(array: Integers, more: npt.ArrayLike) -> Integers:
    """Return an array with more at its end."""
    return np.concatenate((array, np.asarray(more, dtype=np.int64)))


def distinct(places: Integers) -> Integers:
    """Return the numbers from 0 on that are there, each once and in order.

    What NumPy has for it brings masked arrays along, which a first answer would wait for.
    """
    ordered = np.sort(places)
    result: Integers = ordered[np.diff(ordered, prepend=-1) != 0]
    return result


def roomier(array: Any, rows: int) -> Any:
    """Return an array with room for so many rows, and as many again where it had to grow."""
    if rows <= len(array):
        return array
    larger = np.zeros((2 * rows, *array.shape[1:]), dtype=array.dtype)
    larger[: len(array)] = array
    return larger
