"""Series evidence: what a change of level, the alarms and the forecast of a series rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.evidence import INTERVALS, TEST, Evidence, N
from ressenti.reports.level_changes import day_text
from ressenti.reports.link_findings import interval_words
from ressenti.reports.series import FALL, RISE, SINCE, WIDER
from ressenti.reports.series_tables import forecast_rows
from ressenti.reports.tables import Heading, Table
from ressenti.reports.words import HEADS
from ressenti.scores.score import CONFIDENCE, Unit, value_text
from ressenti.studies.series import LevelChange, SeriesStudy

PERIODS = Text(
    en="{n_before} periods and {before} answers before, {n_after} periods and {after} answers "
    "after",
    fr="{n_before} périodes et {before} réponses avant, {n_after} périodes et {after} réponses "
    "après",
)
MOVE = Text(en="Change of level", fr="Changement de niveau")
FROM_TO = Text(
    en="from {before} to {after}, {difference}",
    fr="de {before} à {after}, {difference}",
)
DATED = Text(en="First day of the new level", fr="Premier jour du nouveau niveau")
BETWEEN = Text(
    en="{start}; the move lies between {earliest} and {latest}",
    fr="{start} ; le mouvement se situe entre le {earliest} et le {latest}",
)
LEVELS = Text(
    en="the levels that leave the least squares, a penalty of 3 ln(n) for each break (Yao, 1988)",
    fr="les niveaux qui laissent le moins de carrés, chaque rupture pénalisée de 3 ln(n) "
    "(Yao, 1988)",
)
ADJUSTED = Text(en="Adjusted for", fr="Ajusté de")
SEASONAL = Text(en="the season of {n} periods", fr="la saison de {n} périodes")
NO_SEASON = Text(en="nothing: no season is shown", fr="rien : aucune saison n'est montrée")
MEANWHILE = Text(en="Meanwhile", fr="Pendant ce temps")
SPREAD = Text(en="Spread", fr="Dispersion")
JUDGED = Text(en="Judged since", fr="Jugé depuis")
SHARE = Text(en="{share} confidence", fr="confiance de {share}")

WATCH = Text(
    en="Shiryaev-Roberts mixture, valid whenever one looks: one false alarm in {n} periods at most",
    fr="mélange de Shiryaev-Roberts, valide à tout moment : une fausse alerte sur {n} périodes au "
    "plus",
)
WATCHED = Text(en="{n} periods with a figure", fr="{n} périodes avec un chiffre")
ALARMS = Text(en="Alarms", fr="Alertes")
DIRECTION = Text(en="direction", fr="sens")

METHOD = Text(en="Method", fr="Méthode")
LOCAL_LEVEL = Text(
    en="local level (Kalman); the interval holds the figure to be published, its sampling included",
    fr="niveau local (Kalman) ; l'intervalle tient le chiffre à publier, échantillonnage compris",
)
FORECAST = Text(en="Forecast", fr="Prévision")


def level_evidence(change: LevelChange, study: SeriesStudy, language: Language) -> Evidence:
    """Return what a change of level rests on: both stretches, its size, its date, the method."""
    unit = _unit(study)
    difference = change.difference
    before = change.level - (difference.estimate or 0.0)
    facts = [
        (N, _stretches(change, study, language)),
        (
            MOVE,
            FROM_TO.format(
                before=value_text(before, unit, language, finer=1),
                after=value_text(change.level, unit, language, finer=1),
                difference=interval_words(difference, unit, language),
            ).to(language),
        ),
        (
            DATED,
            BETWEEN.format(
                start=day_text(change.start, language),
                earliest=day_text(change.earliest, language),
                latest=day_text(change.latest, language),
            ).to(language),
        ),
        (TEST, LEVELS.to(language)),
        *_conditions(study, language),
        (INTERVALS, _share(difference.confidence, language)),
    ]
    if change.events:
        facts.append((MEANWHILE, ", ".join(event.label for event in change.events)))
    return Evidence(facts=_told(facts, language))


def alarms_evidence(study: SeriesStudy, language: Language) -> Evidence:
    """Return what the alarms of a series promise, and when each was raised."""
    n = number_text(study.quiet_for, language, decimals=0)
    table = Table(
        caption=ALARMS.to(language),
        headings=(
            Heading(HEADS["period"].to(language)),
            Heading(DIRECTION.to(language)),
        ),
        rows=tuple(
            (day_text(alarm.start, language), (RISE if alarm.is_rise else FALL).to(language))
            for alarm in study.alarms
        ),
    )
    facts = [
        (N, _watched(study, language)),
        (TEST, WATCH.format(n=n).to(language)),
        *_conditions(study, language),
    ]
    return Evidence(facts=_told(facts, language), tables=(table,) if study.alarms else ())


def forecast_evidence(study: SeriesStudy, language: Language) -> Evidence:
    """Return what a forecast rests on: its history, its method and its interval."""
    confidence = next((one.confidence for _, one in study.forecast), CONFIDENCE)
    heads = (HEADS["value"], HEADS["interval"].format(confidence=_percent(confidence, language)))
    table = Table(
        caption=FORECAST.to(language),
        headings=(
            Heading(HEADS["period"].to(language)),
            *(Heading(head.to(language), is_number=True) for head in heads),
        ),
        rows=tuple(row[:3] for row in forecast_rows(study, language)),
    )
    facts = [
        (N, _watched(study, language)),
        (METHOD, LOCAL_LEVEL.to(language)),
        *_conditions(study, language),
        (INTERVALS, _share(confidence, language)),
    ]
    return Evidence(facts=_told(facts, language), tables=(table,))


def _stretches(change: LevelChange, study: SeriesStudy, language: Language) -> str:
    answers = {one.period.start: one.n for one in study.scores if one.period is not None}

    def shown(number: float) -> str:
        return number_text(number, language, decimals=0)

    return PERIODS.format(
        n_before=shown(len(change.before)),
        before=shown(sum(answers[start] for start in change.before)),
        n_after=shown(len(change.after)),
        after=shown(sum(answers[start] for start in change.after)),
    ).to(language)


def _watched(study: SeriesStudy, language: Language) -> str:
    known = sum(one.value is not None for one in study.scores)
    return WATCHED.format(n=number_text(known, language, decimals=0)).to(language)


def _conditions(study: SeriesStudy, language: Language) -> Iterator[tuple[Text, str]]:
    """Give what the figures are freed of, and how much more they vary than sampling makes them."""
    size = study.season.by_place.size
    is_shown = study.season.is_established and size
    yield ADJUSTED, (SEASONAL.format(n=size) if is_shown else NO_SEASON).to(language)
    if study.factor > 1.1:
        factor = number_text(study.factor, language, decimals=1)
        yield SPREAD, WIDER.format(factor=factor).to(language)
    if study.since is not None:
        yield JUDGED, SINCE.format(day=day_text(study.since, language)).to(language)


def _told(facts: Sequence[tuple[Text, str]], language: Language) -> tuple[tuple[str, str], ...]:
    return tuple((label.to(language), told) for label, told in facts)


def _share(confidence: float, language: Language) -> str:
    return SHARE.format(share=_percent(confidence, language)).to(language)


def _percent(confidence: float, language: Language) -> str:
    return percent_text(100 * confidence, language, decimals=0)


def _unit(study: SeriesStudy) -> Unit:
    return study.scores[-1].unit if study.scores else Unit.POINTS
