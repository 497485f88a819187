"""Importance against performance: what to keep, to improve, to leave, to do less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text

Floats = NDArray[np.float64]
Quadrant = Literal["keep up", "concentrate", "low priority", "possible overkill"]

# Indexed by twice "is important" plus "performs well".
QUADRANTS: tuple[Quadrant, ...] = (
    "low priority",
    "possible overkill",
    "concentrate",
    "keep up",
)


@dataclass(frozen=True, slots=True)
class Quadrants:
    """Where each driver stands between the two cuts.

    Attributes
    ----------
    placed
        One per driver, in the order given.
    importance_cut, performance_cut
        The means of the drivers, unless they were given.
    """

    placed: tuple[Quadrant | None, ...]
    importance_cut: float | None
    performance_cut: float | None


def importance_performance_quadrants(
    importance: ArrayLike,
    performance: ArrayLike,
    *,
    importance_cut: float | None = None,
    performance_cut: float | None = None,
) -> Quadrants:
    """Return the quadrant of each driver, the cross-hairs at the means by default.

    A driver exactly on a cut counts as above it.

    Parameters
    ----------
    importance, performance
        Shape (k,).

    References
    ----------
    Martilla and James, Journal of Marketing 41 (1977) 77.

    Examples
    --------
    >>> importance_performance_quadrants([0.4, 0.1], [3.0, 4.5]).placed
    ('concentrate', 'possible overkill')
    """
    weights, levels = _same_drivers(importance, performance)
    if not weights.size:
        return Quadrants((), importance_cut, performance_cut)
    cut = float(weights.mean()) if importance_cut is None else importance_cut
    level = float(levels.mean()) if performance_cut is None else performance_cut
    codes = 2 * _at_least(weights, cut) + _at_least(levels, level)
    return Quadrants(tuple(QUADRANTS[code] for code in codes), cut, level)


def sure_quadrants(
    importance: ArrayLike, performance: ArrayLike, *, certainty: float = 0.8
) -> tuple[Quadrant | None, ...]:
    """Return the quadrant each driver falls in often enough over bootstrap replicates.

    Parameters
    ----------
    importance, performance
        Shape (replicates, k), the same samples in both.
    certainty
        Share of the replicates that must agree; a driver under it is on the line: None.

    Examples
    --------
    >>> sure_quadrants([[0.4, 0.1]] * 5, [[3.0, 4.5]] * 3 + [[4.5, 3.0]] * 2)
    (None, None)
    """
    weights, levels = _same_drivers(importance, performance)
    codes = 2 * _at_least(weights, weights.mean(axis=-1, keepdims=True)) + _at_least(
        levels, levels.mean(axis=-1, keepdims=True)
    )
    placed: list[Quadrant | None] = []
    for column in codes.T:
        counts = np.bincount(column, minlength=len(QUADRANTS))
        code = int(counts.argmax())
        placed.append(QUADRANTS[code] if counts[code] >= certainty * column.size else None)
    return tuple(placed)


def _at_least(values: Floats, cut: float | Floats) -> NDArray[np.int64]:
    # The mean of equal values may miss them by a rounding error.
    margin = 1e-12 * np.abs(values)
    reached: NDArray[np.int64] = (values >= cut - margin).astype(np.int64)
    return reached


def _same_drivers(importance: ArrayLike, performance: ArrayLike) -> tuple[Floats, Floats]:
    weights = np.asarray(importance, dtype=np.float64)
    levels = np.asarray(performance, dtype=np.float64)
    if weights.shape != levels.shape:
        raise InvalidArgument(
            Text(
                en="importance of shape {one} and performance of shape {other}: give both for the "
                "same drivers.",
                fr="une importance de forme {one} et une performance de forme {other} : donnez les "
                "deux pour les mêmes leviers.",
            ).format(one=weights.shape, other=levels.shape)
        )
    return weights, levels
