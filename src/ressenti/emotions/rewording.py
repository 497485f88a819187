"""Rewording: set phrases of a batch replaced by plain words, before anything is scored.

A phrase becomes one token that stands where the phrase stood, so that clauses, negations, stress
and the words that carry an emotion need know nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ressenti.emotions.features import Integers
from ressenti.emotions.phrase_index import WIDEST, PhraseIndex
from ressenti.emotions.phrases import BREAK, END, GAP, MISSING, Phrase, phrases_of
from ressenti.emotions.tokens import PHRASE, Part
from ressenti.emotions.vocabulary import Vocabulary

WIDEST_GAP: Final = 8
MENDED_WITHIN: Final = 10
"""Words after a phrase with a gap among which something may be mended."""
# Plain numbers: flags are combined many times slower.
SEPARATES: Final = int(Part.SEPARATOR)
ENDS_PART: Final = int(Part.BREAK)
STRESS: Final = int(Part.STRONGER | Part.MUCH_STRONGER | Part.WEAKER)
FILLS: Final = int(Part.FILLER)
ENDS: Final = int(Part.BREAK | Part.SYMBOL)
BREAKS: Final = int(Part.BREAK | Part.SEPARATOR)
TURNS: Final = int(Part.SEPARATOR | Part.NEGATOR | Part.CONTRAST | Part.LITTLE)


@dataclass(frozen=True, slots=True)
class Reworded:
    """The tokens of a batch, set phrases replaced.

    Attributes
    ----------
    numbers : integers, shape (tokens left,)
    first, last : integers, shape (tokens left,)
        The first and the last token, as they stood, that each one is for.
    """

    numbers: Integers
    first: Integers
    last: Integers


class Rewording:
    """Replaces the set phrases of one language by plain words.

    Parameters
    ----------
    vocabulary : Vocabulary
        Where tokens have their numbers; plain words get theirs there too.
    """

    def __init__(self, language: str, vocabulary: Vocabulary) -> None:
        known = phrases_of(language)
        self._language = language
        self._vocabulary = vocabulary
        self._mended = known.mended
        self._index = PhraseIndex(known.phrases, vocabulary)
        plain = sorted({phrase.plain for phrase in known.phrases})
        numbers = vocabulary.numbers_of([f"{word}{PHRASE}" for word in plain])
        self._plain = dict(zip(plain, numbers.tolist(), strict=True))

    def reworded(self, numbers: Integers) -> Reworded:
        """Return the tokens of a batch whose texts each end with a separator."""
        self._index.grow()
        order = np.arange(len(numbers))
        parts = self._vocabulary.parts[self._language][numbers]
        said = np.flatnonzero(((parts & FILLS) == 0) | ((parts & STRESS) == 0))
        matches = list(self._matches(numbers[said], parts[said]))
        if not matches:
            return Reworded(numbers, order, order)
        plain, first, end = np.array(matches).T
        within = _ranges(first + 1, end + 1)
        numbers, last = numbers.copy(), order.copy()
        numbers[said[first]] = plain
        is_left = np.ones(len(numbers), dtype=bool)
        is_left[said[within]] = False
        # What stresses inside ends with the phrase it stresses.
        spans = _ranges(said[first], said[end] + 1)
        last[spans] = np.repeat(said[end], said[end] + 1 - said[first])
        return Reworded(numbers[is_left], order[is_left], last[is_left])

    def _matches(self, numbers: Integers, parts: Integers) -> Iterator[tuple[int, int, int]]:
        """Yield the plain word of each phrase met, and where its own part begins and ends.

        The first phrase that fits at a place is meant, and no two overlap.
        """
        words, plain = self._index.words, self._plain
        free = 0
        for begin, phrases in self._index.candidates(numbers, parts):
            if begin < free:
                continue
            end = begin + WIDEST
            following = [words[number] for number in numbers[begin:end].tolist()]
            around: _Around | None = None
            for phrase in phrases:
                if phrase.tail.isdisjoint(following):
                    continue
                if phrase.is_row:
                    place = _place_of_row(phrase, following)
                else:
                    around = around or _Around(following, parts[begin:end].tolist(), self._mended)
                    place = around.place_of(phrase)
                if place is not None and (not phrase.is_at_start or _is_start(parts, begin)):
                    yield plain[phrase.plain], begin + place[0], begin + place[1]
                    free = begin + place[1] + 1
                    break


def _is_start(parts: Integers, place: int) -> bool:
    return place == 0 or bool(parts[place - 1] & ENDS_PART)


def _place_of_row(phrase: Phrase, words: Sequence[str]) -> tuple[int, int] | None:
    """Return where the own part of words in a row is; None where other words stand there."""
    if len(words) < len(phrase.words):
        return None
    stands = all(map(frozenset.__contains__, phrase.words, words))
    return (phrase.first, phrase.last) if stands else None


@dataclass(frozen=True, slots=True)
class _Around:
    """The words and signs from one place on, and the part that each plays.

    Attributes
    ----------
    mended : frozenset of str
        What tells that all was well in the end.
    """

    words: Sequence[str]
    kinds: Sequence[int]
    mended: frozenset[str]

    def place_of(self, phrase: Phrase) -> tuple[int, int] | None:
        """Return where a phrase's own part begins and ends; None where it does not stand here."""
        places = self._places(phrase.words, 0, 0)
        if places is None or (phrase.has_gap and self._is_mended(places[-1] + 1)):
            return None
        return places[phrase.first], places[phrase.last]

    def _places(
        self, words: Sequence[frozenset[str]], word: int, at: int
    ) -> tuple[int, ...] | None:
        """Return where the words from one on stand; None where they do not begin at a place."""
        if word == len(words):
            return ()
        own = words[word]
        if GAP in own:
            return self._places_after_gap(words, word, at)
        is_over = at >= len(self.words)
        if END in own:
            is_end = is_over or bool(self.kinds[at] & ENDS)
            return (at - 1,) if is_end else None
        end = at
        if BREAK in own:
            while end < len(self.words) and self._is_break(end):
                end += 1
        elif not is_over and self.words[at] in own:
            end += 1
        rest = self._places(words, word + 1, end) if end > at else None
        if rest is not None:
            return (at, *rest)
        if MISSING not in own:
            return None
        rest = self._places(words, word + 1, at)
        return None if rest is None else (max(at - 1, 0), *rest)

    def _places_after_gap(
        self, words: Sequence[frozenset[str]], word: int, at: int
    ) -> tuple[int, ...] | None:
        for end in range(at, min(at + WIDEST_GAP + 1, len(self.words))):
            rest = self._places(words, word + 1, end)
            if rest is not None:
                return (at, *rest)
            kind = self.kinds[end]
            if kind & TURNS or kind & ENDS == ENDS or self.words[end] in self.mended:
                return None
        return None

    def _is_break(self, at: int) -> bool:
        return self.kinds[at] & BREAKS == BREAKS - SEPARATES

    def _is_mended(self, at: int) -> bool:
        for word, kind in zip(self.words[at : at + MENDED_WITHIN], self.kinds[at:], strict=False):
            if kind & SEPARATES:
                return False
            if word in self.mended:
                return True
        return False


def _ranges(starts: Integers, stops: Integers) -> Integers:
    """Return the whole numbers of ranges, one after another.

    Examples
    --------
    >>> _ranges(np.array([3, 8]), np.array([5, 9])).tolist()
    [3, 4, 8]
    """
    counts = stops - starts
    result: Integers = np.arange(counts.sum()) + np.repeat(
        starts - np.cumsum(counts) + counts, counts
    )
    return result
