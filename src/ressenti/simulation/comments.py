"""Comments in French and English, in the tone of the mark, and the emotions they truly carry."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import numpy as np

from ressenti.simulation.rows import Flags, Integers
from ressenti.simulation.world import LANGUAGE_CODES, SHOP_NAMES, TOUCHPOINTS

TONES: Final = ("negative", "mixed", "positive")
NEGATIVE, MIXED, POSITIVE = range(3)

WORK: Final = "work"
TOPICS: Final = (*TOUCHPOINTS, WORK)

VALENCES: Final[Mapping[str, float]] = {
    **dict.fromkeys(("joy", "appreciation", "gratitude", "trust", "surprise"), 1.0),
    "neutral": 0.0,
    **dict.fromkeys(("confusion", "annoyance", "anger", "disappointment", "fear", "disgust"), -1.0),
}
"""The emotions of the sentences and the sign of each; every surprise here is a good one."""

_CLOSING = "close"
_CLOSED_SHARE = 0.45
_CLOSING_ALONE_SHARE = 0.1
_TYPO_SHARE = 0.08
_WITHOUT, _CLOSED, _ALONE = range(3)
_PROMISED_DAYS = 3
_ADVISERS = ("Sophie", "Karim", "Julie", "Thomas", "Amélie", "Mehdi", "Chloé", "Olivier")
_PRODUCTS = (
    ("ma machine à expresso", "mon moulin", "ma cafetière", "mon mousseur à lait"),
    ("my espresso machine", "my grinder", "my coffee maker", "my milk frother"),
)
_UNACCENTED = str.maketrans("àâçéèêëîïôùûÀÂÇÉÈÊËÎÏÔÙÛ", "aaceeeeiiouuAACEEEEIIOUU")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence frame: ``[…]`` marks the words that carry the emotion, ``{…}`` what varies."""

    frame: str
    emotion: str
    intensity: float
    theme: str


Pool = tuple[Sentence, ...]
PoolKey = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class Emotions:
    """Emotions, one a row: the place of its comment, its sentence, where its words stand."""

    comment: list[int] = field(default_factory=list)
    sentence: list[Sentence] = field(default_factory=list)
    span: list[str | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What comments are about, one a row: codes of ``TOPICS``, ``TONES``, languages and shops."""

    topic: Integers
    tone: Integers
    missed: Flags
    language: Integers
    shop: Integers


@cache
def sentence_pools(language: str) -> Mapping[PoolKey, Pool]:
    """Return the sentences of a language by topic, tone and whether the outcome was missed.

    Examples
    --------
    >>> sentence_pools("fr")["use", "mixed", False][0].frame
    'Ça fait le travail.'
    """
    source = files("ressenti.simulation").joinpath("sentences", f"{language}.txt")
    pools: dict[PoolKey, list[Sentence]] = {}
    with source.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="|", quoting=csv.QUOTE_NONE):
            key = (row["topic"], row["tone"], row["cause"] == "missed")
            sentence = Sentence(
                row["sentence"], row["emotion"], float(row["intensity"]), row["theme"]
            )
            pools.setdefault(key, []).append(sentence)
    return {key: tuple(sentences) for key, sentences in pools.items()}


def written_comments(generator: np.random.Generator, about: Occasion) -> tuple[list[str], Emotions]:
    """Return one text for each occasion, and the emotions the texts carry."""
    size = about.topic.size
    texts: list[str] = []
    emotions = Emotions()
    choices = zip(
        _pools(about),
        generator.random((size, 2)).tolist(),
        _endings(generator, size).tolist(),
        _varying_parts(generator, about),
        generator.random((size, 2)).tolist(),
        strict=True,
    )
    for number, ((main, closing), (first, last), ending, parts, typo) in enumerate(choices):
        sentences = []
        if ending != _ALONE:
            sentences.append(main[int(first * len(main))])
        if ending != _WITHOUT:
            sentences.append(closing[int(last * len(closing))])
        text = _assembled(number, sentences, parts, emotions)
        texts.append(_mistyped(text, typo[1]) if typo[0] < _TYPO_SHARE else text)
    return texts, emotions


def _endings(generator: np.random.Generator, size: int) -> Integers:
    """Return whether each comment has no closing sentence, has one, or is nothing else."""
    drawn = generator.random(size)
    bounds = (1.0 - _CLOSED_SHARE - _CLOSING_ALONE_SHARE, 1.0 - _CLOSING_ALONE_SHARE)
    return np.searchsorted(bounds, drawn, side="right").astype(np.int64)


def _pools(about: Occasion) -> list[tuple[Pool, Pool]]:
    """Return the main and the closing pool of each occasion."""
    of_cell: dict[int, tuple[Pool, Pool]] = {}
    cell = ((about.topic * 3 + about.tone) * 2 + about.missed) * 2 + about.language
    for code in np.unique(cell).tolist():
        rest, language = divmod(code, 2)
        rest, missed = divmod(rest, 2)
        topic, tone = divmod(rest, 3)
        pools = sentence_pools(LANGUAGE_CODES[language])
        usual = pools[TOPICS[topic], TONES[tone], False]
        main = pools.get((TOPICS[topic], TONES[tone], bool(missed)), usual)
        of_cell[code] = (main, pools[_CLOSING, TONES[tone], False])
    return [of_cell[code] for code in cell.tolist()]


def _varying_parts(generator: np.random.Generator, about: Occasion) -> Iterator[tuple[int, ...]]:
    """Return days, minutes, gender, adviser, product, language and shop of each comment."""
    size = about.topic.size
    columns = (
        generator.integers(2, 10, size),
        generator.integers(12, 56, size),
        generator.integers(2, size=size),
        generator.integers(len(_ADVISERS), size=size),
        generator.integers(len(_PRODUCTS[0]), size=size),
        about.language,
        about.shop,
    )
    return zip(*(column.tolist() for column in columns), strict=True)


def _filled(frame: str, parts: tuple[int, ...]) -> str:
    days, minutes, feminine, adviser, product, language, shop = parts
    return frame.format(
        days=days,
        promised=_PROMISED_DAYS,
        minutes=minutes,
        e="e" if feminine else "",
        adviser=_ADVISERS[adviser],
        product=_PRODUCTS[language][product],
        city=SHOP_NAMES[shop],
    )


def _assembled(
    number: int, sentences: Sequence[Sentence], parts: tuple[int, ...], emotions: Emotions
) -> str:
    """Return the sentences in a row, and note the emotion of each with its place."""
    text = ""
    for sentence in sentences:
        frame = sentence.frame
        written, place = _read(_filled(frame, parts) if "{" in frame else frame)
        text += " " if text else ""
        emotions.comment.append(number)
        emotions.sentence.append(sentence)
        emotions.span.append(
            f"{len(text) + place[0]}-{len(text) + place[1]}" if place is not None else None
        )
        text += written
    return text


# The same few thousand sentences come back in a hundred thousand comments.
@lru_cache(maxsize=8192)
def _read(marked: str) -> tuple[str, tuple[int, int] | None]:
    """Return a sentence without its marks, and the place of the words between them."""
    capitalised = marked.replace("[", "").replace("]", "")
    capitalised = capitalised[0].upper() + capitalised[1:]
    if "[" not in marked:
        return capitalised, None
    return capitalised, (marked.index("["), marked.index("]") - 1)


def _mistyped(text: str, where: float) -> str:
    """Return the text as hurried people type; its length does not change, so spans still hold."""
    place = int(where * (len(text) - 2))
    if place % 3 == 0:
        return text.lower()
    if place % 3 == 1:
        return text.translate(_UNACCENTED)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
