"""Sparkline: a trend the size of a word, with its band; a gap where there is no value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ressenti.language import Language, Text
from ressenti.reports.drawings.axes import Axis, axis_over, finite, limits_of, reach
from ressenti.reports.drawings.series import Placed, band_shapes, line_shapes, runs_with_value
from ressenti.reports.drawings.vector import Shape, circle, picture
from ressenti.reports.drawings.wording import (
    confidence_words,
    dated_words,
    sentences,
)
from ressenti.reports.terminal import score_name
from ressenti.scores.score import Score

WIDTH, HEIGHT = 160, 36
INSET = 5
TITLE = Text(en="Trend of {name}", fr="Tendance de {name}")
NOTHING = Text(en="Nothing to draw yet", fr="Rien à tracer pour l'instant")
SPAN = Text(
    en="{count} periods, {known} with a value", fr="{count} périodes, dont {known} avec valeur"
)
LAST = Text(en="Latest: {figures}", fr="Dernière : {figures}")
FIRST = Text(en="First: {figures}", fr="Première : {figures}")


def sparkline_svg(
    scores: Sequence[Score], language: Language, *, width: float = WIDTH, height: float = HEIGHT
) -> str:
    """Return the sparkline of scores that follow each other, oldest first.

    Its vertical range is its own: it shows the shape of a trend, never its size.
    """
    if not scores:
        title = NOTHING.to(language)
        return picture(width, height, [], title=title, description=title)
    limits = limits_of(scores[-1])
    axis = axis_over(reach(scores), height - INSET, INSET, limits=limits, margin=0.0)
    step = (width - 2 * INSET) / max(1, len(scores) - 1)
    alone = width / 2 if len(scores) == 1 else INSET
    placed = [(alone + step * row, score) for row, score in enumerate(scores)]
    shapes = [
        drawn
        for run in runs_with_value(placed)
        for drawn in (*band_shapes(run, axis), *line_shapes(run, axis, width=1.75))
    ]
    return picture(
        width,
        height,
        [*shapes, *_last_mark(placed, axis)],
        title=TITLE.format(name=score_name(scores[-1], language)).to(language),
        description=_description(scores, language),
    )


def _last_mark(placed: Sequence[Placed], axis: Axis) -> Iterator[Shape]:
    x, score = placed[-1]
    value = finite(score.value)
    if value is not None:
        mark = "hollow" if score.is_indicative else "dot"
        yield circle((x, axis.place(value)), 3, mark)


def _description(scores: Sequence[Score], language: Language) -> str:
    known = [score for score in scores if finite(score.value) is not None]
    first, last = scores[0], scores[-1]
    parts = [SPAN.format(count=len(scores), known=len(known)).to(language)]
    if known and known[0] is not last:
        parts.append(FIRST.format(figures=dated_words(known[0], language)).to(language))
    parts.append(LAST.format(figures=dated_words(last, language)).to(language))
    if known:
        parts.append(confidence_words(first.confidence, language))
    return sentences(parts)
