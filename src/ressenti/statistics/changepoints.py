"""Where the level of a series moved: all its breaks at once, each with how sure its date is."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Break:
    """A date at which the level moved.

    Attributes
    ----------
    at
        Place, from 0, of the first value of the new level.
    earliest, latest
        The places between which the new level began, at the confidence asked for.
    before, after
        The two levels: weighted means of the stretches on each side.
    """

    at: int
    earliest: int
    latest: int
    before: float
    after: float


def mean_breaks(
    values: ArrayLike,
    variances: ArrayLike,
    *,
    shortest: int = 2,
    penalty: float | None = None,
    confidence: float = 0.95,
) -> tuple[Break, ...]:
    """Return the breaks of the mean of a series whose values have known variances.

    The breaks are those that minimise the weighted sum of squares around the levels plus a penalty
    for each: a series without any break gets one with a chance that vanishes as it grows. The
    limits of a date are the places whose likelihood is within what chance leaves between them.

    Parameters
    ----------
    values
        Shape (n,), in time order, without missing values.
    variances
        Shape (n,), all above 0: what sampling, and whatever else moves one value, leaves.
    shortest
        Fewest values in a stretch.
    penalty
        What a break must take off the sum of squares; 3 ln(n) by default.
    confidence
        Of the limits of each date.

    Raises
    ------
    InvalidArgument
        For lists of unlike lengths or a variance that is not above 0.

    References
    ----------
    Yao, Statistics and Probability Letters 6 (1988) 181; Jackson et al., IEEE Signal Processing
    Letters 12 (2005) 105; Siegmund, International Statistical Review 56 (1988) 31.

    Examples
    --------
    >>> found, = mean_breaks([1, 2, 1, 2, 8, 9, 8], [1] * 7)
    >>> found.at, found.earliest, found.latest, found.before
    (4, 4, 4, 1.5)
    """
    y = np.asarray(values, dtype=np.float64)
    v = np.asarray(variances, dtype=np.float64)
    if y.shape != v.shape or not (v > 0).all():
        raise InvalidArgument(
            Text(
                en="breaks need one variance above 0 for each of the {n} values.",
                fr="des ruptures demandent une variance supérieure à 0 pour chacune des {n} "
                "valeurs.",
            ).format(n=y.size)
        )
    if y.size < 2 * shortest:
        return ()
    sums = _WeightedSums.of(y, 1 / v)
    cost = 3 * log(y.size) if penalty is None else penalty
    starts = _best_starts(sums, y.size, shortest, cost)
    bounds = [*starts, y.size]
    distance = _likelihood_distance(confidence)
    return tuple(
        _dated(sums, first, at, end, distance)
        for first, at, end in zip(bounds, bounds[1:], bounds[2:], strict=False)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _WeightedSums:
    """Running sums from which the squares of any stretch follow."""

    w: Floats
    wy: Floats
    wy2: Floats
    centre: float

    @classmethod
    def of(cls, y: Floats, w: Floats) -> _WeightedSums:
        # Centred values keep their digits whatever the level of the series.
        centre = float(w @ y) / float(w.sum())
        terms = (w, w * (y - centre), w * (y - centre) ** 2)
        w0, wy, wy2 = (np.concatenate([[0.0], np.cumsum(term)]) for term in terms)
        return cls(w0, wy, wy2, centre)

    def level(self, first: int, end: int) -> float:
        """Return the weighted mean of [first, end)."""
        return self.centre + float((self.wy[end] - self.wy[first]) / (self.w[end] - self.w[first]))

    def squares(self, first: NDArray[np.intp] | int, end: NDArray[np.intp] | int) -> Floats:
        """Return the weighted squares around the mean of [first, end)."""
        w = self.w[end] - self.w[first]
        wy = self.wy[end] - self.wy[first]
        found: Floats = self.wy2[end] - self.wy2[first] - wy**2 / w
        return found


def _best_starts(sums: _WeightedSums, n: int, shortest: int, penalty: float) -> list[int]:
    """Return where the stretches of the best partition start, 0 first."""
    best = np.full(n + 1, np.inf)
    best[0] = -penalty
    came_from = np.zeros(n + 1, dtype=np.intp)
    for end in range(shortest, n + 1):
        starts = np.arange(0, end - shortest + 1)
        totals = best[starts] + sums.squares(starts, end) + penalty
        place = int(np.argmin(totals))
        best[end], came_from[end] = totals[place], starts[place]
    found, end = [], n
    while end > 0:
        end = int(came_from[end])
        found.append(end)
    return found[::-1]


def _dated(sums: _WeightedSums, first: int, at: int, end: int, distance: float) -> Break:
    """Return a break with the places that are about as likely, its neighbours held where found."""
    places = np.arange(first + 1, end)
    squares = sums.squares(first, places) + sums.squares(places, end)
    likely = places[squares <= squares[at - first - 1] + distance]
    return Break(
        at=at,
        earliest=int(likely.min()),
        latest=int(likely.max()),
        before=sums.level(first, at),
        after=sums.level(at, end),
    )


def _likelihood_distance(confidence: float) -> float:
    """Return how much more squares the true place may leave than the best one.

    On each side of the true place, twice the gain of a wrong one is a random walk that drifts
    down; its highest point exceeds 2x with a chance of at most exp(-x).
    """
    return -2 * log(1 - sqrt(confidence))
