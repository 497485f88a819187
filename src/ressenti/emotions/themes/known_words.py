"""Known words: what was worked out for each distinct token, once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ressenti.emotions.arrays import longer, none
from ressenti.emotions.features import Integers
from ressenti.emotions.themes.expressions import NAME, Expression, word_form
from ressenti.emotions.tokens import SEPARATOR

GLUE: Final = " '’-‑\t\u00a0\u202f\u2009"
"""What separates two words without ending an expression."""
SENTENCE_ENDS: Final = frozenset(".!?…\n" + SEPARATOR)
TITLES: Final = frozenset(("m", "mr", "mrs", "ms", "mme", "mlle", "dr", "st", "ste"))
"""Abbreviations whose point ends no sentence."""
ENDS_NO_NAME: Final = frozenset(",)]")
"""Signs after which a capital still tells a name."""
KIND_BITS: Final = 24
ROOM: Final = 200_000
"""Words remembered."""

IS_WORD, IS_TITLE, IS_NAME, IS_CAPITALISED = 1, 2, 4, 8
IS_BREAK, ENDS_SENTENCE, BEGINS_SENTENCE = 16, 32, 64
IS_EXPRESSION, IS_LEAD, IS_ANCHOR = 128, 256, 512
NO_PIECE: Final = 1
"""Place of the piece of what is passed over: no token has that number and is a name."""


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of proper names, as forms.

    Attributes
    ----------
    first : frozenset of str
        A name wherever it has a capital.
    never : frozenset of str
        No name of a person, though written with a capital inside a sentence.
    """

    first: frozenset[str]
    never: frozenset[str]


class Roles:
    """Which expressions each word is, can begin, and anchors."""

    def __init__(self, expressions: Sequence[Expression]):
        self._is_one_word = [each.is_one_word for each in expressions]
        self._leads = _Wanted((place, each.leads) for place, each in enumerate(expressions))
        self._anchors = _Wanted(
            (place, each.anchors) for place, each in enumerate(expressions) if not each.is_one_word
        )

    def of(
        self, form: str, *, is_capitalised: bool
    ) -> tuple[tuple[int, ...], frozenset[int], frozenset[int]]:
        """Return the expressions that a word is, those it can begin, and those it anchors."""
        begun = self._leads.by(form, is_capitalised=is_capitalised)
        anchored = self._anchors.by(form, is_capitalised=is_capitalised)
        words = tuple(place for place in sorted(begun) if self._is_one_word[place])
        return words, frozenset(begun.difference(words)), frozenset(anchored)


class Words:
    """The tokens met so far, by number.

    Attributes
    ----------
    flags, lengths : integers, shape (tokens,)
    pieces : list of str
        Of each token, its form as it stands among others, then the same marked as a name.
    piece_lengths : integers, shape (2 × tokens,)
    words : Lists
        Of each token, the expressions that it is.
    """

    def __init__(self, roles: Roles, names: Names | None) -> None:
        self.names = names
        self._roles = roles
        self._numbers = _Numbers()
        self.flags, self.lengths, self.piece_lengths = none(), none(), none()
        self.pieces: list[str] = []
        self.words = Lists()
        self._begun, self._anchored = _Kinds(), _Kinds()
        self._common = Lists()
        self._common_of: dict[int, int] = {}
        # The first number is a separator's, and leaves room for the piece of nothing.
        self.numbers_of([SEPARATOR])
        self.pieces[NO_PIECE] = ""
        self.piece_lengths[NO_PIECE] = 0

    def __len__(self) -> int:
        return len(self.flags)

    def numbers_of(self, tokens: Sequence[str]) -> Integers:
        """Return the number of each token, learning those that are new."""
        numbers = np.fromiter(
            map(self._numbers.__getitem__, tokens), dtype=np.int64, count=len(tokens)
        )
        new, self._numbers.new = self._numbers.new, []
        if new:
            self.flags = longer(self.flags, [self._learn(token) for token in new])
            self.lengths = longer(self.lengths, [len(token) for token in new])
            pieces = self.pieces[len(self.piece_lengths) :]
            self.piece_lengths = longer(self.piece_lengths, [len(piece) for piece in pieces])
        return numbers

    def common(self, leads: Integers, anchors: Integers) -> tuple[Integers, Integers]:
        """Return the expressions that a token can begin and another anchors, pair by pair.

        First come the places of the pairs, once for each expression.
        """
        kinds = (self._begun.of(leads) << KIND_BITS) + self._anchored.of(anchors)
        distinct, which = np.unique(kinds, return_inverse=True)
        rows = np.array([self._row_of(kind) for kind in distinct.tolist()], dtype=np.int64)
        return self._common.expanded(rows[which])

    def _row_of(self, kinds: int) -> int:
        row = self._common_of.get(kinds)
        if row is None:
            begun = self._begun.sets[kinds >> KIND_BITS]
            anchored = self._anchored.sets[kinds & ((1 << KIND_BITS) - 1)]
            row = self._common_of[kinds] = self._common.append(sorted(begun & anchored))
        return row

    def _learn(self, token: str) -> int:
        """Remember a token, and return its flags."""
        if token[0].isalnum():
            return self._learn_word(token)
        is_glue = token[0] in GLUE
        self.pieces += ["" if is_glue else "\n"] * 2
        self._remember((), frozenset(), frozenset())
        if is_glue:
            return 0
        flags = IS_BREAK
        if token in SENTENCE_ENDS:
            flags |= ENDS_SENTENCE
        if token not in ENDS_NO_NAME:
            flags |= BEGINS_SENTENCE
        return flags

    def _learn_word(self, token: str) -> int:
        written = token.rstrip(GLUE)
        form = word_form(written)
        is_capitalised = token[0].isupper()
        words, begun, anchored = self._roles.of(form, is_capitalised=is_capitalised)
        self.pieces += [f" {form}", f" {NAME}{form}"]
        self._remember(words, begun, anchored)
        flags = IS_WORD | IS_EXPRESSION * bool(words)
        flags |= IS_LEAD * bool(begun) | IS_ANCHOR * bool(anchored)
        if self.names is not None:
            flags |= IS_TITLE * (form in TITLES)
            if is_capitalised and len(form) > 1 and form in self.names.first:
                flags |= IS_NAME
            if is_capitalised and written[1:].islower() and form not in self.names.never:
                flags |= IS_CAPITALISED
        return flags

    def _remember(
        self, words: Sequence[int], begun: frozenset[int], anchored: frozenset[int]
    ) -> None:
        self.words.append(words)
        self._begun.append(begun)
        self._anchored.append(anchored)


class Lists:
    """Lists of numbers, one after another in one array."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._starts = array("q")
        self._counts = array("q")

    def append(self, numbers: Sequence[int]) -> int:
        """Add a list, and return its row."""
        self._starts.append(len(self._numbers))
        self._counts.append(len(numbers))
        self._numbers.extend(numbers)
        return len(self._starts) - 1

    def expanded(self, rows: Integers) -> tuple[Integers, Integers]:
        """Return the numbers of some lists one after another, after the place of their row.

        Examples
        --------
        >>> lists = Lists()
        >>> for numbers in ([7, 8], [], [9]):
        ...     _ = lists.append(numbers)
        >>> [each.tolist() for each in lists.expanded(np.array([2, 1, 0]))]
        [[0, 2, 2], [9, 7, 8]]
        """
        starts, counts = np.array(self._starts)[rows], np.array(self._counts)[rows]
        which, place = expanded_ranges(starts, counts)
        return which, np.array(self._numbers)[place]


def expanded_ranges(starts: Integers, counts: Integers) -> tuple[Integers, Integers]:
    """Return the numbers of ranges one after another, after the place of their range.

    Examples
    --------
    >>> [each.tolist() for each in expanded_ranges(np.array([5, 9]), np.array([3, 1]))]
    [[0, 0, 0, 1], [5, 6, 7, 9]]
    """
    counts = counts.clip(0)
    which = np.repeat(np.arange(len(counts)), counts)
    shifts = starts - (np.cumsum(counts) - counts)
    return which, np.arange(len(which)) + shifts[which]


class _Kinds:
    """Sets of which many tokens have the same."""

    def __init__(self) -> None:
        self.sets: list[frozenset[int]] = []
        self._numbers: dict[frozenset[int], int] = {}
        self._kinds = array("q")

    def append(self, own: frozenset[int]) -> None:
        number = self._numbers.setdefault(own, len(self.sets))
        if number == len(self.sets):
            self.sets.append(own)
        self._kinds.append(number)

    def of(self, tokens: Integers) -> Integers:
        kinds: Integers = np.array(self._kinds)[tokens]
        return kinds


class _Numbers(dict[str, int]):
    """The number of each token; those that were never met are numbered and listed as new."""

    def __init__(self) -> None:
        super().__init__()
        self.new: list[str] = []

    def __missing__(self, token: str) -> int:
        self[token] = number = len(self)
        self.new.append(token)
        return number


class _Wanted:
    """The expressions that wait for a form, a stem or a name."""

    def __init__(self, awaited: Iterable[tuple[int, Sequence[str]]]):
        self._forms: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        for place, forms in awaited:
            for form in forms:
                kept = self._stems if form.endswith("*") else self._forms
                kept.setdefault(form.rstrip("*"), []).append(place)
        self._longest_stem = max(map(len, self._stems), default=0)

    def by(self, form: str, *, is_capitalised: bool) -> set[int]:
        found = set(self._forms.get(form, ()))
        for length in range(1, min(len(form), self._longest_stem) + 1):
            found.update(self._stems.get(form[:length], ()))
        if is_capitalised:
            found.update(self._forms.get(NAME, ()))
        return found
