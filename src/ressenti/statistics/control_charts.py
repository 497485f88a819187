"""Whether a watched series has moved: CUSUM, EWMA and the date of one break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text

Floats = NDArray[np.float64]

TOO_FEW_VALUES = Text(
    en="{n} values: a break needs at least {needed}.",
    fr="{n} valeurs : une rupture en demande au moins {needed}.",
)
NO_BREAK = Text(
    en="the values are all equal: there is no break to date.",
    fr="les valeurs sont toutes égales : il n'y a pas de rupture à dater.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Cusum:
    """Two sums of what exceeds the expected noise.

    Attributes
    ----------
    upper, lower
        Shape (n,), from 0: rises and falls accumulated so far.
    alarms
        Places, from 0, where a sum is above the limit.
    """

    upper: Floats
    lower: Floats
    alarms: tuple[int, ...]


def cusum(z: ArrayLike, *, slack: float = 0.5, limit: float = 5.0) -> Cusum:
    """Return the tabular CUSUM of standardised values.

    Parameters
    ----------
    z
        Shape (n,): deviations from the baseline in standard deviations.
    slack
        What is taken off each step, half the shift to be found.
    limit
        An alarm is a sum above it.

    References
    ----------
    Page, Biometrika 41 (1954) 100; Montgomery, Introduction to Statistical Quality Control.

    Examples
    --------
    >>> chart = cusum([0, 2, 2, 2, 2], limit=5)
    >>> chart.upper.tolist(), chart.alarms
    ([0.0, 1.5, 3.0, 4.5, 6.0], (4,))
    """
    values = np.asarray(z, dtype=np.float64)
    upper, lower = np.zeros(values.size), np.zeros(values.size)
    rise = fall = 0.0
    for i, value in enumerate(values.tolist()):
        rise = max(0.0, rise + value - slack)
        fall = max(0.0, fall - value - slack)
        upper[i], lower[i] = rise, fall
    alarms = np.flatnonzero((upper > limit) | (lower > limit))
    return Cusum(upper, lower, tuple(alarms.tolist()))


@dataclass(frozen=True, slots=True, eq=False)
class Ewma:
    """An exponentially weighted mean between its limits.

    Attributes
    ----------
    values, low, high
        Shape (n,).
    alarms
        Places, from 0, where the mean is outside its limits.
    """

    values: Floats
    low: Floats
    high: Floats
    alarms: tuple[int, ...]


def ewma(
    values: ArrayLike,
    *,
    smoothing: float = 0.1,
    width: float = 2.7,
    centre: float = 0.0,
    deviation: float = 1.0,
) -> Ewma:
    """Return the EWMA chart of a series, with limits that open from the first value.

    Parameters
    ----------
    values
        Shape (n,), without missing values.
    smoothing
        Weight of the newest value, above 0 and up to 1.
    width
        Half-width of the limits in standard deviations of the mean.
    centre, deviation
        Of one value while nothing happens.

    References
    ----------
    Roberts, Technometrics 1 (1959) 239; Lucas and Saccucci, Technometrics 32 (1990) 1.

    Examples
    --------
    >>> chart = ewma([1, 1, 1], smoothing=0.5, width=3)
    >>> chart.values.tolist(), chart.high.round(4).tolist()
    ([0.5, 0.75, 0.875], [1.5, 1.6771, 1.7185])
    """
    if not 0 < smoothing <= 1:
        raise InvalidArgument(
            Text(
                en="the smoothing {value} is not above 0 and up to 1: 0.1 is usual.",
                fr="le lissage {value} n'est pas supérieur à 0 et au plus égal à 1 : 0.1 est "
                "usuel.",
            ).format(value=smoothing)
        )
    numbers = np.asarray(values, dtype=np.float64)
    means = np.empty(numbers.size)
    level = centre
    for i, value in enumerate(numbers.tolist()):
        level = smoothing * value + (1 - smoothing) * level
        means[i] = level
    steps = np.arange(1, numbers.size + 1)
    spread = np.sqrt(smoothing / (2 - smoothing) * (1 - (1 - smoothing) ** (2 * steps)))
    margins = width * deviation * spread
    low, high = centre - margins, centre + margins
    alarms = np.flatnonzero((means < low) | (means > high))
    return Ewma(means, low, high, tuple(alarms.tolist()))


def laney_factor(z: Sequence[float]) -> float:
    """Return by how much more than sampling a standardised baseline varies, at least 1.

    References
    ----------
    Laney, Quality Engineering 14 (2002) 531.

    Examples
    --------
    >>> round(laney_factor([0, 3, 0, 3]), 4)
    2.6596
    """
    steps = np.abs(np.diff(np.asarray(z, dtype=np.float64)))
    # 1.128 is the mean distance between two draws of a unit normal.
    return max(1.0, float(steps.mean()) / 1.128) if steps.size else 1.0


@dataclass(frozen=True, slots=True)
class Changepoint:
    """The one date that best cuts a series in two levels.

    Attributes
    ----------
    after
        Number of values before the break; None with a reason when there is none.
    before_mean, after_mean
        The two levels.
    reduction
        What the cut takes off the sum of squares.
    """

    after: int | None
    before_mean: float | None
    after_mean: float | None
    reduction: float | None
    reason: Text | None = None


def single_mean_changepoint(values: ArrayLike, *, shortest: int = 1) -> Changepoint:
    """Return the least-squares break of the mean; the date has an uncertainty of its own.

    Parameters
    ----------
    values
        Shape (n,), in time order, without missing values.
    shortest
        Fewest values on each side.

    References
    ----------
    Hinkley, Biometrika 57 (1970) 1.

    Examples
    --------
    >>> found = single_mean_changepoint([1, 2, 1, 2, 8, 9])
    >>> found.after, found.before_mean, found.after_mean
    (4, 1.5, 8.5)
    """
    numbers = np.asarray(values, dtype=np.float64)
    n = numbers.size
    if n < max(2, 2 * shortest):
        reason = TOO_FEW_VALUES.format(n=n, needed=max(2, 2 * shortest))
        return Changepoint(None, None, None, None, reason)
    if np.ptp(numbers) == 0:
        return Changepoint(None, None, None, None, NO_BREAK)
    # Centred sums keep their digits whatever the level of the series.
    sums = np.cumsum(numbers - numbers.mean())[:-1]
    sizes = np.arange(1, n)
    reductions = sums**2 * n / (sizes * (n - sizes))
    allowed = slice(shortest - 1, n - shortest)
    after = int(np.argmax(reductions[allowed])) + shortest
    return Changepoint(
        after=after,
        before_mean=float(numbers[:after].mean()),
        after_mean=float(numbers[after:].mean()),
        reduction=float(reductions[after - 1]),
    )
