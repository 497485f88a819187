"""Whether a series that is looked at all the time has moved: alarms whose number is promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text

Floats = NDArray[np.float64]

SHIFTS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Moves to be found, in standard deviations of one value: from slow drifts to shocks."""


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """What the values watched so far say against "nothing has moved".

    Attributes
    ----------
    rising, falling
        Shape (n,), at least 0: evidence after each value. Before anything moves, it exceeds c for
        the first time after c values or more on average.
    alarms
        Places, from 0, where the evidence of a direction exceeds the limit; it starts anew after.
    """

    rising: Floats
    falling: Floats
    alarms: tuple[int, ...]


def recursive_residuals(
    values: ArrayLike, variances: ArrayLike, *, baseline: int
) -> tuple[Floats, float]:
    """Return each value after the baseline against all before it, in its own standard deviations.

    While nothing moves they are independent draws of a unit normal, although the level they are
    held against is itself an estimate.

    Parameters
    ----------
    values, variances
        Shape (n,), in time order; variances above 0.
    baseline
        How many of the first values only make the level, at least 2 and fewer than n.

    Returns
    -------
    The residuals, shape (n − baseline,), and the factor, at least 1, by which the baseline varies
    more than its variances say; the residuals are divided by it.

    References
    ----------
    Brown, Durbin and Evans, JRSS B 37 (1975) 149; Laney, Quality Engineering 14 (2002) 531.

    Examples
    --------
    >>> z, factor = recursive_residuals([0.0, 0.0, 0.0, 0.0, 2.0], [1] * 5, baseline=4)
    >>> z.round(4).tolist(), factor
    ([1.7889], 1.0)
    """
    y, v = np.asarray(values, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if y.shape != v.shape or not 2 <= baseline < y.size or not (v > 0).all():
        raise InvalidArgument(
            Text(
                en="a baseline of {baseline} of {n} values: give at least 2 and fewer than all, "
                "each with a variance above 0.",
                fr="une référence de {baseline} valeurs sur {n} : donnez-en au moins 2 et moins "
                "que toutes, chacune avec une variance supérieure à 0.",
            ).format(baseline=baseline, n=y.size)
        )
    weights = 1 / v
    sums, totals = np.cumsum(weights * y), np.cumsum(weights)
    z = np.zeros(y.size)
    z[1:] = (y[1:] - sums[:-1] / totals[:-1]) / np.sqrt(v[1:] + 1 / totals[:-1])
    own = z[1:baseline]
    # The deviation of a baseline is itself an estimate: its upper side keeps the promise.
    spread = float(np.sqrt((own @ own) / own.size)) * (1 + 1 / (2 * own.size) ** 0.5)
    factor = max(1.0, spread)
    return z[baseline:] / factor, factor


def change_watch(
    residuals: ArrayLike, *, quiet_for: float, shifts: Sequence[float] = SHIFTS
) -> Watch:
    """Return the evidence of a change after each residual, valid whenever one looks.

    A Shiryaev-Roberts mixture: the sum, over every place where a change may have begun, of the
    likelihood ratio of each shift since. Its mean grows by one a value while nothing moves, so
    that the first false alarm comes after ``quiet_for`` values or more on average, however the
    moment to look is chosen.

    Parameters
    ----------
    residuals
        Shape (n,): independent with mean 0 and variance 1 while nothing moves.
    quiet_for
        Values between false alarms, on average, above 1.
    shifts
        Moves to be found, in standard deviations of one value.

    References
    ----------
    Roberts, Technometrics 8 (1966) 411; Shin, Ramdas and Rinaldo, E-detectors: a nonparametric
    framework for sequential change detection, New England Journal of Statistics in Data Science 2
    (2024) 229.

    Examples
    --------
    >>> change_watch([0.0] * 50, quiet_for=365).alarms
    ()
    >>> change_watch([0.0] * 5 + [-2.0] * 5, quiet_for=365).alarms
    (8,)
    """
    if not quiet_for > 1:
        raise InvalidArgument(
            Text(
                en="a false alarm every {value} values: give more than 1.",
                fr="une fausse alerte toutes les {value} valeurs : donnez plus de 1.",
            ).format(value=quiet_for)
        )
    z = np.asarray(residuals, dtype=np.float64)
    sizes = np.asarray(shifts, dtype=np.float64)
    rising, falling = np.zeros(z.size), np.zeros(z.size)
    sums = np.zeros((2, sizes.size))
    alarms = []
    for place, value in enumerate(z.tolist()):
        signs = np.array([[value], [-value]])
        # What no number holds is an alarm all the same.
        gains = np.exp(np.minimum(signs * sizes - sizes**2 / 2, 500.0))
        sums = np.minimum((sums + 1) * gains, 1e300)
        rising[place], falling[place] = sums.mean(axis=1)
        # Each direction may raise alarms of its own: half the rate for each.
        if max(rising[place], falling[place]) > 2 * quiet_for:
            alarms.append(place)
            sums = np.zeros_like(sums)
    return Watch(rising, falling, tuple(alarms))
