"""Occlusion: which words carry an emotion, by what each one's absence does to its chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ressenti.emotions.findings import LEAST_SHARE, MOST_WORDS
from ressenti.emotions.reading import Span
from ressenti.emotions.tokens import TOKEN


@dataclass(frozen=True, slots=True)
class Occluded:
    """A clause with one word left out: where the word stood, and what is left."""

    start: int
    end: int
    left: str


def occlusions(clause: str) -> list[Occluded]:
    """Return a clause without each of its words in turn.

    Examples
    --------
    >>> [each.left for each in occlusions("very rude staff")]
    ['rude staff', 'very staff', 'very rude']
    """
    return list(_occlusions(clause))


def carrying_words(occluded: Sequence[Occluded], drops: Sequence[float]) -> tuple[Span, ...]:
    """Return the words without which an emotion is less likely, the strongest first.

    Parameters
    ----------
    drops : sequence of float
        By how much the chance falls without each word.

    Examples
    --------
    >>> words = carrying_words(occlusions("very rude staff"), [0.1, 0.4, -0.2])
    >>> [(word.start, word.end, word.share) for word in words]
    [(5, 9, 0.8)]
    """
    total = sum(drop for drop in drops if drop > 0)
    strongest = sorted(zip(drops, occluded, strict=True), key=lambda each: -each[0])[:MOST_WORDS]
    return tuple(
        Span(word.start, word.end, drop / total)
        for drop, word in strongest
        if drop > 0 and drop >= LEAST_SHARE * strongest[0][0]
    )


def _occlusions(clause: str) -> Iterator[Occluded]:
    for match in TOKEN.finditer(clause):
        if match[0][0].isalnum():
            left = f"{clause[: match.start()].rstrip()} {clause[match.end() :].lstrip()}".strip()
            yield Occluded(match.start(), match.end(), left)
