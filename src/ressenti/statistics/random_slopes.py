"""A slope that varies from unit to unit: few units borrow strength from the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.language import Text

Floats = NDArray[np.float64]

TOO_FEW_UNITS = Text(
    en="{n} units with {rows} rows: a slope that varies needs 2 units and more rows than two per "
    "unit.",
    fr="{n} unités et {rows} lignes : une pente variable demande 2 unités et plus de deux lignes "
    "par unité.",
)
CONSTANT_DRIVER = Text(
    en="the driver does not vary: it has no slope.",
    fr="le levier ne varie pas : il n'a pas de pente.",
)
NO_NOISE = Text(
    en="the outcome follows the driver exactly in every unit: there is no error to estimate.",
    fr="le résultat suit exactement le levier dans chaque unité : il n'y a pas d'erreur à estimer.",
)


@dataclass(frozen=True, slots=True)
class RandomSlope:
    """A slope that varies from unit to unit, None with a reason when undefined.

    Attributes
    ----------
    slope, standard_error
        The mean slope of the units and its error.
    slope_deviation
        Standard deviation of the slopes between units; 0 when they do not differ.
    intercept
        Mean outcome where the driver is 0.
    """

    slope: float | None
    standard_error: float | None
    slope_deviation: float | None
    intercept: float | None
    n: int
    n_units: int
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class _UnitSums:
    """Cross-products unit by unit: all that the likelihood needs of the rows."""

    squares: Floats
    products: Floats
    outcome: float
    n: int


@dataclass(frozen=True, slots=True)
class _Profile:
    """The best mean line for given relative spreads, and how unlikely the data are under it."""

    deviance: float
    line: Floats
    noise: float
    information: Floats


def random_slope(outcome: ArrayLike, driver: ArrayLike, units: ArrayLike) -> RandomSlope:
    """Return the mixed model where level and slope both vary from unit to unit, by REML.

    Parameters
    ----------
    outcome, driver
        Shape (n,); a row with a missing value is left out.
    units
        Shape (n,), of any one type.

    References
    ----------
    Laird and Ware, Biometrics 38 (1982) 963; Bates, Mächler, Bolker and Walker, Journal of
    Statistical Software 67 (2015) 1, for the profiled likelihood.

    Examples
    --------
    >>> x = [0, 1, 2, 3] * 3
    >>> y = [0, 1, 2, 4, 1, 3, 5, 8, 5, 5, 7, 7]
    >>> fit = random_slope(y, x, ["a"] * 4 + ["b"] * 4 + ["c"] * 4)
    >>> round(fit.slope, 4)
    1.4667
    """
    y, x = np.asarray(outcome, dtype=np.float64), np.asarray(driver, dtype=np.float64)
    complete = np.isfinite(y) & np.isfinite(x)
    codes = np.unique(np.asarray(units)[complete], return_inverse=True)[1]
    y, x = y[complete], x[complete]
    n, n_units = y.size, int(codes.max(initial=-1)) + 1
    if n_units < 2 or n <= 2 * n_units:
        reason = TOO_FEW_UNITS.format(n=n_units, rows=n)
        return RandomSlope(None, None, None, None, n, n_units, reason)
    if np.ptp(x) == 0:
        return RandomSlope(None, None, None, None, n, n_units, CONSTANT_DRIVER)
    # The model does not change when the driver is centred and scaled; the search gets easier.
    centre, scale, level = x.mean(), x.std(), y.mean()
    sums = _unit_sums(y - level, (x - centre) / scale, codes)
    if _noise_within(sums) <= 1e-12 * sums.outcome:
        return RandomSlope(None, None, None, None, n, n_units, NO_NOISE)
    root, found = _best_profile(sums)
    error = np.sqrt(found.noise * np.linalg.inv(found.information)[1, 1])
    deviation = np.sqrt(found.noise) * np.hypot(root[1, 0], root[1, 1])
    slope = found.line[1] / scale
    return RandomSlope(
        slope=float(slope),
        standard_error=float(error / scale),
        slope_deviation=float(deviation / scale),
        intercept=float(found.line[0] + level - slope * centre),
        n=n,
        n_units=n_units,
    )


def _unit_sums(y: Floats, x: Floats, codes: NDArray[np.intp]) -> _UnitSums:
    def total(values: Floats) -> Floats:
        sums: Floats = np.bincount(codes, weights=values).astype(np.float64)
        return sums

    sums_x, sums_xx = total(x), total(x * x)
    squares = np.stack([total(np.ones(x.size)), sums_x, sums_x, sums_xx], axis=-1)
    products = np.stack([total(y), total(x * y)], axis=-1)
    return _UnitSums(squares.reshape(-1, 2, 2), products, float(y @ y), y.size)


def _noise_within(sums: _UnitSums) -> float:
    """Return the sum of squares left when each unit has its own line."""
    inverses = np.linalg.pinv(sums.squares, hermitian=True)
    explained = np.einsum("ui,uij,uj->", sums.products, inverses, sums.products)
    return sums.outcome - float(explained)


def _best_profile(sums: _UnitSums) -> tuple[Floats, _Profile]:
    """Return the root of the relative covariance of level and slope that maximises REML."""
    from scipy.optimize import minimize

    def root_of(parameters: Floats) -> Floats:
        return np.array([[parameters[0], 0.0], [parameters[1], parameters[2]]])

    def deviance(parameters: Floats) -> float:
        return _profile(sums, root_of(parameters)).deviance

    limits = [(0.0, None), (None, None), (0.0, None)]
    # Two starts: the surface is flat near slopes that do not differ.
    fits = [
        minimize(
            deviance, start, bounds=limits, method="L-BFGS-B", options={"ftol": 1e-14, "gtol": 1e-8}
        )
        for start in ([1.0, 0.0, 1.0], [0.5, 0.0, 0.05])
    ]
    root = root_of(min(fits, key=lambda fit: float(fit.fun)).x)
    return root, _profile(sums, root)


def _profile(sums: _UnitSums, root: Floats) -> _Profile:
    """Return the profiled REML of a relative root, unit by unit through 2 × 2 matrices."""
    spread = sums.squares @ root
    inner = np.eye(2) + root.T @ spread
    weights = np.linalg.solve(inner, np.swapaxes(spread, -1, -2))
    information = (sums.squares - spread @ weights).sum(axis=0)
    projected = sums.products @ root
    solved = np.linalg.solve(inner, projected[..., None])[..., 0]
    explained = (sums.products - np.einsum("uij,uj->ui", spread, solved)).sum(axis=0)
    line = np.linalg.solve(information, explained)
    freedom = sums.n - 2
    left = sums.outcome - float((projected * solved).sum()) - float(line @ explained)
    noise = left / freedom
    determinants = float(np.linalg.slogdet(inner)[1].sum() + np.linalg.slogdet(information)[1])
    return _Profile(freedom * float(np.log(noise)) + determinants, line, noise, information)
