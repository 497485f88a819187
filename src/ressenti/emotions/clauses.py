"""Clauses: where a text is cut, and which of its words stand under a negation.

« Livraison rapide mais personnel odieux » keeps both parts. Cuts lie at punctuation and before
words of contrast; a part of a single word joins its neighbour, unless a contrast sets it apart.
Everything works on the tokens of a whole batch at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ressenti.emotions.tokens import Part

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SCOPE = 4
"""Words after a negation that it can deny."""
NE_REACH = 5
"""Words between « ne » and the « plus » or « personne » that then denies."""
FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses of a batch of tokens, and the words within.

    Attributes
    ----------
    first, last : integers, shape (clauses,)
        The first and last token that counts.
    text : integers, shape (clauses,)
        The text of each clause, from 0.
    units : integers, shape (units,)
        The tokens that count: words and symbols, in order.
    clause : integers, shape (units,)
        The clause of each unit; never decreasing.
    is_denied : flags, shape (units,)
        Whether a negation covers the unit.
    """

    first: Integers
    last: Integers
    text: Integers
    units: Integers
    clause: Integers
    is_denied: Flags


def clauses_of(parts: Integers) -> Clauses:
    """Return the clauses of a batch whose texts each end with a separator.

    Parameters
    ----------
    parts : integers, shape (tokens,)
        The ``Part`` of each token.
    """
    is_separator = (parts & Part.SEPARATOR) != 0
    text = np.cumsum(is_separator) - is_separator
    units = np.flatnonzero(parts & (Part.WORD | Part.SYMBOL))
    kinds = parts[units]
    text_of_unit = text[units]
    segment = _segments(parts, units, kinds, text_of_unit)
    clause = _joined(segment, kinds, text_of_unit)
    starts = np.flatnonzero(np.diff(clause, prepend=-1))
    ends = np.append(starts[1:], len(units)) - 1
    return Clauses(
        first=units[starts],
        last=units[ends] if len(starts) else units,
        text=text_of_unit[starts],
        units=units,
        clause=clause,
        is_denied=_denied(kinds, segment),
    )


def _segments(parts: Integers, units: Integers, kinds: Integers, text: Integers) -> Integers:
    """Return the part of the text that each unit stands in, before short ones are joined."""
    breaks = np.cumsum((parts & Part.BREAK) != 0)
    # A mark that ends a part belongs to it: it is a unit counted before its own break.
    own = (kinds & Part.BREAK) != 0
    place = breaks[units] - own
    is_new = np.diff(place, prepend=-1) != 0
    is_new |= np.diff(text, prepend=-1) != 0
    is_new |= (kinds & Part.CONTRAST) != 0
    # Marks in a row stay together with what they end.
    is_new &= ~(own & (np.diff(text, prepend=-1) == 0))
    return np.cumsum(is_new) - 1


def _joined(segment: Integers, kinds: Integers, text: Integers) -> Integers:
    """Return the clause of each unit: segments, the short ones joined to a neighbour."""
    if not len(segment):
        return segment
    starts = np.flatnonzero(np.diff(segment, prepend=-1))
    counts = ((kinds & Part.WORD) != 0) & ((kinds & (Part.FILLER | Part.CONTRAST)) == 0)
    words = np.add.reduceat(counts.astype(np.int64), starts)
    is_first = np.diff(text[starts], prepend=-1) != 0
    after_first = np.roll(is_first, 1)
    after_short_first = after_first & (np.roll(words, 1) < FEWEST_WORDS)
    is_contrast = (kinds[starts] & Part.CONTRAST) != 0
    sides = (words > 0) & (np.roll(words, 1) > 0)
    is_cut = is_first | (is_contrast & sides) | ((words >= FEWEST_WORDS) & ~after_short_first)
    clause: Integers = (np.cumsum(is_cut) - 1)[segment]
    return clause


def _denied(kinds: Integers, segment: Integers) -> Flags:
    """Tell which units a negation covers; it ends where its part of the text does."""
    is_word = (kinds & Part.WORD) != 0
    words = np.cumsum(is_word & ((kinds & Part.FILLER) == 0))
    after_ne = _follows((kinds & Part.NE) != 0, words, segment, NE_REACH)
    after_one = np.zeros(len(kinds), dtype=bool)
    after_one[1:] = (kinds[:-1] & Part.ONE) != 0
    denies = (kinds & Part.NEGATOR) != 0
    denies |= ((kinds & Part.AFTER_NE) != 0) & after_ne
    denies |= ((kinds & Part.LITTLE) != 0) & ~after_one
    # "not only", « pas seulement » deny nothing.
    denies[:-1] &= (kinds[1:] & Part.UNLESS_ONLY) == 0
    is_denied: Flags = _follows(denies, words, segment, SCOPE) & is_word
    return is_denied


def _follows(marks: Flags, words: Integers, segment: Integers, reach: int) -> Flags:
    """Tell which units stand at most so many words after a mark of their segment."""
    place = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, place, -1))
    # The mark itself is not covered by itself, but by an earlier one.
    earlier = np.roll(last, 1)
    earlier[:1] = -1
    there = earlier >= 0
    near: Flags = there & (segment[earlier] == segment) & (words - words[earlier] <= reach)
    return near
