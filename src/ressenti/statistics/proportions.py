"""Confidence intervals of a proportion: Wilson's, Jeffreys' and the exact one."""

from __future__ import annotations

from dataclasses import replace

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import (
    NO_ANSWERS,
    Interval,
    count_contrast_interval,
    normal_quantile,
)


def wilson_interval(successes: float, n: float, *, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval of a proportion, without continuity correction.

    Parameters
    ----------
    successes, n
        Counts, effective ones when they are not whole; ``0 <= successes <= n``.

    References
    ----------
    Wilson, JASA 22 (1927) 209.

    Examples
    --------
    >>> interval = wilson_interval(1, 1)
    >>> round(interval.low, 4), interval.high
    (0.2065, 1.0)
    """
    require_successes(successes, n)
    score = count_contrast_interval([successes, n - successes], [1, 0], confidence=confidence)
    return replace(score, method="wilson")


def jeffreys_interval(successes: float, n: float, *, confidence: float = 0.95) -> Interval:
    """Return the equal-tailed interval of a proportion under Jeffreys' prior.

    The lower limit is 0 without success and the upper limit 1 without failure.

    References
    ----------
    Brown, Cai and DasGupta, Statistical Science 16 (2001) 101.

    Examples
    --------
    >>> interval = jeffreys_interval(3, 12)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0759, 0.5292)
    """
    require_successes(successes, n)
    return _beta_interval(successes, n, 0.5, 0.5, confidence=confidence, method="jeffreys")


def clopper_pearson_interval(successes: float, n: float, *, confidence: float = 0.95) -> Interval:
    """Return the exact interval of a proportion, never below its nominal coverage.

    References
    ----------
    Clopper and Pearson, Biometrika 26 (1934) 404; for effective counts, Korn and Graubard,
    Survey Methodology 24 (1998) 193.

    Examples
    --------
    >>> interval = clopper_pearson_interval(45, 60)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.6214, 0.8528)
    """
    require_successes(successes, n)
    return _beta_interval(successes, n, 0.0, 1.0, confidence=confidence, method="clopper-pearson")


def _beta_interval(
    successes: float, n: float, inner: float, outer: float, *, confidence: float, method: str
) -> Interval:
    normal_quantile(confidence)
    if n <= 0:
        return Interval(None, None, None, confidence, method, NO_ANSWERS)
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    failures = n - successes
    low = betaincinv(successes + inner, failures + outer, tail) if successes > 0 else 0.0
    high = betaincinv(successes + outer, failures + inner, 1 - tail) if failures > 0 else 1.0
    return Interval(successes / n, float(low), float(high), confidence, method)


def require_successes(successes: float, n: float) -> None:
    """Refuse a number of successes outside 0..n.

    Raises
    ------
    InvalidArgument
        With both numbers.
    """
    if not 0 <= successes <= n:
        raise InvalidArgument(
            Text(
                en="{successes} successes out of {n} is impossible: give 0 <= successes <= n.",
                fr="{successes} succès sur {n}, c'est impossible : il faut 0 ≤ succès ≤ n.",
            ).format(successes=successes, n=n)
        )
