"""Confidence intervals of one figure: survey scores of any kind, and means.

A survey score is a contrast: a sum of coefficients times the shares of the answers. One score
interval serves them all; with two coefficients it is Wilson's, with -1, 0 and 1 it is Tango's.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.language import Text
from ressenti.statistics.score_equation import (
    lower_distances,
    merged_categories,
    require_distributions,
)
from ressenti.statistics.student import student_quantile

Floats = NDArray[np.float64]

NET_COEFFICIENTS = (1.0, 0.0, -1.0)

EQUAL_VALUES = 1e-13

NO_ANSWERS = Text(
    en="no answer counts here: collect answers or widen the selection.",
    fr="aucune réponse ne compte ici : recueillez des réponses ou élargissez la sélection.",
)
NO_LIMITS = Text(
    en="the interval has no limits on these data.",
    fr="l'intervalle n'a pas de bornes sur ces données.",
)
ONE_VALUE = Text(
    en="one value alone says nothing of the spread: at least 2 are needed.",
    fr="une seule valeur ne dit rien de la dispersion : il en faut au moins 2.",
)
NO_SPREAD = Text(
    en="all values are equal: an interval would have no width.",
    fr="toutes les valeurs sont égales : un intervalle serait sans largeur.",
)


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate between its limits; a number that does not exist is None and has a reason.

    Attributes
    ----------
    estimate, low, high
        In the unit of the figure: 0..1 for a proportion, coefficient units for a contrast.
    confidence
        Between 0 and 1.
    method
        The short name of the method: ``score``, ``wilson``, ``student`` …
    reason
        Why ``estimate``, ``low`` or ``high`` is None; None when all three exist.
    """

    estimate: float | None
    low: float | None
    high: float | None
    confidence: float
    method: str
    reason: Text | None = None

    def bounds(self) -> tuple[float, float, float]:
        """Return estimate, low and high.

        Raises
        ------
        UndefinedResult
            When one of them does not exist, with the reason.
        """
        if self.estimate is None or self.low is None or self.high is None:
            raise UndefinedResult(self.reason or NO_LIMITS)
        return self.estimate, self.low, self.high


def normal_quantile(confidence: float) -> float:
    """Return z, the two-sided quantile of the normal law.

    Raises
    ------
    InvalidArgument
        When the confidence is not strictly between 0 and 1.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    if not 0 < confidence < 1:
        raise InvalidArgument(
            Text(
                en="the confidence {value} is not between 0 and 1: write 0.95 for 95%.",
                fr="la confiance {value} n'est pas comprise entre 0 et 1 : écrivez 0.95 pour "
                "95\N{NARROW NO-BREAK SPACE}%.",
            ).format(value=confidence)
        )
    return NormalDist().inv_cdf((1 + confidence) / 2)


def contrast_interval(
    shares: ArrayLike, n_effective: ArrayLike, coefficients: ArrayLike, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the score limits of many multinomial contrasts at once.

    They are the smallest and the largest theta with
    ``(estimate - theta)^2 <= z^2 V(theta) / n``, where ``V(theta)`` is the variance at the
    likeliest distribution under theta. Categories that nobody chose count too, which keeps the
    interval honest at the ends of the scale.

    Parameters
    ----------
    shares
        Shape (m, K): one distribution a row.
    n_effective
        Shape (m,): effective number of answers, not necessarily whole.
    coefficients
        Shape (K,): the value of each category, at least two different ones.

    Returns
    -------
    low, high
        Shape (m,), in coefficient units; NaN where ``n_effective`` is not above 0.

    Raises
    ------
    InvalidArgument
        When the coefficients are all equal or a row of shares is not a distribution.

    References
    ----------
    Wilson, JASA 22 (1927) 209; Tango, Statistics in Medicine 17 (1998) 891; May and Johnson,
    Statistics in Medicine 16 (1997) 2127.

    Examples
    --------
    >>> low, high = contrast_interval([[1, 0, 0]], [10], [1, 0, -1])
    >>> round(float(low[0]), 4), float(high[0])
    (0.4449, 1.0)
    """
    return contrast_limits(shares, n_effective, coefficients, normal_quantile(confidence))


def contrast_limits(
    shares: ArrayLike, n_effective: ArrayLike, coefficients: ArrayLike, z: ArrayLike
) -> tuple[Floats, Floats]:
    """Return the limits of `contrast_interval` at z, one for all rows or shape (m,), above 0."""
    sizes = np.asarray(n_effective, dtype=np.float64)
    answered = sizes > 0
    low = np.full(sizes.shape, np.nan)
    high = np.full(sizes.shape, np.nan)
    rows, values = merged_categories(
        np.atleast_2d(np.asarray(shares, dtype=np.float64))[answered],
        np.asarray(coefficients, dtype=np.float64),
    )
    require_distributions(rows)
    estimates = rows @ values
    penalties = np.broadcast_to(np.square(z), sizes.shape)[answered] / sizes[answered]
    below = lower_distances(rows, values, penalties)
    above = lower_distances(rows[:, ::-1], -values[::-1], penalties)
    low[answered] = np.maximum(estimates - below, values[0])
    high[answered] = np.minimum(estimates + above, values[-1])
    return low, high


def net_score_interval(
    promoters: float, passives: float, detractors: float, *, confidence: float = 0.95
) -> Interval:
    """Return the score interval of the share of promoters minus the share of detractors.

    Parameters
    ----------
    promoters, passives, detractors
        Numbers of answers, effective ones when they are not whole.

    Returns
    -------
    Interval
        In -1..1; undefined without answers.

    Examples
    --------
    >>> interval = net_score_interval(60, 25, 15)
    >>> tuple(round(value, 4) for value in interval.bounds())
    (0.45, 0.2926, 0.5813)
    """
    counts = np.array([promoters, passives, detractors], dtype=np.float64)
    return count_contrast_interval(counts, NET_COEFFICIENTS, confidence=confidence)


def count_contrast_interval(
    counts: ArrayLike, coefficients: ArrayLike, *, confidence: float = 0.95
) -> Interval:
    """Return the score interval of one contrast from the counts of its categories.

    Parameters
    ----------
    counts, coefficients
        Shape (K,): answers in each category (at least 0) and the value of each category.

    Examples
    --------
    >>> interval = count_contrast_interval([0, 0, 0, 0, 30], [1, 2, 3, 4, 5])
    >>> interval.estimate, round(interval.low, 3), interval.high
    (5.0, 4.546, 5.0)
    """
    answers = np.asarray(counts, dtype=np.float64)
    total = float(answers.sum())
    if total <= 0:
        return Interval(None, None, None, confidence, "score", NO_ANSWERS)
    shares = answers / total
    low, high = contrast_interval(shares[None], [total], coefficients, confidence=confidence)
    estimate = float(shares @ np.asarray(coefficients, dtype=np.float64))
    return Interval(estimate, float(low[0]), float(high[0]), confidence, "score")


def mean_interval(mean: float, deviation: float, n: float, *, confidence: float = 0.95) -> Interval:
    """Return Student's interval of the mean of an unbounded quantity.

    Parameters
    ----------
    mean, deviation
        Of the values; the deviation divides by n - 1.
    n
        Number of values, effective where they are weighted. Below 2, or without spread, there are
        no limits.

    Examples
    --------
    >>> interval = mean_interval(4.5, 3.5355339059327378, 2)
    >>> round(interval.low, 4), round(interval.high, 4)
    (-27.2655, 36.2655)
    """
    normal_quantile(confidence)
    if n < 1:
        return Interval(None, None, None, confidence, "student", NO_ANSWERS)
    if n < 2:
        return Interval(mean, None, None, confidence, "student", ONE_VALUE)
    if deviation == 0:
        return Interval(mean, None, None, confidence, "student", NO_SPREAD)
    margin = student_quantile(n - 1, (1 + confidence) / 2) * deviation / np.sqrt(n)
    return Interval(mean, float(mean - margin), float(mean + margin), confidence, "student")


def mean_limits(
    sum_w: ArrayLike,
    sum_w2: ArrayLike,
    counts: ArrayLike,
    sum_wx: ArrayLike,
    sum_wx2: ArrayLike,
    *,
    confidence: float = 0.95,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return many weighted means with Student limits, from sums that merge by addition.

    Parameters
    ----------
    sum_w, sum_w2, counts, sum_wx, sum_wx2
        Shape (m,): sums of w, w^2, 1, w x and w x^2 over the values of each figure.

    Returns
    -------
    mean, low, high, n_effective
        Shape (m,). The mean is NaN without weight; the limits are NaN below two values or without
        spread. The effective size is Kish's.

    Examples
    --------
    >>> mean, low, high, size = mean_limits([2.0], [2.0], [2], [9.0], [53.0])
    >>> float(mean[0]), round(float(low[0]), 4), round(float(high[0]), 4)
    (4.5, -27.2655, 36.2655)
    """
    normal_quantile(confidence)
    from scipy.special import stdtrit

    w, w2, n, wx, wx2 = (
        np.asarray(sums, dtype=np.float64) for sums in (sum_w, sum_w2, counts, sum_wx, sum_wx2)
    )
    weighted = w > 0
    known = np.where(weighted, w, np.nan)
    size = np.where(weighted, w**2 / np.where(weighted, w2, 1.0), 0.0)
    mean = wx / known
    spread = wx2 / known - mean**2
    # Below this share of the mean square, a spread is rounding of equal values.
    spread = np.where(spread > EQUAL_VALUES * wx2 / known, spread, np.nan)
    enough = (n >= 2) & (size > 1)
    freedom = np.where(enough, size - 1, np.nan)
    margin = stdtrit(freedom, (1 + confidence) / 2) * np.sqrt(spread / freedom)
    return mean, mean - margin, mean + margin, size
