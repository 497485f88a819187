"""Series in words: when a level moved, what goes with it, what may come next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ressenti.facts.periods import label_of
from ressenti.language import Language, Text, colon, number_text
from ressenti.reports.changes import difference_text, score_line
from ressenti.reports.explanations import class_line, dimension_lines
from ressenti.reports.level_changes import change_line, day_text
from ressenti.reports.terminal import score_name
from ressenti.scores.score import Unit, value_text
from ressenti.studies.explaining import Explanation
from ressenti.studies.series import Alarm, SeriesStudy

MOST_SHOWN = 12
EARLIER = Text(en="(and {n} earlier periods)", fr="(et {n} périodes antérieures)")
NO_CHANGE = Text(
    en="No change of level stands out of chance.",
    fr="Aucun changement de niveau ne se distingue du hasard.",
)
CHANGES = Text(en="Changes of level:", fr="Changements de niveau :")
ALARM = Text(en="alarm on {day}: {direction}", fr="alerte le {day} : {direction}")
RISE = Text(en="a rise", fr="une hausse")
FALL = Text(en="a fall", fr="une baisse")
QUIET = Text(
    en="No alarm (at most one false one in {n} periods on average, however often one looks).",
    fr="Aucune alerte (au plus une fausse sur {n} périodes en moyenne, autant qu'on regarde).",
)
PROMISE = Text(
    en="(at most one false alarm in {n} periods on average, however often one looks)",
    fr="(au plus une fausse alerte sur {n} périodes en moyenne, autant qu'on regarde)",
)
WIDER = Text(
    en="The figures vary {factor} times as much as sampling makes them.",
    fr="Les chiffres varient {factor} fois plus que l'échantillonnage ne le fait.",
)
SINCE = Text(
    en="Judged from {day} on, when the definition changed.",
    fr="Jugé à partir du {day}, quand la définition a changé.",
)
SEASON = Text(
    en="A season of {n} periods is taken out: {low} to {high}.",
    fr="Une saison de {n} périodes est ôtée : de {low} à {high}.",
)
NO_ROW = Text(
    en="no dated row: there is nothing to look at.",
    fr="aucune ligne datée : il n'y a rien à examiner.",
)
NEXT = Text(en="Next:", fr="Ensuite :")
NO_FORECAST = Text(en="No forecast: {reason}", fr="Pas de prévision : {reason}")


def series_text(
    study: SeriesStudy,
    explanations: Mapping[tuple[str, str], Explanation],
    language: Language,
) -> str:
    """Return a series as lines: its figures, changes with their reasons, alarms, forecast."""
    if not study.scores:
        return f"{study.measure}{colon(language)} {NO_ROW.to(language)}"
    unit = study.scores[0].unit
    lines = [score_name(study.scores[0], language)]
    lines += [
        f"  {score_line(one.period.start, one, language)}"
        for one in study.scores[-MOST_SHOWN:]
        if one.period is not None
    ]
    if len(study.scores) > MOST_SHOWN:
        lines.append(f"  {EARLIER.format(n=len(study.scores) - MOST_SHOWN).to(language)}")
    lines += [f"  {line}" for line in _conditions(study, unit, language)]
    lines.append(f"  {(CHANGES if study.changes else NO_CHANGE).to(language)}")
    for change in study.changes:
        lines.append(f"  · {change_line(change, unit, language)}")
        explanation = explanations.get((study.measure, change.start))
        if explanation is None:
            continue
        lines += [f"    · {class_line(one, unit, language)}" for one in explanation.classes]
        for part in explanation.dimensions:
            lines += [f"    {line}" for line in dimension_lines(part, unit, language)]
    lines += [f"  {line}" for line in alarm_lines(study, language)]
    lines += [f"  {line}" for line in forecast_lines(study, unit, language)]
    return "\n".join(lines)


def alarm_line(alarm: Alarm, language: Language) -> str:
    """Return one alarm: its period and its direction."""
    direction = (RISE if alarm.is_rise else FALL).to(language)
    return ALARM.format(day=day_text(alarm.start, language), direction=direction).to(language)


def _conditions(study: SeriesStudy, unit: Unit, language: Language) -> Iterator[str]:
    if study.since is not None:
        yield SINCE.format(day=day_text(study.since, language)).to(language)
    if study.factor > 1.1:
        yield WIDER.format(factor=number_text(study.factor, language, decimals=1)).to(language)
    effects = study.season.by_place
    if study.season.is_established and effects.size:
        yield SEASON.format(
            n=effects.size,
            low=difference_text(float(effects.min()), unit, language),
            high=difference_text(float(effects.max()), unit, language),
        ).to(language)


def alarm_lines(study: SeriesStudy, language: Language) -> Iterator[str]:
    """Give the alarms of a series, with what they promise, or why nothing is watched yet."""
    if study.alarms_reason is not None:
        yield study.alarms_reason.to(language)
        return
    n = number_text(study.quiet_for, language, decimals=0)
    if not study.alarms:
        yield QUIET.format(n=n).to(language)
        return
    for alarm in study.alarms:
        yield f"⚠ {alarm_line(alarm, language)}"
    yield PROMISE.format(n=n).to(language)


def forecast_lines(study: SeriesStudy, unit: Unit, language: Language) -> Iterator[str]:
    """Give what the next periods may be, or why nothing can be said."""
    if study.forecast_reason is not None:
        yield NO_FORECAST.format(reason=study.forecast_reason.to(language)).to(language)
        return
    yield NEXT.to(language)
    semicolon = "\N{NO-BREAK SPACE};" if language == "fr" else ","
    for period, found in study.forecast:
        value, low, high = (
            value_text(number, unit, language, finer=1)
            for number in (found.estimate, found.low, found.high)
        )
        name = label_of(date.fromisoformat(period.start), study.grain, language)
        yield f"· {name}{colon(language)} {value} [{low}{semicolon} {high}]"
