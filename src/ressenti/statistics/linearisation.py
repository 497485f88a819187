"""Taylor linearisation: the variance of a weighted figure under strata, clusters and domains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument, InvalidWeights, UndefinedResult
from ressenti.language import Text

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class DesignVariance:
    """The variance of estimated figures and the degrees of freedom of the sample's design.

    Attributes
    ----------
    variance
        Shape (m,), in squared units of the figures.
    degrees_of_freedom
        Number of clusters minus number of strata.
    """

    variance: Floats
    degrees_of_freedom: int


def require_weights(weights: ArrayLike) -> Floats:
    """Return the weights as floats.

    Raises
    ------
    InvalidWeights
        When one is negative or not a finite number.
    """
    array = np.asarray(weights, dtype=np.float64)
    wrong = ~np.isfinite(array) | (array < 0)
    if wrong.any():
        raise InvalidWeights(
            Text(
                en="the weight {value} is negative or not a number: {count} such weights; correct "
                "them or leave these rows out.",
                fr="le poids {value} est négatif ou n'est pas un nombre ({count} poids dans ce "
                "cas) : corrigez-les ou écartez ces lignes.",
            ).format(value=float(array[wrong].flat[0]), count=int(wrong.sum()))
        )
    return array


def mean_scores(values: ArrayLike, weights: ArrayLike) -> Floats:
    """Return the linearised values of a weighted mean: ``w (y - mean) / sum of w``, shape (n,)."""
    return ratio_scores(values, np.ones(np.shape(values)), weights)


def ratio_scores(numerators: ArrayLike, denominators: ArrayLike, weights: ArrayLike) -> Floats:
    """Return the linearised values of a ratio of weighted sums, shape (n,).

    Raises
    ------
    UndefinedResult
        When the weighted sum of the denominators is 0.

    Examples
    --------
    >>> ratio_scores([1, 3], [1, 1], [1, 1])
    array([-0.5,  0.5])
    """
    tops = np.asarray(numerators, dtype=np.float64)
    bottoms = np.asarray(denominators, dtype=np.float64)
    scale = np.asarray(weights, dtype=np.float64)
    total = float(scale @ bottoms)
    if total == 0:
        raise UndefinedResult(
            Text(
                en="the denominator adds up to 0: the ratio is undefined.",
                fr="la somme du dénominateur vaut 0 : le rapport n'est pas défini.",
            )
        )
    ratio = float(scale @ tops) / total
    scores: Floats = scale * (tops - ratio * bottoms) / total
    return scores


def contrast_scores(weights: ArrayLike, coefficients: ArrayLike) -> Floats:
    """Return the linearised values of many contrasts, unit by unit.

    Parameters
    ----------
    weights
        Shape (units, m, K): sum of weights of each unit, figure and category. A unit without
        answers to a figure stays in, with zeros: a segment is a domain of the whole sample.
    coefficients
        Shape (K,).

    Returns
    -------
    scores
        Shape (units, m); NaN for a figure without weight.
    """
    sums = np.asarray(weights, dtype=np.float64)
    values = np.asarray(coefficients, dtype=np.float64)
    totals = sums.sum(axis=(0, 2))
    known = np.where(totals > 0, totals, np.nan)
    estimates = (sums.sum(axis=0) @ values) / known
    scores: Floats = (sums @ values - estimates * sums.sum(axis=2)) / known
    return scores


def design_variance(
    scores: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    sampling_fractions: ArrayLike | None = None,
) -> DesignVariance:
    """Return the variance of the sum of linearised values over the sample.

    Within each stratum the values are added by cluster; the variance between clusters is scaled by
    ``n / (n - 1)`` and, when a sampling fraction f is given, by ``1 - f``.

    Parameters
    ----------
    scores
        Shape (n,) or (n, m) for m figures of one sample; 0 outside the domain of a figure.
    strata, clusters
        Shape (n,), any labels. Without strata there is one; without clusters each row is its own.
    sampling_fractions
        Shape (n,): sampled share of the clusters of the row's stratum, 0..1.

    Raises
    ------
    UndefinedResult
        When a stratum has only one cluster.

    References
    ----------
    Binder, International Statistical Review 51 (1983) 279; Woodruff, JASA 66 (1971) 411.

    Examples
    --------
    >>> found = design_variance(mean_scores([1, 2, 3], [1, 1, 1]))
    >>> round(float(found.variance[0]), 4), found.degrees_of_freedom
    (0.3333, 2)
    """
    rows = np.asarray(scores, dtype=np.float64)
    rows = rows[:, None] if rows.ndim == 1 else rows
    stratum_names, stratum_of_row = _labels(strata, np.zeros(len(rows), dtype=np.intp))
    cluster_of_row = _labels(clusters, np.arange(len(rows)))[1]
    stratum_of_cluster, unit_of_row = _nested_clusters(stratum_of_row, cluster_of_row)
    sizes = np.bincount(stratum_of_cluster, minlength=len(stratum_names))
    _require_several_clusters(sizes, stratum_names)
    totals = _sums_by(unit_of_row, rows)
    means = _sums_by(stratum_of_cluster, totals) / sizes[:, None]
    squares = _sums_by(stratum_of_cluster, (totals - means[stratum_of_cluster]) ** 2)
    factors = sizes / (sizes - 1) * (1 - _stratum_fractions(sampling_fractions, stratum_of_row))
    return DesignVariance(factors @ squares, len(stratum_of_cluster) - len(sizes))


def _labels(labels: ArrayLike | None, otherwise: Codes) -> tuple[NDArray[np.generic], Codes]:
    names, codes = np.unique(
        otherwise if labels is None else np.asarray(labels), return_inverse=True
    )
    return names, codes


def _nested_clusters(stratum_of_row: Codes, cluster_of_row: Codes) -> tuple[Codes, Codes]:
    # Stores called 1 in two regions are two clusters: a cluster lies within its stratum.
    width = int(cluster_of_row.max(initial=-1)) + 1
    keys, unit_of_row = np.unique(stratum_of_row * width + cluster_of_row, return_inverse=True)
    return keys // max(width, 1), unit_of_row


def _require_several_clusters(sizes: NDArray[np.intp], names: NDArray[np.generic]) -> None:
    if not sizes.size or sizes.min() < 2:
        raise UndefinedResult(
            Text(
                en="stratum '{name}' has a single cluster: its variance is unknown. Merge it with "
                "a neighbouring stratum.",
                fr="la strate « {name} » n'a qu'une grappe : sa variance est inconnue. "
                "Regroupez-la avec une strate voisine.",
            ).format(name=names[np.argmin(sizes)] if sizes.size else "")
        )


def _sums_by(codes: Codes, rows: Floats) -> Floats:
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    sums: Floats = np.add.reduceat(rows[order], starts, axis=0)
    return sums


def _stratum_fractions(fractions: ArrayLike | None, stratum_of_row: Codes) -> Floats | float:
    if fractions is None:
        return 0.0
    shares = np.asarray(fractions, dtype=np.float64)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise InvalidArgument(
            Text(
                en="a sampling fraction of {value} is impossible: more answers than population.",
                fr="un taux de sondage de {value} est impossible : plus de réponses que de "
                "population.",
            ).format(value=float(shares.max()))
        )
    first_rows = np.unique(stratum_of_row, return_index=True)[1]
    return shares[first_rows]
