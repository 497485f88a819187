"""Which of two groups answers higher: rank tests from counts by category, which merge."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import NO_SPREAD, ONE_VALUE
from ressenti.statistics.significance import SignificanceTest, normal_p_value

Floats = NDArray[np.float64]

SEPARATE_GROUPS = Text(
    en="the groups do not overlap at all: the statistic has no finite value.",
    fr="les groupes ne se recouvrent pas du tout : la statistique n'a pas de valeur finie.",
)


def mann_whitney(first_counts: ArrayLike, second_counts: ArrayLike) -> SignificanceTest:
    """Return the Mann-Whitney test, normal with ties corrected and no continuity correction.

    Parameters
    ----------
    first_counts, second_counts
        Shape (K,): answers of each group in each category, categories in ascending order.

    Returns
    -------
    SignificanceTest
        The statistic is U of the first group: pairs where it answers higher, ties for a half.

    References
    ----------
    Mann and Whitney, Annals of Mathematical Statistics 18 (1947) 50.

    Examples
    --------
    >>> found = mann_whitney([1, 2, 3], [3, 2, 1])
    >>> found.statistic, round(found.p_value, 4)
    (26.0, 0.1757)
    """
    first, second = _same_categories(first_counts, second_counts)
    n, m = float(first.sum()), float(second.sum())
    if n == 0 or m == 0:
        return SignificanceTest(None, None, None, ONE_VALUE)
    below = np.cumsum(second) - second
    statistic = float(first @ (below + second / 2))
    ties = first + second
    total = n + m
    tied = float((ties**3 - ties).sum()) / (total * (total - 1)) if total > 1 else 0.0
    variance = n * m / 12 * (total + 1 - tied)
    if variance <= 0:
        return SignificanceTest(statistic, None, None, NO_SPREAD)
    return SignificanceTest(
        statistic, None, normal_p_value((statistic - n * m / 2) / math.sqrt(variance))
    )


def brunner_munzel(first_counts: ArrayLike, second_counts: ArrayLike) -> SignificanceTest:
    """Return the Brunner-Munzel test, which does not suppose that the groups spread alike.

    Parameters
    ----------
    first_counts, second_counts
        Shape (K,): answers of each group in each category, categories in ascending order.

    Returns
    -------
    SignificanceTest
        The statistic is positive when the second group answers higher.

    References
    ----------
    Brunner and Munzel, Biometrical Journal 42 (2000) 17.

    Examples
    --------
    >>> found = brunner_munzel([1, 2, 3], [3, 2, 1])
    >>> round(found.statistic, 4), round(found.p_value, 4)
    (-1.4704, 0.1722)
    """
    first, second = _same_categories(first_counts, second_counts)
    n, m = float(first.sum()), float(second.sum())
    if min(n, m) < 2:
        return SignificanceTest(None, None, None, ONE_VALUE)
    pooled = _mid_ranks(first + second)
    means = float(first @ pooled) / n, float(second @ pooled) / m
    spreads = [
        float(counts @ (pooled - _mid_ranks(counts) - mean + (size + 1) / 2) ** 2) / (size - 1)
        for counts, mean, size in ((first, means[0], n), (second, means[1], m))
    ]
    parts = n * spreads[0], m * spreads[1]
    if sum(parts) == 0:
        return SignificanceTest(None, None, None, SEPARATE_GROUPS)
    from scipy.special import stdtr

    statistic = n * m * (means[1] - means[0]) / ((n + m) * math.sqrt(sum(parts)))
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (n - 1) + parts[1] ** 2 / (m - 1))
    return SignificanceTest(statistic, freedom, 2 * float(stdtr(freedom, -abs(statistic))))


def _same_categories(first_counts: ArrayLike, second_counts: ArrayLike) -> tuple[Floats, Floats]:
    first = np.asarray(first_counts, dtype=np.float64)
    second = np.asarray(second_counts, dtype=np.float64)
    if first.shape != second.shape:
        raise InvalidArgument(
            Text(
                en="the groups have {one} and {other} categories: count both on the same ones.",
                fr="les groupes ont {one} et {other} modalités : comptez-les sur les mêmes.",
            ).format(one=first.size, other=second.size)
        )
    return first, second


def _mid_ranks(counts: Floats) -> Floats:
    ranks: Floats = np.cumsum(counts) - counts + (counts + 1) / 2
    return ranks
