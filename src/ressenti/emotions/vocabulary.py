"""The vocabulary: every distinct token met, analysed once."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ressenti.emotions.arrays import longer, none
from ressenti.emotions.features import Integers, code_of
from ressenti.emotions.tokens import (
    ENGLISH_WORDS,
    FRENCH_WORDS,
    PHRASE,
    STRETCHED,
    Part,
    form_of,
    part_of,
    parts_by_word,
    symbol_form,
)

PARTS: Final[Mapping[str, Mapping[str, int]]] = {
    "fr": {word: int(part) for word, part in parts_by_word(FRENCH_WORDS).items()},
    "en": {word: int(part) for word, part in parts_by_word(ENGLISH_WORDS).items()},
}


@dataclass(slots=True)
class Vocabulary:
    """The distinct tokens of the texts read so far, by number.

    Attributes
    ----------
    known : container of str
        The forms that are words.
    forms : list of str
        What the model knows each token by.
    codes : integers, shape (tokens,)
        The code of each token's form.
    parts : mapping of language to integers, shape (tokens,)
        The part each token plays in that language.
    """

    known: Container[str] = frozenset()
    numbers: dict[str, int] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    codes: Integers = field(default_factory=none)
    parts: dict[str, Integers] = field(
        default_factory=lambda: {language: none() for language in PARTS}
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
        bare = [token.removesuffix(PHRASE) or token for token in new]
        forms = [_unstretched(_known_form(token), token, self.known) for token in bare]
        self.tokens += new
        self.forms += forms
        self.codes = longer(self.codes, [code_of(form) for form in forms])
        parts = longer(none(), [int(part_of(*each)) for each in zip(bare, forms, strict=True)])
        parts |= longer(none(), [Part.PHRASE * token.endswith(PHRASE) for token in new])
        for language, words in PARTS.items():
            own = longer(none(), [words.get(form, 0) for form in forms])
            self.parts[language] = longer(self.parts[language], parts | own)


def _known_form(token: str) -> str:
    return (form_of(token) if token[0].isalnum() else symbol_form(token)) or token


def _unstretched(form: str, token: str, known: Container[str]) -> str:
    """Return a stretched word's form with its letters once, where only that is a word."""
    if form in known or STRETCHED.search(token.lower()) is None:
        return form
    once = form_of(STRETCHED.sub(r"\1", token.lower()))
    return once if once in known else form
