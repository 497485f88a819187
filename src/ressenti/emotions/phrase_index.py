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
        self._by_first: dict[str, list[tuple[Phrase, Words]]] = {}
        self._by_beginning: dict[Beginning, list[Phrase]] = {}
        self._tails: set[str] = set()
        for phrase in phrases:
            for firsts, rest in _starts(phrase.words):
                for first in firsts:
                    self._by_first.setdefault(first, []).append((phrase, rest))
                if any(not seconds.isdisjoint(SIGNS) for seconds, _ in _starts(rest)):
                    self._tails |= phrase.tail
        self._opened: set[str] = set()
        self._places = {NOTHING: 0, GAP: 1}
        self._begins = np.zeros(BUCKETS, dtype=bool)
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
            self._open({word for word in new if word in self._by_first})
            self._place = longer(self._place, [self._place_of(word) for word in new])
            self._is_first = longer(self._is_first, [word in self._opened for word in new])
            self._is_tail = longer(self._is_tail, [word in self._tails for word in new])

    def _open(self, firsts: set[str]) -> None:
        """Work out how the phrases go on that begin with words met for the first time."""
        opened: list[Beginning] = []
        for first in firsts:
            for phrase, rest in self._by_first.pop(first):
                for beginning in _beginnings(first, rest):
                    self._by_beginning.setdefault(beginning, []).append(phrase)
                    opened.append(beginning)
            self._opened.add(first)
        if opened:
            places = [[self._place_of(word) for word in each] for each in opened]
            self._begins[_buckets(*np.array(places).T)] = True

    def _place_of(self, word: str) -> int:
        return self._places.setdefault(word, len(self._places))

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


def _beginnings(first: str, rest: Words) -> Iterator[Beginning]:
    """Yield how a phrase begins whose first word is one, the others following."""
    for seconds, others in _starts(rest):
        if not seconds.isdisjoint(SIGNS):
            yield first, GAP, NOTHING
        thirds = {
            NOTHING if third in SIGNS else third for own, _ in _starts(others) for third in own
        }
        for second in sorted(seconds - SIGNS):
            yield from ((first, second, third) for third in sorted(thirds))


def _starts(words: Words) -> Iterator[tuple[frozenset[str], Words]]:
    """Yield the words or signs that can stand first, ``NOTHING`` too, and what follows them."""
    for place, own in enumerate(words):
        yield own - {MISSING}, words[place + 1 :]
        if MISSING not in own:
            return
    yield frozenset({NOTHING}), ()


def _buckets(first: Integers, second: Integers, third: Integers) -> Integers:
    one, other, last = _SPREADS
    result: Integers = (first * one + second * other + third * last) % BUCKETS
    return result
