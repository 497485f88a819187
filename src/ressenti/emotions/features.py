"""Features: the hashed places of words, their neighbours and their letters in a model's table.

The same functions serve training and reading: what a model learnt is what it meets.
"""

from __future__ import annotations

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
    return ((mixed * _SPREAD) & _MASK) >> (32 - BITS)


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
