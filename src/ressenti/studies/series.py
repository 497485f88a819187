"""Series: what an indicator did over time, what it may do next, and whether to be alarmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray

from ressenti.facts.periods import Grain, span_starting
from ressenti.language import Text
from ressenti.scores.score import CONFIDENCE, Period, Score
from ressenti.statistics.changepoints import mean_breaks
from ressenti.statistics.control_charts import laney_factor
from ressenti.statistics.detection import change_watch, recursive_residuals
from ressenti.statistics.forecasts import forecasts
from ressenti.statistics.intervals import Interval, normal_quantile
from ressenti.statistics.seasons import Season, season

Floats = NDArray[np.float64]

CYCLES: Mapping[Grain, int] = {Grain.DAY: 7, Grain.WEEK: 52, Grain.MONTH: 12, Grain.QUARTER: 4}
BASELINES: Mapping[Grain, int] = {Grain.DAY: 28}
SHORTEST_BASELINE = 8
QUIET_FOR = 100.0
"""Periods between false alarms, on average, or more."""
NO_CYCLE = Text(en="years have no season.", fr="les années n'ont pas de saison.")
TOO_SHORT_TO_WATCH = Text(
    en="{n} periods with a figure: a change is looked for from {needed} on.",
    fr="{n} périodes avec un chiffre : un changement se cherche à partir de {needed}.",
)


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """Something that happened on a day, told by a person."""

    day: date
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """A date at which the level of an indicator moved.

    Attributes
    ----------
    start
        First day of the first period at the new level; ``earliest`` and ``latest`` its limits.
    difference
        New level less the old one.
    level
        The new level, the season taken out.
    before, after
        First days of the periods on each side, up to the neighbouring changes.
    events
        What a person told of between the limits.
    """

    start: str
    earliest: str
    latest: str
    difference: Interval
    level: float
    before: tuple[str, ...]
    after: tuple[str, ...]
    events: tuple[KnownEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """The period at whose end a move could no longer be put down to chance."""

    start: str
    is_rise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesStudy:
    """What is to be said of an indicator over time.

    Attributes
    ----------
    scores : tuple of Score
        One a period, in order, all of them.
    since : str or None
        First day of what is judged: the periods after the last change of definition.
    factor : float
        How much more the figures vary than sampling makes them, at least 1.
    changes : tuple of LevelChange
    alarms : tuple of Alarm
        At most one false one in ``quiet_for`` periods on average, however often one looks.
    alarms_reason : Text or None
        Why nothing can be watched yet.
    forecast : tuple of (Period, Interval)
        Empty with a reason where the history does not allow one.
    """

    measure: str
    grain: Grain
    scores: tuple[Score, ...]
    since: str | None
    season: Season
    factor: float
    changes: tuple[LevelChange, ...]
    alarms: tuple[Alarm, ...]
    alarms_reason: Text | None
    quiet_for: float
    forecast: tuple[tuple[Period, Interval], ...]
    forecast_reason: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """How a series is looked at.

    Attributes
    ----------
    events : sequence of KnownEvent
        What happened, told by a person: named beside the changes it may go with.
    broken_at : sequence of date
        When the definition or the question changed: nothing is compared across.
    until : date or None
        The day after the last complete period; later periods are shown, never judged.
    horizon : int
        Periods to forecast.
    quiet_for : float
        Periods between false alarms, on average, or more.
    """

    events: Sequence[KnownEvent] = ()
    broken_at: Sequence[date] = ()
    until: date | None = None
    horizon: int = 3
    quiet_for: float = QUIET_FOR
    confidence: float = CONFIDENCE


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """The figures that are judged: known ones only, season taken out, as sure as they are."""

    starts: tuple[str, ...]
    values: Floats
    variances: Floats


def series_study(
    measure: str,
    scores: Sequence[Score],
    *,
    grain: Grain,
    limits: tuple[float, float] = (-inf, inf),
    looking: Looking | None = None,
) -> SeriesStudy:
    """Return what a series of scores says: its season, its changes, alarms and what may come.

    Parameters
    ----------
    scores : sequence of Score
        One a period of ``grain``, in order, with those that have no figure.
    limits : pair of float
        What a figure cannot be beyond.
    """
    how = looking or Looking()
    since = max((day.isoformat() for day in how.broken_at), default=None)
    judged = [score for score in scores if _is_judged(score, since, how.until)]
    values = np.array([np.nan if one.value is None else one.value for one in judged])
    variances = np.array([_variance(one) for one in judged])
    values = np.where(np.isfinite(variances), values, np.nan)
    found = _season(values, variances, grain)
    adjusted = values - found.effects
    known = np.isfinite(adjusted)
    starts = [one.period.start for one in judged if one.period is not None]
    own = _Judged(
        tuple(start for start, is_known in zip(starts, known, strict=True) if is_known),
        adjusted[known],
        variances[known],
    )
    factor = _overdispersion(own)
    wide = variances * factor**2
    alarms, alarms_reason = _alarms(own, grain, how.quiet_for)
    ahead, forecast_reason = forecasts(
        adjusted, wide, horizon=how.horizon, confidence=how.confidence
    )
    return SeriesStudy(
        measure=measure,
        grain=grain,
        scores=tuple(scores),
        since=since,
        season=found,
        factor=factor,
        changes=_changes(own, factor, grain, how),
        alarms=alarms,
        alarms_reason=alarms_reason,
        quiet_for=how.quiet_for,
        forecast=_dated(ahead, starts, grain, found, limits),
        forecast_reason=forecast_reason,
    )


def _is_judged(score: Score, since: str | None, until: date | None) -> bool:
    period = score.period
    if period is None or (since is not None and period.start < since):
        return False
    return until is None or period.end <= until.isoformat()


def _variance(score: Score) -> float:
    """Return the sampling variance of a score, read off its interval; NaN without one."""
    if score.value is None or score.low is None or score.high is None:
        return np.nan
    error = (score.high - score.low) / (2 * normal_quantile(score.confidence))
    return error**2 if error > 0 else np.nan


def _season(values: Floats, variances: Floats, grain: Grain) -> Season:
    if grain not in CYCLES:
        return Season(np.zeros(values.size), np.zeros(0), None, NO_CYCLE)
    return season(values, variances, length=CYCLES[grain])


def _overdispersion(judged: _Judged) -> float:
    if judged.values.size < SHORTEST_BASELINE:
        return 1.0
    weights = 1 / judged.variances
    centre = float(weights @ judged.values / weights.sum())
    return laney_factor(((judged.values - centre) / np.sqrt(judged.variances)).tolist())


def _changes(judged: _Judged, factor: float, grain: Grain, how: Looking) -> tuple[LevelChange, ...]:
    variances = judged.variances * factor**2
    found = mean_breaks(judged.values, variances, confidence=how.confidence)
    bounds = [0, *(one.at for one in found), judged.values.size]
    changes = []
    for place, one in enumerate(found, start=1):
        before, after = bounds[place - 1], bounds[place + 1]
        error = sqrt(
            1 / float((1 / variances[before : one.at]).sum())
            + 1 / float((1 / variances[one.at : after]).sum())
        )
        margin = normal_quantile(how.confidence) * error
        step = one.after - one.before
        earliest, latest = judged.starts[one.earliest], judged.starts[one.latest]
        changes.append(
            LevelChange(
                start=judged.starts[one.at],
                earliest=earliest,
                latest=latest,
                difference=Interval(step, step - margin, step + margin, how.confidence, "levels"),
                level=float(one.after),
                before=judged.starts[before : one.at],
                after=judged.starts[one.at : after],
                events=_events_between(how.events, earliest, latest, grain),
            )
        )
    return tuple(changes)


def _events_between(
    events: Sequence[KnownEvent], earliest: str, latest: str, grain: Grain
) -> tuple[KnownEvent, ...]:
    end = span_starting(date.fromisoformat(latest), grain)[1].isoformat()
    return tuple(event for event in events if earliest <= event.day.isoformat() < end)


def _alarms(
    judged: _Judged, grain: Grain, quiet_for: float
) -> tuple[tuple[Alarm, ...], Text | None]:
    """Return the alarms; after each one, the level is learnt anew from what follows."""
    baseline = BASELINES.get(grain, SHORTEST_BASELINE)
    n = judged.values.size
    if n <= baseline:
        return (), TOO_SHORT_TO_WATCH.format(n=n, needed=baseline + 1)
    alarms = []
    first = 0
    while n - first > baseline:
        residuals, _ = recursive_residuals(
            judged.values[first:], judged.variances[first:], baseline=baseline
        )
        watched = change_watch(residuals, quiet_for=quiet_for)
        if not watched.alarms:
            break
        place = watched.alarms[0]
        at = first + baseline + place
        is_rise = bool(watched.rising[place] > watched.falling[place])
        alarms.append(Alarm(judged.starts[at], is_rise))
        first = at + 1
    return tuple(alarms), None


def _dated(
    ahead: Sequence[Interval],
    starts: Sequence[str],
    grain: Grain,
    found: Season,
    limits: tuple[float, float],
) -> tuple[tuple[Period, Interval], ...]:
    """Return forecasts with the periods they are of and the season those bring."""
    dated = []
    day = date.fromisoformat(starts[-1]) if starts else date.min
    for steps, interval in enumerate(ahead):
        day = span_starting(day, grain)[1]
        end = span_starting(day, grain)[1]
        length = found.by_place.size
        effect = float(found.by_place[(len(starts) + steps) % length]) if length else 0.0
        value, low, high = (
            None if number is None else min(max(number + effect, limits[0]), limits[1])
            for number in (interval.estimate, interval.low, interval.high)
        )
        period = Period(day.isoformat(), end.isoformat(), grain.value)
        dated.append((period, Interval(value, low, high, interval.confidence, interval.method)))
    return tuple(dated)
