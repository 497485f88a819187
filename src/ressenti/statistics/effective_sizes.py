"""How many equal, independent answers a weighted or clustered sample is worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.statistics.intervals import normal_quantile
from ressenti.statistics.linearisation import contrast_scores, design_variance

Floats = NDArray[np.float64]

# Sums of equal weights differ from the number of answers by rounding only.
EQUAL_WEIGHTS = 1e-9


def kish_effective_size(sum_w: ArrayLike, sum_w2: ArrayLike) -> Floats:
    """Return ``(sum of w)^2 / sum of w^2``, any shape; 0 without weight.

    References
    ----------
    Kish, Survey Sampling (1965), section 11.7.

    Examples
    --------
    >>> float(kish_effective_size(6.0, 14.0).round(4))
    2.5714
    """
    sums = np.asarray(sum_w, dtype=np.float64)
    squares = np.asarray(sum_w2, dtype=np.float64)
    return np.divide(sums**2, squares, out=np.zeros(squares.shape), where=squares > 0)


def effective_size(
    counts: ArrayLike,
    weights: ArrayLike,
    squared_weights: ArrayLike,
    coefficients: ArrayLike,
    *,
    sample_size: int | None = None,
) -> Floats:
    """Return the effective number of answers of many weighted contrasts.

    It is the smaller of Kish's size and of ``V / variance by linearisation``: the first is right
    when weights and answers are unrelated, the second sees when they are related but is itself
    uncertain. Equal weights are worth their count.

    Parameters
    ----------
    counts, weights, squared_weights
        Shape (m, K): answers with a weight above 0, sum of w and sum of w^2 of each category.
    coefficients
        Shape (K,).
    sample_size
        Answers of the whole sample, when the figures are segments of it; None when each figure is
        a sample of its own.

    Returns
    -------
    sizes
        Shape (m,); 0 without answers.

    Examples
    --------
    >>> sizes = effective_size([[60, 25, 15]], [[60, 25, 15]], [[60, 25, 15]], [1, 0, -1])
    >>> float(sizes[0])
    100.0
    """
    sums, kish, spread = _kish_and_spread(weights, squared_weights, coefficients)
    deviations = _squared_deviations(sums, coefficients)
    n = np.asarray(counts, dtype=np.float64).sum(axis=-1)
    rows = n if sample_size is None else np.full(n.shape, float(sample_size))
    correction = np.divide(rows, rows - 1, out=np.ones(n.shape), where=rows > 1)
    squares = np.asarray(squared_weights, dtype=np.float64)
    variance = correction * np.divide(
        (squares * deviations).sum(axis=-1),
        sums.sum(axis=-1) ** 2,
        out=np.zeros(n.shape),
        where=sums.sum(axis=-1) > 0,
    )
    linearised = np.divide(spread, variance, out=kish.copy(), where=variance > 0)
    smaller = np.minimum(kish, linearised)
    sizes: Floats = np.where(kish >= n * (1 - EQUAL_WEIGHTS), n, smaller)
    return sizes


def clustered_effective_size(
    weights: ArrayLike,
    squared_weights: ArrayLike,
    coefficients: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Floats:
    """Return the effective number of answers of many contrasts of one clustered sample.

    The smaller of Kish's size and of ``V / variance between clusters`` is multiplied by
    ``(z / t)^2``, t with clusters minus strata degrees of freedom, so that a normal interval on
    this size is as wide as the variance of few clusters deserves.

    Parameters
    ----------
    weights
        Shape (G, m, K): sum of w of each cluster, figure and category, zeros where it has none.
    squared_weights
        Shape (m, K): sum of w^2 of each figure and category.
    coefficients
        Shape (K,).
    strata
        Shape (G,): the stratum of each cluster; None for a single one.

    Returns
    -------
    sizes
        Shape (m,); 0 without answers.

    Raises
    ------
    UndefinedResult
        When a stratum has a single cluster.

    References
    ----------
    Franco, Little, Louis and Slud, Journal of Survey Statistics and Methodology 7 (2019) 334.
    """
    from scipy.special import stdtrit

    by_cluster = np.asarray(weights, dtype=np.float64)
    _, kish, spread = _kish_and_spread(by_cluster.sum(axis=0), squared_weights, coefficients)
    scores = np.nan_to_num(contrast_scores(by_cluster, coefficients))
    found = design_variance(scores, strata=strata)
    linearised = np.divide(spread, found.variance, out=kish.copy(), where=found.variance > 0)
    t = float(stdtrit(found.degrees_of_freedom, (1 + confidence) / 2))
    sizes: Floats = np.minimum(kish, linearised) * (normal_quantile(confidence) / t) ** 2
    return sizes


def owned_effective_size(
    sizes: ArrayLike,
    spread: ArrayLike,
    squares: ArrayLike,
    owners: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Floats:
    """Return the effective number of values of many means whose values are owned in clusters.

    It is ``clustered_effective_size`` from sums that an engine has made, where an owner of one
    value each costs nothing at all.

    Parameters
    ----------
    sizes
        Shape (m,): what the values would be worth if nobody owned two.
    spread
        Shape (m,): variance of one value.
    squares
        Shape (m,): sum over owners of the squared influence on the mean.
    owners
        Shape (m,): clusters.

    Returns
    -------
    sizes
        Shape (m,); 0 below two owners, who tell nothing of how owners differ.

    References
    ----------
    Franco, Little, Louis and Slud, Journal of Survey Statistics and Methodology 7 (2019) 334.

    Examples
    --------
    Two customers with three results each, all alike, are worth less than two results:

    >>> float(owned_effective_size([6.0], [0.25], [2 * 0.25**2], [2])[0].round(3))
    0.024
    """
    from scipy.special import stdtrit

    whole, one, pulled, number = (
        np.asarray(values, dtype=np.float64) for values in (sizes, spread, squares, owners)
    )
    several = number > 1
    freedom = np.where(several, number - 1, 1.0)
    variance = pulled * number / freedom
    # Where nothing varies, owners are all that is sure to be independent.
    least = np.minimum(whole, number)
    linearised = np.divide(one, variance, out=least, where=(variance > 0) & (one > 0))
    t = stdtrit(freedom, (1 + confidence) / 2)
    found = np.minimum(whole, linearised) * (normal_quantile(confidence) / t) ** 2
    return np.where(several, found, 0.0)


def _kish_and_spread(
    weights: ArrayLike, squared_weights: ArrayLike, coefficients: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    sums = np.asarray(weights, dtype=np.float64)
    totals = sums.sum(axis=-1)
    kish = kish_effective_size(totals, np.asarray(squared_weights, dtype=np.float64).sum(axis=-1))
    spread = np.divide(
        (sums * _squared_deviations(sums, coefficients)).sum(axis=-1),
        totals,
        out=np.zeros(totals.shape),
        where=totals > 0,
    )
    return sums, kish, spread


def _squared_deviations(sums: Floats, coefficients: ArrayLike) -> Floats:
    values = np.asarray(coefficients, dtype=np.float64)
    totals = sums.sum(axis=-1)
    means = np.divide(sums @ values, totals, out=np.zeros(totals.shape), where=totals > 0)
    deviations: Floats = (values - means[..., None]) ** 2
    return deviations
