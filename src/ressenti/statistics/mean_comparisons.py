"""Differences of means: independent groups, and waves that share some respondents."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import (
    NO_ANSWERS,
    NO_SPREAD,
    ONE_VALUE,
    Interval,
    normal_quantile,
)
from ressenti.statistics.significance import Difference, SignificanceTest, normal_difference


@dataclass(frozen=True, slots=True)
class Sample:
    """Number, mean and standard deviation (dividing by n - 1) of the values of one group.

    Weighted values are as many as they are worth, which need not be whole.
    """

    n: float
    mean: float
    deviation: float


def mean_difference(first: Sample, second: Sample, *, confidence: float = 0.95) -> Difference:
    """Return Welch's comparison of the means of two unbounded quantities, first minus second.

    References
    ----------
    Welch, Biometrika 34 (1947) 28.

    Examples
    --------
    >>> found = mean_difference(Sample(10, 5.0, 2.0), Sample(20, 3.0, 1.0))
    >>> round(found.test.statistic, 4), round(found.test.degrees_of_freedom, 2)
    (2.9814, 11.31)
    """
    normal_quantile(confidence)
    reason = _welch_obstacle(first, second)
    if reason is not None:
        estimate = first.mean - second.mean if min(first.n, second.n) > 0 else None
        return Difference(
            Interval(estimate, None, None, confidence, "welch", reason),
            SignificanceTest(None, None, None, reason),
        )
    from scipy.special import stdtr, stdtrit

    parts = first.deviation**2 / first.n, second.deviation**2 / second.n
    error = math.sqrt(sum(parts))
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (first.n - 1) + parts[1] ** 2 / (second.n - 1))
    estimate = first.mean - second.mean
    margin = float(stdtrit(freedom, (1 + confidence) / 2)) * error
    statistic = estimate / error
    p_value = 2 * float(stdtr(freedom, -abs(statistic)))
    return Difference(
        Interval(estimate, estimate - margin, estimate + margin, confidence, "welch"),
        SignificanceTest(statistic, freedom, p_value),
        error,
    )


def _welch_obstacle(first: Sample, second: Sample) -> Text | None:
    if min(first.n, second.n) < 1:
        return NO_ANSWERS
    if min(first.n, second.n) < 2:
        return ONE_VALUE
    return NO_SPREAD if first.deviation == second.deviation == 0 else None


def overlapping_difference(
    estimates: tuple[float, float],
    variances: tuple[float, float],
    sizes: tuple[int, int],
    *,
    n_both: int,
    covariance: float,
    confidence: float = 0.95,
) -> Difference:
    """Return the difference, first minus second, of two waves that share some respondents.

    Parameters
    ----------
    estimates, variances, sizes
        Of the first and the second wave; variances are those of one answer, not of the mean.
    n_both
        Respondents of both waves, at most the smaller size.
    covariance
        Between the two answers of the same respondent, over these ``n_both``.

    Raises
    ------
    InvalidArgument
        When more respondents are shared than one wave has.

    References
    ----------
    Kish, Survey Sampling (1965), section 12.4.

    Examples
    --------
    >>> found = overlapping_difference(
    ...     (0.5, 0.3), (0.6, 0.7), (100, 200), n_both=50, covariance=0.3
    ... )
    >>> round(found.standard_error, 4)
    0.0894
    """
    normal_quantile(confidence)
    if not 0 <= n_both <= min(sizes):
        raise InvalidArgument(
            Text(
                en="{both} respondents cannot be shared by waves of {one} and {other}.",
                fr="{both} répondants ne peuvent être communs à des vagues de {one} et {other}.",
            ).format(both=n_both, one=sizes[0], other=sizes[1])
        )
    if min(sizes) < 1:
        return Difference(
            Interval(None, None, None, confidence, "overlap", NO_ANSWERS),
            SignificanceTest(None, None, None, NO_ANSWERS),
        )
    separate = variances[0] / sizes[0] + variances[1] / sizes[1]
    variance = separate - 2 * n_both * covariance / (sizes[0] * sizes[1])
    return normal_difference(
        estimates[0] - estimates[1], variance, confidence=confidence, method="overlap"
    )
