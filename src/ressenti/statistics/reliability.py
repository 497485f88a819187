"""Whether the items of a scale measure one thing: Cronbach's alpha and McDonald's omega.

Both need only the covariances of the items, hence only mergeable cross-products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, normal_quantile

Floats = NDArray[np.float64]

# Under this share of an item's variance, what is its own is taken for nothing.
SMALLEST_UNIQUENESS = 1e-8
SINGULAR = 1e-10

TOO_FEW_ITEMS = Text(
    en="{n} items: {needed} at least are needed.",
    fr="{n} items : il en faut au moins {needed}.",
)
NO_TOTAL_VARIANCE = Text(
    en="the total of the items does not vary: reliability is undefined.",
    fr="le total des items ne varie pas : la fidélité n'est pas définie.",
)
CONSTANT_ITEM = Text(
    en="an item does not vary: leave it out.",
    fr="un item ne varie pas : retirez-le.",
)
REDUNDANT_ITEMS = Text(
    en="an item is an exact combination of the others: leave it out.",
    fr="un item est une combinaison exacte des autres : retirez-le.",
)
UNKNOWN_SIZE = Text(
    en="an interval needs the number of respondents, at least 2.",
    fr="un intervalle demande le nombre de répondants, au moins 2.",
)
PERFECT_AGREEMENT = Text(
    en="the items agree perfectly: the interval would have no width.",
    fr="les items concordent parfaitement : l'intervalle serait sans largeur.",
)
CHECK_REVERSED_ITEMS = Text(
    en="alpha is negative: check for reversed items.",
    fr="alpha est négatif : vérifiez si des items sont inversés.",
)
NO_UNIQUE_VARIANCE = Text(
    en="one item is explained wholly by the factor (Heywood case): read omega with care.",
    fr="un item est entièrement expliqué par le facteur (cas de Heywood) : lisez oméga avec "
    "prudence.",
)


@dataclass(frozen=True, slots=True)
class CronbachAlpha:
    """Cronbach's alpha of a scale.

    Attributes
    ----------
    alpha
        With Feldt's interval; at most 1, negative when items oppose each other.
    standardised
        From the correlations; None when an item is constant.
    if_dropped
        Alpha without each item in turn; None with fewer than 3 items.
    flags
        What to check before trusting it.
    """

    alpha: Interval
    standardised: float | None
    if_dropped: tuple[float | None, ...]
    flags: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class McDonaldOmega:
    """McDonald's omega total of a one-factor model; None with a reason when undefined.

    Attributes
    ----------
    loadings, residual_variances
        In the units of the items; empty when undefined.
    """

    omega: float | None
    loadings: tuple[float, ...] = ()
    residual_variances: tuple[float, ...] = ()
    reason: Text | None = None
    flags: tuple[Text, ...] = ()


def item_covariances(rows: ArrayLike) -> tuple[Floats, int]:
    """Return the covariances (divided by n - 1) of the complete rows, and how many there are.

    Parameters
    ----------
    rows
        Shape (n, k), NaN for a missing answer: its whole row is left out.

    Examples
    --------
    >>> covariances, n = item_covariances([[1, 2], [3, 6], [5, float("nan")]])
    >>> covariances.tolist(), n
    ([[2.0, 4.0], [4.0, 8.0]], 2)
    """
    table = np.asarray(rows, dtype=np.float64)
    complete = table[np.isfinite(table).all(axis=1)]
    n, k = complete.shape
    if n < 2:
        return np.full((k, k), np.nan), n
    deviations = complete - complete.mean(axis=0)
    covariances: Floats = deviations.T @ deviations / (n - 1)
    return covariances, n


def cronbach_alpha(
    covariances: ArrayLike, n: int | None = None, *, confidence: float = 0.95
) -> CronbachAlpha:
    """Return Cronbach's alpha from the covariances of the items.

    Alpha is the reliability only when all items load alike (McNeish, 2018); otherwise it is a
    lower bound, and ``mcdonald_omega`` is better.

    Parameters
    ----------
    covariances
        Shape (k, k).
    n
        Number of complete respondents, for the interval.

    References
    ----------
    Cronbach, Psychometrika 16 (1951) 297; Feldt, Psychometrika 30 (1965) 357; McNeish,
    Psychological Methods 23 (2018) 412.

    Examples
    --------
    >>> round(cronbach_alpha([[2, 1], [1, 2]]).alpha.estimate, 6)
    0.666667
    """
    normal_quantile(confidence)
    table = _square(covariances)
    k = len(table)
    alpha = _alpha(table)
    if alpha is None:
        reason = TOO_FEW_ITEMS.format(n=k, needed=2) if k < 2 else NO_TOTAL_VARIANCE
        return CronbachAlpha(Interval(None, None, None, confidence, "feldt", reason), None, ())
    dropped = tuple(
        _alpha(np.delete(np.delete(table, i, axis=0), i, axis=1)) if k > 2 else None
        for i in range(k)
    )
    variances = np.diagonal(table)
    standardised = None
    if (variances > 0).all():
        standardised = _alpha(table / np.sqrt(np.outer(variances, variances)))
    flags = (CHECK_REVERSED_ITEMS,) if alpha < 0 else ()
    return CronbachAlpha(_feldt_interval(alpha, k, n, confidence), standardised, dropped, flags)


def mcdonald_omega(covariances: ArrayLike) -> McDonaldOmega:
    """Return omega total from a one-factor model fitted by maximum likelihood.

    Parameters
    ----------
    covariances
        Shape (k, k), at least 3 items. Loadings come in its scale: give covariances divided by n
        to have those of structural-equation software.

    References
    ----------
    McDonald, Test Theory (1999), chapter 6; Jöreskog, Psychometrika 32 (1967) 443.

    Examples
    --------
    >>> fit = mcdonald_omega([[2, 1, 1], [1, 2, 1], [1, 1, 2]])
    >>> round(fit.omega, 4), [round(loading, 4) for loading in fit.loadings]
    (0.75, [1.0, 1.0, 1.0])
    """
    table = _square(covariances)
    k = len(table)
    if k < 3:
        return McDonaldOmega(None, reason=TOO_FEW_ITEMS.format(n=k, needed=3))
    variances = np.diagonal(table)
    if not (variances > 0).all():
        return McDonaldOmega(None, reason=CONSTANT_ITEM)
    scales = np.sqrt(variances)
    correlations = table / np.outer(scales, scales)
    if np.linalg.eigvalsh(correlations)[0] < SINGULAR:
        return McDonaldOmega(None, reason=REDUNDANT_ITEMS)
    loadings, uniqueness = _one_factor(correlations)
    if loadings.sum() < 0:
        loadings = -loadings
    raw_loadings, residuals = loadings * scales, uniqueness * variances
    common = raw_loadings.sum() ** 2
    flags = (NO_UNIQUE_VARIANCE,) if (uniqueness <= 2 * SMALLEST_UNIQUENESS).any() else ()
    return McDonaldOmega(
        omega=float(common / (common + residuals.sum())),
        loadings=tuple(raw_loadings.tolist()),
        residual_variances=tuple(residuals.tolist()),
        flags=flags,
    )


def _square(covariances: ArrayLike) -> Floats:
    table = np.asarray(covariances, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise InvalidArgument(
            Text(
                en="covariances of shape {shape}: give a square table, one row per item.",
                fr="des covariances de forme {shape} : donnez un tableau carré, une ligne par "
                "item.",
            ).format(shape=table.shape)
        )
    return table


def _alpha(covariances: Floats) -> float | None:
    k, total, own = len(covariances), float(covariances.sum()), float(np.trace(covariances))
    # Rounding leaves a total variance that is a tiny share of the items' own.
    if k < 2 or not total > 1e-12 * own:
        return None
    return k / (k - 1) * (1 - own / total)


def _feldt_interval(alpha: float, k: int, n: int | None, confidence: float) -> Interval:
    if n is None or n < 2:
        return Interval(alpha, None, None, confidence, "feldt", UNKNOWN_SIZE)
    if 1 - alpha < 1e-12:
        return Interval(alpha, None, None, confidence, "feldt", PERFECT_AGREEMENT)
    from scipy.special import fdtri

    tail = (1 - confidence) / 2
    below, above = fdtri(n - 1, (n - 1) * (k - 1), [1 - tail, tail])
    low, high = 1 - (1 - alpha) * float(below), 1 - (1 - alpha) * float(above)
    return Interval(alpha, low, high, confidence, "feldt")


def _one_factor(correlations: Floats) -> tuple[Floats, Floats]:
    """Return the loadings and unique variances that maximise the likelihood of one factor.

    For given unique variances psi the best loadings come from the first eigenvector of
    psi^-1/2 R psi^-1/2, so that only psi is searched, on the log scale.
    """
    from scipy.optimize import minimize

    def loadings_for(uniqueness: Floats) -> Floats:
        scales = np.sqrt(uniqueness)
        roots, vectors = np.linalg.eigh(correlations / np.outer(scales, scales))
        best: Floats = scales * vectors[:, -1] * np.sqrt(max(roots[-1] - 1, 0.0))
        return best

    def discrepancy(log_uniqueness: Floats) -> tuple[float, Floats]:
        uniqueness = np.exp(log_uniqueness)
        scales = np.sqrt(uniqueness)
        others = np.linalg.eigvalsh(correlations / np.outer(scales, scales))[:-1]
        others = np.maximum(others, np.finfo(float).tiny)
        loadings = loadings_for(uniqueness)
        residual = loadings**2 + uniqueness - 1
        return float((others - np.log(others) - 1).sum()), residual / uniqueness

    inverse = np.linalg.pinv(correlations, hermitian=True)
    start = np.clip(0.75 / np.maximum(np.diagonal(inverse), 0.75), SMALLEST_UNIQUENESS, 1.0)
    limits = [(np.log(SMALLEST_UNIQUENESS), 0.0)] * len(correlations)
    found = minimize(
        discrepancy,
        np.log(start),
        jac=True,
        method="L-BFGS-B",
        bounds=limits,
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-10},
    )
    uniqueness: Floats = np.exp(found.x)
    return loadings_for(uniqueness), uniqueness
