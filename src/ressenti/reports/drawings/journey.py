"""Journey: one cell of the map of steps and indicators, a figure over its interval.

All cells of one indicator share an axis, so that a row is read at a glance from left to right.
"""

from __future__ import annotations

from collections.abc import Iterator

from ressenti.facts.plan import Target
from ressenti.language import Language, Text, number_text
from ressenti.reports.drawings.axes import axis_over, finite
from ressenti.reports.drawings.interval_bar import bar_description, bar_shapes
from ressenti.reports.drawings.lettering import broken, fitted, text_width
from ressenti.reports.drawings.vector import Shape, picture, segment, words
from ressenti.reports.drawings.wording import absence_words, value_words
from ressenti.reports.terminal import score_name
from ressenti.scores.score import Score

WIDTH, HEIGHT = 128, 46
INSET = 6
VALUE_SIZE, SMALL, LINE = 16, 11, 13
BASE_LINE = 19
TITLE = Text(en="{name}, {step}", fr="{name}, {step}")
BASE = Text(en="n {n}", fr="n {n}")


def journey_cell_svg(
    score: Score,
    step: str,
    language: Language,
    *,
    bounds: tuple[float, float],
    target: Target | None = None,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> str:
    """Return the cell of a score at a step of the journey.

    Parameters
    ----------
    step : str
        The name of the step, for who hears the cell without seeing its column.
    bounds : pair of float
        From ``bounds_of`` over the scores of the row.
    """
    name = score_name(score, language)
    return picture(
        width,
        height,
        cell_shapes(score, language, bounds, target, (width, height)),
        title=TITLE.format(name=name, step=step).to(language),
        description=bar_description(score, language, target=target),
    )


def cell_shapes(
    score: Score,
    language: Language,
    bounds: tuple[float, float],
    target: Target | None,
    size: tuple[float, float],
) -> Iterator[Shape]:
    """Yield a cell of this width and height: its figure and base, over its interval."""
    width, height = size
    y = height - 2 * INSET
    axis = axis_over(bounds, INSET, width - INSET, margin=0.0)
    room = width - 2 * INSET
    if finite(score.value) is None:
        lines = broken(absence_words(score, language), SMALL, room)[:2]
        first = BASE_LINE - LINE / 2 * (len(lines) - 1)
        for place, text in enumerate(lines):
            fitting = fitted(text, SMALL, room)
            yield words(INSET, first + place * LINE, fitting, "muted", size=SMALL)
        yield segment((axis.start, y), (axis.end, y), "axis", dash="1 4")
        return
    base = BASE.format(n=number_text(score.n, language, decimals=0)).to(language)
    base_room = text_width(base, SMALL) + INSET
    value = fitted(value_words(score.value, score.unit, language), VALUE_SIZE, room - base_room)
    yield words(INSET, BASE_LINE, value, "ink", size=VALUE_SIZE, is_bold=not score.is_indicative)
    yield words(width - INSET, BASE_LINE, base, "muted", size=SMALL, anchor="end")
    yield from bar_shapes(score, axis, y, target=target)
