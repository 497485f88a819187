"""Comments in French and English, in the tone of the mark, and the emotions they truly carry."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
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
    """Emotions, one a row: the place of its comment, what it is, and where its words stand."""

    comment: list[int] = field(default_factory=list)
    emotion: list[str] = field(default_factory=list)
    intensity: list[float] = field(default_factory=list)
    theme: list[str] = field(default_factory=list)
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
        _slots(generator, about),
        generator.random((size, 2)).tolist(),
        strict=True,
    )
    for number, ((main, closing), (first, last), ending, slots, typo) in enumerate(choices):
        sentences = []
        if ending != _ALONE:
            sentences.append(main[int(first * len(main))])
        if ending != _WITHOUT:
            sentences.append(closing[int(last * len(closing))])
        text = _assembled(number, sentences, slots, emotions)
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


def _slots(generator: np.random.Generator, about: Occasion) -> Iterator[dict[str, object]]:
    """Return what the frames leave open: delays, names, the writer's gender."""
    size = about.topic.size
    columns: Sequence[list[int]] = [
        generator.integers(2, 10, size).tolist(),
        generator.integers(12, 56, size).tolist(),
        generator.integers(2, size=size).tolist(),
        generator.integers(len(_ADVISERS), size=size).tolist(),
        generator.integers(len(_PRODUCTS[0]), size=size).tolist(),
        about.language.tolist(),
        about.shop.tolist(),
    ]
    return (
        {
            "days": days,
            "promised": _PROMISED_DAYS,
            "minutes": minutes,
            "e": "e" if feminine else "",
            "adviser": _ADVISERS[adviser],
            "product": _PRODUCTS[language][product],
            "city": SHOP_NAMES[shop],
        }
        for days, minutes, feminine, adviser, product, language, shop in zip(*columns, strict=True)
    )


def _assembled(
    number: int, sentences: Sequence[Sentence], slots: Mapping[str, object], emotions: Emotions
) -> str:
    """Return the sentences in a row, and note the emotion of each with its place."""
    text = ""
    for sentence in sentences:
        written = sentence.frame.format_map(slots)
        opening, closing = written.find("["), written.find("]")
        text += " " if text else ""
        span = None
        if opening >= 0:
            span = f"{len(text) + opening}-{len(text) + closing - 1}"
            written = written.replace("[", "").replace("]", "")
        text += _capitalised(written)
        emotions.comment.append(number)
        emotions.emotion.append(sentence.emotion)
        emotions.intensity.append(sentence.intensity)
        emotions.theme.append(sentence.theme)
        emotions.span.append(span)
    return text


def _capitalised(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _mistyped(text: str, where: float) -> str:
    """Return the text as hurried people type; its length does not change, so spans still hold."""
    place = int(where * (len(text) - 2))
    if place % 3 == 0:
        return text.lower()
    if place % 3 == 1:
        return text.translate(_UNACCENTED)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
