"""Tokens: the texts of corpora as the engine takes them, set phrases replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ressenti.emotions.clauses import Flags, clauses_of
from ressenti.emotions.features import Integers
from ressenti.emotions.rewording import Rewording
from ressenti.emotions.tokens import Part, cleaned, tokens_of
from ressenti.emotions.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Taken:
    """The units of texts, without those that only stress or greet.

    Attributes
    ----------
    numbers, clause, row : integers, shape (units,)
        In the vocabulary, and the clause and the text that each stands in.
    is_denied : flags, shape (units,)
    """

    vocabulary: Vocabulary
    numbers: Integers
    clause: Integers
    row: Integers
    is_denied: Flags


def taken(texts: Sequence[str], language: str) -> Taken:
    """Return the units of whole texts."""
    vocabulary = Vocabulary()
    rewording = Rewording(language, vocabulary)
    numbers = vocabulary.numbers_of(tokens_of(cleaned(text)[0] for text in texts))
    # As the engine does: what stands for nothing in either language is no token.
    stands = (vocabulary.parts["fr"] | vocabulary.parts["en"])[numbers] != 0
    numbers = rewording.reworded(numbers[stands]).numbers
    parts = vocabulary.parts[language][numbers]
    clauses = clauses_of(parts)
    kept = (parts[clauses.units] & Part.FILLER) == 0
    clause = clauses.clause[kept]
    return Taken(
        vocabulary,
        numbers[clauses.units[kept]],
        clause,
        clauses.text[clause],
        clauses.is_denied[kept],
    )


def has_phrase(texts: Sequence[str], language: str) -> Flags:
    """Tell which texts have a set phrase."""
    found = taken(texts, language)
    is_phrase = (found.vocabulary.parts[language][found.numbers] & Part.PHRASE) != 0
    counts = np.bincount(found.row[is_phrase], minlength=len(texts))
    return counts > 0
