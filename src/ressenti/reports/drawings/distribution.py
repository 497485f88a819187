"""Distribution: how many answers each level got, beside the score that sums them up.

A zero made of sevens is not a zero made of tens and zeros: only the distribution tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ressenti.facts.scales import Level, Polarity, Scale
from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.drawings.lettering import fitted, text_width
from ressenti.reports.drawings.vector import Shape, group, picture, rectangle, segment, words
from ressenti.reports.drawings.wording import sentences
from ressenti.reports.words import PARTS
from ressenti.tallies.tally import NO_ANSWERS, Tally

WIDTH = 480
ROW_HEIGHT = 20
BAR_HEIGHT = 13
GROUP_GAP = 7
TOP, FOOT = 30, 26
GUTTER = 10
SIZE, SMALL = 12, 11
LABEL_SHARE = 0.38
SWATCH = 9

TITLE = Text(en="Answers by level, {scale}", fr="Réponses par niveau, {scale}")
LEVEL = Text(en="{label}: {share}, {n} answers", fr="{label} : {share}, {n} réponses")
KIND = Text(en="{kind} {share}", fr="{kind} {share}")
BASE = Text(en="{n} answers", fr="{n} réponses")
ONE = Text(en="1 answer", fr="1 réponse")
MISSING = Text(en="{n} without an answer", fr="{n} sans réponse")
INVALID = Text(en="{n} off the scale", fr="{n} hors échelle")
NOTHING = Text(en="No answer yet", fr="Aucune réponse pour l'instant")
KINDS = ("positive", "neutral", "negative")


@dataclass(frozen=True, slots=True)
class LevelShare:
    """One level of a scale: its words, its kind, its share (0..100) and its answers."""

    label: str
    kind: str
    share: float
    n: int


def level_shares(tally: Tally, scale: Scale, language: Language) -> tuple[LevelShare, ...]:
    """Return every level of the scale, the best first, those that nobody chose too.

    Shares are weighted when the answers are, and sum to 100 unless there is no answer.
    """
    total = sum(cell.w for cell in tally.levels.values())
    is_best_last = scale.polarity is not Polarity.LOWER_IS_BETTER
    levels = reversed(scale.levels) if is_best_last else scale.levels
    return tuple(
        LevelShare(
            label=_label(level, scale, language),
            kind=kind_of(level, scale),
            share=100 * tally.levels.get(level, NO_ANSWERS).w / total if total > 0 else 0.0,
            n=tally.levels.get(level, NO_ANSWERS).n,
        )
        for level in levels
    )


def kind_of(level: Level, scale: Scale) -> str:
    """Return whether a level is positive, negative or neither: the class it is drawn in.

    Examples
    --------
    >>> from ressenti.facts.scales import ZERO_TO_TEN
    >>> [kind_of(level, ZERO_TO_TEN) for level in (10.0, 7.0, 6.0)]
    ['positive', 'neutral', 'negative']
    """
    if level in scale.positive:
        return "positive"
    return "negative" if level in scale.negative else "neutral"


def distribution_svg(
    tally: Tally, scale: Scale, language: Language, *, width: float = WIDTH
) -> str:
    """Return the bars of a tally on its scale, with what was left out told beside."""
    shares = level_shares(tally, scale, language)
    breaks = sum(one.kind != other.kind for one, other in pairwise(shares))
    height = TOP + ROW_HEIGHT * len(shares) + GROUP_GAP * breaks + FOOT
    title = TITLE.format(scale=scale.name).to(language)
    shapes = [
        *_key(_kind_shares(shares), language, width),
        *_rows(shares, language, width),
        words(0, height - 6, left_out_words(tally, language), "muted", size=SMALL),
    ]
    return picture(
        width, height, shapes, title=title, description=_description(shares, tally, language)
    )


def left_out_words(tally: Tally, language: Language) -> str:
    """Return the base of a tally and what was left out of it."""
    told = [ONE if tally.n == 1 else BASE.format(n=number_text(tally.n, language, decimals=0))]
    for pattern, count in ((MISSING, tally.missing), (INVALID, tally.invalid)):
        if count:
            told.append(pattern.format(n=number_text(count, language, decimals=0)))
    return " · ".join(text.to(language) for text in told)


def _key(kinds: Mapping[str, float], language: Language, width: float) -> Iterator[Shape]:
    """Yield the share of each kind of levels, in words, behind the colour it is drawn in."""
    x = 0.0
    for kind, share in kinds.items():
        percent = percent_text(share, language, decimals=0)
        text = fitted(KIND.format(kind=PARTS[kind], share=percent).to(language), SIZE, width / 3)
        yield rectangle(x, 5, SWATCH, SWATCH, kind, radius=1.5)
        yield words(x + SWATCH + 5, 14, text, "ink", size=SIZE, is_bold=True)
        x += SWATCH + 5 + text_width(text, SIZE) + 2 * GUTTER


def _rows(shares: Sequence[LevelShare], language: Language, width: float) -> Iterator[Shape]:
    widest = max(text_width(one.label, SIZE) for one in shares)
    room = min(widest, LABEL_SHARE * width)
    counts = [number_text(one.n, language, decimals=0) for one in shares]
    count_room = max(text_width(text, SMALL) for text in counts)
    percents = [percent_text(one.share, language, decimals=1) for one in shares]
    percent_room = max(text_width(text, SIZE) for text in percents)
    start = room + GUTTER
    longest = width - start - percent_room - count_room - 2 * GUTTER
    largest = max(one.share for one in shares) or 1.0
    y = float(TOP)
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
        yield group(shapes, hint=_level_words(one, language))
        y += ROW_HEIGHT
    yield segment((start, TOP), (start, y), "axis")


def _label(level: Level, scale: Scale, language: Language) -> str:
    code = level if isinstance(level, str) else number_text(level, language, decimals=0)
    label = scale.labels.get(level)
    return code if label is None else f"{code} · {label.to(language)}"


def _kind_shares(shares: Sequence[LevelShare]) -> dict[str, float]:
    present = {one.kind for one in shares}
    return {
        kind: sum(one.share for one in shares if one.kind == kind)
        for kind in KINDS
        if kind in present
    }


def _level_words(one: LevelShare, language: Language) -> str:
    share = percent_text(one.share, language, decimals=1)
    n = number_text(one.n, language, decimals=0)
    return LEVEL.format(label=one.label, share=share, n=n).to(language)


def _description(shares: Sequence[LevelShare], tally: Tally, language: Language) -> str:
    if not tally.n:
        return sentences([NOTHING.to(language), left_out_words(tally, language)])
    kinds = [
        KIND.format(kind=PARTS[kind], share=percent_text(share, language, decimals=1)).to(language)
        for kind, share in _kind_shares(shares).items()
    ]
    levels = [_level_words(one, language) for one in shares]
    return sentences([*kinds, *levels, left_out_words(tally, language)])
