"""Many small units side by side: how much they truly differ, and what each one is worth.

A league table of raw averages ranks luck: the smallest units come first and last. Shrinkage pulls
each unit towards the mean of all by as much as its own figure is uncertain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.language import Text
from ressenti.statistics.intervals import normal_quantile
from ressenti.statistics.variance_components import (
    Estimator,
    Heterogeneity,
    heterogeneity,
    units_with_answers,
)

Floats = NDArray[np.float64]

# Morris's correction divides by the number of units minus 3.
FEWEST_UNITS_FOR_INTERVALS = 4

WARNING_Z = normal_quantile(0.95)
ALARM_Z = normal_quantile(0.998)

NO_DIFFERENCE_SHOWN = Text(
    en="nothing shows that the units differ: there is no ranking to publish.",
    fr="rien ne montre que les unités diffèrent : il n'y a pas de classement à publier.",
)


@dataclass(frozen=True, slots=True)
class Shrunk:
    """One unit pulled towards the mean of all.

    Attributes
    ----------
    raw
        Its own figure; None without answers.
    estimate
        The shrunk figure.
    standard_error, low, high
        Morris's, wider than the naive ones because tau2 is estimated; None under 4 units.
    weight
        Share of its own figure in the shrunk one, 0..1.
    """

    raw: float | None
    estimate: float
    standard_error: float | None
    low: float | None
    high: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class EmpiricalBayes:
    """All units shrunk together; no units with a reason when tau2 is undefined."""

    heterogeneity: Heterogeneity
    units: tuple[Shrunk, ...]
    reason: Text | None = None


def empirical_bayes(
    estimates: ArrayLike,
    variances: ArrayLike,
    *,
    method: Estimator = "paule-mandel",
    confidence: float = 0.95,
) -> EmpiricalBayes:
    """Return each unit's figure shrunk to mu + tau2 / (tau2 + v) (figure - mu).

    A tau2 of 0 shrinks every unit to the mean: there is no ranking to publish, and the reason
    says so. A unit without answers (NaN) gets the mean.

    Parameters
    ----------
    estimates, variances
        Shape (k,), as for ``heterogeneity``.

    References
    ----------
    Efron and Morris, JASA 70 (1975) 311; Morris, JASA 78 (1983) 47 for the intervals.

    Examples
    --------
    >>> [unit.estimate for unit in empirical_bayes([60, 20], [25, 225]).units]
    [59.375, 25.625]
    """
    found = heterogeneity(estimates, variances, method=method)
    if found.tau2 is None or found.mu is None:
        return EmpiricalBayes(found, (), found.reason)
    y, v = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    known = np.isfinite(y)
    own = np.where(known, found.tau2 / (found.tau2 + np.where(known, v, 1.0)), 0.0)
    shrunk = found.mu + own * np.where(known, y - found.mu, 0.0)
    errors = _morris_errors(y, v, own, found.tau2, found.mu)
    z = normal_quantile(confidence)
    units = tuple(
        Shrunk(
            raw=float(y[i]) if known[i] else None,
            estimate=float(shrunk[i]),
            standard_error=None if errors is None else float(errors[i]),
            low=None if errors is None else float(shrunk[i] - z * errors[i]),
            high=None if errors is None else float(shrunk[i] + z * errors[i]),
            weight=float(own[i]),
        )
        for i in range(y.size)
    )
    return EmpiricalBayes(found, units, NO_DIFFERENCE_SHOWN if found.tau2 == 0 else None)


def extreme_probabilities(
    fitted: EmpiricalBayes, *, share: float = 0.1, draws: int = 4000, seed: int = 0
) -> tuple[tuple[float, float], ...]:
    """Return, for each unit, how likely it is among the lowest and among the highest.

    Parameters
    ----------
    fitted
        What ``empirical_bayes`` returns.
    share
        Which end of the table: 0.1 for the ten per cent at each end, one unit at least.

    Returns
    -------
    Pairs (probability of the bottom, probability of the top), 0..1; none when there is no
    ranking to publish.

    Examples
    --------
    >>> fitted = empirical_bayes([60, 20, 40, 41], [4, 4, 4, 4])
    >>> extreme_probabilities(fitted)[0]
    (0.0, 1.0)
    """
    ranks = _drawn_ranks(fitted, draws, seed)
    if ranks is None:
        return ()
    units = len(fitted.units)
    ends = max(1, round(share * units))
    bottom = (ranks < ends).mean(axis=0)
    top = (ranks >= units - ends).mean(axis=0)
    return tuple(zip(bottom.tolist(), top.tolist(), strict=True))


def rank_intervals(
    fitted: EmpiricalBayes, *, confidence: float = 0.95, draws: int = 4000, seed: int = 0
) -> tuple[tuple[int, int], ...]:
    """Return, for each unit, the lowest and the highest rank it may well have, from 1 for the top.

    Returns
    -------
    Pairs (best rank, worst rank); none when there is no ranking to publish.

    References
    ----------
    Goldstein and Spiegelhalter, JRSS A 159 (1996) 385.

    Examples
    --------
    >>> rank_intervals(empirical_bayes([60, 20, 40, 41], [4, 4, 4, 4]))
    ((1, 1), (4, 4), (2, 3), (2, 3))
    """
    ranks = _drawn_ranks(fitted, draws, seed)
    if ranks is None:
        return ()
    tail = (1 - confidence) / 2
    from_top = len(fitted.units) - ranks
    best = np.quantile(from_top, tail, axis=0, method="inverted_cdf")
    worst = np.quantile(from_top, 1 - tail, axis=0, method="inverted_cdf")
    return tuple(zip(best.astype(int).tolist(), worst.astype(int).tolist(), strict=True))


def _drawn_ranks(fitted: EmpiricalBayes, draws: int, seed: int) -> NDArray[np.intp] | None:
    """Return the rank, from 0 for the lowest, of each unit in draws of what they may be worth."""
    errors = [unit.standard_error for unit in fitted.units]
    if fitted.reason is not None or not errors or None in errors:
        return None
    centres = np.array([unit.estimate for unit in fitted.units])
    spreads = np.array(errors, dtype=np.float64)
    sample = np.random.default_rng(seed).normal(centres, spreads, size=(draws, centres.size))
    ranks: NDArray[np.intp] = sample.argsort(axis=1).argsort(axis=1)
    return ranks


@dataclass(frozen=True, slots=True)
class Funnel:
    """Limits around a centre within which units of a size are expected to fall.

    Attributes
    ----------
    low, high
        One per unit; None for a unit without answers or when the answers do not vary.
    z
        Half-width in standard errors.
    """

    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    z: float


def funnel_limits(
    n: Sequence[float],
    *,
    centre: float,
    variance: float,
    z: float = WARNING_Z,
    bounds: tuple[float, float] | None = None,
    dispersion: float = 1.0,
) -> Funnel:
    """Return the limits of a funnel plot: centre ± z sqrt(dispersion · variance / n).

    Parameters
    ----------
    n
        Number of answers of each unit.
    centre
        The figure of all units together.
    variance
        Of one answer, all units together.
    z
        Half-width in standard errors: ``WARNING_Z``, about 1.96, or ``ALARM_Z``, about 3.09.
    bounds
        The ends of the scale, at which the limits are cut; not cut by default.
    dispersion
        ``dispersion_factor`` when units vary more than sampling says; at least 1.

    References
    ----------
    Spiegelhalter, Statistics in Medicine 24 (2005) 1185.

    Examples
    --------
    >>> funnel = funnel_limits([100, 0], centre=20, variance=2500, z=2)
    >>> funnel.low, funnel.high
    ((10.0, None), (30.0, None))
    """
    floor, ceiling = bounds or (-np.inf, np.inf)
    margins = [
        z * (max(dispersion, 1.0) * variance / size) ** 0.5 if size > 0 and variance > 0 else None
        for size in n
    ]
    return Funnel(
        low=tuple(None if m is None else max(centre - m, floor) for m in margins),
        high=tuple(None if m is None else min(centre + m, ceiling) for m in margins),
        z=z,
    )


def dispersion_factor(estimates: ArrayLike, variances: ArrayLike, *, centre: float) -> float | None:
    """Return the mean squared z-score of the units: above 1, they vary more than by sampling.

    Returns
    -------
    None when no unit has a positive variance.

    Examples
    --------
    >>> dispersion_factor([10, 30], [25, 25], centre=20)
    4.0
    """
    y, v = units_with_answers(estimates, variances)
    varying = v > 0
    if not varying.any():
        return None
    return float(((y[varying] - centre) ** 2 / v[varying]).mean())


def _morris_errors(y: Floats, v: Floats, own: Floats, tau2: float, mu: float) -> Floats | None:
    """Return errors that carry the uncertainty of mu and tau2, or None under 4 units."""
    known = np.isfinite(y)
    k = int(known.sum())
    if k < FEWEST_UNITS_FOR_INTERVALS:
        return None
    variances = np.where(known, v, 1.0)
    pull = (k - 3) / (k - 1) * (1 - own)
    doubt = 2 / (k - 3) * pull**2 * (float(v[known].mean()) + tau2) / (variances + tau2)
    squared = variances * (1 - (k - 1) / k * pull) + doubt * np.where(known, y - mu, 0.0) ** 2
    squared = np.where(known, squared, tau2 + tau2 / k)
    errors: Floats = np.sqrt(squared)
    return errors
