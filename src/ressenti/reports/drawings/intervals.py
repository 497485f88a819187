"""Intervals: units side by side, each as the range its figure may lie in, best first.

The mark is the figure that is compared, shrunk towards all where there are enough units; the
unit's own figure is a faint tick. A unit too small to be shown is said in words, never drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ressenti.language import Language, Text, number_text
from ressenti.reports.drawings.axes import Axis, axis_over, finite, limits_of, tick_text
from ressenti.reports.drawings.lettering import fitted, text_width
from ressenti.reports.drawings.vector import (
    Shape,
    circle,
    group,
    picture,
    rectangle,
    segment,
    words,
)
from ressenti.reports.drawings.wording import (
    absence_words,
    confidence_words,
    figure_words,
    segment_words,
    sentences,
    value_words,
)
from ressenti.reports.terminal import score_name
from ressenti.scores.score import Score
from ressenti.studies.ranking import League

WIDTH = 720
ROW_HEIGHT = 24
TOP, BOTTOM, GUTTER = 30, 26, 12
SIZE = 12
SMALL = 11
LABEL_SHARE = 0.42

TITLE = Text(en="{name} by segment", fr="{name} par segment")
ALL = Text(en="all {value}", fr="ensemble {value}")
LINE = Text(en="{label}: {figures}", fr="{label} : {figures}")
SHRUNK = Text(
    en="{label}: {shrunk} once pulled towards all; own figure {figures}",
    fr="{label} : {shrunk} une fois ramené vers l'ensemble ; score brut {figures}",
)
OWN_FIGURE = Text(en="own figure", fr="score brut")
RANKS = Text(en="rank", fr="rang")
WHOLE = Text(en="All together: {figures}", fr="Ensemble : {figures}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One unit as it is drawn.

    Parameters
    ----------
    score : Score
        Its own figure.
    value, low, high : float or None
        What is compared, with its interval; the own figure where nothing is shrunk.
    raw : float or None
        The own figure, where ``value`` is another.
    ranks : str
        The ranks it may well have, or nothing.
    """

    label: str
    score: Score
    value: float | None
    low: float | None
    high: float | None
    raw: float | None = None
    ranks: str = ""
    is_indicative: bool = False


def rows_of_league(league: League, language: Language) -> tuple[Row, ...]:
    """Return the units of a league table in its order, ranks as intervals."""
    return tuple(
        Row(
            label=segment_words(one.score, language),
            score=one.score,
            value=one.score.value if one.shrunk is None else one.shrunk,
            low=one.score.low if one.shrunk is None else one.low,
            high=one.score.high if one.shrunk is None else one.high,
            raw=None if one.shrunk is None else one.score.value,
            ranks="" if one.ranks is None else _ranks_text(one.ranks),
            is_indicative=one.is_indicative or one.score.is_indicative,
        )
        for one in league.standings
    )


def rows_of_scores(scores: Sequence[Score], language: Language) -> tuple[Row, ...]:
    """Return scores as rows, in their order, each with its own interval."""
    return tuple(
        Row(
            label=segment_words(score, language),
            score=score,
            value=score.value,
            low=score.low,
            high=score.high,
            is_indicative=score.is_indicative,
        )
        for score in scores
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    axis: Axis
    label_room: float
    width: float
    bottom: float
    language: Language


def intervals_svg(
    rows: Sequence[Row], whole: Score, language: Language, *, width: float = WIDTH
) -> str:
    """Return the units of one measure as intervals around the line of all together.

    Parameters
    ----------
    rows : sequence of Row
        From ``rows_of_league`` or ``rows_of_scores``; drawn from top to bottom.
    whole : Score
        All units together.
    """
    height = TOP + ROW_HEIGHT * len(rows) + BOTTOM
    frame = _frame(rows, whole, language, width, height - BOTTOM)
    shapes = [*_scale(frame, whole), *_whole_line(frame, whole)]
    for place, row in enumerate(rows):
        shapes.append(_row_shape(row, TOP + ROW_HEIGHT * (place + 0.5), frame))
    shapes += _key(rows, frame)
    return picture(
        width,
        height,
        shapes,
        title=TITLE.format(name=score_name(whole, language)).to(language),
        description=_description(rows, whole, language),
    )


def _frame(
    rows: Sequence[Row], whole: Score, language: Language, width: float, bottom: float
) -> _Frame:
    ranks = max((text_width(row.ranks, SMALL) + GUTTER for row in rows if row.ranks), default=0.0)
    widest = max((text_width(row.label, SIZE) for row in rows), default=0.0)
    label_room = min(widest, LABEL_SHARE * width - ranks)
    right = max((text_width(_base_text(row, language), SIZE) for row in rows), default=0.0)
    values = [value for row in rows for value in (row.value, row.low, row.high, row.raw)]
    values += [whole.value, whole.low, whole.high]
    axis = axis_over(
        values,
        label_room + ranks + GUTTER,
        width - min(right, width / 5) - GUTTER,
        limits=limits_of(whole),
        margin=0.04,
    )
    return _Frame(axis, label_room, width, bottom, language)


def _scale(frame: _Frame, whole: Score) -> Iterator[Shape]:
    axis = frame.axis
    count = max(3, int((axis.end - axis.start) / 90))
    step = axis.step(count)
    for value in axis.ticks(count):
        x = axis.place(value)
        text = fitted(tick_text(value, step, whole.unit, frame.language), SMALL, 90)
        yield segment((x, TOP - 4), (x, frame.bottom), "zero" if value == 0 else "grid")
        yield words(x, frame.bottom + 16, text, "muted", size=SMALL, anchor="middle")
    yield words(frame.width, TOP - 12, "n", "muted", size=SMALL, anchor="end")


def _whole_line(frame: _Frame, whole: Score) -> Iterator[Shape]:
    value, low, high = finite(whole.value), finite(whole.low), finite(whole.high)
    if value is None:
        return
    axis, x = frame.axis, frame.axis.place(value)
    if low is not None and high is not None:
        start, end = axis.place(low), axis.place(high)
        yield rectangle(start, TOP - 4, end - start, frame.bottom - TOP + 4, "whole-band")
    yield segment((x, TOP - 6), (x, frame.bottom), "whole", width=1.25)
    text = ALL.format(value=value_words(value, whole.unit, frame.language)).to(frame.language)
    half = text_width(text, SMALL) / 2
    middle = min(max(x, axis.start + half), axis.end - half)
    yield words(middle, TOP - 12, text, "ink", size=SMALL, anchor="middle", is_bold=True)


def _key(rows: Sequence[Row], frame: _Frame) -> Iterator[Shape]:
    """Yield the heads of what is not said elsewhere: the rank, and what the faint tick is."""
    if any(row.ranks for row in rows):
        text = RANKS.to(frame.language)
        x = frame.axis.start - GUTTER
        yield words(x, TOP - 12, text, "muted", size=SMALL, anchor="end")
    if any(finite(row.raw) is not None for row in rows):
        y = frame.bottom + 12
        yield segment((2, y - 6), (2, y + 6), "raw", width=1.25)
        yield words(9, y + 4, OWN_FIGURE.to(frame.language), "muted", size=SMALL)


def _row_shape(row: Row, y: float, frame: _Frame) -> Shape:
    base = y + SIZE / 3
    label = fitted(row.label, SIZE, frame.label_room)
    shapes = [words(0, base, label, "ink", size=SIZE)]
    value = finite(row.value)
    if value is None:
        text = absence_words(row.score, frame.language)
        shapes.append(words(frame.axis.start, base, text, "label", size=SMALL))
        return group(shapes, hint=_row_words(row, frame.language))
    n = _base_text(row, frame.language)
    ranks_end = frame.axis.start - GUTTER
    shapes.append(words(ranks_end, base, row.ranks, "muted", size=SMALL, anchor="end"))
    shapes += _marks(row, value, y, frame.axis)
    shapes.append(words(frame.width, base, n, "muted", size=SIZE, anchor="end"))
    return group(shapes, hint=_row_words(row, frame.language))


def _marks(row: Row, value: float, y: float, axis: Axis) -> Iterator[Shape]:
    low, high, raw = finite(row.low), finite(row.high), finite(row.raw)
    if low is not None and high is not None:
        mark = "interval-indicative" if row.is_indicative else "interval"
        yield segment((axis.place(low), y), (axis.place(high), y), mark, width=6)
    if raw is not None:
        x = axis.place(raw)
        yield segment((x, y - 6), (x, y + 6), "raw", width=1.25)
    dot = "hollow-indicative" if row.is_indicative else "dot"
    yield circle((axis.place(value), y), 4.5, dot)


def _ranks_text(ranks: tuple[int, int]) -> str:
    best, worst = ranks
    return str(best) if best == worst else f"{best}–{worst}"


def _base_text(row: Row, language: Language) -> str:
    if finite(row.value) is None:
        return ""
    return number_text(row.score.n, language, decimals=0)


def _row_words(row: Row, language: Language) -> str:
    figures = figure_words(row.score, language)
    if row.raw is None or row.value is None:
        return LINE.format(label=row.label, figures=figures).to(language)
    shrunk = value_words(row.value, row.score.unit, language)
    return SHRUNK.format(label=row.label, shrunk=shrunk, figures=figures).to(language)


def _description(rows: Sequence[Row], whole: Score, language: Language) -> str:
    return sentences(
        [
            WHOLE.format(figures=figure_words(whole, language)).to(language),
            *(_row_words(row, language) for row in rows),
            confidence_words(whole.confidence, language),
        ]
    )
