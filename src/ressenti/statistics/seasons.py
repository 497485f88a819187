"""The part of a series that comes back every cycle, and whether there is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.language import Text

Floats = NDArray[np.float64]

FEWEST_CYCLES = 2
SURE_BELOW = 0.01
TOO_FEW_CYCLES = Text(
    en="{n} periods: a cycle of {length} shows after two whole ones.",
    fr="{n} périodes : un cycle de {length} se voit après deux cycles entiers.",
)
NO_SEASON = Text(
    en="no cycle of {length} periods stands out of chance.",
    fr="aucun cycle de {length} périodes ne se distingue du hasard.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Season:
    """What each place of a cycle adds.

    Attributes
    ----------
    effects
        Shape (n,), what the cycle adds to each value; all 0 when it is not established.
    by_place
        Shape (length,), adding up to 0.
    p_value
        Of "no cycle"; None when it cannot be told.
    reason
        Why there is no season.
    """

    effects: Floats
    by_place: Floats
    p_value: float | None
    reason: Text | None = None

    @property
    def is_established(self) -> bool:
        return self.reason is None


def season(values: ArrayLike, variances: ArrayLike, *, length: int) -> Season:
    """Return what each place of a cycle adds to a series, once the level around is taken out.

    The level is the weighted mean of the cycle around each value, so that drifts and breaks do not
    pass for a season; an effect is the weighted mean of what is left at its place. A cycle that
    chance explains is not taken out: that would add noise.

    Parameters
    ----------
    values
        Shape (n,), evenly spaced; NaN for a period without a figure.
    variances
        Shape (n,), above 0 where there is a value.
    length
        Periods in a cycle: 7 days, 12 months.

    References
    ----------
    Cleveland and Tiao, JASA 71 (1976) 581; the test is the chi-square of weighted effects.

    Examples
    --------
    >>> found = season([10.0, 0.0] * 8, [1.0] * 16, length=2)
    >>> found.by_place.tolist(), found.is_established
    ([5.0, -5.0], True)
    """
    y, v = np.asarray(values, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    none = np.zeros(y.size)
    known = np.isfinite(y)
    if known.sum() < FEWEST_CYCLES * length:
        reason = TOO_FEW_CYCLES.format(n=int(known.sum()), length=length)
        return Season(none, np.zeros(length), None, reason)
    weights = np.where(known, 1 / np.where(known, v, 1.0), 0.0)
    left = np.where(known, y, 0.0) - _level_around(np.where(known, y, 0.0), weights, length)
    places = np.arange(y.size) % length
    totals = np.bincount(places, weights=weights, minlength=length)
    sums = np.bincount(places, weights=weights * left, minlength=length)
    effects = np.divide(sums, totals, out=np.zeros(length), where=totals > 0)
    effects -= effects.mean()
    from scipy.special import chdtrc

    p_value = float(chdtrc(length - 1, float(totals @ effects**2)))
    if p_value >= SURE_BELOW:
        return Season(none, np.zeros(length), p_value, NO_SEASON.format(length=length))
    return Season(effects[places], effects, p_value)


def _level_around(y: Floats, weights: Floats, length: int) -> Floats:
    """Return the weighted mean of the cycle centred on each value, of even lengths too."""
    window = np.ones(length) if length % 2 else np.r_[0.5, np.ones(length - 1), 0.5]
    sums = np.convolve(weights * y, window, mode="same")
    totals = np.convolve(weights, window, mode="same")
    edge = len(window) // 2
    level: Floats = np.divide(sums, totals, out=np.zeros(y.size), where=totals > 0)
    # Near an end half a cycle is missing: the nearest whole cycle stands for it.
    level[:edge] = level[edge]
    level[y.size - edge :] = level[y.size - edge - 1]
    return level
