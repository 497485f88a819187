"""The change of a survey score among the same respondents, from the table of their transitions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.statistics.comparisons import inverted_p_values
from ressenti.statistics.intervals import (
    NO_ANSWERS,
    Interval,
    contrast_interval,
    contrast_limits,
)
from ressenti.statistics.significance import Difference, SignificanceTest

Floats = NDArray[np.float64]


def paired_contrast(
    transitions: ArrayLike, coefficients: ArrayLike, *, confidence: float = 0.95
) -> Difference:
    """Return the change of a contrast among the same respondents, after minus before.

    A change is a contrast too: each respondent counts for the coefficient after minus the
    coefficient before. Its score interval keeps a width even where nobody changed.

    Parameters
    ----------
    transitions
        Shape (K, K): respondents by category before (rows) and after (columns).
    coefficients
        Shape (K,): the value of each category.

    References
    ----------
    Tango, Statistics in Medicine 17 (1998) 891, for two categories.

    Examples
    --------
    >>> change = paired_contrast([[40, 5, 5], [10, 15, 5], [5, 5, 10]], [1, 0, -1]).interval
    >>> tuple(round(value, 3) for value in change.bounds())
    (0.05, -0.116, 0.213)
    """
    table = np.asarray(transitions, dtype=np.float64)
    values = np.asarray(coefficients, dtype=np.float64)
    n = float(table.sum())
    if n <= 0:
        interval = Interval(None, None, None, confidence, "paired score", NO_ANSWERS)
        return Difference(interval, SignificanceTest(None, None, None, NO_ANSWERS))
    changes = (values[None, :] - values[:, None]).ravel()
    shares, sizes = (table / n).reshape(1, -1), np.array([n])
    low, high = contrast_interval(shares, sizes, changes, confidence=confidence)
    p_values = inverted_p_values(lambda z: contrast_limits(shares, sizes, changes, z), (1,))
    estimate = float((shares @ changes)[0])
    interval = Interval(estimate, float(low[0]), float(high[0]), confidence, "paired score")
    return Difference(interval, SignificanceTest(None, None, float(p_values[0])))


def wave_covariance(transitions: ArrayLike, coefficients: ArrayLike) -> float:
    """Return the covariance, divided by n - 1, of the two answers of the same respondents.

    Returns
    -------
    0 under two respondents.

    Examples
    --------
    >>> round(wave_covariance([[2, 0], [0, 2]], [1, 0]), 4)
    0.3333
    """
    table = np.asarray(transitions, dtype=np.float64)
    values = np.asarray(coefficients, dtype=np.float64)
    n = float(table.sum())
    if n < 2:
        return 0.0
    before, after = table.sum(axis=1) @ values / n, table.sum(axis=0) @ values / n
    return float((values - before) @ table @ (values - after)) / (n - 1)
