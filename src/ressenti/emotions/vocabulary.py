"""The vocabulary: every distinct token met, analysed once."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ressenti.emotions.features import Integers, code_of
from ressenti.emotions.tokens import (
    ENGLISH_WORDS,
    FRENCH_WORDS,
    STRETCHED,
    Part,
    form_of,
    part_of,
    parts_by_word,
    symbol_form,
)

PARTS: Final[Mapping[str, Mapping[str, Part]]] = {
    "fr": parts_by_word(FRENCH_WORDS),
    "en": parts_by_word(ENGLISH_WORDS),
}
MOST_TOKENS: Final = 200_000
"""A vocabulary that grew beyond starts anew, so that memory stays bounded."""


@dataclass(slots=True)
class Vocabulary:
    """The distinct tokens of the texts read so far, by number.

    Attributes
    ----------
    known : container of str
        The forms that are words.
    forms : list of str
        What the model knows each token by.
    lengths, codes : integers, shape (tokens,)
        The characters of each token, and the code of its form.
    parts : mapping of language to integers, shape (tokens,)
        The part each token plays in that language.
    """

    known: Container[str] = frozenset()
    numbers: dict[str, int] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    lengths: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    codes: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    parts: dict[str, Integers] = field(
        default_factory=lambda: {language: np.zeros(0, dtype=np.int64) for language in PARTS}
    )

    def numbers_of(self, tokens: Sequence[str]) -> Integers:
        """Return the number of each token, learning those that are new."""
        numbers = self.numbers
        new = sorted(set(tokens).difference(numbers))
        if new:
            self._learn(new)
        return np.fromiter(map(numbers.__getitem__, tokens), dtype=np.int64, count=len(tokens))

    def _learn(self, new: Sequence[str]) -> None:
        known = len(self.tokens)
        self.numbers.update(zip(new, range(known, known + len(new)), strict=True))
        forms = [_unstretched(_known_form(token), token, self.known) for token in new]
        self.tokens += new
        self.forms += forms
        self.lengths = _longer(self.lengths, [len(token) for token in new])
        self.codes = _longer(self.codes, [code_of(form) for form in forms])
        for language, words in PARTS.items():
            parts = [int(part_of(*each, words)) for each in zip(new, forms, strict=True)]
            self.parts[language] = _longer(self.parts[language], parts)


def _known_form(token: str) -> str:
    return (form_of(token) if token[0].isalnum() else symbol_form(token)) or token


def _unstretched(form: str, token: str, known: Container[str]) -> str:
    """Return a stretched word's form with its letters once, where only that is a word."""
    if form in known or STRETCHED.search(token.lower()) is None:
        return form
    once = form_of(STRETCHED.sub(r"\1", token.lower()))
    return once if once in known else form


def _longer(array: Integers, more: Sequence[int]) -> Integers:
    return np.concatenate((array, np.asarray(more, dtype=np.int64)))
