"""Explanations in words: why an indicator moved, each reason with what it is worth."""

from __future__ import annotations

from collections.abc import Iterator

from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.changes import difference_text, score_line, sentence, test_text
from ressenti.reports.level_changes import change_line
from ressenti.reports.terminal import score_name
from ressenti.reports.words import NOT_TOLD, PARTS
from ressenti.scores.score import Unit
from ressenti.studies.explaining import ClassShift, DimensionPart, Explanation, SegmentPart
from ressenti.studies.series import SeriesStudy

MOST_SEGMENTS = 5
MAY_BE_CHANCE = Text(
    en="Chance alone may have made this change: what follows describes it, and is no reason.",
    fr="Le hasard seul a pu produire cet écart : ce qui suit le décrit, sans en être la raison.",
)
BY_MIX_AND_RATE = Text(
    en="By {dimension}: {mix} from the mix, {rate} within.",
    fr="Selon {dimension} : {mix} par la structure, {rate} à l'intérieur.",
)
MOVED_APART = Text(
    en="They did not move alike (p {p}, adjusted).",
    fr="Toutes les parties n'ont pas évolué de même (p {p}, ajusté).",
)
MOVED_ALIKE = Text(
    en="Nothing shows that they moved differently.",
    fr="Rien ne montre qu'elles aient évolué différemment.",
)
BROUGHT = Text(
    en="{segment}: {whole} ({mix} mix, {rate} own figure); own change {change}",
    fr="{segment} : {whole} ({mix} structure, {rate} chiffre propre) ; écart propre {change}",
)
OTHERS = Text(en="and {n} others", fr="et {n} autres")
CLASS_LINE = Text(
    en="{name}: {before} → {after}, which brings {brings}",
    fr="{name} : {before} → {after}, soit {brings}",
)
HIDDEN = Text(
    en="By {dimension}: hidden, a group is too small.",
    fr="Selon {dimension} : masqué, un groupe est trop petit.",
)
NO_SPLIT = Text(
    en="By {dimension}: this indicator has no split into mix and rate.",
    fr="Selon {dimension} : cet indicateur ne se partage pas entre structure et niveau.",
)
ONE_VALUE = Text(
    en="By {dimension}: nothing to compare, all rows have one value of it.",
    fr="Selon {dimension} : rien à comparer, toutes les lignes en ont la même valeur.",
)
NO_DATE = Text(
    en="No single date stands out between the two periods.",
    fr="Aucune date ne se détache entre les deux périodes.",
)
WHEN = Text(en="When:", fr="Quand :")
PARADOX = Text(en="Simpson's paradox: ", fr="Paradoxe de Simpson : ")


def explanation_text(explanation: Explanation, when: SeriesStudy | None, language: Language) -> str:
    """Return an explanation as lines: the change, what answers changed, where, and when."""
    total = explanation.comparison.total
    before, after = explanation.comparison.levels
    lines = [f"{score_name(total.before, language)} · {before} → {after}"]
    for level, score in ((before, total.before), (after, total.after)):
        lines.append(f"  {score_line(level, score, language)}")
    lines.append(f"  {sentence(total, Text(en=before, fr=before), language)}")
    lines.append(f"  {test_text(total, language)}")
    if total.difference is not None and not total.is_established:
        lines.append(f"  {MAY_BE_CHANCE.to(language)}")
    unit = total.before.unit
    lines += [f"  · {class_line(one, unit, language)}" for one in explanation.classes]
    for part in explanation.dimensions:
        lines += [f"  {line}" for line in dimension_lines(part, unit, language)]
    lines += [
        f"  {told.format(dimension=name).to(language)}" for name, told in _unsplit(explanation)
    ]
    if when is not None:
        lines += [f"  {line}" for line in _when_lines(when, unit, language)]
    return "\n".join(lines)


def class_line(one: ClassShift, unit: Unit, language: Language) -> str:
    """Return what one class of answers brings to a change."""
    name = PARTS[one.name].to(language) if one.name in PARTS else one.name
    return CLASS_LINE.format(
        name=name,
        before=percent_text(100 * one.before, language),
        after=percent_text(100 * one.after, language),
        brings=difference_text(one.brings, unit, language),
    ).to(language)


def dimension_lines(part: DimensionPart, unit: Unit, language: Language) -> Iterator[str]:
    """Give what one dimension says: mix and rate, whether segments differ, and the main ones."""
    found = part.split.decomposition
    head = BY_MIX_AND_RATE.format(
        dimension=part.dimension,
        mix=difference_text(found.mix.value, unit, language),
        rate=difference_text(found.rate.value, unit, language),
    ).to(language)
    told = MOVED_ALIKE.to(language)
    if part.is_established and part.adjusted_p_value is not None:
        told = MOVED_APART.format(p=_p_text(part.adjusted_p_value, language)).to(language)
    yield f"{head} {told}"
    if part.split.alert.is_raised:
        reasons = " ".join(reason.to(language) for reason in part.split.alert.reasons)
        yield f"  ⚠ {PARADOX.to(language)}{reasons}"
    for own in part.parts[:MOST_SEGMENTS]:
        yield f"  · {segment_line(own, unit, language)}"
    if len(part.parts) > MOST_SEGMENTS:
        yield f"  · {OTHERS.format(n=len(part.parts) - MOST_SEGMENTS).to(language)}"


def segment_line(own: SegmentPart, unit: Unit, language: Language) -> str:
    """Return what one segment brings, by its mix and by its own figure."""
    return BROUGHT.format(
        segment=own.segment if own.segment is not None else NOT_TOLD.to(language),
        whole=difference_text(own.mix + own.rate, unit, language),
        mix=difference_text(own.mix, unit, language),
        rate=difference_text(own.rate, unit, language),
        change=test_text(own.change, language),
    ).to(language)


def _unsplit(explanation: Explanation) -> Iterator[tuple[str, Text]]:
    suppressed = {
        name
        for change in explanation.comparison.segments
        if "suppressed" in (change.before.reason, change.after.reason)
        for name in change.segment
    }
    for name in explanation.hidden:
        if name in suppressed:
            yield name, HIDDEN
        else:
            yield name, ONE_VALUE if len(_values(explanation, name)) < 2 else NO_SPLIT


def _values(explanation: Explanation, dimension: str) -> set[str | None]:
    """Return the values that a dimension has in what is compared."""
    segments = [change.segment for change in explanation.comparison.segments]
    return {segment[dimension] for segment in segments if dimension in segment}


def _when_lines(when: SeriesStudy, unit: Unit, language: Language) -> Iterator[str]:
    if not when.changes:
        yield NO_DATE.to(language)
        return
    yield WHEN.to(language)
    for change in when.changes:
        yield f"  · {change_line(change, unit, language)}"


def _p_text(p_value: float, language: Language) -> str:
    if p_value < 0.001:
        return f"< {number_text(0.001, language, decimals=3)}"
    return f"= {number_text(p_value, language, decimals=3)}"
