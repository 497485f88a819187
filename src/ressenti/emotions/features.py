"""Features: the hashed places of words, their neighbours and their letters in a model's table.

The same functions serve training and reading: what a model learnt is what it meets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

BITS: Final = 18
BUCKETS: Final = 1 << BITS
WORD_VALUE: Final = 1.0
DRAWN_VALUE: Final = 2.0
"""Of an emoji: it says more than a word."""
PAIR_VALUE: Final = 0.7
LETTERS_VALUE: Final = 0.5
LETTER_LENGTHS: Final = (3, 4, 5)
_SPREAD: Final = 2654435761
_FIRST: Final = 0x9E3779B1
_SECOND: Final = 0x85EBCA6B
_DENIED: Final = 0x5BD1E995
_MASK: Final = 0xFFFFFFFF


def code_of(form: str) -> int:
    """Return the 32-bit code of a form."""
    return crc32(form.encode())


def bucket_of(code: int) -> int:
    """Return a code's place in the table."""
    return ((code * _SPREAD) & _MASK) >> (32 - BITS)


def pair_buckets(first: Integers, second: Integers) -> Integers:
    """Return the places of pairs of neighbouring forms, from their codes."""
    mixed = ((first * _FIRST) ^ (second * _SECOND)) & _MASK
    return _buckets(mixed)


def word_features(form: str, *, is_denied: bool = False) -> tuple[list[int], list[float]]:
    """Return the places and values of one word: itself and the letters it is made of.

    A word under a negation is another word, and so are its letters.
    """
    mark = _DENIED if is_denied else 0
    places = [bucket_of(code_of(form) ^ mark)]
    is_drawn = not form[0].isalnum() and form[0] not in "!?._"
    values = [DRAWN_VALUE if is_drawn else WORD_VALUE]
    if form[0].isalpha():
        grams = _letters(form)
        value = LETTERS_VALUE / len(grams) ** 0.5
        places += [bucket_of(code_of(gram) ^ mark) for gram in grams]
        values += [value] * len(grams)
    return places, values


@lru_cache(maxsize=4096)
def _letters(form: str) -> tuple[str, ...]:
    bounded = f"<{form}>"
    grams = [
        f"#{bounded[start : start + length]}"
        for length in LETTER_LENGTHS
        for start in range(len(bounded) - length + 1)
    ]
    return tuple(grams) or (f"#{bounded}",)


@dataclass(frozen=True, slots=True)
class Features:
    """The features of many words, a word after another.

    Attributes
    ----------
    places : integers, shape (features,)
    values : floats, shape (features,)
    counts : integers, shape (words,)
        How many features each word has.
    """

    places: Integers
    values: Floats
    counts: Integers


def features_of(forms: Sequence[str], is_denied: npt.NDArray[np.bool_]) -> Features:
    """Return the features of many words: those of ``word_features``, worked out together.

    Examples
    --------
    >>> found = features_of(["nul", "!!"], np.array([False, True]))
    >>> found.counts.tolist(), word_features("nul")[0] == found.places[:7].tolist()
    ([7, 1], True)
    """
    is_plain = np.array([form.isascii() and form[0].isalpha() for form in forms], dtype=bool)
    plain = [form for form, is_one in zip(forms, is_plain.tolist(), strict=True) if is_one]
    found = _features_of_plain(plain, is_denied[is_plain])
    other = [
        (word, *word_features(forms[word], is_denied=bool(is_denied[word])))
        for word in np.flatnonzero(~is_plain).tolist()
    ]
    if not other:
        return found
    numbers = np.repeat(np.flatnonzero(is_plain), found.counts)
    numbers = np.append(numbers, [word for word, places, _ in other for _ in places])
    places = np.append(found.places, [place for _, places, _ in other for place in places])
    values = np.append(found.values, [value for _, _, values in other for value in values])
    order = np.argsort(numbers, kind="stable")
    return Features(
        places[order], values[order].astype(np.float32), np.bincount(numbers, minlength=len(forms))
    )


def _features_of_plain(forms: Sequence[str], is_denied: npt.NDArray[np.bool_]) -> Features:
    """Return the features of words that begin with a letter and have none but ASCII."""
    mark = np.where(is_denied, _DENIED, 0)
    lengths = np.array([len(form) + 2 for form in forms], dtype=np.int64)
    begins = np.cumsum(lengths) - lengths
    grams = [(lengths + 1 - length).clip(0) for length in LETTER_LENGTHS]
    counts: Integers = np.ones_like(lengths)
    for own in grams:
        counts += own
    next_place = np.cumsum(counts) - counts
    values = np.repeat((LETTERS_VALUE / np.sqrt(counts - 1)).astype(np.float32), counts)
    values[next_place] = WORD_VALUE
    places = np.empty(len(values), dtype=np.int64)
    codes = np.array([code_of(form) for form in forms], dtype=np.int64)
    places[next_place] = _buckets(codes ^ mark)
    next_place += 1
    written = "".join(f"<{form}>" for form in forms)
    for own, codes in zip(grams, _gram_codes(written), strict=True):
        within = np.arange(own.sum()) - np.repeat(np.cumsum(own) - own, own)
        marked = codes[np.repeat(begins, own) + within] ^ np.repeat(mark, own)
        places[np.repeat(next_place, own) + within] = _buckets(marked)
        next_place += own
    return Features(places, values, counts)


def _gram_codes(letters: str) -> Iterator[Integers]:
    """Yield the codes of what begins at each letter, for each of the ``LETTER_LENGTHS``."""
    longest = LETTER_LENGTHS[-1]
    written = np.frombuffer(letters.encode() + bytes(longest), dtype=np.uint8)
    state = np.full(len(letters), crc32(b"#") ^ _MASK)
    for place in range(longest):
        read = written[place : place + len(letters)]
        state = _CRC[(state ^ read) & 0xFF] ^ (state >> 8)
        if place + 1 in LETTER_LENGTHS:
            yield state ^ _MASK


def _crc_table() -> Integers:
    """Return what zlib's checksum makes of each byte."""
    table = np.arange(256)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ 0xEDB88320, table >> 1)
    return table


def _buckets(codes: Integers) -> Integers:
    return ((codes * _SPREAD) & _MASK) >> (32 - BITS)


_CRC: Final = _crc_table()
