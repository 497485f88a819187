"""Regressions of yes-or-no and of ordered outcomes, by maximum likelihood."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.statistics.regression import (
    TOO_FEW_ROWS,
    complete_rows,
    independent_columns,
    placed_values,
    with_intercept,
)

Floats = NDArray[np.float64]

# Beyond this standard error a log-odds ratio has no finite estimate: the classes are separated.
SEPARATED_ERROR = 100.0

ONE_CLASS = Text(
    en="the outcome takes one value only: there is nothing to explain.",
    fr="le résultat ne prend qu'une valeur : il n'y a rien à expliquer.",
)
SEPARATED = Text(
    en="a driver separates the outcomes perfectly: its coefficient has no finite value.",
    fr="un levier sépare parfaitement les résultats : son coefficient n'a pas de valeur finie.",
)


@dataclass(frozen=True, slots=True)
class LikelihoodFit:
    """A regression fitted by maximum likelihood; empty with a reason when it has no finite fit.

    Attributes
    ----------
    coefficients, standard_errors
        One per column of the design, None for a column that others explain.
    thresholds
        Of an ordinal outcome, increasing: P(Y <= k) = logit⁻¹(threshold_k - x b).
    """

    coefficients: tuple[float | None, ...]
    standard_errors: tuple[float | None, ...]
    thresholds: tuple[float, ...]
    log_likelihood: float | None
    n: int
    reason: Text | None = None


def logistic_regression(outcome: ArrayLike, design: ArrayLike) -> LikelihoodFit:
    """Return the logistic regression of a yes (1) or no (0) outcome.

    Parameters
    ----------
    outcome
        Shape (n,), 0 or 1; a row with a missing value anywhere is left out.
    design
        Shape (n, k), with its column of ones.

    Examples
    --------
    >>> fit = logistic_regression([0, 1, 1, 1, 0, 0], with_intercept([0, 0, 0, 1, 1, 1]))
    >>> [round(b, 4) for b in fit.coefficients]
    [0.6931, -1.3863]
    """
    y, x, _ = complete_rows(outcome, design, None)
    _require_binary(y)
    n, k = x.shape
    if np.unique(y).size < 2:
        return LikelihoodFit((), (), (), None, n, ONE_CLASS)
    kept = independent_columns(x)
    if n <= kept.size:
        return LikelihoodFit((), (), (), None, n, TOO_FEW_ROWS.format(n=n, k=k))
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = GLM(y, x[:, kept], family=Binomial()).fit(tol=1e-12)
    spreads = x[:, kept].std(axis=0)
    if not fit.converged or (fit.bse * np.where(spreads > 0, spreads, 1.0) > SEPARATED_ERROR).any():
        return LikelihoodFit((), (), (), None, n, SEPARATED)
    return LikelihoodFit(
        coefficients=placed_values(fit.params, kept, k),
        standard_errors=placed_values(fit.bse, kept, k),
        thresholds=(),
        log_likelihood=float(fit.llf),
        n=n,
    )


def ordinal_logit(outcome: ArrayLike, drivers: ArrayLike) -> LikelihoodFit:
    """Return the proportional-odds model of an ordered outcome.

    Parameters
    ----------
    outcome
        Shape (n,): ordered levels; those nobody chose are left out.
    drivers
        Shape (n, k), without a column of ones: the thresholds stand for it.

    References
    ----------
    McCullagh, Journal of the Royal Statistical Society B 42 (1980) 109.
    """
    y, x, _ = complete_rows(outcome, drivers, None)
    n, k = x.shape
    levels, codes = np.unique(y, return_inverse=True)
    if levels.size < 2:
        return LikelihoodFit((), (), (), None, n, ONE_CLASS)
    # The thresholds take the place of an intercept, which a constant driver would double.
    kept = independent_columns(with_intercept(x))[1:] - 1
    n_coefficients = kept.size + levels.size - 1
    if n <= n_coefficients:
        return LikelihoodFit((), (), (), None, n, TOO_FEW_ROWS.format(n=n, k=n_coefficients))
    from statsmodels.miscmodels.ordinal_model import OrderedModel
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, HessianInversionWarning

    # Drivers in standard deviations: the search and its numerical curvature need like scales.
    scales = x[:, kept].std(axis=0)
    centres = x[:, kept].mean(axis=0)
    with warnings.catch_warnings():
        for expected in (ConvergenceWarning, HessianInversionWarning, RuntimeWarning):
            warnings.simplefilter("ignore", expected)
        model = OrderedModel(codes, (x[:, kept] - centres) / scales, distr="logit")
        fit = model.fit(method="bfgs", maxiter=2000, gtol=1e-7, disp=False)
        errors = np.asarray(fit.bse[: kept.size])
    if not np.isfinite(errors).all() or (errors > SEPARATED_ERROR).any():
        return LikelihoodFit((), (), (), None, n, SEPARATED)
    coefficients = fit.params[: kept.size] / scales
    thresholds = model.transform_threshold_params(fit.params)[1:-1] + centres @ coefficients
    return LikelihoodFit(
        coefficients=placed_values(coefficients, kept, k),
        standard_errors=placed_values(errors / scales, kept, k),
        thresholds=tuple(thresholds.tolist()),
        log_likelihood=float(fit.llf),
        n=n,
    )


def _require_binary(y: Floats) -> None:
    wrong = y[(y != 0) & (y != 1)]
    if wrong.size:
        raise InvalidArgument(
            Text(
                en="the outcome {value} is neither 0 nor 1: code yes as 1 and no as 0.",
                fr="le résultat {value} n'est ni 0 ni 1 : codez oui par 1 et non par 0.",
            ).format(value=float(wrong[0]))
        )
