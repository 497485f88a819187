"""Student's law: its quantiles, without the second that scipy takes to start.

The tail is the regularised incomplete beta function, by its continued fraction (Press, Teukolsky,
Vetterling and Flannery, Numerical Recipes, 3rd edition, section 6.4); where the law is all but
normal, its quantile is a series in the inverse of the degrees of freedom (Abramowitz and Stegun,
Handbook of Mathematical Functions, 26.7.5).
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

NEARLY_NORMAL: Final = 2000.0
"""Degrees of freedom from which four terms of the series leave less than rounding."""

EXACT_GAMMA: Final = 300.0
"""Degrees of freedom up to which the gamma function neither overflows nor needs its series."""

ROUNDING: Final = 1e-16
STEPS: Final = 500


def student_quantile(freedom: float, probability: float) -> float:
    """Return the value that a Student variable stays below with some probability.

    Parameters
    ----------
    freedom
        Degrees of freedom, above 0 and not always whole.
    probability
        Strictly between 0 and 1. NaN answers NaN, for either.

    Examples
    --------
    >>> round(student_quantile(10, 0.975), 6), round(student_quantile(1e6, 0.975), 6)
    (2.228139, 1.959966)
    >>> student_quantile(4, 0.5)
    0.0
    """
    if not (freedom > 0 and 0 < probability < 1):
        return math.nan
    if probability == 0.5:
        return 0.0
    if probability < 0.5:
        return -_upper_quantile(freedom, probability)
    return _upper_quantile(freedom, 1 - probability)


def _tail(freedom: float, value: float) -> float:
    """Return the probability that a variable passes a value, which is not negative."""
    share = freedom / (freedom + value * value)
    rest = value * value / (freedom + value * value)
    half = freedom / 2
    # x^a (1 - x)^(1/2) / B(a, 1/2), the factor of either fraction.
    factor = math.pow(share, half) * math.sqrt(rest / math.pi) * _gamma_ratio(freedom)
    if share < (half + 1) / (half + 2.5):
        return factor * _beta_fraction(half, 0.5, share) / freedom
    return 0.5 - factor * _beta_fraction(0.5, half, rest)


def _upper_quantile(freedom: float, tail: float) -> float:
    normal = -NormalDist().inv_cdf(tail)
    if freedom >= NEARLY_NORMAL:
        return _nearly_normal_quantile(freedom, normal)
    # The tail is convex and the normal quantile below it: Newton's steps only go up.
    value = normal
    for _ in range(STEPS):
        step = (_tail(freedom, value) - tail) / _density(freedom, value)
        value += step
        if abs(step) <= ROUNDING * 8 * value:
            break
    return value


def _nearly_normal_quantile(freedom: float, x: float) -> float:
    first = (x**3 + x) / 4
    second = (5 * x**5 + 16 * x**3 + 3 * x) / 96
    third = (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384
    fourth = (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160
    inverse = 1 / freedom
    return x + inverse * (first + inverse * (second + inverse * (third + inverse * fourth)))


def _density(freedom: float, value: float) -> float:
    spread = math.exp(-(freedom + 1) / 2 * math.log1p(value * value / freedom))
    return _gamma_ratio(freedom) / math.sqrt(freedom * math.pi) * spread


def _gamma_ratio(freedom: float) -> float:
    """Return gamma((v + 1) / 2) / gamma(v / 2)."""
    if freedom <= EXACT_GAMMA:
        return math.gamma((freedom + 1) / 2) / math.gamma(freedom / 2)
    x = 1 / freedom
    series = 1 + x * (-1 / 4 + x * (1 / 32 + x * (5 / 128 + x * (-21 / 2048 - x * 399 / 8192))))
    return math.sqrt(freedom / 2) * series


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    fraction = d
    for m in range(1, STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        change = 1.0
        for term in (even, odd):
            d = 1 / ((1 + term * d) or tiny)
            c = (1 + term / c) or tiny
            change = d * c
            fraction *= change
        if abs(change - 1) < ROUNDING * 2:
            break
    return fraction
