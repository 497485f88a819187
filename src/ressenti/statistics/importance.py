"""How much each driver accounts for an outcome, from correlations alone.

The share of a driver is its Shapley value in the game whose prize is R²: what it adds to the
drivers already there, averaged over all the orders in which drivers can come (LMG). Every subset
of drivers is regressed once, all subsets and all bootstrap replicates together, so that twelve
drivers with a thousand replicates take seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.regression import standardised_fit

Floats = NDArray[np.float64]
Method = Literal["lmg", "johnson"]

# 2^15 regressions are the last that feel instantaneous.
MOST_DRIVERS = 15
# A driver that keeps less than this of its variance is an exact combination of the others.
SMALLEST_TOLERANCE = 1e-9
# Subsets times replicates computed together: bounds the memory to some tens of megabytes.
BATCH_CELLS = 1 << 20
# Beyond these the drivers cannot be told apart: group them.
HIGHEST_INFLATION = 5.0
HIGHEST_FIRST_TO_LAST = 10.0

CONSTANT_OUTCOME = Text(
    en="the outcome does not vary: there is nothing to explain.",
    fr="le résultat ne varie pas : il n'y a rien à expliquer.",
)


@dataclass(frozen=True, slots=True)
class Driver:
    """What one driver accounts for.

    Attributes
    ----------
    importance
        Its part of R²: the parts of all drivers add up to it.
    share
        Its part of R² as a share of R², 0..1; None when R² is 0.
    first_in, last_in
        R² of the driver alone, and what it adds to all the others.
    beta, inflation_factor
        Standardised coefficient and VIF; None for a constant or redundant driver.
    is_constant
        Whether it never varies: its importance is then 0.
    is_separable
        Whether it can be told apart from the other drivers.
    """

    importance: float
    share: float | None
    first_in: float
    last_in: float
    beta: float | None
    inflation_factor: float | None
    is_constant: bool
    is_separable: bool


@dataclass(frozen=True, slots=True)
class Importance:
    """The drivers of an outcome, in the order given; none with a reason when undefined.

    Attributes
    ----------
    method
        ``lmg``, or ``johnson`` when there are too many drivers for it.
    """

    r2: float | None
    drivers: tuple[Driver, ...]
    method: Method
    reason: Text | None = None


def driver_importance(correlations: ArrayLike) -> Importance:
    """Return the importance of each driver and how far it can be trusted.

    Up to 15 drivers the importance is LMG, exact; above, Johnson's relative weights.

    Parameters
    ----------
    correlations
        Shape (k + 1, k + 1), the outcome first; NaN for a constant column.

    Raises
    ------
    InvalidArgument
        When the table is not one of correlations.

    References
    ----------
    Lindeman, Merenda and Gold, Introduction to Bivariate and Multivariate Analysis (1980);
    Grömping, The American Statistician 61 (2007) 139.

    Examples
    --------
    >>> found = driver_importance([[1, 0.5, 0.3], [0.5, 1, 0], [0.3, 0, 1]])
    >>> [round(driver.importance, 6) for driver in found.drivers], round(found.r2, 6)
    ([0.25, 0.09], 0.34)
    """
    table = _correlations(correlations)
    k = len(table) - 1
    method: Method = "lmg" if k <= MOST_DRIVERS else "johnson"
    if np.isnan(table[0, 0]):
        return Importance(None, (), method, CONSTANT_OUTCOME)
    parts = lmg(table) if method == "lmg" else johnson_relative_weights(table)
    r2 = float(parts.sum())
    constant = np.isnan(np.diagonal(table)[1:])
    fit = standardised_fit(table)
    first = np.nan_to_num(table[0, 1:]) ** 2
    last = _last_in(table)
    drivers = tuple(
        Driver(
            importance=float(parts[j]),
            share=float(parts[j]) / r2 if r2 > 0 else None,
            first_in=float(first[j]),
            last_in=float(last[j]),
            beta=fit.betas[j],
            inflation_factor=fit.inflation_factors[j],
            is_constant=bool(constant[j]),
            is_separable=_separable(fit.inflation_factors[j], float(first[j]), float(last[j])),
        )
        for j in range(k)
    )
    return Importance(r2, drivers, method)


def lmg(correlations: ArrayLike) -> Floats:
    """Return the Shapley parts of R², exact.

    Parameters
    ----------
    correlations
        Shape (..., k + 1, k + 1), the outcome first, at most 15 drivers; NaN for a constant
        column.

    Returns
    -------
    Shape (..., k): parts that add up to R². A constant driver has 0, two equal ones share; all
    are NaN when the outcome is constant.

    Examples
    --------
    Two equal drivers share what one alone would explain:

    >>> lmg([[1, 0.6, 0.6], [0.6, 1, 1], [0.6, 1, 1]]).round(6).tolist()
    [0.18, 0.18]
    """
    tables = np.asarray(correlations, dtype=np.float64)
    k = tables.shape[-1] - 1
    if k > MOST_DRIVERS:
        raise InvalidArgument(
            Text(
                en="{k} drivers: exact shares stop at {most}; group them or use relative weights.",
                fr="{k} leviers : les parts exactes s'arrêtent à {most} ; regroupez-les ou prenez "
                "les poids relatifs.",
            ).format(k=k, most=MOST_DRIVERS)
        )
    flat = tables.reshape(-1, k + 1, k + 1)
    undefined = np.isnan(flat[:, 0, 0])
    filled = _without_constants(flat)
    parts = np.empty((len(flat), k))
    batch = max(1, BATCH_CELLS >> k)
    for start in range(0, len(flat), batch):
        chosen = slice(start, start + batch)
        parts[chosen] = _shapley(_r2_of_subsets(filled[chosen]), k)
    parts[undefined] = np.nan
    return parts.reshape(*tables.shape[:-2], k)


def johnson_relative_weights(correlations: ArrayLike) -> Floats:
    """Return Johnson's relative weights: a quick stand-in for LMG with many drivers.

    Their derivation is contested (Thomas, Zumbo, Kwan and Schweitzer, 2014); on real data they
    stay within some points of LMG.

    Parameters
    ----------
    correlations
        As for ``lmg``, with any number of drivers.

    Returns
    -------
    Shape (..., k): weights that add up to R².

    References
    ----------
    Johnson, Multivariate Behavioral Research 35 (2000) 1.
    """
    tables = np.asarray(correlations, dtype=np.float64)
    undefined = np.isnan(tables[..., 0, 0])
    filled = _without_constants(tables)
    roots, vectors = np.linalg.eigh(filled[..., 1:, 1:])
    usable = roots > SMALLEST_TOLERANCE
    scales = np.sqrt(np.where(usable, roots, 0.0))
    inverses = np.where(usable, 1 / np.where(usable, scales, 1.0), 0.0)
    transposed = np.swapaxes(vectors, -1, -2)
    half = (vectors * scales[..., None, :]) @ transposed
    loadings = (vectors * inverses[..., None, :]) @ transposed @ filled[..., 1:, :1]
    weights: Floats = ((half**2) @ loadings**2)[..., 0]
    weights[undefined] = np.nan
    return weights


def _correlations(correlations: ArrayLike) -> Floats:
    table = np.asarray(correlations, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or len(table) < 2:
        raise InvalidArgument(
            Text(
                en="correlations of shape {shape}: give a square table, the outcome first and at "
                "least one driver.",
                fr="des corrélations de forme {shape} : donnez un tableau carré, le résultat "
                "d'abord et un levier au moins.",
            ).format(shape=table.shape)
        )
    filled = _without_constants(table)
    is_symmetric = np.allclose(filled, filled.T, atol=1e-8)
    if not is_symmetric or not np.allclose(np.diagonal(filled), 1, atol=1e-8):
        raise InvalidArgument(
            Text(
                en="the table is not one of correlations: it must be symmetric with 1 on its "
                "diagonal.",
                fr="le tableau n'est pas une matrice de corrélations : il doit être symétrique, "
                "avec des 1 sur la diagonale.",
            )
        )
    if np.linalg.eigvalsh(filled)[0] < -1e-6:
        raise InvalidArgument(
            Text(
                en="no data can have these correlations together: compute them on the same rows.",
                fr="aucune donnée ne peut avoir ces corrélations à la fois : calculez-les sur les "
                "mêmes lignes.",
            )
        )
    return table


def _without_constants(tables: Floats) -> Floats:
    """Return the tables with constant columns made uncorrelated with all others."""
    filled = np.nan_to_num(tables, nan=0.0)
    places = np.arange(tables.shape[-1])
    constant = np.isnan(tables[..., places, places])
    filled[..., places, places] = np.where(constant, 1.0, filled[..., places, places])
    return filled


def _r2_of_subsets(tables: Floats) -> Floats:
    """Return R² for every subset of drivers, shape (2^k, replicates).

    Bit j of the row tells whether driver j is in the subset. Drivers are taken one by one; each
    known subset splits into one without it and one from which it is swept out.
    """
    order = np.r_[1 : tables.shape[-1], 0]
    state = np.moveaxis(tables[:, order][:, :, order], 0, -1)[None]
    for _ in range(tables.shape[-1] - 1):
        pivots, edges, rest = state[:, 0, 0], state[:, 0, 1:], state[:, 1:, 1:]
        usable = pivots > SMALLEST_TOLERANCE
        inverses = np.divide(1.0, pivots, out=np.zeros_like(pivots), where=usable)
        swept = rest - (edges * inverses[:, None])[:, :, None] * edges[:, None]
        state = np.concatenate([rest, swept])
    explained: Floats = np.clip(1 - state[:, 0, 0], 0.0, 1.0)
    return explained


def _shapley(r2: Floats, k: int) -> Floats:
    """Return the Shapley values of subsets' R², shape (replicates, k)."""
    others = 1 << (k - 1)
    sizes = np.array([subset.bit_count() for subset in range(others)])
    weights = 1 / (k * np.array([comb(k - 1, size) for size in range(k)]))[sizes]
    parts = np.empty((r2.shape[1], k))
    for j in range(k):
        pairs = r2.reshape(1 << (k - 1 - j), 2, 1 << j, -1)
        gains = (pairs[:, 1] - pairs[:, 0]).reshape(others, -1)
        parts[:, j] = weights @ gains
    return parts


def _last_in(table: Floats) -> Floats:
    """Return what each driver adds to the R² of all the others."""
    filled = _without_constants(table)

    def explained(drivers: NDArray[np.intp]) -> float:
        among = filled[np.ix_(drivers, drivers)]
        with_outcome = filled[drivers, 0]
        inverse = np.linalg.pinv(among, rcond=SMALLEST_TOLERANCE, hermitian=True)
        return float(with_outcome @ inverse @ with_outcome)

    everyone = np.arange(1, len(table))
    whole = explained(everyone)
    added = [max(whole - explained(np.delete(everyone, j)), 0.0) for j in range(everyone.size)]
    return np.array(added)


def _separable(inflation_factor: float | None, first: float, last: float) -> bool:
    if inflation_factor is None:
        return False
    return inflation_factor <= HIGHEST_INFLATION and first <= HIGHEST_FIRST_TO_LAST * last
