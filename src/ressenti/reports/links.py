"""Links for a terminal: one line a link, then what may be said of it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from ressenti.language import MISSING_NUMBER, Language, Text, number_text
from ressenti.reports.evidence import p_text
from ressenti.reports.link_findings import METHODS, finding, interval_words, lags_text
from ressenti.reports.plain_tables import plain_text
from ressenti.reports.tables import Heading
from ressenti.reports.tables import Table as Figures
from ressenti.scores.score import Unit
from ressenti.statistics.intervals import Interval
from ressenti.studies.links import Level, Link, LinkStudy, Wording

# A longer list is told for the links that are more than chance; the table has them all.
MOST_FINDINGS = 12

OUTCOME = Text(en="outcome", fr="résultat attendu")
INDICATOR = Text(en="indicator", fr="indicateur")
LIFT = Text(en="met − missed", fr="obtenu − manqué")
CORRELATION = Text(en="correlation", fr="corrélation")
KIND = Text(en="kind", fr="sorte")
LAG = Text(en="lag", fr="décalage")
SURENESS = Text(en="p, all tests", fr="p, tous tests")
READING = Text(en="reading", fr="lecture")
POINTS = Text(en="n", fr="n")
WORDINGS = {
    Wording.REFUSED: Text(en="not sought", fr="non recherché"),
    Wording.NOTHING_SHOWN: Text(en="nothing shown", fr="rien de montré"),
    Wording.MOVES_WITH: Text(en="moves with", fr="évolue avec"),
    Wording.PREDICTS: Text(en="predicts", fr="prédit"),
    Wording.INDICATOR_FIRST: Text(en="the indicator moves first", fr="l'indicateur bouge d'abord"),
    Wording.BOTH_WAYS: Text(en="both ways", fr="dans les deux sens"),
}
HEADLINE = {
    Level.CUSTOMER: Text(
        en="One point a customer. Links: {n}. Tests made, all accounted for: {tried}.",
        fr="Un point par client. Liens : {n}. Tests faits, tous pris en compte : {tried}.",
    ),
    Level.GROUP: Text(
        en="One point a unit. Links: {n}. Tests made, all accounted for: {tried}.",
        fr="Un point par unité. Liens : {n}. Tests faits, tous pris en compte : {tried}.",
    ),
    Level.PERIOD: Text(
        en="From period to period. Links: {n}. Tests made, all accounted for: {tried}.",
        fr="D'une période à l'autre. Liens : {n}. Tests faits, tous pris en compte : {tried}.",
    ),
}
ALL_LAGS = Text(
    en="lags, the outcome first above 0: {lags}",
    fr="décalages, le résultat d'abord au-dessus de 0 : {lags}",
)
INSIDE_MET = Text(
    en="met rather than missed, inside {n} units: {within}; between them: {between}",
    fr="obtenu plutôt que manqué, au sein de {n} unités : {within} ; entre elles : {between}",
)
INSIDE = Text(
    en="for 1 more of the outcome, inside {n} units: {within}; between them: {between}",
    fr="pour 1 de plus du résultat, au sein de {n} unités : {within} ; entre elles : {between}",
)
NOT_CAUSES = Text(
    en="A link is no cause: a roll-out drawn at random, or before and after with a comparison "
    "group, says more (ressenti effect).",
    fr="Un lien n'est pas une cause : un déploiement tiré au sort, ou un avant-après avec groupe "
    "de comparaison, en dit plus (ressenti effect).",
)


def links_text(study: LinkStudy, language: Language, *, notes: Sequence[Text] = ()) -> str:
    """Return the links as a table, then each finding with its cautions."""
    figures = links_table(study, language)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in figures.headings:
        table.add_column(heading.text, justify="right" if heading.is_number else "left")
    for row in figures.rows:
        table.add_row(*row)
    lines = [figures.caption, plain_text(table)]
    told = study.links
    if len(told) > MOST_FINDINGS:
        told = tuple(link for link in told if link.is_established)
    for link in told:
        lines += finding_lines(link, study, language)
    lines += ["", *(note.to(language) for note in notes), NOT_CAUSES.to(language)]
    return "\n".join(lines)


def finding_lines(link: Link, study: LinkStudy, language: Language) -> list[str]:
    """Return the finding of a link and what must be read beside it, one line each."""
    lines = [f"• {finding(link, study, language)}"]
    if len(link.lags) > 1:
        lines.append(f"  {ALL_LAGS.format(lags=lags_text(link.lags, language)).to(language)}")
    if link.units is not None and link.units.within.estimate is not None:
        says_met = link.outcome_unit is Unit.PERCENT
        slopes = (INSIDE_MET if says_met else INSIDE).format(
            n=number_text(link.units.n_units, language, decimals=0),
            within=slope_words(link.units.within, language, says_met=says_met),
            between=slope_words(link.units.between, language, says_met=says_met),
        )
        lines.append(f"  {slopes.to(language)}")
    return lines + [f"  ⚠ {caution.to(language)}" for caution in link.cautions]


def links_table(study: LinkStudy, language: Language) -> Figures:
    """Return the links as a table of texts, for a terminal or beside the matrix."""
    has_lags = study.level is Level.PERIOD
    heads = [(OUTCOME, False), (INDICATOR, False)]
    heads += [] if has_lags else [(LIFT, True)]
    heads += [(CORRELATION, True), (KIND, False)]
    heads += [(LAG, True)] if has_lags else []
    heads += [(POINTS, True), (SURENESS, True), (READING, False)]
    caption = HEADLINE[study.level].format(
        n=number_text(len(study.links), language, decimals=0),
        tried=number_text(study.tried, language, decimals=0),
    )
    return Figures(
        caption=caption.to(language),
        headings=tuple(Heading(text.to(language), is_number) for text, is_number in heads),
        rows=tuple(_row(link, language, has_lags=has_lags) for link in study.links),
    )


def _row(link: Link, language: Language, *, has_lags: bool) -> tuple[str, ...]:
    kind = METHODS.get(link.correlation.method)
    cells = [link.outcome, link.indicator]
    if not has_lags:
        cells.append(_lift_words(link, language))
    cells.append(_interval_words(link.correlation, language))
    cells.append("" if kind is None or link.correlation.estimate is None else kind.to(language))
    if has_lags:
        cells.append(number_text(link.lag, language, decimals=0, signed=True))
    cells.append(number_text(link.n, language, decimals=0))
    cells.append(p_text(link.adjusted_p_value, language))
    cells.append(WORDINGS[link.wording].to(language))
    return tuple(cells)


def _lift_words(link: Link, language: Language) -> str:
    if link.lift is None or link.lift.difference.estimate is None:
        return MISSING_NUMBER
    return interval_words(link.lift.difference, link.unit, language)


def _interval_words(interval: Interval, language: Language, *, decimals: int = 2) -> str:
    value = number_text(interval.estimate, language, decimals=decimals, signed=True)
    if interval.low is None or interval.high is None:
        return value
    limits = [
        number_text(limit, language, decimals=decimals, signed=True)
        for limit in (interval.low, interval.high)
    ]
    between = "\N{NO-BREAK SPACE}; " if language == "fr" else ", "
    return f"{value} [{between.join(limits)}]"


def slope_words(slope: Interval, language: Language, *, says_met: bool) -> str:
    """Return a slope; that of an outcome in per cent is told from none met to all met."""
    if not says_met:
        return _interval_words(slope, language)
    estimate, low, high = (
        None if value is None else 100 * value for value in (slope.estimate, slope.low, slope.high)
    )
    whole = Interval(estimate, low, high, slope.confidence, slope.method)
    return _interval_words(whole, language, decimals=1)
