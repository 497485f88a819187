"""Link evidence: what a link rests on: groups, lags, units, the test and what is held fixed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ressenti.language import MISSING_NUMBER, Language, Text, number_text, percent_text
from ressenti.reports.driver_words import bracketed
from ressenti.reports.evidence import (
    INTERVALS,
    TEST,
    Evidence,
    N,
    number_interval_text,
    p_text,
    p_words,
)
from ressenti.reports.link_findings import (
    LEVELS,
    correlation_text,
    gain_text,
    interval_words,
    lag_text,
)
from ressenti.reports.links import slope_words
from ressenti.reports.tables import Heading, Table
from ressenti.scores.score import Unit, value_text
from ressenti.statistics.unit_effects import UnitEffects
from ressenti.studies.links import Group, Level, Lift, Link, LinkStudy

POINTS = Text(en="{n} {points}", fr="{n} {points}")
CORRELATION = Text(en="Correlation", fr="Corrélation")
DIFFERENCE = Text(en="Where met less where missed", fr="Si obtenu moins si manqué")
WHEN = Text(en="When the indicator moves", fr="Quand l'indicateur bouge")
GAIN = Text(en="Out of sample", fr="Hors échantillon")
ALL_TESTS = Text(
    en="{own}; {adjusted} once all {tried} tests made are accounted for (Benjamini-Hochberg)",
    fr="{own} ; {adjusted} compte tenu des {tried} tests faits (Benjamini-Hochberg)",
)
SHARE = Text(en="{share} confidence", fr="confiance de {share}")
ADJUSTED = Text(en="Adjusted for", fr="Ajusté de")
NOT_ADJUSTED = Text(
    en="nothing in the correlation; what differs between units is told apart below",
    fr="rien dans la corrélation ; ce qui diffère entre unités est distingué ci-dessous",
)
NOTHING = Text(en="nothing", fr="rien")
PAST = Text(
    en="the past of both series, trend and season, or the level of each unit and each period",
    fr="le passé des deux séries, tendance et saison, ou le niveau de chaque unité et de chaque "
    "période",
)
REFUSAL = Text(en="Why there is no link to speak of", fr="Pourquoi il n'y a pas de lien à dire")

GROUPS = Text(en="Met against missed", fr="Obtenu contre manqué")
GROUP = Text(en="outcome", fr="résultat attendu")
MET = Text(en="met", fr="obtenu")
MISSED = Text(en="missed", fr="manqué")
LAGS = Text(
    en="Every lag tried; above 0 the outcome comes first",
    fr="Tous les décalages essayés ; au-dessus de 0 le résultat vient d'abord",
)
LAG = Text(en="lag", fr="décalage")
PARTIAL = Text(en="partial r", fr="r partiel")
ALL_P = Text(en="p, all tests", fr="p, tous tests")
OWN_P = Text(en="p", fr="p")
UNITS = Text(
    en="Indicator for one more of the outcome, inside {n} units and between them",
    fr="Indicateur pour un de plus du résultat attendu, au sein de {n} unités et entre elles",
)
UNITS_MET = Text(
    en="Indicator where met rather than missed, inside {n} units and between them",
    fr="Indicateur si obtenu plutôt que manqué, au sein de {n} unités et entre elles",
)
STAR = "\N{NO-BREAK SPACE}*"
WHERE = Text(en="where", fr="où")
SLOPE = Text(en="difference", fr="écart")
EVERYWHERE = Text(en="all together", fr="tout ensemble")
WITHIN = Text(en="inside units", fr="au sein des unités")
BETWEEN = Text(en="between units", fr="entre les unités")
VALUE = Text(en="value", fr="valeur")
INTERVAL = Text(en="interval", fr="intervalle")


def link_evidence(link: Link, study: LinkStudy, language: Language) -> Evidence:
    """Return what a link rests on, or why there is none.

    Examples
    --------
    >>> from ressenti.studies.links import refused_link
    >>> reason = Text(en="8 periods: at least 12 are needed.", fr="8 périodes : il en faut 12.")
    >>> link = refused_link("on time", "nps", Level.PERIOD, reason)
    >>> study = LinkStudy(links=(link,), level=Level.PERIOD, tried=0)
    >>> link_evidence(link, study, "en").facts
    (('Why there is no link to speak of', '8 periods: at least 12 are needed.'),)
    """
    cautions = tuple(caution.to(language) for caution in link.cautions)
    if link.correlation.estimate is None:
        reason = link.reason or link.correlation.reason
        told = MISSING_NUMBER if reason is None else reason.to(language)
        return Evidence(facts=((REFUSAL.to(language), told),), cautions=cautions)
    return Evidence(
        facts=tuple((label.to(language), told) for label, told in _facts(link, study, language)),
        tables=tuple(_tables(link, language)),
        cautions=cautions,
    )


def _facts(link: Link, study: LinkStudy, language: Language) -> Iterator[tuple[Text, str]]:
    n = number_text(link.n, language, decimals=0)
    yield N, POINTS.format(n=n, points=LEVELS[link.level]).to(language)
    yield CORRELATION, correlation_text(link.correlation, language)
    if link.lift is not None and link.lift.difference.estimate is not None:
        yield DIFFERENCE, interval_words(link.lift.difference, link.unit, language)
    if link.lag is not None:
        yield WHEN, lag_text(link.lag, language)
    gain = gain_text(link, language)
    if gain is not None:
        yield GAIN, gain
    yield TEST, _test(link, study, language)
    yield ADJUSTED, _adjustment(link).to(language)
    share = percent_text(100 * study.confidence, language, decimals=0)
    yield INTERVALS, SHARE.format(share=share).to(language)


def _test(link: Link, study: LinkStudy, language: Language) -> str:
    own = p_words(link.p_value, language)
    if link.adjusted_p_value is None or study.tried < 2:
        return own
    return ALL_TESTS.format(
        own=own,
        adjusted=p_words(link.adjusted_p_value, language),
        tried=number_text(study.tried, language, decimals=0),
    ).to(language)


def _adjustment(link: Link) -> Text:
    if link.level is Level.PERIOD:
        return PAST
    return NOTHING if link.units is None else NOT_ADJUSTED


def _tables(link: Link, language: Language) -> Iterator[Table]:
    if link.lift is not None:
        yield _groups_table(link, link.lift, language)
    if link.lags:
        yield _lags_table(link, language)
    if link.units is not None and link.units.within.estimate is not None:
        yield _units_table(link, link.units, language)


def _groups_table(link: Link, lift: Lift, language: Language) -> Table:
    heads = ((GROUP, False), (VALUE, True), (INTERVAL, True), (N, True))

    def row(name: Text, group: Group) -> tuple[str, ...]:
        low, high = (value_text(limit, link.unit, language) for limit in (group.low, group.high))
        has_limits = group.low is not None and group.high is not None
        return (
            name.to(language),
            value_text(group.value, link.unit, language),
            bracketed(low, high, language) if has_limits else MISSING_NUMBER,
            number_text(group.n, language, decimals=0),
        )

    return Table(
        caption=GROUPS.to(language),
        headings=tuple(Heading(text.to(language), is_number) for text, is_number in heads),
        rows=(row(MET, lift.met), row(MISSED, lift.missed)),
    )


def _lags_table(link: Link, language: Language) -> Table:
    heads = (LAG, PARTIAL, N, OWN_P, ALL_P)
    return Table(
        caption=LAGS.to(language),
        headings=tuple(Heading(text.to(language), is_number=True) for text in heads),
        rows=tuple(
            (
                number_text(lag.lag, language, decimals=0, signed=True),
                number_interval_text(lag.effect.correlation, language),
                number_text(lag.effect.n, language, decimals=0),
                p_text(lag.effect.p_value, language),
                p_text(lag.adjusted_p_value, language) + (STAR if lag.is_established else ""),
            )
            for lag in link.lags
        ),
    )


def _units_table(link: Link, units: UnitEffects, language: Language) -> Table:
    says_met = link.outcome_unit is Unit.PERCENT
    n = number_text(units.n_units, language, decimals=0)
    total = replace(units.within, estimate=units.total, low=None, high=None)
    slopes = ((EVERYWHERE, total), (WITHIN, units.within), (BETWEEN, units.between))
    return Table(
        caption=(UNITS_MET if says_met else UNITS).format(n=n).to(language),
        headings=(Heading(WHERE.to(language)), Heading(SLOPE.to(language), is_number=True)),
        rows=tuple(
            (name.to(language), slope_words(slope, language, says_met=says_met))
            for name, slope in slopes
        ),
    )
