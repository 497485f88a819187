"""Distribution: how many answers each level got, beside the score that sums them up.

A zero made of sevens is not a zero made of tens and zeros: only the distribution tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ressenti.facts.scales import Level, Polarity, Scale
from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.drawings.lettering import fitted, text_width
from ressenti.reports.drawings.level_bars import (
    GUTTER,
    SIZE,
    SMALL,
    WIDTH,
    LevelShare,
    left_out_words,
    level_rows,
    level_words,
    rows_height,
)
from ressenti.reports.drawings.vector import Shape, picture, rectangle, words
from ressenti.reports.drawings.wording import sentences
from ressenti.reports.words import PARTS
from ressenti.tallies.tally import NO_ANSWERS, Tally

TOP, FOOT = 30, 26
SWATCH = 9

TITLE = Text(en="Answers by level, {scale}", fr="Réponses par niveau, {scale}")
KIND = Text(en="{kind} {share}", fr="{kind} {share}")
NOTHING = Text(en="No answer yet", fr="Aucune réponse pour l'instant")
KINDS = ("positive", "neutral", "negative")


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
    height = TOP + rows_height(shares) + FOOT
    title = TITLE.format(scale=scale.name).to(language)
    shapes = [
        *_key(_kind_shares(shares), language, width),
        *level_rows(shares, language, width, top=TOP),
        words(0, height - 6, left_out_words(tally, language), "muted", size=SMALL),
    ]
    return picture(
        width, height, shapes, title=title, description=_description(shares, tally, language)
    )


def _key(kinds: Mapping[str, float], language: Language, width: float) -> Iterator[Shape]:
    """Yield the share of each kind of levels, in words, behind the colour it is drawn in."""
    x = 0.0
    for kind, share in kinds.items():
        percent = percent_text(share, language, decimals=0)
        text = fitted(KIND.format(kind=PARTS[kind], share=percent).to(language), SIZE, width / 3)
        yield rectangle(x, 5, SWATCH, SWATCH, kind, radius=1.5)
        yield words(x + SWATCH + 5, 14, text, "ink", size=SIZE, is_bold=True)
        x += SWATCH + 5 + text_width(text, SIZE) + 2 * GUTTER


def _label(level: Level, scale: Scale, language: Language) -> str:
    label = scale.labels.get(level)
    if isinstance(level, str):
        return level if label is None else label.to(language)
    code = number_text(level, language, decimals=0)
    return code if label is None else f"{code} · {label.to(language)}"


def _kind_shares(shares: Sequence[LevelShare]) -> dict[str, float]:
    present = {one.kind for one in shares}
    return {
        kind: sum(one.share for one in shares if one.kind == kind)
        for kind in KINDS
        if kind in present
    }


def _description(shares: Sequence[LevelShare], tally: Tally, language: Language) -> str:
    if not tally.n:
        return sentences([NOTHING.to(language), left_out_words(tally, language)])
    kinds = [
        KIND.format(kind=PARTS[kind], share=percent_text(share, language, decimals=1)).to(language)
        for kind, share in _kind_shares(shares).items()
    ]
    levels = [level_words(one, language) for one in shares]
    return sentences([*kinds, *levels, left_out_words(tally, language)])
