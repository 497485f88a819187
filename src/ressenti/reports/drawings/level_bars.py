"""Level bars: a share and a count on each row, what every distribution is drawn with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.drawings.lettering import fitted, text_width
from ressenti.reports.drawings.vector import Shape, group, rectangle, segment, words
from ressenti.tallies.tally import Tally

WIDTH = 480
ROW_HEIGHT = 20
BAR_HEIGHT = 13
GROUP_GAP = 7
GUTTER = 10
SIZE, SMALL = 12, 11
LABEL_SHARE = 0.38

LEVEL = Text(en="{label}: {share}, {n} answers", fr="{label} : {share}, {n} réponses")
BASE = Text(en="{n} answers", fr="{n} réponses")
ONE = Text(en="1 answer", fr="1 réponse")
MISSING = Text(en="{n} without an answer", fr="{n} sans réponse")
INVALID = Text(en="{n} off the scale", fr="{n} hors échelle")


@dataclass(frozen=True, slots=True)
class LevelShare:
    """One level of a scale: its words, its class, its share (0..100) and its answers."""

    label: str
    kind: str
    share: float
    n: int


def rows_height(shares: Sequence[LevelShare]) -> float:
    """Return how tall the rows are, with a gap between levels of different kinds."""
    return ROW_HEIGHT * len(shares) + GROUP_GAP * _gaps(shares)


def level_rows(
    shares: Sequence[LevelShare], language: Language, width: float, *, top: float
) -> Iterator[Shape]:
    """Yield a row for each level: its words, its bar, its share, its answers."""
    widest = max(text_width(one.label, SIZE) for one in shares)
    room = min(widest, LABEL_SHARE * width)
    counts = [number_text(one.n, language, decimals=0) for one in shares]
    count_room = max(text_width(text, SMALL) for text in counts)
    percents = [percent_text(one.share, language, decimals=1) for one in shares]
    percent_room = max(text_width(text, SIZE) for text in percents)
    start = room + GUTTER
    longest = width - start - percent_room - count_room - 2 * GUTTER
    largest = max(one.share for one in shares) or 1.0
    y = top
    for row, one in enumerate(shares):
        if row and one.kind != shares[row - 1].kind:
            y += GROUP_GAP
        base = y + ROW_HEIGHT / 2 + SIZE / 3
        length = longest * one.share / largest
        shapes = [
            words(0, base, fitted(one.label, SIZE, room), "ink", size=SIZE),
            rectangle(start, y + (ROW_HEIGHT - BAR_HEIGHT) / 2, length, BAR_HEIGHT, one.kind),
            words(start + length + 6, base, percents[row], "ink", size=SIZE),
            words(width, base, counts[row], "muted", size=SMALL, anchor="end"),
        ]
        yield group(shapes, hint=level_words(one, language))
        y += ROW_HEIGHT
    yield segment((start, top), (start, y), "axis")


def left_out_words(tally: Tally, language: Language) -> str:
    """Return the base of a tally and what was left out of it."""
    told = [ONE if tally.n == 1 else BASE.format(n=number_text(tally.n, language, decimals=0))]
    for pattern, count in ((MISSING, tally.missing), (INVALID, tally.invalid)):
        if count:
            told.append(pattern.format(n=number_text(count, language, decimals=0)))
    return " · ".join(text.to(language) for text in told)


def level_words(one: LevelShare, language: Language) -> str:
    """Return a level in figures."""
    share = percent_text(one.share, language, decimals=1)
    n = number_text(one.n, language, decimals=0)
    return LEVEL.format(label=one.label, share=share, n=n).to(language)


def _gaps(shares: Sequence[LevelShare]) -> int:
    return sum(one.kind != other.kind for one, other in pairwise(shares))
