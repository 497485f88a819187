"""Quantiles and their intervals: from values, weighted values, or counts in logarithmic buckets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import NO_ANSWERS, NO_SPREAD, Interval, normal_quantile
from ressenti.statistics.linearisation import require_weights
from ressenti.statistics.weighted_means import SIMPLE, Design, t_quantile, weighted_mean

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

BUCKET_GROWTH = 1.02
# Far below the bucket of the smallest positive double.
ZERO_BUCKET = -1_000_000
# Buckets of negative values stand mirrored, far below the bucket of 0.
NEGATIVE_ORIGIN = -10_000_000
# Cumulated shares of equal weights miss a round probability by rounding only.
SHARE_TOLERANCE = 1e-12

TOO_FEW_VALUES = Text(
    en="too few values for this quantile: the rank of a limit is outside the sample.",
    fr="trop peu de valeurs pour ce quantile : le rang d'une borne sort de l'échantillon.",
)


@dataclass(frozen=True, slots=True)
class OrderStatistics:
    """A quantile between two order statistics.

    Attributes
    ----------
    interval
        A limit is None when its rank is outside 1..n.
    rank_low, rank_high
        From 1; None without values.
    actual_confidence
        The coverage of these ranks, at least the one asked for; None without values.
    """

    interval: Interval
    rank_low: int | None
    rank_high: int | None
    actual_confidence: float | None


def quantile_interval(values: ArrayLike, p: float, *, confidence: float = 0.95) -> OrderStatistics:
    """Return a quantile with the order statistics that bracket it, whatever the distribution.

    Parameters
    ----------
    values
        Shape (n,); NaN for a missing value.
    p
        Strictly between 0 and 1: 0.5 for the median.

    Returns
    -------
    OrderStatistics
        Its estimate is the smallest value with at least a share ``p`` of the values up to it.

    References
    ----------
    David and Nagaraja, Order Statistics (2003), section 7.1.

    Examples
    --------
    >>> found = quantile_interval(range(1, 101), 0.5)
    >>> found.interval.bounds(), (found.rank_low, found.rank_high)
    ((50.0, 40.0, 61.0), (40, 61))
    """
    normal_quantile(confidence)
    _require_probability(p)
    ordered = np.asarray(values, dtype=np.float64).ravel()
    ordered = np.sort(ordered[~np.isnan(ordered)])
    n = len(ordered)
    if n == 0:
        undefined = Interval(None, None, None, confidence, "order-statistics", NO_ANSWERS)
        return OrderStatistics(undefined, None, None, None)
    from scipy.special import bdtr

    low_rank, high_rank = (int(rank[0]) for rank in _limit_ranks(np.array([n]), p, confidence))
    estimate = ordered[np.searchsorted(np.arange(1, n + 1) / n, p - SHARE_TOLERANCE)]
    low = float(ordered[low_rank - 1]) if low_rank >= 1 else None
    high = float(ordered[high_rank - 1]) if high_rank <= n else None
    reason = TOO_FEW_VALUES if low is None or high is None else None
    below = float(bdtr(low_rank - 1, n, p)) if low_rank >= 1 else 0.0
    return OrderStatistics(
        Interval(float(estimate), low, high, confidence, "order-statistics", reason),
        low_rank,
        high_rank,
        float(bdtr(high_rank - 1, n, p)) - below,
    )


def _require_probability(p: float) -> None:
    if not 0 < p < 1:
        raise InvalidArgument(
            Text(
                en="the quantile {p} is not between 0 and 1: write 0.9 for the 90th percentile.",
                fr="le quantile {p} n'est pas compris entre 0 et 1 : écrivez 0.9 pour le 90e "
                "centile.",
            ).format(p=p)
        )


def _limit_ranks(sizes: Integers, p: float, confidence: float) -> tuple[Integers, Integers]:
    tail = (1 - confidence) / 2
    return _binomial_quantile(tail, sizes, p), _binomial_quantile(1 - tail, sizes, p) + 1


def _binomial_quantile(q: float, sizes: Integers, p: float) -> Integers:
    """Return the smallest k with P(B <= k) >= q, B binomial; scipy.stats' own way, without it."""
    from scipy.special import bdtr, bdtrik

    upper = np.ceil(bdtrik(q, sizes, p))
    lower = np.maximum(upper - 1, 0)
    ranks = np.where(bdtr(lower, sizes, p) >= q, lower, upper)
    return ranks.astype(np.int64)


def weighted_quantile(values: ArrayLike, weights: ArrayLike, p: float) -> float | None:
    """Return the smallest value with at least a share ``p`` of the weight up to it.

    None without weight.

    Examples
    --------
    >>> weighted_quantile([30.0, 10.0, 20.0], [1.0, 1.0, 2.0], 0.5)
    20.0
    """
    _require_probability(p)
    ordered, shares = _weighted_distribution(values, weights)
    return _value_at(ordered, shares, p) if len(ordered) else None


def _weighted_distribution(values: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    x = np.asarray(values, dtype=np.float64)
    scale = require_weights(weights)
    kept = np.isfinite(x) & (scale > 0)
    distinct, positions = np.unique(x[kept], return_inverse=True)
    cumulated = np.cumsum(np.bincount(positions, scale[kept], len(distinct)))
    shares: Floats = cumulated / cumulated[-1] if len(distinct) else np.zeros(0)
    return distinct, shares


def _value_at(ordered: Floats, shares: Floats, p: float) -> float | None:
    if not 0 < p <= 1:
        return None
    return float(ordered[np.searchsorted(shares, min(p - SHARE_TOLERANCE, shares[-1]))])


def woodruff_interval(
    values: ArrayLike,
    weights: ArrayLike,
    p: float,
    design: Design = SIMPLE,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Return a weighted quantile between the values whose cumulated shares are t errors away.

    Parameters
    ----------
    values, weights
        Shape (n,); NaN for a missing value; a row of weight 0 leaves the sample.

    References
    ----------
    Woodruff, JASA 47 (1952) 635.

    Examples
    --------
    >>> woodruff_interval(range(1, 101), [1.0] * 100, 0.5).bounds()
    (50.0, 41.0, 60.0)
    """
    normal_quantile(confidence)
    _require_probability(p)
    x = np.asarray(values, dtype=np.float64)
    inside = np.ones(x.shape, bool) if design.domain is None else np.asarray(design.domain, bool)
    ordered, shares = _weighted_distribution(x, np.where(inside, require_weights(weights), 0.0))
    estimate = _value_at(ordered, shares, p) if len(ordered) else None
    if estimate is None:
        return Interval(None, None, None, confidence, "woodruff", NO_ANSWERS)
    below = np.where(np.isnan(x), np.nan, x <= estimate)
    share = weighted_mean(below, weights, design)
    if share.estimate is None or not share.standard_error:
        without_error = share.reason or NO_SPREAD
        return Interval(estimate, None, None, confidence, "woodruff", without_error)
    margin = t_quantile(share.degrees_of_freedom, confidence) * share.standard_error
    low = _value_at(ordered, shares, share.estimate - margin)
    high = _value_at(ordered, shares, share.estimate + margin)
    reason = TOO_FEW_VALUES if low is None or high is None else None
    return Interval(estimate, low, high, confidence, "woodruff", reason)


def bucket_index(values: ArrayLike) -> Integers:
    """Return the logarithmic bucket of each value: ``ceil(ln x / ln 1.02)``, and one for 0.

    Any value of a bucket is within 1 % of its middle, and counts of buckets merge by addition.

    Raises
    ------
    InvalidArgument
        When a value is negative or not a finite number.

    References
    ----------
    Masson, Rim and Lee, DDSketch, PVLDB 12 (2019) 2195.

    Examples
    --------
    >>> bucket_index([1.0, 74.76, 0.0]).tolist() == [0, 218, ZERO_BUCKET]
    True
    """
    x = np.asarray(values, dtype=np.float64)
    if not (np.isfinite(x) & (x >= 0)).all():
        raise InvalidArgument(
            Text(
                en="a logarithmic bucket takes finite values from 0 upwards: leave the others out.",
                fr="une classe logarithmique reçoit des valeurs finies, positives ou nulles : "
                "écartez les autres.",
            )
        )
    logarithms = np.log(np.where(x > 0, x, 1.0)) / np.log(BUCKET_GROWTH)
    return np.where(x > 0, np.ceil(logarithms), ZERO_BUCKET).astype(np.int64)


def bucket_edges(buckets: ArrayLike) -> tuple[Floats, Floats]:
    """Return the edges of each bucket, low before high; both are 0 for the bucket of 0.

    A bucket below half of ``NEGATIVE_ORIGIN`` holds negative values: ``NEGATIVE_ORIGIN - b`` is
    the mirror of bucket ``b``.

    Examples
    --------
    >>> [edge.tolist() for edge in bucket_edges([1, NEGATIVE_ORIGIN - 1])]
    [[1.0, -1.02], [1.02, -1.0]]
    """
    index = np.asarray(buckets, dtype=np.float64)
    is_negative = index < NEGATIVE_ORIGIN / 2
    powers = np.where(is_negative, NEGATIVE_ORIGIN - index, index)
    powers = np.where(index == ZERO_BUCKET, 0.0, powers)
    far = np.where(index == ZERO_BUCKET, 0.0, BUCKET_GROWTH**powers)
    near = far / BUCKET_GROWTH
    return np.where(is_negative, -far, near), np.where(is_negative, -near, far)


def bucket_quantile_interval(
    weights: ArrayLike,
    buckets: ArrayLike,
    n_effective: ArrayLike,
    *,
    p: float,
    confidence: float = 0.95,
) -> tuple[Floats, Floats, Floats]:
    """Return one quantile of many figures from their counts in logarithmic buckets.

    The estimate is the middle of its bucket, within 1 % of the exact quantile. The limits are the
    outer edges of the buckets of the order statistics, so that this 1 % lies inside them.

    Parameters
    ----------
    weights
        Shape (m, B): count or sum of weights of each figure in each bucket.
    buckets
        Shape (B,): numbers from `bucket_index`, in any order.
    n_effective
        Shape (m,): effective number of values, rounded down.
    p
        Strictly between 0 and 1.

    Returns
    -------
    value, low, high
        Shape (m,). The value is NaN without values; a limit is NaN when its rank is outside 1..n.

    Examples
    --------
    >>> counts = np.bincount(bucket_index(range(1, 101)))[None, :]
    >>> found = bucket_quantile_interval(counts, np.arange(counts.size), [100], p=0.5)
    >>> [round(float(x[0]), 1) for x in found]
    [49.9, 39.8, 61.5]
    """
    lows, highs = bucket_edges(buckets)
    farther = np.where(highs > 0, highs, lows)
    places = (lows, 2 * farther / (1 + BUCKET_GROWTH), highs)
    return _placed_quantiles(weights, places, n_effective, p=p, confidence=confidence)


def value_quantile_interval(
    weights: ArrayLike,
    values: ArrayLike,
    n_effective: ArrayLike,
    *,
    p: float,
    confidence: float = 0.95,
) -> tuple[Floats, Floats, Floats]:
    """Return one exact quantile of many figures from their counts at each distinct value.

    Parameters
    ----------
    weights
        Shape (m, K): count or sum of weights of each figure at each value.
    values
        Shape (K,): in any order.
    n_effective, p, confidence
        As for `bucket_quantile_interval`.

    Returns
    -------
    value, low, high
        Shape (m,), as for `bucket_quantile_interval`; the limits are values that were met.

    Examples
    --------
    >>> found = value_quantile_interval(np.ones((1, 100)), np.arange(1, 101), [100], p=0.5)
    >>> [float(x[0]) for x in found]
    [50.0, 40.0, 61.0]
    """
    met = np.asarray(values, dtype=np.float64)
    return _placed_quantiles(weights, (met, met, met), n_effective, p=p, confidence=confidence)


def _placed_quantiles(
    weights: ArrayLike,
    places: tuple[Floats, Floats, Floats],
    n_effective: ArrayLike,
    *,
    p: float,
    confidence: float,
) -> tuple[Floats, Floats, Floats]:
    """Return quantiles of what lies in places, each with a lower edge, a middle, an upper edge."""
    normal_quantile(confidence)
    _require_probability(p)
    order = np.argsort(places[1])
    cumulated = np.cumsum(np.asarray(weights, dtype=np.float64)[:, order], axis=1)
    if not order.size:
        nothing = np.full(len(cumulated), np.nan)
        return nothing, nothing, nothing
    lowers, middles, uppers = (place[order] for place in places)
    totals = cumulated[:, -1]
    sizes = np.floor(np.asarray(n_effective, dtype=np.float64) * (1 + SHARE_TOLERANCE))
    sizes = np.where(totals > 0, sizes, 0).astype(np.int64)
    low_ranks, high_ranks = _limit_ranks(np.maximum(sizes, 1), p, confidence)

    def bucket_at(shares: Floats) -> Integers:
        targets = (shares - SHARE_TOLERANCE) * totals
        positions = (cumulated < targets[:, None]).sum(axis=1)
        last: int = cumulated.shape[1] - 1
        nearest: Integers = np.minimum(positions, last)
        return nearest

    value = np.where(totals > 0, middles[bucket_at(np.full(totals.shape, p))], np.nan)
    ranked = np.maximum(sizes, 1)
    low = np.where(low_ranks >= 1, lowers[bucket_at(low_ranks / ranked)], np.nan)
    high = np.where(high_ranks <= sizes, uppers[bucket_at(high_ranks / ranked)], np.nan)
    return value, np.where(sizes > 0, low, np.nan), high
