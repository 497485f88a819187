"""Linear regression with honest errors, and what it predicts.

Design matrices are given whole, intercept included where the model needs one, so that a
coefficient's place is known. A column that earlier ones explain exactly has no coefficient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.intervals import Interval, normal_quantile

Floats = NDArray[np.float64]
Errors = Literal["classical", "hc3", "cluster"]

# What remains of a column that the others explain, as a share of its length (as in R's lm).
COLLINEAR_SHARE = 1e-7

TOO_FEW_ROWS = Text(
    en="{n} complete rows for {k} coefficients: more rows are needed.",
    fr="{n} lignes complètes pour {k} coefficients : il faut plus de lignes.",
)


@dataclass(frozen=True, slots=True, eq=False)
class LeastSquares:
    """A linear regression; NaN stands where a coefficient or an error is undefined.

    Attributes
    ----------
    coefficients
        Shape (k,), in the order of the design.
    covariances
        Shape (k, k) for each kind of error: ``classical``, ``hc3`` and, with clusters,
        ``cluster``.
    r2
        None when the outcome does not vary.
    residual_variance
        None without more rows than coefficients.
    n, freedom
        Complete rows, and rows minus estimated coefficients.
    n_clusters
        None without clusters.
    """

    coefficients: Floats
    covariances: dict[Errors, Floats]
    r2: float | None
    residual_variance: float | None
    n: int
    freedom: int
    n_clusters: int | None = None
    reason: Text | None = None

    def standard_errors(self, kind: Errors = "hc3") -> Floats:
        """Return the standard errors of the coefficients, shape (k,)."""
        if kind not in self.covariances:
            raise InvalidArgument(
                Text(
                    en="no errors of kind '{kind}' were fitted: there are {known}.",
                    fr="aucune erreur de type « {kind} » n'a été calculée : il y a {known}.",
                ).format(kind=kind, known=", ".join(self.covariances))
            )
        errors: Floats = np.sqrt(np.diagonal(self.covariances[kind]))
        return errors

    def reference_freedom(self, kind: Errors = "hc3") -> int:
        """Return the degrees of freedom of a Student interval: clusters minus 1, or of the rows."""
        return self.freedom if kind != "cluster" else (self.n_clusters or 1) - 1


def with_intercept(columns: ArrayLike) -> Floats:
    """Return the design matrix with a leading column of ones.

    Examples
    --------
    >>> with_intercept([[3.0], [5.0]]).tolist()
    [[1.0, 3.0], [1.0, 5.0]]
    """
    table = np.asarray(columns, dtype=np.float64)
    table = table[:, None] if table.ndim == 1 else table
    return np.column_stack([np.ones(len(table)), table])


def least_squares(
    outcome: ArrayLike, design: ArrayLike, *, clusters: ArrayLike | None = None
) -> LeastSquares:
    """Return the ordinary least squares fit with robust errors.

    Parameters
    ----------
    outcome
        Shape (n,); a row with a missing value anywhere is left out.
    design
        Shape (n, k), with its column of ones.
    clusters
        Shape (n,): rows of one cluster are not independent. Errors are then also by cluster,
        times G/(G-1) (n-1)/(n-k).

    References
    ----------
    MacKinnon and White, Journal of Econometrics 29 (1985) 305, for HC3; Liang and Zeger,
    Biometrika 73 (1986) 13.

    Examples
    --------
    >>> fit = least_squares([1, 2, 4, 5], with_intercept([1, 2, 3, 4]))
    >>> fit.coefficients.round(6).tolist(), round(fit.r2, 4)
    ([-0.5, 1.4], 0.98)
    """
    y, x, groups = complete_rows(outcome, design, clusters)
    n, k = x.shape
    kept = independent_columns(x)
    freedom = n - kept.size
    if freedom < 1:
        return _without_errors(y, x, kept)
    from statsmodels.regression.linear_model import OLS

    fit = OLS(y, x[:, kept]).fit()
    covariances: dict[Errors, Floats] = {
        "classical": _spread(fit.cov_params(), kept, k),
        "hc3": _spread(_hc3(x[:, kept], fit.resid), kept, k),
    }
    n_clusters = None
    if groups is not None:
        n_clusters = np.unique(groups).size
        covariances["cluster"] = np.full((k, k), np.nan)
        if n_clusters > 1:
            by_cluster = fit.get_robustcov_results("cluster", groups=groups)
            covariances["cluster"] = _spread(by_cluster.cov_params(), kept, k)
    coefficients = np.full(k, np.nan)
    coefficients[kept] = fit.params
    return LeastSquares(
        coefficients=coefficients,
        covariances=covariances,
        r2=float(fit.rsquared) if np.ptp(y) > 0 else None,
        residual_variance=float(fit.scale),
        n=n,
        freedom=freedom,
        n_clusters=n_clusters,
    )


def predicted_mean(
    fit: LeastSquares,
    at: ArrayLike,
    *,
    errors: Errors = "classical",
    period_size: int | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Return the mean outcome that a linear fit predicts at given drivers.

    An association read as if it were causal: say so beside the figure.

    Parameters
    ----------
    at
        Shape (k,), a row of the design, intercept included; driver means for a whole population.
    period_size
        With it, the interval is that of the average of a coming period of so many answers.

    Examples
    --------
    >>> fit = least_squares([1, 2, 4, 5], with_intercept([1, 2, 3, 4]))
    >>> round(predicted_mean(fit, [1, 2.5]).estimate, 6)
    3.0
    """
    normal_quantile(confidence)
    point = np.asarray(at, dtype=np.float64)
    known = np.isfinite(fit.coefficients)
    if not known.any():
        return Interval(None, None, None, confidence, "student", fit.reason)
    estimate = float(point[known] @ fit.coefficients[known])
    covariance = fit.covariances[errors][np.ix_(known, known)]
    variance = float(point[known] @ covariance @ point[known])
    if period_size is not None and fit.residual_variance is not None:
        variance += fit.residual_variance / period_size
    freedom = fit.reference_freedom(errors)
    if not variance > 0 or freedom < 1:
        reason = TOO_FEW_ROWS.format(n=fit.n, k=point.size)
        return Interval(estimate, None, None, confidence, "student", reason)
    from scipy.special import stdtrit

    margin = float(stdtrit(freedom, (1 + confidence) / 2)) * variance**0.5
    return Interval(estimate, estimate - margin, estimate + margin, confidence, "student")


@dataclass(frozen=True, slots=True)
class StandardisedFit:
    """What a linear regression says of each driver when all are in standard deviations.

    Attributes
    ----------
    betas
        Standardised coefficients; None for a driver that is constant or that others explain.
    inflation_factors
        VIF, from 1: how much the other drivers inflate the variance of the coefficient; None for
        the same drivers.
    """

    betas: tuple[float | None, ...]
    inflation_factors: tuple[float | None, ...]


def standardised_fit(correlations: ArrayLike) -> StandardisedFit:
    """Return standardised coefficients and variance inflation from correlations alone.

    Parameters
    ----------
    correlations
        Shape (k + 1, k + 1), the outcome first; NaN for a constant column.

    Examples
    --------
    >>> standardised_fit([[1, 0.5, 0.3], [0.5, 1, 0], [0.3, 0, 1]])
    StandardisedFit(betas=(0.5, 0.3), inflation_factors=(1.0, 1.0))
    """
    table = np.asarray(correlations, dtype=np.float64)
    k = len(table) - 1
    betas: list[float | None] = [None] * k
    factors: list[float | None] = [None] * k
    varying = [j for j in range(k) if np.isfinite(table[j + 1, j + 1])]
    among = table[1:, 1:][np.ix_(varying, varying)]
    explained = np.linalg.pinv(among, rcond=1e-12, hermitian=True)
    slopes = explained @ table[1:, 0][varying]
    for place, j in enumerate(varying):
        others = np.delete(np.arange(len(varying)), place)
        rest = among[np.ix_(others, others)]
        shared = among[place, others]
        tolerance = 1 - float(shared @ np.linalg.pinv(rest, rcond=1e-12, hermitian=True) @ shared)
        if tolerance > COLLINEAR_SHARE and np.isfinite(slopes[place]):
            betas[j], factors[j] = float(slopes[place]), 1 / tolerance
    return StandardisedFit(tuple(betas), tuple(factors))


def independent_columns(design: Floats) -> NDArray[np.intp]:
    """Return the places of the columns that earlier ones do not explain exactly.

    Examples
    --------
    >>> independent_columns(np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 5.0]])).tolist()
    [0, 2]
    """
    basis: list[Floats] = []
    kept = []
    for place, column in enumerate(design.T):
        length = float(np.linalg.norm(column))
        rest = column / length if length > 0 else column
        # Twice is enough for the rest to be orthogonal to working precision.
        for _ in range(2):
            for direction in basis:
                rest = rest - (direction @ rest) * direction
        left = float(np.linalg.norm(rest))
        if length > 0 and left > COLLINEAR_SHARE:
            basis.append(rest / left)
            kept.append(place)
    return np.array(kept, dtype=np.intp)


def placed_values(values: Floats, kept: NDArray[np.intp], k: int) -> tuple[float | None, ...]:
    """Return k values, those of the columns kept at their places and None elsewhere.

    Examples
    --------
    >>> placed_values(np.array([7.0]), np.array([1]), 2)
    (None, 7.0)
    """
    whole: list[float | None] = [None] * k
    for place, value in zip(kept, values, strict=True):
        whole[int(place)] = float(value)
    return tuple(whole)


def complete_rows(
    outcome: ArrayLike, design: ArrayLike, clusters: ArrayLike | None
) -> tuple[Floats, Floats, NDArray[np.intp] | None]:
    """Return the rows without missing values, and their clusters numbered from 0."""
    y, x = np.asarray(outcome, dtype=np.float64), np.asarray(design, dtype=np.float64)
    x = x[:, None] if x.ndim == 1 else x
    if len(y) != len(x):
        raise InvalidArgument(
            Text(
                en="{n} outcomes and {m} rows of drivers: each outcome needs its row.",
                fr="{n} résultats et {m} lignes de leviers : chaque résultat doit avoir sa ligne.",
            ).format(n=len(y), m=len(x))
        )
    complete = np.isfinite(y) & np.isfinite(x).all(axis=1)
    groups = None
    if clusters is not None:
        groups = np.unique(np.asarray(clusters)[complete], return_inverse=True)[1]
    return y[complete], x[complete], groups


def _without_errors(y: Floats, x: Floats, kept: NDArray[np.intp]) -> LeastSquares:
    """Return the fit of as many coefficients as rows: it passes through every point."""
    n, k = x.shape
    coefficients = np.full(k, np.nan)
    if kept.size:
        coefficients[kept] = np.linalg.lstsq(x[:, kept], y, rcond=None)[0]
    nothing = np.full((k, k), np.nan)
    return LeastSquares(
        coefficients=coefficients,
        covariances={"classical": nothing, "hc3": nothing, "cluster": nothing},
        r2=None,
        residual_variance=None,
        n=n,
        freedom=0,
        reason=TOO_FEW_ROWS.format(n=n, k=k),
    )


def _hc3(x: Floats, residuals: Floats) -> Floats:
    """Return the HC3 covariance, NaN when a row alone decides a coefficient.

    statsmodels' own divides by zero there.
    """
    inverse = np.linalg.inv(x.T @ x)
    leverages = np.einsum("ij,jk,ik->i", x, inverse, x)
    if (leverages > 1 - 1e-10).any():
        return np.full(inverse.shape, np.nan)
    scores = x * (residuals / (1 - leverages))[:, None]
    covariance: Floats = inverse @ scores.T @ scores @ inverse
    return covariance


def _spread(covariance: Floats, kept: NDArray[np.intp], k: int) -> Floats:
    whole = np.full((k, k), np.nan)
    whole[np.ix_(kept, kept)] = covariance
    return whole
