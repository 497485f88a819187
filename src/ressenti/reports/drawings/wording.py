"""Wording: what a drawing says in figures, for who cannot see it and under the pointer."""

from __future__ import annotations

from collections.abc import Iterable

from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.drawings.axes import finite
from ressenti.reports.drawings.timeline import period_name
from ressenti.reports.terminal import interval_text
from ressenti.reports.words import EVERYTHING, HEADS, NOT_TOLD, REASONS
from ressenti.scores.score import Score, Unit, value_text

NO_VALUE = Text(en="no value", fr="aucune valeur")
INDICATIVE = Text(en="indicative", fr="indicatif")
FIGURE = Text(en="{value} {interval}, n = {n}", fr="{value} {interval}, n = {n}")


def value_words(value: float | None, unit: Unit, language: Language) -> str:
    """Return a value as it is displayed in a drawing: net scores with one decimal."""
    return value_text(finite(value), unit, language, finer=1 if unit is Unit.POINTS else 0)


def figure_words(score: Score, language: Language) -> str:
    """Return a score in figures: value, interval and base, or why it has none.

    Examples
    --------
    >>> from ressenti.scores.score import Direction, Unit
    >>> score = Score(indicator="nps", variant="standard_0_10", value=31.0, low=26.4, high=35.4,
    ...               unit=Unit.POINTS, direction=Direction.HIGH, n=1412)
    >>> figure_words(score, "en")
    '31.0 [26.4, 35.4], n = 1,412'
    """
    if finite(score.value) is None:
        return absence_words(score, language)
    told = FIGURE.format(
        value=value_words(score.value, score.unit, language),
        interval=interval_text(score, language),
        n=number_text(score.n, language, decimals=0),
    ).to(language)
    return f"{told} ({INDICATIVE.to(language)})" if score.is_indicative else told


def absence_words(score: Score, language: Language) -> str:
    """Return why a score has no value."""
    reason = NO_VALUE if score.reason is None else REASONS.get(score.reason, NO_VALUE)
    return reason.to(language)


def confidence_words(confidence: float, language: Language) -> str:
    """Return what the interval of a drawing is called: ``interval 95%``."""
    share = percent_text(100 * confidence, language, decimals=0)
    return HEADS["interval"].format(confidence=share).to(language)


def segment_words(score: Score, language: Language) -> str:
    """Return the segment a score is of, or that it is of all."""
    told = [value or NOT_TOLD.to(language) for value in score.segment.values()]
    return " · ".join(told) or EVERYTHING.to(language)


def dated_words(score: Score, language: Language) -> str:
    """Return a score in figures after the name of its period."""
    figures = figure_words(score, language)
    if score.period is None:
        return figures
    return f"{period_name(score.period, language)} – {figures}"


def sentences(parts: Iterable[str]) -> str:
    """Return the parts that say something, each closed by a full stop.

    Examples
    --------
    >>> sentences(["One", "", "Two."])
    'One. Two.'
    """
    return " ".join(
        part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part
    )
