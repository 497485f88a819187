"""Series tables: a study of a series as rows of text, the twin of its chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ressenti.language import MISSING_NUMBER, Language, Text, number_text, percent_text
from ressenti.reports.changes import difference_text
from ressenti.reports.drawings.moments import Moment
from ressenti.reports.drawings.timeline import period_name
from ressenti.reports.drawings.wording import value_words
from ressenti.reports.series import FALL, RISE
from ressenti.reports.tables import Heading, Table
from ressenti.reports.terminal import interval_text, score_name
from ressenti.reports.words import HEADS
from ressenti.scores.score import CONFIDENCE, Reason, Score, Unit
from ressenti.statistics.intervals import Interval
from ressenti.studies.series import SeriesStudy

LEVEL = Text(en="level", fr="niveau")
SAID = Text(en="what is said of it", fr="ce qui en est dit")
FORECAST = Text(en="forecast", fr="prévision")
NEW_LEVEL = Text(en="new level, {difference}", fr="nouveau niveau, {difference}")
ALARM = Text(en="alarm: {direction}", fr="alerte : {direction}")


def series_table(
    study: SeriesStudy, language: Language, *, moments: Sequence[Moment] = ()
) -> Table:
    """Return a series with its levels, changes, alarms and forecast, the latest first.

    Parameters
    ----------
    moments : sequence of Moment
        What happened, and where a definition changed: told in the period that holds the day.
    """
    unit = study.scores[-1].unit if study.scores else Unit.POINTS
    confidence = study.scores[-1].confidence if study.scores else CONFIDENCE
    share = percent_text(100 * confidence, language, decimals=0)
    levels, said = _levels(study), _said(study, moments, unit, language)
    heads = (HEADS["value"], HEADS["interval"].format(confidence=share), HEADS["n"], LEVEL)
    known = tuple(
        (
            period_name(score.period, language),
            value_words(score.value, unit, language),
            interval_text(score, language),
            _base(score, language),
            _level_text(levels.get(score.period.start), unit, language),
            said.get(score.period.start, ""),
        )
        for score in reversed(study.scores)
        if score.period is not None
    )
    return Table(
        caption=score_name(study.scores[-1], language) if study.scores else study.measure,
        headings=(
            Heading(HEADS["period"].to(language)),
            *(Heading(head.to(language), is_number=True) for head in heads),
            Heading(SAID.to(language)),
        ),
        rows=tuple(reversed(forecast_rows(study, language))) + known,
    )


def forecast_rows(study: SeriesStudy, language: Language) -> tuple[tuple[str, ...], ...]:
    """Return the periods to come as rows of the table, the next one first."""
    return tuple(
        (period_name(period, language), *_ahead(found, study.scores[-1], language))
        for period, found in study.forecast
    )


def _levels(study: SeriesStudy) -> Mapping[str, float]:
    """Return the level of each period that is judged, by its first day; none without a change."""
    levels: dict[str, float] = {}
    for change in study.changes:
        before = change.level - (change.difference.estimate or 0.0)
        levels |= {start: levels.get(start, before) for start in change.before}
        levels |= dict.fromkeys(change.after, change.level)
    return levels


def _level_text(level: float | None, unit: Unit, language: Language) -> str:
    return "" if level is None else value_words(level, unit, language)


def _said(
    study: SeriesStudy, moments: Sequence[Moment], unit: Unit, language: Language
) -> Mapping[str, str]:
    said: dict[str, list[str]] = {}
    for period in (score.period for score in study.scores if score.period is not None):
        held = [one.words for one in moments if period.start <= one.day.isoformat() < period.end]
        if held:
            said[period.start] = held
    for change in study.changes:
        difference = difference_text(change.difference.estimate, unit, language)
        told = NEW_LEVEL.format(difference=difference).to(language)
        said.setdefault(change.start, []).append(told)
    for alarm in study.alarms:
        told = ALARM.format(direction=RISE if alarm.is_rise else FALL).to(language)
        said.setdefault(alarm.start, []).append(told)
    return {start: ", ".join(lines) for start, lines in said.items()}


def _ahead(found: Interval, last: Score, language: Language) -> tuple[str, ...]:
    shown = replace(last, value=found.estimate, low=found.low, high=found.high)
    value = value_words(found.estimate, last.unit, language)
    return value, interval_text(shown, language), "", "", FORECAST.to(language)


def _base(score: Score, language: Language) -> str:
    if score.reason == Reason.SUPPRESSED:
        return MISSING_NUMBER
    return number_text(score.n, language, decimals=0)
