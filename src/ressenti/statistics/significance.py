"""What a comparison answers: an interval of the difference and a test that it is zero."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ressenti.language import Text
from ressenti.statistics.intervals import NO_SPREAD, Interval, normal_quantile


@dataclass(frozen=True, slots=True)
class SignificanceTest:
    """A test statistic with its p-value; both None, with a reason, when the data forbid the test.

    Attributes
    ----------
    degrees_of_freedom
        None when the reference law is normal.
    p_value
        Two-sided, 0..1.
    """

    statistic: float | None
    degrees_of_freedom: float | None
    p_value: float | None
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference, first minus second, with its interval and the test that it is zero."""

    interval: Interval
    test: SignificanceTest
    standard_error: float | None = None


def normal_p_value(z: float) -> float:
    """Return the two-sided p-value of a standard normal statistic.

    Examples
    --------
    >>> round(normal_p_value(-1.959963984540054), 12)
    0.05
    """
    return math.erfc(abs(z) / math.sqrt(2))


def normal_difference(
    estimate: float, variance: float, *, confidence: float, method: str
) -> Difference:
    """Return estimate ± z standard errors and its z test; undefined without variance."""
    if variance <= 0:
        return Difference(
            Interval(estimate, None, None, confidence, method, NO_SPREAD),
            SignificanceTest(None, None, None, NO_SPREAD),
        )
    error = math.sqrt(variance)
    margin = normal_quantile(confidence) * error
    z = estimate / error
    return Difference(
        Interval(estimate, estimate - margin, estimate + margin, confidence, method),
        SignificanceTest(z, None, normal_p_value(z)),
        error,
    )
