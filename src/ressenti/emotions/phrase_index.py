"""Phrase index: where in a batch a set phrase may begin, and which ones.

Most words begin no phrase. All tokens are looked at together, by three words in a row, and only
what is left is looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from ressenti.emotions.arrays import longer, none
from ressenti.emotions.clauses import Flags
from ressenti.emotions.features import Integers
from ressenti.emotions.phrases import GAP, MISSING, SIGNS, Phrase, said
from ressenti.emotions.tokens import Part
from ressenti.emotions.vocabulary import Vocabulary

WIDEST: Final = 24
"""Words and signs from the first of a phrase on that are looked at."""
BUCKETS: Final = 1 << 18
NOTHING: Final = ""
"""In a beginning, for a phrase that is over, or goes on with a sign."""
_SPREADS: Final = (40503, 7919, 104729)

_SEPARATOR: Final = int(Part.SEPARATOR)
_SENTENCE_END: Final = int(Part.SYMBOL | Part.BREAK)

Words = Sequence[frozenset[str]]
Beginning = tuple[str, str, str]
"""The first three words; ``GAP`` second where a sign comes after the first one."""


class PhraseIndex:
    """Set phrases by their beginnings, against the tokens of one vocabulary.

    Parameters
    ----------
    phrases : iterable of Phrase
        Of those that begin alike, the first is tried first.
    """

    def __init__(self, phrases: Iterable[Phrase], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._by_beginning: dict[Beginning, list[Phrase]] = {}
        tails: set[str] = set()
        for phrase in phrases:
            for beginning in _beginnings(phrase.words):
                self._by_beginning.setdefault(beginning, []).append(phrase)
                if beginning[1] == GAP:
                    tails |= phrase.tail
        used = {word for beginning in self._by_beginning for word in beginning}
        self._firsts = {first for first, _, _ in self._by_beginning}
        self._tails = tails
        self._places = {word: place for place, word in enumerate(sorted(used | {NOTHING, GAP}))}
        begins = [[self._places[word] for word in each] for each in self._by_beginning]
        self._begins = np.zeros(BUCKETS, dtype=bool)
        self._begins[_buckets(*np.array(begins).T)] = True
        self.words: list[str] = []
        # Of each token of the vocabulary.
        self._place = self._is_first = self._is_tail = none()

    def grow(self) -> None:
        """Learn the tokens that the vocabulary has met since."""
        vocabulary, had = self._vocabulary, len(self.words)
        met = zip(vocabulary.tokens[had:], vocabulary.forms[had:], strict=True)
        new = [said(*each) for each in met]
        if new:
            self.words += new
            self._place = longer(self._place, [self._places.get(word, 0) for word in new])
            self._is_first = longer(self._is_first, [word in self._firsts for word in new])
            self._is_tail = longer(self._is_tail, [word in self._tails for word in new])

    def candidates(self, numbers: Integers, parts: Integers) -> Iterator[tuple[int, list[Phrase]]]:
        """Yield where phrases may begin, in order, and which, those with more words told first.

        Parameters
        ----------
        numbers, parts : integers, shape (tokens,)
            In the vocabulary, and the part that each plays.
        """
        known = np.flatnonzero(self._is_first[numbers])
        following = np.append(numbers, (numbers[-1], numbers[-1]))
        first, second, third = (self._place[following[known + ahead]] for ahead in range(3))
        zero = np.zeros_like(known)
        opens = self._may_begin(first, zero + self._places[GAP], zero)
        opens[opens] = self._is_followed_by_tail(numbers, parts, known[opens])
        may = opens | self._may_begin(first, zero, zero)
        may |= self._may_begin(first, second, zero) | self._may_begin(first, second, third)
        for at in known[may].tolist():
            found = self._phrases(*(self.words[each] for each in numbers[at : at + 3].tolist()))
            if found:
                yield at, found

    def _phrases(self, first: str, second: str = NOTHING, third: str = NOTHING) -> list[Phrase]:
        known = self._by_beginning
        return [
            *known.get((first, second, third), ()),
            *(known.get((first, second, NOTHING), ()) if third else ()),
            *known.get((first, GAP, NOTHING), ()),
            *(known.get((first, NOTHING, NOTHING), ()) if second else ()),
        ]

    def _may_begin(self, first: Integers, second: Integers, third: Integers) -> Flags:
        may: Flags = self._begins[_buckets(first, second, third)]
        return may

    def _is_followed_by_tail(self, numbers: Integers, parts: Integers, at: Integers) -> Flags:
        """Tell after which places a word stands that ends a phrase with a gap.

        It stands in the same sentence or in the next one.
        """
        tail = _following(self._is_tail[numbers] != 0, at)
        is_end = (parts & _SENTENCE_END) == _SENTENCE_END
        sentence = _following(is_end, _following(is_end, at))
        text = _following((parts & _SEPARATOR) != 0, at)
        near: Flags = (tail < at + WIDEST) & (tail <= sentence) & (tail < text)
        return near


def _following(marks: Flags, at: Integers) -> Integers:
    """Return where the first mark after each place is."""
    marked = np.append(np.flatnonzero(marks), len(marks) + WIDEST)
    result: Integers = marked[np.searchsorted(marked, at, side="right").clip(max=len(marked) - 1)]
    return result


def _beginnings(words: Words) -> Iterator[Beginning]:
    for first, rest in _starts(words):
        for second, others in _starts(rest):
            if second in SIGNS:
                yield first, GAP, NOTHING
            else:
                thirds = {NOTHING if third in SIGNS else third for third, _ in _starts(others)}
                yield from ((first, second, third) for third in sorted(thirds))


def _starts(words: Words) -> Iterator[tuple[str, Words]]:
    """Yield each word or sign that can stand first, ``NOTHING`` too, and what follows it."""
    for place, own in enumerate(words):
        yield from ((word, words[place + 1 :]) for word in own - {MISSING})
        if MISSING not in own:
            return
    yield NOTHING, ()


def _buckets(first: Integers, second: Integers, third: Integers) -> Integers:
    one, other, last = _SPREADS
    result: Integers = (first * one + second * other + third * last) % BUCKETS
    return result
