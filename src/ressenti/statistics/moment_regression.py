"""Linear regression from bucketed moments: coefficients and honest errors without a row.

Rows of one bucket may depend on each other, as those of a customer or of a shop do: errors are by
bucket, and so allow for clusters, weights and unequal spread at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ressenti.statistics.moments import covariance_matrix
from ressenti.statistics.regression import (
    COLLINEAR_SHARE,
    TOO_FEW_ROWS,
    Errors,
    LeastSquares,
)

Floats = NDArray[np.float64]

# What a pseudo-inverse takes for nothing, as a share of the greatest root.
SMALLEST_ROOT = 1e-10


def least_squares_of_moments(buckets: Floats, n: int) -> LeastSquares:
    """Return the linear regression of the first column on the others, with an intercept.

    Parameters
    ----------
    buckets
        Shape (G, k + 2, k + 2): one moment matrix a bucket, the outcome first; see
        ``ressenti.statistics.moments``.
    n
        Rows behind them.

    Returns
    -------
    The intercept's coefficient first, errors ``classical`` and ``cluster``; NaN for a column that
    earlier ones explain.

    References
    ----------
    Liang and Zeger, Biometrika 73 (1986) 13.

    Examples
    --------
    >>> from ressenti.statistics.moments import bucketed_moments
    >>> rows = [[1.0, 1.0], [2.0, 2.0], [4.0, 3.0], [5.0, 4.0]]
    >>> fit = least_squares_of_moments(bucketed_moments(rows, buckets=[0, 1, 2, 3]), 4)
    >>> fit.coefficients.round(6).tolist(), round(fit.r2, 4)
    ([-0.5, 1.4], 0.98)
    """
    total = buckets.sum(axis=0)
    size = total.shape[0] - 1
    weight = float(total[0, 0])
    covariances = covariance_matrix(total)
    kept = _independent(covariances[1:, 1:])
    coefficients = np.full(size, np.nan)
    freedom = n - kept.size - 1
    if weight <= 0 or freedom < 1:
        nothing = np.full((size, size), np.nan)
        unknown: dict[Errors, Floats] = {"classical": nothing, "cluster": nothing}
        reason = TOO_FEW_ROWS.format(n=n, k=size)
        return LeastSquares(coefficients, unknown, None, None, n, 0, reason=reason)
    means = total[0, 1:] / weight
    inside = covariances[1:, 1:][np.ix_(kept, kept)]
    slopes: Floats = np.zeros(0)
    if kept.size:
        slopes = np.linalg.solve(inside, covariances[1:, 0][kept]).astype(np.float64)
    left = max(float(covariances[0, 0] - covariances[0, 1:][kept] @ slopes), 0.0)
    # Centred on the means, the intercept and the slopes are computed apart; then moved back.
    moved = np.eye(kept.size + 1)
    moved[0, 1:] = -means[1:][kept]
    places = np.array([0, *(kept + 1)])
    coefficients[places] = moved @ np.concatenate([means[:1], slopes])
    bread = np.zeros((kept.size + 1, kept.size + 1))
    bread[0, 0] = 1 / weight
    bread[1:, 1:] = np.linalg.inv(inside) / weight if kept.size else 0.0
    scores = _bucket_scores(buckets, means, kept, slopes)
    groups = len(buckets)
    by_bucket = np.full_like(bread, np.nan)
    if groups > 1:
        factor = groups / (groups - 1) * (n - 1) / freedom
        by_bucket = factor * bread @ scores.T @ scores @ bread
    residual = left * n / freedom
    found: dict[Errors, Floats] = {
        "classical": _placed(moved @ (bread * residual * weight / n) @ moved.T, places, size),
        "cluster": _placed(moved @ by_bucket @ moved.T, places, size),
    }
    variance = float(covariances[0, 0])
    return LeastSquares(
        coefficients=coefficients,
        covariances=found,
        r2=1 - left / variance if variance > 0 else None,
        residual_variance=residual,
        n=n,
        freedom=freedom,
        n_clusters=groups,
    )


def slopes_of_moments(moments: Floats) -> Floats:
    """Return the slopes of one or many regressions of the first column on the others.

    Parameters
    ----------
    moments
        Shape (..., k + 2, k + 2), the outcome first.

    Returns
    -------
    Shape (..., k): the shortest solution where columns explain each other; NaN without weight.

    Examples
    --------
    >>> from ressenti.statistics.moments import bucketed_moments
    >>> slopes_of_moments(bucketed_moments([[1.0, 0.0], [3.0, 1.0]])).round(6).tolist()
    [[2.0]]
    """
    covariances = covariance_matrix(moments)
    undefined = ~np.isfinite(covariances).all(axis=(-1, -2))
    covariances[undefined] = 0.0
    inside = covariances[..., 1:, 1:]
    # In standard deviations, so that one threshold fits columns of any size.
    spreads = np.sqrt(np.diagonal(inside, axis1=-2, axis2=-1))
    scales = np.divide(1.0, spreads, out=np.zeros_like(spreads), where=spreads > 0)
    standard = inside * scales[..., :, None] * scales[..., None, :]
    inverse = np.linalg.pinv(standard, rcond=SMALLEST_ROOT, hermitian=True)
    slopes: Floats = (inverse @ (covariances[..., 1:, :1] * scales[..., None]))[..., 0] * scales
    slopes[undefined] = np.nan
    return slopes


def _bucket_scores(
    buckets: Floats, means: Floats, kept: NDArray[np.intp], slopes: Floats
) -> Floats:
    """Return the sum of residuals times design of each bucket, shape (G, 1 + kept)."""
    size = means.size
    centring = np.eye(size + 1)
    centring[1:, 0] = -means
    centred = centring @ buckets @ centring.T
    design = np.array([0, *(kept + 2)])
    fitted = centred[:, design[:, None], design[None, 1:]] @ slopes
    scores: Floats = centred[:, design, 1] - fitted
    return scores


def _independent(covariances: Floats) -> NDArray[np.intp]:
    """Return the places of the columns that vary and that earlier ones do not explain exactly."""
    kept: list[int] = []
    for place in range(len(covariances)):
        own = covariances[place, place]
        if not own > 0:
            continue
        shared = covariances[place, kept]
        among = covariances[np.ix_(kept, kept)]
        explained = shared @ np.linalg.solve(among, shared) if kept else 0.0
        if own - explained > COLLINEAR_SHARE * own:
            kept.append(place)
    return np.array(kept, dtype=np.intp)


def _placed(covariance: Floats, places: NDArray[np.intp], size: int) -> Floats:
    whole = np.full((size, size), np.nan)
    whole[np.ix_(places, places)] = covariance
    return whole
