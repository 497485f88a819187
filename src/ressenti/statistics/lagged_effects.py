"""Whether one series moves before another: one regression a lag, beyond what both did before.

Levels that drift or share a season go together by themselves. Each regression therefore holds the
past of both series fixed, with the trend and the season (one unit) or the level of every unit and
period (several units): what is left is what one series says of the other that neither's past says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ressenti.language import Text
from ressenti.statistics.association import CONSTANT_VARIABLE
from ressenti.statistics.intervals import Interval
from ressenti.statistics.joint_correlations import partial_association
from ressenti.statistics.panels import fixed_effects
from ressenti.statistics.regression import COLLINEAR_SHARE

Floats = NDArray[np.float64]

FEWEST_PERIODS = 12
# Under these degrees of freedom a Student statistic says next to nothing.
LEAST_FREEDOM = 3
LEAST_PANEL_FREEDOM = 20
FEWEST_GROUPS = 6
# Full cycles without which a season cannot be told from chance.
FEWEST_CYCLES = 2

TOO_FEW_PERIODS = Text(
    en="{n} periods: at least {needed} are needed.",
    fr="{n} périodes : il en faut au moins {needed}.",
)
TOO_FEW_CELLS = Text(
    en="{n} figures of a unit in a period, from {units} units: about {needed} are needed once the "
    "level of each unit and period is taken out.",
    fr="{n} chiffres d'une unité dans une période, pour {units} unités : il en faut environ "
    "{needed} une fois ôté le niveau de chaque unité et de chaque période.",
)
EXPLAINED_BY_THE_PAST = Text(
    en="what both series did before, their trend and season leave nothing to explain.",
    fr="le passé des deux séries, leur tendance et leur saison ne laissent rien à expliquer.",
)


@dataclass(frozen=True, slots=True)
class LaggedEffect:
    """What goes with a series some periods later, beyond the past of both.

    Attributes
    ----------
    lag
        In periods; 0 says nothing of who comes first.
    slope
        In units of the target for one unit of the source.
    correlation
        Partial: -1..1, what is held fixed taken out.
    n
        Rows that count.
    """

    lag: int
    slope: Interval
    correlation: Interval
    p_value: float | None
    n: int


def lagged_effect(
    source: Floats,
    target: Floats,
    *,
    lag: int,
    season: int | None = None,
    confidence: float = 0.95,
) -> LaggedEffect:
    """Return how the target at t goes with the source at t - lag, beyond the past of both.

    Parameters
    ----------
    source, target
        Shape (units, periods), evenly spaced; NaN where nothing was measured.
    lag
        At least 0. Held fixed: the target one and two periods before, the source one period before
        t - lag.
    season
        Periods of a full cycle, such as 12; taken out of a single unit once two cycles are there.

    References
    ----------
    Granger, Econometrica 37 (1969) 424; Montiel Olea and Plagborg-Møller, Econometrica 89 (2021)
    1789: with one more lag of both held fixed, the test holds for series that drift as well.

    Examples
    --------
    >>> chance = np.random.default_rng(3)
    >>> waits = chance.normal(size=(1, 40))
    >>> marks = np.roll(waits, 1) + 0.1 * chance.normal(size=(1, 40))
    >>> round(lagged_effect(waits, marks, lag=1).slope.estimate, 1)
    1.0
    """
    design, outcome = _design(source, target, lag)
    if len(source) > 1:
        return _panel_effect(design, outcome, lag, confidence)
    return _series_effect(design, outcome, lag, season, confidence)


def periods_needed(lag: int, *, season: int | None = None, periods: int = 0) -> int:
    """Return the fewest periods with which one series can be tested at a lag.

    Examples
    --------
    >>> periods_needed(0), periods_needed(6)
    (12, 16)
    """
    fixed = 6
    if season is not None and periods >= FEWEST_CYCLES * season:
        fixed += season - 1
    return max(FEWEST_PERIODS, fixed + LEAST_FREEDOM + max(lag + 1, 2))


def _design(source: Floats, target: Floats, lag: int) -> tuple[Floats, Floats]:
    """Return the columns source, pasts held fixed, and the target; NaN before there is a past."""
    past = [_shifted(source, lag + 1), _shifted(target, 1), _shifted(target, 2)]
    return np.stack([_shifted(source, lag), *past]), target


def _shifted(values: Floats, lag: int) -> Floats:
    shifted = np.full(values.shape, np.nan)
    shifted[:, lag:] = values[:, : values.shape[1] - lag]
    return shifted


def _series_effect(
    design: Floats, outcome: Floats, lag: int, season: int | None, confidence: float
) -> LaggedEffect:
    y, columns = outcome[0], design[:, 0]
    periods = y.size
    clock = np.arange(periods, dtype=np.float64)
    others = [np.ones(periods), clock - clock.mean(), *columns[1:]]
    if season is not None and periods >= FEWEST_CYCLES * season:
        others += [(clock % season == place).astype(np.float64) for place in range(1, season)]
    complete = np.isfinite(y) & np.isfinite(columns).all(axis=0)
    n = int(complete.sum())
    fixed = np.column_stack(others)[complete]
    freedom = n - fixed.shape[1] - 1
    if freedom < LEAST_FREEDOM or periods < FEWEST_PERIODS:
        needed = periods_needed(lag, season=season, periods=periods)
        reason = TOO_FEW_PERIODS.format(n=n if periods >= needed else periods, needed=needed)
        return _undefined(lag, n, reason, confidence)
    if np.ptp(columns[0, complete]) == 0 or np.ptp(y[complete]) == 0:
        return _undefined(lag, n, CONSTANT_VARIABLE, confidence)
    left = [_residual(values[complete], fixed) for values in (columns[0], y)]
    x_left, y_left = left
    variation = float(x_left @ x_left)
    if variation <= (COLLINEAR_SHARE * float(np.linalg.norm(columns[0, complete]))) ** 2:
        return _undefined(lag, n, EXPLAINED_BY_THE_PAST, confidence)
    slope = float(x_left @ y_left) / variation
    residual = y_left - slope * x_left
    error = sqrt(float(residual @ residual) / freedom / variation)
    return _judged(lag, slope, error, freedom, n, confidence)


def _residual(values: Floats, fixed: Floats) -> Floats:
    left: Floats = values - fixed @ np.linalg.lstsq(fixed, values, rcond=None)[0]
    return left


def _panel_effect(design: Floats, outcome: Floats, lag: int, confidence: float) -> LaggedEffect:
    units, periods = outcome.shape
    labels = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    fit = fixed_effects(
        outcome.ravel(), design.reshape(len(design), -1).T, labels[0], periods=labels[1]
    )
    slope, error = fit.coefficients[0], fit.standard_errors[0]
    if slope is None or error is None:
        reason = fit.reason or EXPLAINED_BY_THE_PAST
        return _undefined(lag, fit.n, reason, confidence)
    groups = fit.n_units
    complete = (np.isfinite(outcome) & np.isfinite(design).all(axis=0)).reshape(units, periods)
    # The levels of units are nested in what the errors are clustered by, those of periods are not.
    shared = int(complete.any(axis=0).sum()) - 1 + len(design)
    fixed = groups + shared
    rows = fit.n - fixed
    if rows < LEAST_PANEL_FREEDOM or groups < FEWEST_GROUPS:
        # Each cell would explain itself: what is left by then looks like certainty.
        needed = fixed + LEAST_PANEL_FREEDOM
        reason = TOO_FEW_CELLS.format(n=fit.n, units=groups, needed=needed)
        return _undefined(lag, fit.n, reason, confidence)
    error *= sqrt(groups / (groups - 1) * (fit.n - 1) / (fit.n - shared))
    found = _judged(lag, slope, error, groups - 1, fit.n, confidence)
    return replace(found, correlation=_clustered_correlation(found.slope, error, rows))


def _clustered_correlation(slope: Interval, error: float, rows: int) -> Interval:
    """Return the partial correlation of the rows, its limits those of the slope."""
    if slope.low is None or slope.high is None:
        return replace(slope, estimate=None, method="partial")
    estimate, low, high = (
        (value / error) / sqrt((value / error) ** 2 + rows) for value in slope.bounds()
    )
    return Interval(estimate, low, high, slope.confidence, "partial")


def _judged(
    lag: int, slope: float, error: float, freedom: int, n: int, confidence: float
) -> LaggedEffect:
    if not error > 0:
        return _undefined(lag, n, EXPLAINED_BY_THE_PAST, confidence, slope)
    from scipy.special import stdtr, stdtrit

    margin = float(stdtrit(freedom, (1 + confidence) / 2)) * error
    interval = Interval(slope, slope - margin, slope + margin, confidence, "student")
    return LaggedEffect(
        lag=lag,
        slope=interval,
        correlation=partial_association(slope / error, freedom, confidence=confidence),
        p_value=2 * float(stdtr(freedom, -abs(slope / error))),
        n=n,
    )


def _undefined(
    lag: int, n: int, reason: Text, confidence: float, slope: float | None = None
) -> LaggedEffect:
    return LaggedEffect(
        lag=lag,
        slope=Interval(slope, None, None, confidence, "student", reason),
        correlation=Interval(None, None, None, confidence, "partial", reason),
        p_value=None,
        n=n,
    )
