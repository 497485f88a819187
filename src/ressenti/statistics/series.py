"""One series or two over time: season and trend, who leads whom, answers at each horizon.

Never correlate the levels of two series: difference them, or take their seasonal residuals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.language import Text

Floats = NDArray[np.float64]

TOO_SHORT = Text(
    en="{n} periods: at least {needed} are needed.",
    fr="{n} périodes : il en faut au moins {needed}.",
)
CONSTANT_SERIES = Text(
    en="one of the two series does not vary: nothing can lead or follow.",
    fr="l'une des deux séries ne varie pas : rien ne peut précéder ni suivre.",
)


@dataclass(frozen=True, slots=True, eq=False)
class SeasonalTrend:
    """A series split in three that add up to it, each of shape (n,)."""

    trend: Floats
    seasonal: Floats
    remainder: Floats


def seasonal_trend(
    values: ArrayLike,
    *,
    period: int,
    seasonal: int = 7,
    trend: int | None = None,
    low_pass: int | None = None,
    degrees: tuple[int, int, int] = (1, 1, 1),
    robust: bool = False,
    inner_iterations: int | None = None,
    outer_iterations: int | None = None,
) -> SeasonalTrend:
    """Return the STL split of a series into trend, season and remainder.

    Parameters
    ----------
    values
        Shape (n,), evenly spaced, without missing values, two full periods at least.
    period
        12 for months of a year, 7 for days of a week.
    seasonal, trend, low_pass
        Odd lengths of the smoothers; the last two follow from the period by default.
    degrees
        Of the local polynomials: season, trend, low pass.
    robust
        Whether outliers are down-weighted.
    inner_iterations, outer_iterations
        2 and 0 give R's ``stl``; they follow from ``robust`` by default.

    Raises
    ------
    UndefinedResult
        Under two full periods.

    References
    ----------
    Cleveland, Cleveland, McRae and Terpenning, Journal of Official Statistics 6 (1990) 3.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.size < 2 * period:
        raise UndefinedResult(TOO_SHORT.format(n=numbers.size, needed=2 * period))
    from statsmodels.tsa.seasonal import STL

    fit = STL(
        numbers,
        period=period,
        seasonal=seasonal,
        trend=trend,
        low_pass=low_pass,
        seasonal_deg=degrees[0],
        trend_deg=degrees[1],
        low_pass_deg=degrees[2],
        robust=robust,
    ).fit(inner_iter=inner_iterations, outer_iter=outer_iterations)
    return SeasonalTrend(np.asarray(fit.trend), np.asarray(fit.seasonal), np.asarray(fit.resid))


def cross_correlations(
    x: ArrayLike, y: ArrayLike, *, lags: Sequence[int]
) -> tuple[float | None, ...]:
    """Return the correlation of x at t + lag with y at t: x leads when the lag is negative.

    Parameters
    ----------
    x, y
        Shape (n,), evenly spaced, without missing values.
    lags
        In periods.

    Returns
    -------
    One per lag, divided by n as in R's ``ccf``; None when a series is constant or the lag leaves
    no pair.

    Examples
    --------
    >>> x = [0, 1, 0, 0, 0, 0]
    >>> y = [0, 0, 1, 0, 0, 0]
    >>> [round(r, 4) for r in cross_correlations(x, y, lags=(-1, 0, 1))]
    [0.9667, -0.2, -0.2333]
    """
    first, second = _same_length(x, y)
    n = first.size
    if n < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return (None,) * len(lags)
    a, b = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))

    def correlation(lag: int) -> float | None:
        if abs(lag) >= n:
            return None
        ahead, behind = (a[lag:], b[: n - lag]) if lag >= 0 else (a[: n + lag], b[-lag:])
        return float(ahead @ behind) / scale

    return tuple(correlation(lag) for lag in lags)


@dataclass(frozen=True, slots=True)
class GrangerTest:
    """Whether the past of one series helps to foresee another beyond its own past."""

    f: float | None
    p_value: float | None
    freedom: tuple[int, int] | None
    reason: Text | None = None


def granger_test(outcome: ArrayLike, driver: ArrayLike, *, lags: int) -> GrangerTest:
    """Return the F test that the driver's past adds nothing to the outcome's own.

    Foreseeing is not causing. Give differenced series, and test both directions.

    Parameters
    ----------
    outcome, driver
        Shape (n,), evenly spaced, without missing values; more than 3 times the lags plus 1.
    lags
        At least 1.

    References
    ----------
    Granger, Econometrica 37 (1969) 424.
    """
    y, x = _same_length(outcome, driver)
    needed = 3 * lags + 2
    if y.size < needed:
        return GrangerTest(None, None, None, TOO_SHORT.format(n=y.size, needed=needed))
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return GrangerTest(None, None, None, CONSTANT_SERIES)
    from statsmodels.tsa.stattools import grangercausalitytests

    found = grangercausalitytests(np.column_stack([y, x]), [lags])
    f, p_value, residual, tested = found[lags][0]["ssr_ftest"]
    return GrangerTest(float(f), float(p_value), (int(tested), int(residual)))


@dataclass(frozen=True, slots=True)
class LocalProjection:
    """What goes with the driver some periods later.

    Attributes
    ----------
    coefficients, standard_errors
        Intercept, driver, then each control; empty with a reason when undefined.
    """

    coefficients: tuple[float, ...]
    standard_errors: tuple[float, ...]
    n: int
    reason: Text | None = None


def local_projection(
    outcome: ArrayLike,
    driver: ArrayLike,
    *,
    horizon: int,
    controls: ArrayLike | None = None,
    hac_lags: int | None = None,
) -> LocalProjection:
    """Return the regression of the outcome at t + horizon on the driver and the controls at t.

    Parameters
    ----------
    outcome, driver
        Shape (n,), evenly spaced; NaN for a period without data, whose rows are left out.
    horizon
        Periods ahead, at least 0.
    controls
        Shape (n,) or (n, k): what is held fixed, such as the outcome known at t.
    hac_lags
        Lags of the Bartlett kernel; ``horizon + 1`` by default.

    References
    ----------
    Jordà, American Economic Review 95 (2005) 161; Newey and West, Econometrica 55 (1987) 703.
    """
    y, x = _same_length(outcome, driver)
    columns = [np.ones(x.size), x] + ([] if controls is None else [np.asarray(controls)])
    design = np.column_stack(columns)[: x.size - horizon]
    ahead = y[horizon:]
    complete = np.isfinite(ahead) & np.isfinite(design).all(axis=1)
    ahead, design = ahead[complete], design[complete]
    n, k = design.shape
    if n <= k:
        return LocalProjection((), (), n, TOO_SHORT.format(n=n, needed=k + 1))
    if np.linalg.matrix_rank(design) < k:
        return LocalProjection((), (), n, CONSTANT_SERIES)
    from statsmodels.regression.linear_model import OLS

    fit = OLS(ahead, design).fit()
    robust = fit.get_robustcov_results(
        "HAC", maxlags=horizon + 1 if hac_lags is None else hac_lags, use_correction=False
    )
    return LocalProjection(tuple(fit.params.tolist()), tuple(robust.bse.tolist()), n)


def _same_length(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise InvalidArgument(
            Text(
                en="series of {n} and {m} values: give both over the same periods.",
                fr="des séries de {n} et {m} valeurs : donnez les deux sur les mêmes périodes.",
            ).format(n=x.size, m=y.size)
        )
    return x, y
