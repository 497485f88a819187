"""Opinions: what another model makes of the clauses that the embedded one has scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ressenti.emotions.clauses import Clauses
from ressenti.emotions.composition import Places
from ressenti.emotions.features import Floats, Integers
from ressenti.emotions.tables import NGrams


@dataclass(frozen=True, slots=True)
class WrittenClauses:
    """The clauses of texts, as they are written.

    Attributes
    ----------
    clauses : sequence of str
    text : integers, shape (clauses,)
        The text of each clause, from 0.
    wholes : sequence of str
        Each text from its first clause to its last; empty for a text without any.
    """

    clauses: Sequence[str]
    text: Integers
    wholes: Sequence[str]


class SecondOpinion(Protocol):
    """Another model, which makes the logits of clauses its own."""

    @property
    def version(self) -> str:
        """Name and version of the engine that both make."""
        ...

    def logits(self, first: Floats, written: WrittenClauses) -> Floats:
        """Return the logits of clauses in the light of both models, shape (clauses, heads).

        Parameters
        ----------
        first : floats, shape (clauses, heads)
            The embedded model's.
        """
        ...

    def tables(self, first: NGrams, language: str) -> NGrams:
        """Return the embedded model's tables with the calibration of both."""
        ...


def written_clauses(clauses: Clauses, places: Places, texts: Sequence[str]) -> WrittenClauses:
    """Return the clauses of texts, as they are written.

    Parameters
    ----------
    texts : sequence of str
        Cleaned, as the places of tokens count.
    """
    starts, ends = places.starts[clauses.first], places.ends[clauses.last]
    is_first = np.diff(clauses.text, prepend=-1) != 0
    is_last = np.diff(clauses.text, append=len(texts)) != 0
    wholes = [""] * len(texts)
    for text, start, end in zip(
        clauses.text[is_first].tolist(),
        starts[is_first].tolist(),
        ends[is_last].tolist(),
        strict=True,
    ):
        wholes[text] = texts[text][start:end]
    written = [
        texts[text][start:end]
        for text, start, end in zip(
            clauses.text.tolist(), starts.tolist(), ends.tolist(), strict=True
        )
    ]
    return WrittenClauses(written, clauses.text, wholes)
