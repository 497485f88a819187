"""Heat map: themes by steps as one picture, each cell on a ground as strong as its feeling.

The figure stands in its cell with its sign: the ground alone tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ressenti.language import Language, Text, number_text
from ressenti.reports.drawings.lettering import broken, fitted
from ressenti.reports.drawings.vector import Shape, picture, rectangle, segment, words
from ressenti.reports.drawings.wording import absence_words, figure_words, sentences
from ressenti.scores.score import Score

WIDTH, ROW, GUTTER = 104, 44, 4
SIZE, SMALL, LINE = 13, 11, 15
ROOM_FOR_NAMES = 220
MOST_LINES = 3
MUCH = 40.0
"""From how many points on a mean is strong: for the eye only."""
GROUNDS: Mapping[str, float] = {
    "very-negative": 0.36,
    "negative": 0.16,
    "neither": 0.0,
    "positive": 0.16,
    "very-positive": 0.36,
}

TITLE = Text(en="How each theme is felt, step by step", fr="Ce que fait ressentir chaque thème")
LIMITS = Text(en="{low} to {high}", fr="{low} à {high}")
BASE = Text(en="n {n}", fr="n {n}")
NOBODY = "–"
HIDDEN = "·"
CELL = Text(en="{name}, {step}: {figures}", fr="{name}, {step} : {figures}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """One theme along the journey; steps at which nobody spoke of it are left out."""

    name: str
    scores: Mapping[str, Score]


def heat_of(score: Score) -> str:
    """Return the name of the ground of a mean polarity in points.

    Nothing is coloured that may as well be nothing: the interval must leave 0 out.

    Examples
    --------
    >>> from ressenti.scores.score import Direction, Unit
    >>> def felt(value, low, high):
    ...     return Score(indicator="nes", variant="mean_polarity", value=value, low=low, high=high,
    ...                  unit=Unit.POINTS, direction=Direction.HIGH)
    >>> heat_of(felt(-62.0, -80.0, -44.0)), heat_of(felt(25.0, 8.0, 42.0))
    ('very-negative', 'positive')
    >>> heat_of(felt(50.0, -10.0, 100.0)), heat_of(felt(50.0, None, None))
    ('neither', 'neither')
    """
    value, low, high = score.value, score.low, score.high
    if value is None or low is None or high is None or low <= 0 <= high:
        return "neither"
    name = "positive" if value > 0 else "negative"
    return f"very-{name}" if abs(value) >= MUCH else name


def heat_map_svg(rows: Sequence[HeatRow], steps: Mapping[str, str], language: Language) -> str:
    """Return the map.

    Parameters
    ----------
    steps : mapping of step to str
        What each column is called, in order.
    """
    heads = {step: broken(label, SMALL, WIDTH)[:MOST_LINES] for step, label in steps.items()}
    top = LINE * max((len(lines) for lines in heads.values()), default=0) + 2 * GUTTER
    shapes = [*_headings(heads, top)]
    for place, row in enumerate(rows):
        shapes += _row(row, steps, language, top=top + place * ROW)
    return picture(
        _left(len(steps)),
        top + ROW * len(rows),
        shapes,
        title=TITLE.to(language),
        description=sentences(_descriptions(rows, steps, language)),
    )


def _headings(heads: Mapping[str, Sequence[str]], top: float) -> Iterator[Shape]:
    for column, lines in enumerate(heads.values()):
        for line, text in enumerate(reversed(lines)):
            y = top - 2 * GUTTER - line * LINE
            told = fitted(text, SMALL, WIDTH)
            yield words(_middle(column), y, told, "muted", size=SMALL, anchor="middle")
    yield segment((0, top), (_left(len(heads)), top), "axis")


def _row(
    row: HeatRow, steps: Mapping[str, str], language: Language, *, top: float
) -> Iterator[Shape]:
    yield words(0, top + 26, fitted(row.name, SIZE, ROOM_FOR_NAMES), size=SIZE, is_bold=True)
    for column, step in enumerate(steps):
        score = row.scores.get(step)
        if score is None or score.value is None:
            told = NOBODY if score is None else HIDDEN
            yield words(_middle(column), top + 26, told, "muted", size=SIZE, anchor="middle")
            continue
        yield from _cell(score, score.value, language, left=_left(column), top=top)
    yield segment((0, top + ROW), (_left(len(steps)), top + ROW), "grid")


def _cell(
    score: Score, value: float, language: Language, *, left: float, top: float
) -> Iterator[Shape]:
    heat = heat_of(score)
    if GROUNDS[heat]:
        mark = "positive" if value > 0 else "negative"
        ground = rectangle(left, top + 2, WIDTH, ROW - 4, mark, radius=3)
        ground.set("fill-opacity", f"{GROUNDS[heat]:g}")
        yield ground
    middle = left + WIDTH / 2
    told = number_text(value, language, decimals=0, signed=True)
    yield words(middle, top + 18, told, size=SIZE + 1, anchor="middle", is_bold=True)
    n = BASE.format(n=number_text(score.n, language, decimals=0)).to(language)
    base = f"{_limits(score, language)} · {n}" if score.low is not None else n
    yield words(middle, top + 34, base, size=SMALL - 1, anchor="middle")


def _limits(score: Score, language: Language) -> str:
    low, high = (
        number_text(value, language, decimals=0, signed=True) for value in (score.low, score.high)
    )
    return LIMITS.format(low=low, high=high).to(language)


def _left(column: int) -> float:
    return ROOM_FOR_NAMES + 2 * GUTTER + column * (WIDTH + GUTTER)


def _middle(column: int) -> float:
    return _left(column) + WIDTH / 2


def _descriptions(
    rows: Sequence[HeatRow], steps: Mapping[str, str], language: Language
) -> Iterator[str]:
    for row in rows:
        for step, label in steps.items():
            score = row.scores.get(step)
            if score is not None:
                told = (figure_words if score.value is not None else absence_words)(score, language)
                yield CELL.format(name=row.name, step=label, figures=told).to(language)
