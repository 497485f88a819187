"""Definition: everything a figure needs to be defended, as lines that travel with an export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ressenti.facts.scales import Level, Quantity, Scale
from ressenti.indicators import indicator_called
from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.definitions import band_text, reading_text
from ressenti.reports.exports.columns import Value
from ressenti.reports.words import DIRECTIONS, EVERYTHING
from ressenti.scores.definitions import Indicator, Variant
from ressenti.scores.score import Score

INDICATOR = Text(en="Indicator", fr="Indicateur")
DEFINITION = Text(en="Definition", fr="Définition")
VARIANT = Text(en="Variant", fr="Variante")
FORMULA = Text(en="Formula", fr="Formule")
READS = Text(en="Computed from", fr="Calculé à partir de")
UNIT = Text(en="Unit", fr="Unité")
DIRECTION = Text(en="Direction", fr="Sens favorable")
SCALE = Text(en="Scale", fr="Échelle")
POSITIVE = Text(en="Positive levels", fr="Niveaux positifs")
NEGATIVE = Text(en="Negative levels", fr="Niveaux négatifs")
PERIODS = Text(en="Period", fr="Période")
UNTIL = Text(en="{start} to {end} (excluded)", fr="{start} à {end} (exclu)")
FILTER = Text(en="Filter: {name}", fr="Filtre : {name}")
NO_FILTER = Text(en="Filter", fr="Filtre")
NONE = Text(en="none", fr="aucun")
COUNTED = Text(en="Answers counted", fr="Réponses comptées")
MISSING = Text(en="Left out, no answer", fr="Écartées, sans réponse")
INVALID = Text(en="Left out, off the scale", fr="Écartées, hors échelle")
FIGURES = Text(en="Figures", fr="Scores")
HIDDEN = Text(en="Figures without a value", fr="Scores sans valeur")
CONFIDENCE = Text(en="Confidence of the intervals", fr="Confiance des intervalles")
METHOD = Text(en="Method of the intervals", fr="Méthode des intervalles")
BAND = Text(en="Published reading", fr="Repère publié")
SOURCE = Text(en="Source", fr="Source")

Line = tuple[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What was asked for, beyond what the scores themselves say.

    Parameters
    ----------
    told : mapping of Text to str
        Such as the organisation, its time zone, the moment of the export and the address that
        gives the same figures again; in this order.
    filters : mapping of str to str
        What the figures were restricted to.
    scales : mapping of str to scale
        The scale of each ``indicator/variant``, where it is not the default one.
    """

    told: Mapping[Text, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    scales: Mapping[str, Scale | Quantity] = field(default_factory=dict)


def definition_lines(
    scores: Sequence[Score], circumstances: Circumstances, language: Language
) -> tuple[Line, ...]:
    """Return the lines that define exported scores: one block for each definition among them.

    The counts are those of the rows themselves; rows of one period and its parts count twice.
    """
    lines: list[Line] = [(label.to(language), told) for label, told in circumstances.told.items()]
    lines += [
        (FILTER.format(name=name).to(language), value)
        for name, value in circumstances.filters.items()
    ] or [(NO_FILTER.to(language), NONE.to(language))]
    for name in dict.fromkeys(f"{score.indicator}/{score.variant}" for score in scores):
        own = [score for score in scores if f"{score.indicator}/{score.variant}" == name]
        lines += [
            (label.to(language), value)
            for label, value in _block(own, name, circumstances, language)
        ]
    return tuple(lines)


def _block(
    scores: Sequence[Score], name: str, circumstances: Circumstances, language: Language
) -> Iterator[tuple[Text, Value]]:
    indicator = indicator_called(scores[0].indicator)
    variant = indicator.variant(scores[0].variant)
    yield from _what(indicator, variant, language)
    yield from _scale_lines(circumstances.scales.get(name, variant.scale), language)
    yield PERIODS, _period_text(scores, language)
    yield FIGURES, len(scores)
    yield HIDDEN, sum(score.value is None for score in scores)
    yield COUNTED, sum(score.n for score in scores)
    yield MISSING, sum(score.n_missing for score in scores)
    yield INVALID, sum(score.n_invalid for score in scores)
    levels = dict.fromkeys(score.confidence for score in scores)
    yield CONFIDENCE, ", ".join(percent_text(100 * one, language, decimals=0) for one in levels)
    yield METHOD, ", ".join(dict.fromkeys(one.method for one in scores if one.method)) or None
    for band in indicator.bands:
        if variant.key in (band.variants or (indicator.default.key,)):
            yield BAND, band_text(band, language)
    for source in indicator.sources:
        yield SOURCE, source


def _what(
    indicator: Indicator, variant: Variant, language: Language
) -> Iterator[tuple[Text, Value]]:
    abbreviation = indicator.abbreviation.to(language)
    yield INDICATOR, f"{indicator.name.to(language)} ({abbreviation})"
    yield DEFINITION, indicator.definition.to(language)
    yield VARIANT, f"{variant.name.to(language)} ({indicator.key}/{variant.key})"
    yield FORMULA, variant.formula.to(language)
    yield READS, reading_text(variant, language)
    yield UNIT, str(variant.unit)
    yield DIRECTION, DIRECTIONS[variant.direction].to(language)


def _scale_lines(
    scale: Scale | Quantity | None, language: Language
) -> Iterator[tuple[Text, Value]]:
    if scale is None:
        return
    yield SCALE, f"{scale.name.to(language)} ({scale.key})"
    if isinstance(scale, Scale):
        for label, levels in ((POSITIVE, scale.positive), (NEGATIVE, scale.negative)):
            told = [_level_text(level, language) for level in scale.levels if level in levels]
            if told:
                yield label, ", ".join(told)


def _level_text(level: Level, language: Language) -> str:
    return level if isinstance(level, str) else number_text(level, language, decimals=0)


def _period_text(scores: Sequence[Score], language: Language) -> str:
    periods = [score.period for score in scores if score.period is not None]
    if not periods:
        return EVERYTHING.to(language)
    start, end = min(one.start for one in periods), max(one.end for one in periods)
    return UNTIL.format(start=start, end=end).to(language)
