"""How sure the importance and the rank of drivers are, by a bootstrap of hash buckets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ressenti.language import Text
from ressenti.statistics.importance import (
    CONSTANT_OUTCOME,
    MOST_DRIVERS,
    SMALLEST_TOLERANCE,
    johnson_relative_weights,
    lmg,
)
from ressenti.statistics.intervals import Interval, normal_quantile
from ressenti.statistics.moments import correlation_matrix, resampled_moments

Floats = NDArray[np.float64]

FEWEST_BUCKETS = 20

TOO_FEW_BUCKETS = Text(
    en="{n} buckets with answers: intervals need at least {needed}.",
    fr="{n} paquets avec des réponses : les intervalles en demandent au moins {needed}.",
)


@dataclass(frozen=True, slots=True)
class ImportanceInterval:
    """How sure the importance and the rank of a driver are.

    Attributes
    ----------
    low, high
        Percentile limits of the importance, in parts of R².
    share_low, share_high
        The same of its share of R².
    probability_first
        How often it comes first, 0..1; equal drivers share.
    rank_low, rank_high
        Limits of its rank, 1 being the most important: overlapping drivers are tied.
    """

    low: float
    high: float
    share_low: float
    share_high: float
    probability_first: float
    rank_low: int
    rank_high: int


@dataclass(frozen=True, slots=True)
class ImportanceIntervals:
    """One interval per driver in the order given; none with a reason when undefined."""

    drivers: tuple[ImportanceInterval, ...]
    replicates: int
    reason: Text | None = None


def importance_intervals(
    moments: Floats, *, replicates: int = 1000, seed: int = 0, confidence: float = 0.95
) -> ImportanceIntervals:
    """Return bootstrap intervals of importance from the moments of hash buckets.

    Parameters
    ----------
    moments
        Shape (G, k + 2, k + 2): one moment matrix per bucket of customers (or of clusters), the
        outcome first; see ``ressenti.statistics.moments``. About 100 buckets are best.
    replicates, seed
        Of the bootstrap over buckets.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap (1993).
    """
    normal_quantile(confidence)
    answered = moments[moments[:, 0, 0] > 0]
    if len(answered) < FEWEST_BUCKETS:
        reason = TOO_FEW_BUCKETS.format(n=len(answered), needed=FEWEST_BUCKETS)
        return ImportanceIntervals((), 0, reason)
    samples = resampled_moments(answered, replicates=replicates, seed=seed)
    parts = replicated_importance(correlation_matrix(samples))
    return intervals_of_replicates(parts, confidence=confidence)


def replicated_importance(correlations: Floats) -> Floats:
    """Return the importance of each driver in each replicate.

    Parameters
    ----------
    correlations
        Shape (replicates, k + 1, k + 1), the outcome first.

    Returns
    -------
    Shape (replicates, k); NaN where the outcome is constant.
    """
    few = correlations.shape[-1] - 1 <= MOST_DRIVERS
    return lmg(correlations) if few else johnson_relative_weights(correlations)


def r2_interval(r2: float, replicates: Floats, *, confidence: float = 0.95) -> Interval:
    """Return the interval of R² that its replicates draw, moved back by their bias.

    A sample explains itself better than the population, and a sample of the sample better still.

    Parameters
    ----------
    r2
        Of all rows, 0..1.
    replicates
        Shape (replicates,): the sums of the importances.

    Examples
    --------
    >>> interval = r2_interval(0.30, np.array([0.28, 0.32, 0.36]), confidence=0.9)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.264, 0.336)
    """
    known = replicates[np.isfinite(replicates)]
    if not known.size:
        return Interval(r2, None, None, confidence, "bootstrap", CONSTANT_OUTCOME)
    tail = (1 - confidence) / 2
    bias = float(known.mean()) - r2
    low, high = (float(limit) - bias for limit in np.quantile(known, [tail, 1 - tail]))
    least, most = max(min(low, r2), 0.0), min(max(high, r2), 1.0)
    return Interval(r2, least, most, confidence, "bootstrap")


def intervals_of_replicates(replicates: Floats, *, confidence: float = 0.95) -> ImportanceIntervals:
    """Return the intervals of importance that its replicates draw.

    Parameters
    ----------
    replicates
        Shape (replicates, k), from ``replicated_importance``.
    """
    parts = replicates[np.isfinite(replicates).all(axis=1)]
    if not len(parts):
        return ImportanceIntervals((), 0, CONSTANT_OUTCOME)
    totals = parts.sum(axis=1, keepdims=True)
    shares = np.divide(parts, totals, out=np.zeros_like(parts), where=totals > 0)
    tail = (1 - confidence) / 2
    limits = np.quantile(parts, [tail, 1 - tail], axis=0)
    share_limits = np.quantile(shares, [tail, 1 - tail], axis=0)
    ranks = (parts[:, None, :] > parts[:, :, None] + SMALLEST_TOLERANCE).sum(axis=2) + 1
    rank_limits = np.quantile(ranks, [tail, 1 - tail], axis=0, method="closest_observation")
    first = ranks == 1
    chances = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
    drivers = tuple(
        ImportanceInterval(
            low=float(limits[0, j]),
            high=float(limits[1, j]),
            share_low=float(share_limits[0, j]),
            share_high=float(share_limits[1, j]),
            probability_first=float(chances[j]),
            rank_low=int(rank_limits[0, j]),
            rank_high=int(rank_limits[1, j]),
        )
        for j in range(parts.shape[1])
    )
    return ImportanceIntervals(drivers, len(parts))
