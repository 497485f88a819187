"""What comes next in a series of figures, with limits that hold what sampling will add."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, normal_quantile

Floats = NDArray[np.float64]

FEWEST_PERIODS = 12
LARGEST_STEP = 1.5
STEPS = 31
TOO_SHORT = Text(
    en="{n} periods with a figure: a forecast needs at least {needed}.",
    fr="{n} périodes avec un chiffre : une prévision en demande au moins {needed}.",
)
TOO_FAR = Text(
    en="{horizon} periods ahead of {n}: a forecast goes no further than a third of the history.",
    fr="{horizon} périodes d'avance pour {n} d'historique : une prévision ne va pas au-delà du "
    "tiers de l'historique.",
)


@dataclass(frozen=True, slots=True, eq=False)
class LocalLevel:
    """A level that wanders, seen through sampling, for each size its steps may have.

    Attributes
    ----------
    step_variances
        Shape (k,), from 0, the level that stays put: what it may move by between two values.
    likelihoods
        Shape (k,), adding up to 1: what the values say of each.
    levels, variances
        Shape (k,): of the level after the last value.
    """

    step_variances: Floats
    likelihoods: Floats
    levels: Floats
    variances: Floats

    @property
    def level(self) -> float:
        """The level after the last value, whatever the size of its steps."""
        return float(self.likelihoods @ self.levels)

    def variance_after(self, steps: int) -> float:
        """Return the variance of the level some values later."""
        ahead = self.variances + steps * self.step_variances
        return float(self.likelihoods @ (ahead + (self.levels - self.level) ** 2))


def local_level(values: ArrayLike, variances: ArrayLike) -> LocalLevel:
    """Return the local level of a series whose sampling variances are known.

    How much the level moves is not known: every size is kept, as likely as the values make it.

    Parameters
    ----------
    values
        Shape (n,), evenly spaced, in time order; NaN for a period without a figure.
    variances
        Shape (n,), above 0 where there is a value.

    Raises
    ------
    InvalidArgument
        Without two values, or for a variance that is not above 0.

    References
    ----------
    Durbin and Koopman, Time Series Analysis by State Space Methods, 2nd ed. (2012), chapter 2;
    Scott and Smith, JASA 69 (1974) 674.

    Examples
    --------
    >>> found = local_level([40.0, 44.0, 40.0, 44.0], [9.0] * 4)
    >>> float(found.levels[0]), round(float(found.variances[0]), 4)
    (42.0, 2.25)
    """
    y, v = np.asarray(values, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    known = np.isfinite(y)
    if y.shape != v.shape or known.sum() < 2 or not (v[known] > 0).all():
        raise InvalidArgument(
            Text(
                en="a level needs at least two figures, each with a variance above 0.",
                fr="un niveau demande au moins deux chiffres, chacun avec une variance supérieure "
                "à 0.",
            )
        )
    scale = sqrt(float(np.var(y[known])) + float(v[known].mean()))
    steps: Floats = (np.linspace(0, LARGEST_STEP, STEPS) * scale) ** 2
    return _filtered(y, v, steps)


def _filtered(y: Floats, v: Floats, steps: Floats) -> LocalLevel:
    """Return what a pass of the Kalman filter leaves, the first value taken as it is."""
    first = int(np.flatnonzero(np.isfinite(y))[0])
    levels, variances = np.full(steps.size, y[first]), np.full(steps.size, v[first])
    log_likelihoods = np.zeros(steps.size)
    for value, noise in zip(y[first + 1 :].tolist(), v[first + 1 :].tolist(), strict=True):
        variances = variances + steps
        if not np.isfinite(value):
            continue
        spread = variances + noise
        surprise = value - levels
        log_likelihoods -= (np.log(spread) + surprise**2 / spread) / 2
        levels = levels + variances / spread * surprise
        variances = variances * noise / spread
    likelihoods = np.exp(log_likelihoods - log_likelihoods.max())
    return LocalLevel(steps, likelihoods / likelihoods.sum(), levels, variances)


def forecasts(
    values: ArrayLike,
    variances: ArrayLike,
    *,
    horizon: int,
    low: float = -inf,
    high: float = inf,
    confidence: float = 0.95,
) -> tuple[tuple[Interval, ...], Text | None]:
    """Return what the next figures of a series may be, or why nothing can be said.

    The limits hold the published figure: the level, where it may wander to, and the sampling of a
    period like the last ones.

    Parameters
    ----------
    values, variances
        As for ``local_level``, season taken out.
    horizon
        Periods ahead, at least 1.
    low, high
        What a figure cannot be beyond.

    Returns
    -------
    One interval a period, and None; or none, and the reason.

    Examples
    --------
    >>> found, reason = forecasts([40.0, 44.0] * 6, [9.0] * 12, horizon=1)
    >>> round(found[0].estimate), reason
    (42, None)
    >>> forecasts([40.0, 44.0], [9.0] * 2, horizon=1)[1].en
    '2 periods with a figure: a forecast needs at least 12.'
    """
    y, v = np.asarray(values, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    known = np.isfinite(y)
    n = int(known.sum())
    if n < FEWEST_PERIODS:
        return (), TOO_SHORT.format(n=n, needed=FEWEST_PERIODS)
    if 3 * horizon > n:
        return (), TOO_FAR.format(horizon=horizon, n=n)
    found = local_level(y, v)
    # The periods to come are worth what the last ones were, as a rule.
    ahead = float(np.median(v[known][-FEWEST_PERIODS:]))
    z = normal_quantile(confidence)
    intervals = []
    for steps in range(1, horizon + 1):
        margin = z * sqrt(found.variance_after(steps) + ahead)
        limits = (max(low, found.level - margin), min(high, found.level + margin))
        intervals.append(Interval(found.level, *limits, confidence, "local_level"))
    return tuple(intervals), None
