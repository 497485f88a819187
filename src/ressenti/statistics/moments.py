"""Moments that merge by addition: from rows counted anywhere to means, correlations and errors.

A *moment matrix* over p columns is the (p + 1, p + 1) array of cross-products of the columns with
a leading column of ones: the weight in the corner, the weighted sums on the edge, the weighted
products inside. Two of them add up to that of both sets of rows, so one matrix per hash bucket is
enough to replay a bootstrap or a jackknife without seeing a row again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument, InvalidWeights
from ressenti.language import Text

Floats = NDArray[np.float64]

# A variance below this share of the mean square is what rounding leaves of a constant.
CONSTANT_SHARE = 1e-12

TOO_FEW_GROUPS = Text(
    en="{n} group: a jackknife needs at least 2.",
    fr="{n} groupe : un jackknife en demande au moins 2.",
)
UNDEFINED_REPLICATE = Text(
    en="the figure is undefined once one of the groups is left out: use fewer, larger groups.",
    fr="le résultat n'est plus défini quand on retire l'un des groupes : prenez des groupes moins "
    "nombreux et plus grands.",
)


@dataclass(frozen=True, slots=True)
class Moments:
    """The count, mean and sum of squared deviations of some values; ``a + b`` merges.

    Attributes
    ----------
    n
        Number of values, or their total weight.
    mean
        None when ``n`` is 0.
    m2
        Sum of squared deviations from the mean.

    References
    ----------
    Chan, Golub and LeVeque, The American Statistician 37 (1983) 242.

    Examples
    --------
    >>> both = Moments.of([1, 2]) + Moments.of([6])
    >>> both.mean, both.m2
    (3.0, 14.0)
    >>> Moments.of([]).mean is None
    True
    """

    n: float
    mean: float | None
    m2: float

    @classmethod
    def of(cls, values: ArrayLike) -> Moments:
        numbers = np.asarray(values, dtype=np.float64)
        if numbers.size == 0:
            return NOTHING
        mean = float(numbers.mean())
        return cls(numbers.size, mean, float(((numbers - mean) ** 2).sum()))

    def __add__(self, other: Moments) -> Moments:
        if other.mean is None or other.n == 0:
            return self
        if self.mean is None or self.n == 0:
            return other
        n = self.n + other.n
        gap = other.mean - self.mean
        return Moments(
            n,
            self.mean + gap * other.n / n,
            self.m2 + other.m2 + gap * gap * self.n * other.n / n,
        )

    @property
    def variance(self) -> float | None:
        """The sample variance, divided by n - 1; None under 2 values."""
        return self.m2 / (self.n - 1) if self.n >= 2 else None

    @property
    def standard_deviation(self) -> float | None:
        return None if self.variance is None else sqrt(self.variance)


NOTHING = Moments(0, None, 0.0)


def merged_moments(blocks: Iterable[Moments]) -> Moments:
    """Return the moments of all the values behind the blocks; empty blocks change nothing.

    Examples
    --------
    >>> merged_moments([Moments(2, 1.0, 0.0), Moments(0, None, 0.0), Moments(2, 3.0, 0.0)])
    Moments(n=4, mean=2.0, m2=4.0)
    """
    return sum(blocks, start=NOTHING)


def moment_matrix(weight: float, sums: ArrayLike, products: ArrayLike) -> Floats:
    """Return the moment matrix of p columns from their weighted sums and products.

    Parameters
    ----------
    weight
        Total weight, or number of rows.
    sums
        Shape (p,): Σ w x.
    products
        Shape (p, p): Σ w x x'.

    Returns
    -------
    Shape (p + 1, p + 1).

    Examples
    --------
    >>> moment_matrix(2, [3], [[5]]).tolist()
    [[2.0, 3.0], [3.0, 5.0]]
    """
    edge = np.asarray(sums, dtype=np.float64)
    inside = np.asarray(products, dtype=np.float64)
    if inside.shape != (edge.size, edge.size):
        raise InvalidArgument(
            Text(
                en="products of shape {shape} do not fit {n} sums: give an n by n table.",
                fr="des produits de forme {shape} ne conviennent pas à {n} sommes : donnez un "
                "tableau n × n.",
            ).format(shape=inside.shape, n=edge.size)
        )
    return np.block([[np.full((1, 1), float(weight)), edge[None, :]], [edge[:, None], inside]])


def bucketed_moments(
    rows: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    buckets: ArrayLike | None = None,
    n_buckets: int | None = None,
) -> Floats:
    """Return one moment matrix per bucket of rows.

    Parameters
    ----------
    rows
        Shape (n, p), without missing values.
    weights
        Shape (n,), none negative; all 1 by default.
    buckets
        Shape (n,), whole numbers from 0; one bucket by default.
    n_buckets
        Empty buckets included; the largest bucket plus one by default.

    Returns
    -------
    Shape (G, p + 1, p + 1).

    Raises
    ------
    InvalidWeights
        When a weight is negative or not a number.

    Examples
    --------
    >>> bucketed_moments([[1.0], [2.0], [4.0]], buckets=[0, 1, 1])[1].tolist()
    [[2.0, 6.0], [6.0, 20.0]]
    """
    table = np.asarray(rows, dtype=np.float64)
    mass = np.ones(len(table)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not (mass >= 0).all():
        raise InvalidWeights(
            Text(
                en="the weight {value} is negative or not a number: correct it or leave the row "
                "out.",
                fr="le poids {value} est négatif ou n'est pas un nombre : corrigez-le ou retirez "
                "la ligne.",
            ).format(value=float(mass[~(mass >= 0)][0]))
        )
    places = np.zeros(len(table), dtype=np.int64) if buckets is None else np.asarray(buckets)
    size = n_buckets or (int(places.max()) + 1 if places.size else 1)
    with_ones = np.column_stack([np.ones(len(table)), table])
    width = with_ones.shape[1]
    moments = np.empty((size, width, width))
    for i in range(width):
        for j in range(i, width):
            products = mass * with_ones[:, i] * with_ones[:, j]
            moments[:, i, j] = np.bincount(places, weights=products, minlength=size)
            moments[:, j, i] = moments[:, i, j]
    return moments


def covariance_matrix(moments: Floats) -> Floats:
    """Return the covariances (divided by the total weight) of one or many moment matrices.

    Parameters
    ----------
    moments
        Shape (..., p + 1, p + 1).

    Returns
    -------
    Shape (..., p, p); NaN where the weight is 0. The variance of a constant is exactly 0.
    """
    weight = moments[..., 0, 0]
    total = np.where(weight > 0, weight, np.nan)[..., None, None]
    means = moments[..., 1:, :1] / total
    squares = moments[..., 1:, 1:] / total
    covariances: Floats = squares - means * np.swapaxes(means, -1, -2)
    variances = np.diagonal(covariances, axis1=-2, axis2=-1)
    mean_squares = np.diagonal(squares, axis1=-2, axis2=-1)
    constant = variances <= CONSTANT_SHARE * mean_squares
    covariances[constant[..., :, None] | constant[..., None, :]] = 0.0
    return covariances


def correlation_matrix(moments: Floats) -> Floats:
    """Return the correlations of one or many moment matrices.

    Parameters
    ----------
    moments
        Shape (..., p + 1, p + 1).

    Returns
    -------
    Shape (..., p, p), 1 on the diagonal; the row and column of a constant are NaN.

    Examples
    --------
    >>> rows = [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]
    >>> correlation_matrix(bucketed_moments(rows))[0].round(12).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    covariances = covariance_matrix(moments)
    variances = np.diagonal(covariances, axis1=-2, axis2=-1)
    scales = np.sqrt(np.where(variances > 0, variances, np.nan))
    correlations: Floats = covariances / (scales[..., :, None] * scales[..., None, :])
    return np.clip(correlations, -1.0, 1.0)


def without_each_bucket(moments: Floats) -> Floats:
    """Return, for each bucket, the moments of all the others: the replicates of a jackknife."""
    others: Floats = moments.sum(axis=0) - moments
    return others


def bucket_draws(groups: int, *, replicates: int, seed: int) -> Floats:
    """Return how often each bucket is drawn in each bootstrap sample, shape (replicates, groups).

    Examples
    --------
    >>> bucket_draws(4, replicates=3, seed=0).sum(axis=1).tolist()
    [4.0, 4.0, 4.0]
    """
    even = np.full(groups, 1 / groups)
    draws = np.random.default_rng(seed).multinomial(groups, even, size=replicates)
    return draws.astype(np.float64)


def resampled_moments(moments: Floats, *, replicates: int, seed: int) -> Floats:
    """Return the moments of bootstrap samples drawn bucket by bucket, with replacement.

    Parameters
    ----------
    moments
        Shape (G, p + 1, p + 1), one matrix per bucket.
    replicates
        Number of samples, at least 1.
    seed
        The same seed gives the same samples.

    Returns
    -------
    Shape (replicates, p + 1, p + 1).
    """
    groups = len(moments)
    draws = bucket_draws(groups, replicates=replicates, seed=seed)
    totals = draws @ moments.reshape(groups, -1)
    resampled: Floats = totals.reshape(replicates, *moments.shape[1:])
    return resampled


@dataclass(frozen=True, slots=True)
class Jackknife:
    """An estimate and its delete-a-group standard error, None when it is undefined."""

    estimate: float
    standard_error: float | None
    n_groups: int
    reason: Text | None = None


def delete_a_group_jackknife(estimate: float, replicates: ArrayLike) -> Jackknife:
    """Return the standard error of an estimate from its values without each group in turn.

    Parameters
    ----------
    estimate
        The figure on all the rows.
    replicates
        Shape (G,): the figure with group g left out, at least 2 of them.

    References
    ----------
    Kott, Journal of Official Statistics 17 (2001) 521.

    Examples
    --------
    >>> delete_a_group_jackknife(2.0, [1.0, 3.0]).standard_error
    1.0
    """
    left_out = np.asarray(replicates, dtype=np.float64)
    groups = left_out.size
    if groups < 2:
        return Jackknife(estimate, None, groups, TOO_FEW_GROUPS.format(n=groups))
    if not np.isfinite(left_out).all():
        return Jackknife(estimate, None, groups, UNDEFINED_REPLICATE)
    variance = (groups - 1) / groups * float(((left_out - estimate) ** 2).sum())
    return Jackknife(estimate, sqrt(variance), groups)
