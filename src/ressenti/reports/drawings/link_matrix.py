"""Link matrix: every outcome with every indicator, its strength, sureness and lag at a glance.

The side of a mark tells the strength, a full mark that more than chance is shown; a square runs
downwards, a circle upwards. Nothing shown stays hollow and small; what is refused is a dash.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from ressenti.language import MISSING_NUMBER, Language, Text, number_text
from ressenti.reports.drawings.lettering import broken, fitted, text_width
from ressenti.reports.drawings.vector import (
    Shape,
    circle,
    group,
    picture,
    segment,
    square,
    words,
)
from ressenti.reports.drawings.wording import sentences
from ressenti.reports.link_findings import finding, limits_text
from ressenti.studies.links import Level, Link, LinkStudy, Wording

WIDTH = 720
ROW_HEIGHT = 46
TOP, BOTTOM, GUTTER = 56, 40, 14
SIZE, SMALL, TINY = 12, 11, 9
LEAST_RADIUS, MOST_RADIUS = 3.0, 15.0
LABEL_SHARE = 0.34
NARROWEST_COLUMN = 150.0
# A cell of a compact matrix holds its mark and the strength under it.
COMPACT_COLUMN, COMPACT_RADIUS = 44.0, 11.0
LINE_HEIGHT, MOST_LINES = 13, 3

TITLE = Text(en="Links of outcomes and indicators", fr="Liens entre résultats et indicateurs")
KEY = Text(
    en="size: strength · full: more than chance, {tried} tests accounted for · circle up, square "
    "down",
    fr="taille : force · plein : plus que le hasard, {tried} tests pris en compte · cercle en "
    "hausse, carré en baisse",
)
LAG_KEY = Text(
    en=" · periods above 0: the outcome first",
    fr=" · périodes au-dessus de 0 : le résultat d'abord",
)
SAME = Text(en="same period", fr="même période")
APART = Text(en="{lag} period{s}", fr="{lag} période{s}")


@dataclass(frozen=True, slots=True)
class _Frame:
    left: float
    step: float
    width: float
    is_compact: bool
    language: Language

    def x(self, column: int) -> float:
        return self.left + self.step * (column + 0.5)

    def y(self, row: int) -> float:
        return TOP + ROW_HEIGHT * (row + 0.5)


def link_matrix_svg(
    study: LinkStudy, language: Language, *, width: float = WIDTH, is_compact: bool = False
) -> str:
    """Return the links of one study as a matrix, outcomes down, indicators across.

    Parameters
    ----------
    width : float
        A matrix with many indicators is wider than asked rather than unreadable.
    is_compact : bool
        Whether a cell holds its mark and its strength alone, for a narrow page.
    """
    outcomes = tuple(dict.fromkeys(link.outcome for link in study.links))
    indicators = tuple(dict.fromkeys(link.indicator for link in study.links))
    label_room = max((text_width(name, SIZE) for name in outcomes), default=0.0)
    left = min(label_room + 2, LABEL_SHARE * width) + GUTTER
    least = COMPACT_COLUMN if is_compact else NARROWEST_COLUMN
    step = max(least, (width - left) / max(len(indicators), 1))
    frame = _Frame(left, step, left + step * len(indicators), is_compact, language)
    height = TOP + ROW_HEIGHT * len(outcomes) + BOTTOM
    shapes = [*_heads(outcomes, indicators, frame)]
    for link in study.links:
        place = indicators.index(link.indicator), outcomes.index(link.outcome)
        shapes.append(_cell(link, study, frame.x(place[0]), frame.y(place[1]), frame))
    tried = number_text(study.tried, language, decimals=0)
    told = KEY.format(tried=tried).to(language)
    if study.level is Level.PERIOD and not is_compact:
        told += LAG_KEY.to(language)
    key = broken(told, SMALL, frame.width)
    for row, line in enumerate(key):
        y = height - 12 + LINE_HEIGHT * row
        shapes.append(words(0, y, line, "muted", size=SMALL))
    return picture(
        frame.width,
        height + LINE_HEIGHT * (len(key) - 1),
        shapes,
        title=TITLE.to(language),
        description=sentences([finding(link, study, language) for link in study.links]),
    )


def _heads(outcomes: Sequence[str], indicators: Sequence[str], frame: _Frame) -> Iterator[Shape]:
    for column, name in enumerate(indicators):
        text = fitted(name, SIZE, frame.step - 8)
        yield words(frame.x(column), TOP - 16, text, "ink", size=SIZE, anchor="middle")
    for row, name in enumerate(outcomes):
        yield segment((0, frame.y(row) - 23), (frame.width, frame.y(row) - 23), "grid")
        yield from _row_name(name, frame.y(row), frame.left - GUTTER)


def _row_name(name: str, y: float, room: float) -> Iterator[Shape]:
    """Yield a name in as many lines as a row holds, around its middle."""
    lines = broken(name, SIZE, room)
    lines = [*lines[: MOST_LINES - 1], " ".join(lines[MOST_LINES - 1 :])] if lines else lines
    shown = [fitted(line, SIZE, room) for line in lines if line]
    top = y + SIZE / 3 - LINE_HEIGHT * (len(shown) - 1) / 2
    for place, line in enumerate(shown):
        yield words(0, top + LINE_HEIGHT * place, line, "ink", size=SIZE)


def _cell(link: Link, study: LinkStudy, x: float, y: float, frame: _Frame) -> Shape:
    hint = finding(link, study, frame.language)
    strength = link.correlation.estimate
    if strength is None:
        dash = words(x, y + SIZE / 3, MISSING_NUMBER, "muted", size=SIZE, anchor="middle")
        return group([dash], hint=hint)
    largest = COMPACT_RADIUS if frame.is_compact else MOST_RADIUS
    radius = max(LEAST_RADIUS, largest * sqrt(min(abs(strength), 1.0)))
    draw = circle if strength >= 0 else square
    text = number_text(strength, frame.language, decimals=2, signed=True)
    ink = "ink" if link.is_established else "muted"
    if frame.is_compact:
        below = words(x, y + 18, text, ink, size=SMALL, anchor="middle")
        return group([draw((x, y - 7), radius, _mark(link)), below], hint=hint)
    shapes = [
        draw((x - 14, y), radius, _mark(link)),
        words(x + 6, y - 4, text, ink, size=SIZE),
    ]
    lines = [limits_text(link.correlation, frame.language)]
    lines += [] if link.lag is None else [_lag_words(link.lag, frame.language)]
    for place, line in enumerate(lines):
        shown = fitted(line, TINY, frame.step / 2)
        shapes.append(words(x + 6, y + 8 + 11 * place, shown, "muted", size=TINY))
    return group(shapes, hint=hint)


def _lag_words(lag: int, language: Language) -> str:
    """Return when the indicator moves in a few letters: above 0 the outcome comes first."""
    if lag == 0:
        return SAME.to(language)
    signed = number_text(lag, language, decimals=0, signed=True)
    return APART.format(lag=signed, s="s" if abs(lag) > 1 else "").to(language)


def _mark(link: Link) -> str:
    if link.is_claimed:
        return "dot"
    return (
        "hollow"
        if link.wording in (Wording.BOTH_WAYS, Wording.INDICATOR_FIRST)
        else ("hollow-indicative")
    )
