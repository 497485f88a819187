"""Differences of survey scores and proportions between two independent groups."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import NotComparable
from ressenti.language import Text
from ressenti.statistics.intervals import (
    NO_ANSWERS,
    Interval,
    contrast_limits,
    normal_quantile,
)
from ressenti.statistics.proportions import require_successes, wilson_interval
from ressenti.statistics.significance import SignificanceTest, normal_p_value

Floats = NDArray[np.float64]

# A normal tail beyond 39 standard deviations is 0 in double precision.
LARGEST_Z = 39.0
BISECTIONS = 48

ALL_ALIKE = Text(
    en="every answer is the same in both groups: there is nothing to test.",
    fr="toutes les réponses sont identiques dans les deux groupes : il n'y a rien à tester.",
)


@dataclass(frozen=True, slots=True)
class Differences:
    """Many differences, first minus second; each array has shape (m,), NaN where undefined."""

    estimate: Floats
    low: Floats
    high: Floats
    p_value: Floats


def mover_difference(first: Interval, second: Interval) -> Interval:
    """Return the interval of ``first - second`` from the intervals of two independent figures.

    Raises
    ------
    NotComparable
        When the two intervals have different confidences.
    UndefinedResult
        When one of them has no limits.

    References
    ----------
    Zou and Donner, Statistics in Medicine 27 (2008) 1693. From Wilson limits it is method 10 of
    Newcombe, Statistics in Medicine 17 (1998) 873.

    Examples
    --------
    >>> after = wilson_interval(812, 1000)
    >>> before = wilson_interval(765, 1000)
    >>> tuple(round(value, 4) for value in mover_difference(after, before).bounds())
    (0.047, 0.0112, 0.0827)
    """
    if first.confidence != second.confidence:
        raise NotComparable(
            Text(
                en="the intervals have confidences {one} and {other}: compute both at one level.",
                fr="les intervalles ont pour confiance {one} et {other} : calculez-les au même "
                "niveau.",
            ).format(one=first.confidence, other=second.confidence)
        )
    one, other = first.bounds(), second.bounds()
    low, high = _mover_limits(*map(np.asarray, (*one, *other)))
    return Interval(one[0] - other[0], float(low), float(high), first.confidence, "mover")


def _mover_limits(
    first: Floats,
    first_low: Floats,
    first_high: Floats,
    second: Floats,
    second_low: Floats,
    second_high: Floats,
) -> tuple[Floats, Floats]:
    difference = first - second
    low = difference - np.hypot(first - first_low, second_high - second)
    high = difference + np.hypot(first_high - first, second - second_low)
    return low, high


def contrast_differences(
    first_shares: ArrayLike,
    first_sizes: ArrayLike,
    second_shares: ArrayLike,
    second_sizes: ArrayLike,
    coefficients: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Differences:
    """Return many differences of survey scores, first minus second, with MOVER limits.

    The p-value is the smallest level whose interval leaves 0 out, so that the two never disagree.

    Parameters
    ----------
    first_shares, second_shares
        Shape (m, K): one distribution a row.
    first_sizes, second_sizes
        Shape (m,): effective numbers of answers; a difference is NaN where one is not above 0.
    coefficients
        Shape (K,): the value of each category.

    Examples
    --------
    >>> found = contrast_differences([[0.3, 0.4, 0.3]], [10], [[0.6, 0.3, 0.1]], [10], [1, 0, -1])
    >>> [round(float(x[0]), 4) for x in (found.estimate, found.low, found.high, found.p_value)]
    [-0.5, -1.0322, 0.1839, 0.1511]
    """
    first, first_n, second, second_n, values = (
        np.asarray(array, dtype=np.float64)
        for array in (first_shares, first_sizes, second_shares, second_sizes, coefficients)
    )
    z = normal_quantile(confidence)
    low, high = _score_mover_limits(first, first_n, second, second_n, values, z)
    p_values = inverted_p_values(
        lambda at: _score_mover_limits(first, first_n, second, second_n, values, at), first_n.shape
    )
    return Differences(
        estimate=first @ values - second @ values,
        low=low,
        high=high,
        p_value=np.where(np.isnan(low), np.nan, p_values),
    )


def _score_mover_limits(
    first_shares: Floats,
    first_sizes: Floats,
    second_shares: Floats,
    second_sizes: Floats,
    coefficients: Floats,
    z: ArrayLike,
) -> tuple[Floats, Floats]:
    return _mover_limits(
        first_shares @ coefficients,
        *contrast_limits(first_shares, first_sizes, coefficients, z),
        second_shares @ coefficients,
        *contrast_limits(second_shares, second_sizes, coefficients, z),
    )


def inverted_p_values(
    limits_at: Callable[[Floats], tuple[Floats, Floats]], shape: tuple[int, ...]
) -> Floats:
    """Return the smallest levels whose intervals leave 0 out, so that test and interval agree.

    Parameters
    ----------
    limits_at
        The limits of each interval at z, one z for each.
    shape
        Of z and of the limits.
    """
    inside = np.zeros(shape)
    outside = np.full(shape, LARGEST_Z)
    for _ in range(BISECTIONS):
        z = (inside + outside) / 2
        low, high = limits_at(z)
        excludes_zero = (low > 0) | (high < 0)
        inside = np.where(excludes_zero, z, inside)
        outside = np.where(excludes_zero, outside, z)
    return np.array([normal_p_value(value) for value in inside])


def difference_p_value(
    first_shares: ArrayLike,
    first_size: float,
    second_shares: ArrayLike,
    second_size: float,
    coefficients: ArrayLike,
) -> float | None:
    """Return the two-sided p-value of one difference; None when a group has no answers.

    It is the smallest level at which the interval of `contrast_differences` leaves 0 out.

    Examples
    --------
    >>> p_value = difference_p_value([0.3, 0.4, 0.3], 10, [0.6, 0.3, 0.1], 10, [1, 0, -1])
    >>> round(p_value, 4)
    0.1511
    """
    found = contrast_differences(
        np.atleast_2d(first_shares),
        [first_size],
        np.atleast_2d(second_shares),
        [second_size],
        coefficients,
    )
    p_value = float(found.p_value[0])
    return None if math.isnan(p_value) else p_value


def proportion_difference(
    first_successes: float,
    first_n: float,
    second_successes: float,
    second_n: float,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Return Newcombe's interval (method 10) of a difference of two proportions.

    References
    ----------
    Newcombe, Statistics in Medicine 17 (1998) 873.
    """
    first = wilson_interval(first_successes, first_n, confidence=confidence)
    second = wilson_interval(second_successes, second_n, confidence=confidence)
    if first.estimate is None or second.estimate is None:
        return Interval(None, None, None, confidence, "newcombe", NO_ANSWERS)
    return replace(mover_difference(first, second), method="newcombe")


def pooled_proportion_test(
    first_successes: float, first_n: float, second_successes: float, second_n: float
) -> SignificanceTest:
    """Return the z test that two proportions are equal, with the pooled variance.

    Examples
    --------
    >>> found = pooled_proportion_test(812, 1000, 765, 1000)
    >>> round(found.statistic, 4), round(found.p_value, 4)
    (2.5735, 0.0101)
    """
    require_successes(first_successes, first_n)
    require_successes(second_successes, second_n)
    if first_n <= 0 or second_n <= 0:
        return SignificanceTest(None, None, None, NO_ANSWERS)
    pooled = (first_successes + second_successes) / (first_n + second_n)
    variance = pooled * (1 - pooled) * (1 / first_n + 1 / second_n)
    if variance == 0:
        return SignificanceTest(None, None, None, ALL_ALIKE)
    z = (first_successes / first_n - second_successes / second_n) / math.sqrt(variance)
    return SignificanceTest(z, None, normal_p_value(z))
