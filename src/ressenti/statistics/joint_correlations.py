"""Correlations read from what was counted together: a table of levels, or sums over pairs.

Each comes with the interval that suits it; p-values never disagree with their interval.
"""

from __future__ import annotations

from math import atanh, sqrt, tanh
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.language import Text
from ressenti.statistics.association import (
    CONSTANT_VARIABLE,
    FEWEST_PAIRS,
    FEWEST_PAIRS_FOR_LIMITS,
    PERFECT,
    PERFECT_CORRELATION,
    TOO_FEW_PAIRS,
    Association,
    polychoric_correlation,
    spearman_correlation,
)
from ressenti.statistics.intervals import Interval, normal_quantile
from ressenti.statistics.moments import CONSTANT_SHARE

Floats = NDArray[np.float64]

NORMAL = NormalDist()
# What the variance of z is multiplied by stays between these: fewer pairs say too little of it.
LEAST_INFLATION, MOST_INFLATION = 0.25, 4.0


def pearson_of_sums(sums: ArrayLike, *, confidence: float = 0.95) -> Association:
    """Return Pearson's correlation from sums over pairs, with Fisher's interval.

    Parameters
    ----------
    sums
        Shape (3, 3): as ``sums_of_pairs`` gives them for one pair.

    References
    ----------
    Fisher, Metron 1 (1921) 3.

    Examples
    --------
    >>> from ressenti.statistics.cross_counts import sums_of_pairs
    >>> x, y = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]]), np.array([2.0, 1, 4, 3, 5])[:, None]
    >>> found = pearson_of_sums(sums_of_pairs(x, y)[0, 0])
    >>> round(found.correlation.estimate, 6), round(found.correlation.low, 4)
    (0.8, -0.2796)
    """
    table = np.asarray(sums, dtype=np.float64)
    n = round(float(table[0, 0]))
    reason = _too_few(n)
    if reason is None:
        r = _coefficient(table)
        if r is not None:
            return _with_limits(r, n, "pearson", 1.0, confidence)
        reason = CONSTANT_VARIABLE
    return Association(Interval(None, None, None, confidence, "pearson", reason), None, n)


def pearson_of_table(
    counts: ArrayLike,
    row_values: ArrayLike,
    column_values: ArrayLike,
    *,
    method: str = "pearson",
    confidence: float = 0.95,
) -> Association:
    """Return Pearson's correlation of two sets of levels from how often they met.

    Fisher's interval is widened or narrowed by what the fourth moments of the table say of the
    variance of r: levels are not normal, and a rare one says less than its count.

    Parameters
    ----------
    counts
        Shape (r, c).
    row_values, column_values
        Shapes (r,) and (c,): what each level counts for.
    method
        What to call it: ``phi`` for two yes/no columns, ``point_biserial`` for one.

    References
    ----------
    Steiger and Hakstian, British Journal of Mathematical and Statistical Psychology 35 (1982)
    208, for the variance without normality.

    Examples
    --------
    >>> found = pearson_of_table([[40, 20], [20, 40]], [0, 1], [0, 1])
    >>> round(found.correlation.estimate, 4), round(found.correlation.low, 2)
    (0.3333, 0.15)
    """
    table = np.asarray(counts, dtype=np.float64)
    n = int(table.sum())
    reason = _too_few(n)
    if reason is None and _is_constant(table):
        reason = CONSTANT_VARIABLE
    if reason is not None:
        return Association(Interval(None, None, None, confidence, method, reason), None, n)
    shares = table / n
    x = _standardised(np.asarray(row_values, dtype=np.float64), shares.sum(axis=1))
    y = _standardised(np.asarray(column_values, dtype=np.float64), shares.sum(axis=0))
    if x is None or y is None:
        undefined = Interval(None, None, None, confidence, method, CONSTANT_VARIABLE)
        return Association(undefined, None, n)
    r = float(np.clip(x @ shares @ y, -1.0, 1.0))
    influence = np.outer(x, y) - r / 2 * (x[:, None] ** 2 + y[None, :] ** 2)
    spread = float((shares * influence**2).sum()) / max((1 - r * r) ** 2, 1e-12)
    inflation = min(max(spread, LEAST_INFLATION), MOST_INFLATION)
    return _with_limits(r, n, method, inflation, confidence)


def spearman_of_table(counts: ArrayLike, *, confidence: float = 0.95) -> Association:
    """Return Spearman's rank correlation, ties at their mean rank, from a table of ordered levels.

    References
    ----------
    Bonett and Wright, Psychometrika 65 (2000) 23, for the interval.

    Examples
    --------
    >>> found = spearman_of_table([[1, 0, 0], [0, 2, 0], [0, 0, 1]])
    >>> found.correlation.estimate
    1.0
    """
    table = np.asarray(counts, dtype=np.float64)
    ranks = [_mid_ranks(table.sum(axis=axis)) for axis in (1, 0)]
    found = pearson_of_table(table, *ranks, method="spearman", confidence=confidence)
    rho = found.correlation.estimate
    if rho is None:
        return found
    return _with_limits(rho, found.n, "spearman", 1 + rho * rho / 2, confidence)


def biserial_of_table(
    counts: ArrayLike, column_values: ArrayLike, *, confidence: float = 0.95
) -> Association:
    """Return the biserial correlation: of a normal quantity seen only as met or missed.

    Parameters
    ----------
    counts
        Shape (2, c): missed, then met.
    column_values
        Shape (c,).

    References
    ----------
    Tate, Psychometrika 20 (1955) 205.

    Examples
    --------
    >>> found = biserial_of_table([[40, 20], [20, 40]], [0, 1])
    >>> round(found.correlation.estimate, 4)
    0.4178
    """
    table = np.asarray(counts, dtype=np.float64)
    found = pearson_of_table(
        table, [0.0, 1.0], column_values, method="biserial", confidence=confidence
    )
    interval = found.correlation
    if interval.estimate is None:
        return found
    share = float(table[1].sum() / table.sum())
    scale = sqrt(share * (1 - share)) / NORMAL.pdf(NORMAL.inv_cdf(share))

    def scaled(value: float | None) -> float | None:
        return None if value is None else min(max(value * scale, -1.0), 1.0)

    whole = Interval(
        scaled(interval.estimate),
        scaled(interval.low),
        scaled(interval.high),
        confidence,
        "biserial",
        interval.reason,
    )
    return Association(whole, found.p_value, found.n)


def polychoric_of_table(counts: ArrayLike, *, confidence: float = 0.95) -> Association:
    """Return the polychoric correlation, with an interval scaled from that of the levels' own.

    References
    ----------
    Olsson, Psychometrika 44 (1979) 443.

    Examples
    --------
    >>> found = polychoric_of_table([[40, 20], [20, 40]])
    >>> round(found.correlation.estimate, 3), found.correlation.low > 0
    (0.5, True)
    """
    table = np.asarray(counts, dtype=np.float64)
    found = spearman_of_table(table, confidence=confidence)
    interval = found.correlation
    estimate, reason = polychoric_correlation(table)
    if estimate is None or interval.estimate is None:
        undefined = Interval(None, None, None, confidence, "polychoric", reason or interval.reason)
        return Association(undefined, None, found.n)
    if found.p_value is None or abs(estimate) >= PERFECT or interval.estimate == 0:
        alone = Interval(estimate, None, None, confidence, "polychoric", interval.reason)
        return Association(alone, found.p_value, found.n)
    # On Fisher's scale the two estimates have nearly the same error relative to their size.
    ratio = atanh(estimate) / atanh(interval.estimate)
    ends = sorted(tanh(ratio * atanh(end)) for end in interval.bounds()[1:])
    whole = Interval(estimate, ends[0], ends[1], confidence, "polychoric")
    return Association(whole, found.p_value, found.n)


def ranked_association(
    first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95
) -> Association:
    """Return Spearman's rank correlation of two quantities, with an interval.

    Parameters
    ----------
    first, second
        Shape (n,); pairs with a missing value are left out.

    References
    ----------
    Bonett and Wright, Psychometrika 65 (2000) 23, for the interval.

    Examples
    --------
    >>> found = ranked_association([60, 70, 70, 80, 90], [10, 15, 12, 12, 30])
    >>> round(found.correlation.estimate, 8)
    0.76315789
    """
    found = spearman_correlation(first, second, confidence=confidence)
    rho = found.correlation.estimate
    if rho is None:
        return found
    return _with_limits(rho, found.n, "spearman", 1 + rho * rho / 2, confidence)


def partial_association(statistic: float, freedom: int, *, confidence: float = 0.95) -> Interval:
    """Return the partial correlation behind a Student statistic, with Fisher's interval.

    Parameters
    ----------
    statistic
        The coefficient over its standard error.
    freedom
        Rows minus coefficients.

    References
    ----------
    Fisher, Metron 3 (1924) 329: a partial correlation is one of as many fewer pairs as variables
    are held fixed.

    Examples
    --------
    >>> round(partial_association(2.0, 16).estimate, 4)
    0.4472
    """
    r = statistic / sqrt(statistic * statistic + freedom)
    return _with_limits(r, freedom + 2, "partial", 1.0, confidence).correlation


def _with_limits(r: float, n: int, method: str, inflation: float, confidence: float) -> Association:
    z = normal_quantile(confidence)
    if n < FEWEST_PAIRS_FOR_LIMITS:
        reason = TOO_FEW_PAIRS.format(n=n, needed=FEWEST_PAIRS_FOR_LIMITS)
        return Association(Interval(r, None, None, confidence, method, reason), None, n)
    if abs(r) >= PERFECT:
        reason = PERFECT_CORRELATION
        return Association(Interval(r, None, None, confidence, method, reason), None, n)
    error = sqrt(inflation / (n - 3))
    centre = atanh(r)
    limits = tanh(centre - z * error), tanh(centre + z * error)
    p_value = 2 * NORMAL.cdf(-abs(centre) / error)
    return Association(Interval(r, *limits, confidence, method), p_value, n)


def _too_few(n: int) -> Text | None:
    return TOO_FEW_PAIRS.format(n=n, needed=FEWEST_PAIRS) if n < FEWEST_PAIRS else None


def _is_constant(table: Floats) -> bool:
    return bool(min((table.sum(axis=axis) > 0).sum() for axis in (0, 1)) < 2)


def _standardised(values: Floats, shares: Floats) -> Floats | None:
    """Return the values of the levels in deviations from their mean, None for a constant."""
    centred: Floats = values - shares @ values
    variance = float(shares @ centred**2)
    return centred / sqrt(variance) if variance > 0 else None


def _mid_ranks(counts: Floats) -> Floats:
    ranks: Floats = np.cumsum(counts) - (counts - 1) / 2
    return ranks


def _coefficient(sums: Floats) -> float | None:
    """Return r from the sums of one pair, None when one side does not vary."""
    n = sums[0, 0]
    x, y = sums[1, 0] / n, sums[0, 1] / n
    across, down = sums[2, 0] / n, sums[0, 2] / n
    variances = across - x * x, down - y * y
    if variances[0] <= CONSTANT_SHARE * across or variances[1] <= CONSTANT_SHARE * down:
        return None
    return float(np.clip((sums[1, 1] / n - x * y) / sqrt(variances[0] * variances[1]), -1.0, 1.0))
