"""How two variables go together: Pearson, Spearman, Kendall and polychoric correlations."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, normal_quantile

Floats = NDArray[np.float64]

FEWEST_PAIRS = 3
# Fisher's z has variance 1 / (n - 3).
FEWEST_PAIRS_FOR_LIMITS = 4
PERFECT = 1 - 1e-12

TOO_FEW_PAIRS = Text(
    en="{n} complete pairs: at least {needed} are needed.",
    fr="{n} paires complètes : il en faut au moins {needed}.",
)
CONSTANT_VARIABLE = Text(
    en="one of the two variables does not vary: a correlation is undefined.",
    fr="l'une des deux variables ne varie pas : une corrélation n'est pas définie.",
)
PERFECT_CORRELATION = Text(
    en="the correlation is perfect: the interval would have no width.",
    fr="la corrélation est parfaite : l'intervalle serait sans largeur.",
)
NO_INTERVAL_OF_RANKS = Text(
    en="a rank correlation is given without an interval: read its p-value.",
    fr="une corrélation de rangs est donnée sans intervalle : lisez sa valeur p.",
)


@dataclass(frozen=True, slots=True)
class Association:
    """A correlation, -1..1, with its interval and p-value; None with a reason when undefined."""

    correlation: Interval
    p_value: float | None
    n: int


def pearson_correlation(
    first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95
) -> Association:
    """Return Pearson's correlation with Fisher's interval, which needs at least 4 pairs.

    Parameters
    ----------
    first, second
        Shape (n,); pairs with a missing value are left out.

    References
    ----------
    Fisher, Metron 1 (1921) 3.

    Examples
    --------
    >>> found = pearson_correlation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])
    >>> round(found.correlation.estimate, 6), round(found.correlation.low, 4)
    (0.8, -0.2796)
    """
    x, y = _complete_pairs(first, second)
    undefined = _undefined(x, y, "fisher", confidence)
    if undefined is not None:
        return undefined
    from scipy.stats import pearsonr

    found = pearsonr(x, y)
    r, p_value = float(found.statistic), float(found.pvalue)
    return Association(fisher_interval(r, x.size, confidence=confidence), p_value, x.size)


def fisher_interval(r: float, n: float, *, confidence: float = 0.95) -> Interval:
    """Return Fisher's interval of a correlation already known.

    Parameters
    ----------
    r
        The correlation, -1..1.
    n
        Number of pairs, an effective one when it is not whole.

    Examples
    --------
    >>> interval = fisher_interval(0.5, 28)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.156, 0.7358)
    """
    z = normal_quantile(confidence)
    if n < FEWEST_PAIRS_FOR_LIMITS:
        reason = TOO_FEW_PAIRS.format(n=n, needed=FEWEST_PAIRS_FOR_LIMITS)
        return Interval(r, None, None, confidence, "fisher", reason)
    if abs(r) >= PERFECT:
        return Interval(r, None, None, confidence, "fisher", PERFECT_CORRELATION)
    centre, margin = atanh(r), z / sqrt(n - 3)
    return Interval(r, tanh(centre - margin), tanh(centre + margin), confidence, "fisher")


def spearman_correlation(
    first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95
) -> Association:
    """Return Spearman's rank correlation, ties at their mean rank, with its Student p-value.

    Examples
    --------
    >>> found = spearman_correlation([1, 2, 2, 4], [1, 3, 3, 9])
    >>> round(found.correlation.estimate, 6)
    1.0
    """
    x, y = _complete_pairs(first, second)
    undefined = _undefined(x, y, "spearman", confidence)
    if undefined is not None:
        return undefined
    from scipy.stats import pearsonr, rankdata

    found = pearsonr(rankdata(x), rankdata(y))
    return _rank_association(found.statistic, found.pvalue, x.size, "spearman", confidence)


def kendall_correlation(
    first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95
) -> Association:
    """Return Kendall's tau-b, corrected for ties, with its p-value.

    Examples
    --------
    >>> round(kendall_correlation([1, 2, 3, 4], [1, 2, 4, 3]).correlation.estimate, 4)
    0.6667
    """
    x, y = _complete_pairs(first, second)
    undefined = _undefined(x, y, "kendall", confidence)
    if undefined is not None:
        return undefined
    from scipy.stats import kendalltau

    found = kendalltau(x, y, variant="b")
    return _rank_association(found.statistic, found.pvalue, x.size, "kendall", confidence)


def polychoric_correlation(table: ArrayLike) -> tuple[float | None, Text | None]:
    """Return the correlation of two normal variables seen only through ordered categories.

    Correlation and thresholds are fitted together by maximum likelihood.

    Parameters
    ----------
    table
        Shape (r, c): counts, both margins in order; empty rows and columns are left out.

    Returns
    -------
    The correlation, or None; and the reason when None.

    References
    ----------
    Olsson, Psychometrika 44 (1979) 443.

    Examples
    --------
    Median cuts: the correlation is the sine of a known angle.

    >>> found, _ = polychoric_correlation([[40, 20], [20, 40]])
    >>> round(found, 4)
    0.5
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or not (counts >= 0).all():
        raise InvalidArgument(
            Text(
                en="a table of shape {shape} is not one of counts: give rows and columns of "
                "numbers, none negative.",
                fr="un tableau de forme {shape} n'est pas un tableau d'effectifs : donnez des "
                "lignes et des colonnes de nombres, aucun négatif.",
            ).format(shape=counts.shape)
        )
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        return None, CONSTANT_VARIABLE
    from scipy.optimize import minimize, minimize_scalar
    from scipy.special import ndtri

    total = counts.sum()
    rows = ndtri(np.cumsum(counts.sum(axis=1))[:-1] / total)
    columns = ndtri(np.cumsum(counts.sum(axis=0))[:-1] / total)

    def deviance(angle: float, row_cuts: Floats, column_cuts: Floats) -> float:
        shares = _rectangle_probabilities(row_cuts, column_cuts, tanh(angle))
        return -float((counts * np.log(np.maximum(shares, 1e-300))).sum() / total)

    def whole_deviance(parameters: Floats) -> float:
        row_cuts = np.sort(parameters[1 : 1 + rows.size])
        return deviance(float(parameters[0]), row_cuts, np.sort(parameters[1 + rows.size :]))

    first = minimize_scalar(deviance, bounds=(-4, 4), args=(rows, columns), method="bounded")
    start = np.concatenate([[first.x], rows, columns])
    found = minimize(whole_deviance, start, method="BFGS", options={"gtol": 1e-7})
    best = found.x if found.fun <= first.fun else start
    return tanh(float(best[0])), None


def contingency_table(first: ArrayLike, second: ArrayLike) -> Floats:
    """Return the counts of each pair of levels, both in increasing order.

    Examples
    --------
    >>> contingency_table([1, 1, 2], [5, 3, 5]).tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    x, y = _complete_pairs(first, second)
    rows, row_places = np.unique(x, return_inverse=True)
    columns, column_places = np.unique(y, return_inverse=True)
    table = np.zeros((rows.size, columns.size))
    np.add.at(table, (row_places, column_places), 1.0)
    return table


def _complete_pairs(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise InvalidArgument(
            Text(
                en="{n} values and {m} values: a correlation needs pairs.",
                fr="{n} valeurs et {m} valeurs : une corrélation demande des paires.",
            ).format(n=x.size, m=y.size)
        )
    complete = np.isfinite(x) & np.isfinite(y)
    return x[complete], y[complete]


def _undefined(x: Floats, y: Floats, method: str, confidence: float) -> Association | None:
    normal_quantile(confidence)
    if x.size < FEWEST_PAIRS:
        reason = TOO_FEW_PAIRS.format(n=x.size, needed=FEWEST_PAIRS)
    elif np.ptp(x) == 0 or np.ptp(y) == 0:
        reason = CONSTANT_VARIABLE
    else:
        return None
    return Association(Interval(None, None, None, confidence, method, reason), None, x.size)


def _rank_association(
    estimate: float, p_value: float, n: int, method: str, confidence: float
) -> Association:
    interval = Interval(float(estimate), None, None, confidence, method, NO_INTERVAL_OF_RANKS)
    return Association(interval, float(p_value), n)


def _rectangle_probabilities(row_cuts: Floats, column_cuts: Floats, rho: float) -> Floats:
    """Return the probabilities that the cuts give to the cells of a binormal table."""
    from scipy.special import ndtr

    h, k = row_cuts[:, None], column_cuts[None, :]
    below = np.zeros((row_cuts.size + 2, column_cuts.size + 2))
    below[1:-1, -1] = ndtr(row_cuts)
    below[-1, 1:-1] = ndtr(column_cuts)
    below[-1, -1] = 1.0
    # The derivative of the binormal distribution in rho is its density (Plackett, 1954); the
    # angle of rho makes it smooth up to the ends.
    nodes, weights = np.polynomial.legendre.leggauss(32)
    half = np.arcsin(rho) / 2
    sines = np.sin(half * (nodes + 1))[:, None, None]
    squared = (h * h - 2 * sines * h * k + k * k) / (2 * (1 - sines * sines))
    added = half / (2 * np.pi) * (weights[:, None, None] * np.exp(-squared)).sum(axis=0)
    below[1:-1, 1:-1] = ndtr(h) * ndtr(k) + added
    cells: Floats = np.diff(np.diff(below, axis=0), axis=1)
    return cells
