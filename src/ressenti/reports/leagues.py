"""League tables for a terminal: the shrunk figure first, and a rank only as an interval."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text as Styled

from ressenti.language import MISSING_NUMBER, Language, Text, number_text, percent_text, semicolon
from ressenti.reports.plain_tables import plain_text
from ressenti.reports.terminal import interval_text, remarks_text, score_name
from ressenti.reports.words import HEADS, NOT_TOLD
from ressenti.scores.score import Unit, value_text
from ressenti.studies.ranking import League, Standing

RANKS = Text(en="rank", fr="rang")
OWN = Text(en="own figure", fr="score brut")
SHRUNK = Text(en="shrunk", fr="ramenée")
BEST = Text(en="best {share}", fr="meilleurs {share}")
WORST = Text(en="worst {share}", fr="derniers {share}")
INDICATIVE = Text(en="indicative", fr="indicatif")
FUNNEL = {
    "warning": Text(en="outside the 95% funnel", fr="hors de l'entonnoir à 95 %"),
    "alarm": Text(en="outside the 99.8% funnel", fr="hors de l'entonnoir à 99,8 %"),
}


def league_text(league: League, language: Language) -> str:
    """Return a league table, or the units and the sentence that there is no ranking."""
    whole = league.whole
    value = value_text(whole.value, whole.unit, language, finer=_finer(whole.unit))
    lines = [f"{score_name(whole, language)} · {league.measure}"]
    lines.append(
        Text(
            en="All units: {value} {interval}, n = {n}", fr="Ensemble : {value} {interval}, n = {n}"
        )
        .format(
            value=value,
            interval=interval_text(whole, language),
            n=number_text(whole.n, language, decimals=0),
        )
        .to(language)
    )
    if league.tau2 is not None:
        spread = number_text(league.tau2**0.5, language, decimals=1 + (whole.unit is Unit.SCALE))
        lines.append(
            Text(
                en="Units truly differ by a standard deviation of {spread}.",
                fr="L'écart-type réel entre unités est de {spread}.",
            )
            .format(spread=spread)
            .to(language)
        )
    if league.reason is not None:
        lines[2:] = [league.reason.to(language)]
    return "\n".join([*lines, plain_text(league_table(league, language))])


def league_table(league: League, language: Language) -> Table:
    """Return a league table: ranks as intervals, chances of both ends, what is too small apart."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    share = percent_text(100 * league.top_share, language, decimals=0)
    confidence = percent_text(100 * league.confidence, language, decimals=0)
    names = list(dict.fromkeys(name for one in league.standings for name in one.segment))
    table.add_column(RANKS.to(language), justify="right")
    for name in names:
        table.add_column(name)
    table.add_column(SHRUNK.to(language), justify="right")
    interval = HEADS["interval"].format(confidence=confidence).to(language)
    table.add_column(interval, justify="right", no_wrap=True)
    table.add_column(BEST.format(share=share).to(language), justify="right")
    table.add_column(WORST.format(share=share).to(language), justify="right")
    table.add_column(OWN.to(language), justify="right")
    table.add_column(HEADS["n"].to(language), justify="right")
    table.add_column(HEADS["remarks"].to(language))
    for standing in league.standings:
        segments = [standing.segment.get(name) or NOT_TOLD.to(language) for name in names]
        table.add_row(*_cells(standing, segments, language))
    return table


def _cells(standing: Standing, segments: list[str], language: Language) -> list[str | Styled]:
    score = standing.score
    finer = _finer(score.unit)
    ranks = "" if standing.ranks is None else f"{standing.ranks[0]}–{standing.ranks[1]}"
    between = " ; " if language == "fr" else ", "
    limits = [
        value_text(limit, score.unit, language, finer=finer)
        for limit in (standing.low, standing.high)
    ]
    shrunk = value_text(standing.shrunk, score.unit, language, finer=finer)
    return [
        ranks,
        *segments,
        Styled(shrunk, style="dim" if standing.is_indicative else "bold"),
        MISSING_NUMBER if standing.low is None else f"[{between.join(limits)}]",
        _chance(standing.chance_best, language),
        _chance(standing.chance_worst, language),
        value_text(score.value, score.unit, language, finer=finer),
        number_text(score.n, language, decimals=0) if score.value is not None else "",
        _remarks(standing, language),
    ]


def _chance(chance: float | None, language: Language) -> str:
    return "" if chance is None else percent_text(100 * chance, language, decimals=0)


def _remarks(standing: Standing, language: Language) -> str:
    if standing.score.value is None:
        return remarks_text(standing.score, language)
    told = [INDICATIVE.to(language)] if standing.is_indicative else []
    if standing.funnel is not None:
        told.append(FUNNEL[standing.funnel].to(language))
    return f"{semicolon(language)} ".join(told)


def _finer(unit: Unit) -> int:
    return 1 if unit is Unit.POINTS else 0
