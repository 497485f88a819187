"""Outlook: what is said of a series over time, drawn with it: its levels, alarms and forecast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ressenti.language import Language, Text
from ressenti.reports.changes import difference_text
from ressenti.reports.drawings.axes import Axis, finite
from ressenti.reports.drawings.moments import Moment
from ressenti.reports.drawings.timeline import Timeline, days_of, period_name
from ressenti.reports.drawings.vector import (
    Shape,
    circle,
    group,
    polygon,
    rectangle,
    segment,
)
from ressenti.reports.drawings.wording import value_words
from ressenti.reports.level_changes import change_line
from ressenti.reports.series import alarm_line
from ressenti.scores.score import Period, Score, Unit
from ressenti.statistics.intervals import Interval
from ressenti.studies.series import Alarm, LevelChange, SeriesStudy

ALARM_SIZE, ALARM_GAP = 5.0, 9.0
FORECAST = Text(
    en="forecast, {period}: {value} [{low}, {high}]",
    fr="prévision, {period} : {value} [{low} ; {high}]",
)
KEYS = {
    "changes": Text(
        en="dark line: level, grey: where a change of level lies",
        fr="trait sombre : niveau, gris : là où se situe un changement de niveau",
    ),
    "alarms": Text(en="triangle: alarm", fr="triangle : alerte"),
    "forecast": Text(en="dashed: forecast", fr="tirets : prévision"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a study says of the series that is drawn.

    Parameters
    ----------
    changes : sequence of LevelChange
        Each a level on either side, and the stretch of time where the move lies.
    alarms : sequence of Alarm
        Each a triangle at the period at whose end it was raised.
    forecast : sequence of (Period, Interval)
        After the last score that is known, in another colour.
    """

    changes: Sequence[LevelChange] = ()
    alarms: Sequence[Alarm] = ()
    forecast: Sequence[tuple[Period, Interval]] = ()

    @property
    def periods(self) -> list[Period]:
        """The periods that the time axis needs beyond those of the scores."""
        return [period for period, _ in self.forecast]

    @property
    def values(self) -> list[float | None]:
        """The values that the value axis needs beyond those of the scores."""
        ahead = [value for _, one in self.forecast for value in (one.estimate, one.low, one.high)]
        return [*ahead, *(level for one in self.changes for level in _levels(one))]


def outlook_of(study: SeriesStudy) -> Outlook:
    """Return what a study of a series lets be drawn."""
    return Outlook(changes=study.changes, alarms=study.alarms, forecast=study.forecast)


def key_words(outlook: Outlook, language: Language) -> str:
    """Return how the marks of an outlook are read; empty where it has none.

    Examples
    --------
    >>> key_words(Outlook(alarms=[Alarm("2026-03-01", is_rise=True)]), "en")
    'triangle: alarm'
    """
    told = [text.to(language) for name, text in KEYS.items() if getattr(outlook, name)]
    return " · ".join(told)


def change_moments(outlook: Outlook, unit: Unit, language: Language) -> list[Moment]:
    """Return each change of level as a moment: its size, on the first day of the new level."""
    return [
        Moment(
            date.fromisoformat(one.start), difference_text(one.difference.estimate, unit, language)
        )
        for one in outlook.changes
    ]


def doubt_shapes(outlook: Outlook, timeline: Timeline, axis: Axis) -> Iterator[Shape]:
    """Yield, behind the series, the stretches of time where the moves lie."""
    for one in outlook.changes:
        start = timeline.place(date.fromisoformat(one.earliest).toordinal())
        end = timeline.place(date.fromisoformat(one.latest).toordinal())
        if end > start:
            yield rectangle(start, axis.end, end - start, axis.start - axis.end, "whole-band")


def level_shapes(
    outlook: Outlook, scores: Sequence[Score], timeline: Timeline, axis: Axis, language: Language
) -> Iterator[Shape]:
    """Yield each level as a line from its first period to the end of its last."""
    ends = {one.period.start: days_of(one.period) for one in scores if one.period is not None}
    for place, one in enumerate(outlook.changes):
        hint = change_line(one, scores[-1].unit, language)
        before, after = _levels(one)
        stretches = [(one.after, after)] if place else [(one.before, before), (one.after, after)]
        for starts, level in stretches:
            if not starts:
                continue
            y = axis.place(level)
            first, last = ends[starts[0]][0], ends[starts[-1]][1]
            line = segment(
                (timeline.place(first), y), (timeline.place(last), y), "whole", width=1.5
            )
            yield group([line], hint=hint)


def alarm_shapes(
    outlook: Outlook, scores: Sequence[Score], timeline: Timeline, axis: Axis, language: Language
) -> Iterator[Shape]:
    """Yield a triangle over each period that raised an alarm, pointing where it moved."""
    known = {one.period.start: one for one in scores if one.period is not None}
    for alarm in outlook.alarms:
        score = known.get(alarm.start)
        if score is None or score.period is None or finite(score.value) is None:
            continue
        x, y = timeline.middle(score.period), axis.place(score.value or 0.0)
        away = -1 if alarm.is_rise else 1
        base = y + away * ALARM_GAP
        tip = base + away * 2 * ALARM_SIZE
        triangle = polygon([(x - ALARM_SIZE, base), (x + ALARM_SIZE, base), (x, tip)], "ink")
        yield group([triangle], hint=alarm_line(alarm, language))


def forecast_shapes(
    outlook: Outlook, scores: Sequence[Score], timeline: Timeline, axis: Axis, language: Language
) -> Iterator[Shape]:
    """Yield the forecast as a dashed line from the last known score on, with its band."""
    placed = [
        (timeline.middle(period), period, one)
        for period, one in outlook.forecast
        if one.estimate is not None
    ]
    yield from _forecast_band(
        [
            (x, axis.place(one.low), axis.place(one.high))
            for x, _, one in placed
            if one.low is not None and one.high is not None
        ]
    )
    points = [(x, axis.place(one.estimate or 0.0)) for x, _, one in placed]
    known = [
        (timeline.middle(score.period), axis.place(score.value))
        for score in scores
        if score.period is not None and score.value is not None
    ]
    before = [point for point in known if points and point[0] < points[0][0]]
    line = [*before[-1:], *points]
    for start, end in pairwise(line):
        yield segment(start, end, "line-second", width=2, dash="5 4")
    for point, (_, period, one) in zip(points, placed, strict=True):
        hint = forecast_words(period, one, scores[-1].unit, language)
        yield group([circle(point, 3.5, "hollow-second")], hint=hint)


def _forecast_band(limits: Sequence[tuple[float, float, float]]) -> Iterator[Shape]:
    """Yield the band of a forecast; a lone interval is a vertical line."""
    if len(limits) == 1:
        x, low, high = limits[0]
        yield segment((x, low), (x, high), "whisker-second", width=3)
    elif limits:
        above = [(x, high) for x, _, high in limits]
        below = [(x, low) for x, low, _ in limits]
        yield polygon([*above, *reversed(below)], "band-second")


def forecast_words(period: Period, found: Interval, unit: Unit, language: Language) -> str:
    """Return what a period to come may be, with its interval."""
    value, low, high = (
        value_words(number, unit, language) for number in (found.estimate, found.low, found.high)
    )
    told = FORECAST.format(period=period_name(period, language), value=value, low=low, high=high)
    return told.to(language)


def outlook_sentences(outlook: Outlook, unit: Unit, language: Language) -> list[str]:
    """Return everything an outlook says, in sentences."""
    return [
        *(change_line(one, unit, language) for one in outlook.changes),
        *(alarm_line(one, language) for one in outlook.alarms),
        *(forecast_words(period, one, unit, language) for period, one in outlook.forecast),
    ]


def _levels(change: LevelChange) -> tuple[float, float]:
    """Return the levels before and after a change."""
    return change.level - (change.difference.estimate or 0.0), change.level
