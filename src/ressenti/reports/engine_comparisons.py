"""Engine comparisons for a terminal: one column an engine, one row a figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.table import Table

from ressenti.language import Language, Text, number_text, percent_text, semicolon
from ressenti.reports.plain_tables import plain_text
from ressenti.statistics.intervals import Interval
from ressenti.studies.engine_comparisons import EngineFigures

FIGURE = Text(en="against the person's marks", fr="face aux annotations de la personne")
INTERVALS = Text(
    en="Intervals at {confidence}. Classes: positive, neutral (mixed included), negative; a text "
    "that an engine cannot read counts as wrong.",
    fr="Intervalles à {confidence}. Classes : positif, neutre (mixte compris), négatif ; un texte "
    "qu'un moteur ne sait pas lire compte comme une erreur.",
)

Shown = Callable[[EngineFigures, Language], str]


def comparison_text(engines: Sequence[EngineFigures], language: Language) -> str:
    """Return engines side by side, and what the figures rest on."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(FIGURE.to(language))
    for figures in engines:
        table.add_column(figures.engine, justify="right")
    for name, shown in ROWS:
        table.add_row(name.to(language), *(shown(figures, language) for figures in engines))
    confidence = percent_text(100 * engines[0].accuracy.confidence, language, decimals=0)
    return plain_text(table) + "\n" + INTERVALS.format(confidence=confidence).to(language)


def _limits(interval: Interval, language: Language, *, decimals: int, signed: bool = False) -> str:
    def told(value: float | None) -> str:
        return number_text(value, language, decimals=decimals, signed=signed)

    if interval.low is None or interval.high is None:
        return told(interval.estimate)
    between = f"{semicolon(language)} " if language == "fr" else ", "
    return f"{told(interval.estimate)} [{told(interval.low)}{between}{told(interval.high)}]"


def _nes(figures: EngineFigures, language: Language) -> str:
    score = figures.net.score
    own = Interval(score.value, score.low, score.high, score.confidence, score.method or "")
    return _limits(own, language, decimals=1, signed=True)


def _corrected(figures: EngineFigures, language: Language) -> str:
    corrected = figures.net.corrected
    if corrected is None:
        return number_text(None, language)
    return _limits(corrected, language, decimals=1, signed=True)


def _count(value: float | None, language: Language) -> str:
    return number_text(value, language, decimals=0)


ROWS: Final[Sequence[tuple[Text, Shown]]] = (
    (
        Text(en="texts marked", fr="textes annotés"),
        lambda figures, language: _count(figures.n_marked, language),
    ),
    (
        Text(en="of which not read", fr="dont non lus"),
        lambda figures, language: _count(figures.n_unread, language),
    ),
    (
        Text(en="accuracy", fr="exactitude"),
        lambda figures, language: _limits(figures.accuracy, language, decimals=3),
    ),
    (
        Text(en="macro-F1", fr="F1 macro"),
        lambda figures, language: _limits(figures.macro_f1, language, decimals=3),
    ),
    (
        Text(en="agreement (kappa)", fr="accord (kappa)"),
        lambda figures, language: _limits(figures.agreement, language, decimals=3),
    ),
    (Text(en="NES as read", fr="NES tel que lu"), _nes),
    (Text(en="corrected NES", fr="NES corrigé"), _corrected),
    (
        Text(en="texts a second", fr="textes par seconde"),
        lambda figures, language: _count(figures.texts_per_second, language),
    ),
)
