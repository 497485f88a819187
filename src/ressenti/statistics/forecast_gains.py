"""Whether one series helps to foresee another: forecasts made with it and without, out of time.

Each forecast is made from what was known before it: the model is fitted again at every period on
earlier periods alone, and so is the lag chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ressenti.language import Text
from ressenti.statistics.intervals import Interval

Floats = NDArray[np.float64]

# Rows a first fit needs, and forecasts an interval needs.
LEAST_TRAINING = 8
LEAST_FORECASTS = 8

TOO_FEW_FORECASTS = Text(
    en="{n} periods could be forecast: at least {needed} are needed.",
    fr="{n} périodes ont pu être prévues : il en faut au moins {needed}.",
)


@dataclass(frozen=True, slots=True)
class ForecastGain:
    """How much smaller the error of a forecast gets.

    Attributes
    ----------
    baseline_error, error
        Mean absolute errors without the source and with it, in units of the target; None when
        nothing could be forecast.
    gain
        Baseline less error: above 0 when the source helps.
    n
        Periods forecast.
    """

    baseline_error: float | None
    error: float | None
    gain: Interval
    n: int


def forecast_gain(
    source: Floats,
    target: Floats,
    *,
    lags: Sequence[int],
    season: int | None = None,
    confidence: float = 0.95,
) -> ForecastGain:
    """Return what the source's past adds to the target's own past, period after period.

    The baseline is a regression on the target's last value and, once two cycles are known, on its
    value a cycle before; every unit keeps its own level.

    Parameters
    ----------
    source, target
        Shape (units, periods), evenly spaced; NaN where nothing was measured.
    lags
        Of the source, at least 1; the one that fits best is chosen anew from each past.
    season
        Periods of a full cycle.

    References
    ----------
    Diebold and Mariano, Journal of Business & Economic Statistics 13 (1995) 253; Harvey, Leybourne
    and Newbold, International Journal of Forecasting 13 (1997) 281, for few forecasts.

    Examples
    --------
    >>> chance = np.random.default_rng(3)
    >>> waits = chance.normal(size=(1, 40))
    >>> marks = np.roll(waits, 1) + 0.1 * chance.normal(size=(1, 40))
    >>> forecast_gain(waits, marks, lags=(1, 2)).gain.low > 0
    True
    """
    periods = target.shape[1]
    own = [_shifted(target, 1)]
    if season is not None and periods >= 2 * season + LEAST_FORECASTS:
        own.append(_shifted(target, season))
    candidates = [[*own, _shifted(source, lag)] for lag in lags]
    # Both models are judged on the same cells: those where every feature is known.
    whole = np.stack([target, *own, *(one[-1] for one in candidates)])
    usable: NDArray[np.bool_] = np.asarray(np.isfinite(whole).all(axis=0))
    errors = [
        made
        for period in range(2, periods)
        if (made := _errors_of_period(target, own, candidates, usable, period)) is not None
    ]
    if len(errors) < LEAST_FORECASTS:
        reason = TOO_FEW_FORECASTS.format(n=len(errors), needed=LEAST_FORECASTS)
        nothing = Interval(None, None, None, confidence, "diebold_mariano", reason)
        return ForecastGain(None, None, nothing, len(errors))
    without, with_it = (np.array([one[model] for one in errors]) for model in (0, 1))
    return ForecastGain(
        baseline_error=float(np.nanmean(without)),
        error=float(np.nanmean(with_it)),
        gain=_interval(without - with_it, confidence),
        n=len(errors),
    )


def _errors_of_period(
    target: Floats,
    own: Sequence[Floats],
    candidates: Sequence[Sequence[Floats]],
    usable: NDArray[np.bool_],
    period: int,
) -> tuple[Floats, Floats] | None:
    """Return the absolute errors of one period by unit, both models; None without a past."""
    past = usable.copy()
    past[:, period:] = False
    # A unit's own level takes a row of its past to know, a second one to learn from.
    known = usable[:, period] & (past.sum(axis=1) >= 2)
    freedom = int(past.sum()) - int((past.sum(axis=1) > 0).sum())
    if not known.any() or freedom < LEAST_TRAINING - 1:
        return None
    without, _ = _forecast(target, own, past, period)
    with_it, _ = min(
        (_forecast(target, one, past, period) for one in candidates), key=lambda made: made[1]
    )
    truth = np.where(known, target[:, period], np.nan)
    return np.abs(truth - without), np.abs(truth - with_it)


def _forecast(
    target: Floats, features: Sequence[Floats], past: NDArray[np.bool_], period: int
) -> tuple[Floats, float]:
    """Return the forecast of every unit, and what the fit left unexplained of the past."""
    counts = np.maximum(past.sum(axis=1), 1)
    levels = [np.where(past, one, 0.0).sum(axis=1) / counts for one in (target, *features)]
    centred = [
        np.where(past, one - level[:, None], 0.0)
        for one, level in zip((target, *features), levels, strict=True)
    ]
    design = np.stack([one[past] for one in centred[1:]], axis=1)
    outcome = centred[0][past]
    slopes = np.linalg.lstsq(design, outcome, rcond=None)[0]
    now = np.stack(
        [one[:, period] - level for one, level in zip(features, levels[1:], strict=True)], axis=1
    )
    left = outcome - design @ slopes
    forecast: Floats = levels[0] + now @ slopes
    return forecast, float(left @ left)


def _shifted(values: Floats, lag: int) -> Floats:
    shifted = np.full(values.shape, np.nan)
    shifted[:, lag:] = values[:, : values.shape[1] - lag]
    return shifted


def _interval(gains: Floats, confidence: float) -> Interval:
    """Return the mean gain; its error is the larger of those over periods and over units.

    Parameters
    ----------
    gains
        Shape (periods, units), NaN where nothing was forecast.
    """
    from scipy.special import stdtrit

    mean = float(np.nanmean(gains))
    margins = [0.0]
    for axis in (1, 0):
        known = np.isfinite(gains).any(axis=axis)
        by_group = np.nanmean(gains[known] if axis == 1 else gains[:, known], axis=axis)
        size = by_group.size
        if size >= 2:
            error = sqrt(float(by_group.var(ddof=1)) / size)
            margins.append(float(stdtrit(size - 1, (1 + confidence) / 2)) * error)
    margin = max(margins)
    if margin == 0:
        return Interval(mean, None, None, confidence, "diebold_mariano")
    return Interval(mean, mean - margin, mean + margin, confidence, "diebold_mariano")
