"""Correlations where not everybody was asked everything: each pair on the rows that have both.

Columns are *masked*: whether a value is there, the value or 0, its square or 0. Their
cross-products hold every sum that a pair needs, and add up like any other moments.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.statistics.moments import CONSTANT_SHARE

Floats = NDArray[np.float64]

# Under this the least root is what rounding leaves of 0.
LEAST_ROOT = -1e-8


def masked_columns(rows: ArrayLike) -> Floats:
    """Return masks, values and squares, side by side, of rows with missing values.

    Parameters
    ----------
    rows
        Shape (n, p); NaN where nothing was answered.

    Returns
    -------
    Shape (n, 3 p).

    Examples
    --------
    >>> masked_columns([[3.0, float("nan")]]).tolist()
    [[1.0, 0.0, 3.0, 0.0, 9.0, 0.0]]
    """
    table = np.asarray(rows, dtype=np.float64)
    is_there = np.isfinite(table)
    values = np.where(is_there, table, 0.0)
    return np.concatenate([is_there.astype(np.float64), values, values**2], axis=1)


def masked_pairs(p: int) -> list[tuple[int, int]]:
    """Return the products of masked columns that pairwise correlations need.

    Examples
    --------
    >>> masked_pairs(1)
    [(0, 0), (0, 1), (0, 2), (1, 1)]
    """
    pairs = [(i, j) for i in range(p) for j in range(i, p)]
    pairs += [(i, p + j) for i in range(p) for j in range(p)]
    pairs += [(i, 2 * p + j) for i in range(p) for j in range(p)]
    return pairs + [(p + i, p + j) for i in range(p) for j in range(i, p)]


def pairwise_correlations(moments: Floats) -> Floats:
    """Return the correlation of each pair of columns on the rows that have both.

    Such correlations may contradict each other: see ``contradiction``.

    Parameters
    ----------
    moments
        Shape (..., 3 p + 1, 3 p + 1), of masked columns.

    Returns
    -------
    Shape (..., p, p), 1 on the diagonal; NaN for a constant column, and 0 for a pair that no row
    has or that does not vary together.

    Examples
    --------
    >>> from ressenti.statistics.moments import bucketed_moments
    >>> rows = [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [9.0, float("nan")]]
    >>> pairwise_correlations(bucketed_moments(masked_columns(rows)))[0].round(12).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    p = (moments.shape[-1] - 1) // 3
    inner = moments[..., 1:, 1:]
    masks, values, squares = (slice(start, start + p) for start in (0, p, 2 * p))
    n = inner[..., masks, masks]
    per_row = np.divide(1.0, n, out=np.zeros_like(n), where=n > 0)
    means = inner[..., values, masks] * per_row
    mean_squares = inner[..., squares, masks] * per_row
    others = np.swapaxes(means, -1, -2)
    covariances = inner[..., values, values] * per_row - means * others
    variances = mean_squares - means**2
    varies = variances > CONSTANT_SHARE * mean_squares
    both = varies & np.swapaxes(varies, -1, -2)
    scales = np.sqrt(np.where(both, variances * np.swapaxes(variances, -1, -2), 1.0))
    correlations: Floats = np.clip(np.where(both, covariances / scales, 0.0), -1.0, 1.0)
    constant = ~np.diagonal(varies, axis1=-2, axis2=-1)
    correlations[constant[..., :, None] | constant[..., None, :]] = np.nan
    return correlations


def are_consistent(correlations: Floats) -> NDArray[np.bool_]:
    """Return whether some data could have the correlations together, shape (...,)."""
    filled = np.nan_to_num(correlations, nan=0.0)
    consistent: NDArray[np.bool_] = np.linalg.eigvalsh(filled)[..., 0] >= LEAST_ROOT
    return consistent


def contradiction(correlations: Floats, names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns that contradict each other most; none when none do.

    Parameters
    ----------
    correlations
        Shape (p, p).

    Examples
    --------
    >>> table = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    >>> contradiction(table, ["a", "b", "c"])
    ('a', 'b', 'c')
    """
    roots, vectors = np.linalg.eigh(np.nan_to_num(correlations, nan=0.0))
    if roots[0] >= LEAST_ROOT:
        return ()
    loads = np.abs(vectors[:, 0])
    return tuple(name for name, load in zip(names, loads, strict=True) if load > loads.max() / 2)
