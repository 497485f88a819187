"""Opinions: what another model makes of the clauses that the embedded one has scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ressenti.emotions.clauses import Clauses, Flags
from ressenti.emotions.composition import Places
from ressenti.emotions.features import Floats, Integers
from ressenti.emotions.tables import NGrams
from ressenti.emotions.tokens import Part


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
    is_literal : flags, shape (clauses,)
        Whether it means what its words say: nothing in it is drawn, as emojis are, and it has no
        set phrase.
    """

    clauses: Sequence[str]
    text: Integers
    wholes: Sequence[str]
    is_literal: Flags


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


def written_clauses(
    clauses: Clauses, places: Places, texts: Sequence[str], parts: Integers
) -> WrittenClauses:
    """Return the clauses of texts as they are written, without what only stresses.

    Stress acts by rule, whoever judges what is stressed: so « très » can never weaken.

    Parameters
    ----------
    texts : sequence of str
        Cleaned, as the places of tokens count.
    parts : integers, shape (units of the clauses,)
        The part that each unit plays.
    """
    plain = list(texts)
    is_drawn = (parts & (Part.SYMBOL | Part.BREAK)) == Part.SYMBOL
    is_filler = (parts & Part.FILLER) != 0
    fillers = clauses.units[is_filler]
    for text, start, end in zip(
        clauses.text[clauses.clause[is_filler]].tolist(),
        places.starts[fillers].tolist(),
        places.ends[fillers].tolist(),
        strict=True,
    ):
        plain[text] = plain[text][:start] + " " * (end - start) + plain[text][end:]
    starts, ends = places.starts[clauses.first].tolist(), places.ends[clauses.last].tolist()
    text_of_clause = clauses.text.tolist()
    spans: dict[int, tuple[int, int]] = {}
    for text, start, end in zip(text_of_clause, starts, ends, strict=True):
        spans[text] = (spans.get(text, (start, end))[0], end)
    return WrittenClauses(
        clauses=[
            plain[text][start:end]
            for text, start, end in zip(text_of_clause, starts, ends, strict=True)
        ],
        text=clauses.text,
        wholes=[
            plain[text][slice(*spans[text])] if text in spans else "" for text in range(len(texts))
        ],
        is_literal=np.bincount(
            clauses.clause[is_drawn | ((parts & Part.PHRASE) != 0)],
            minlength=len(clauses.first),
        )
        == 0,
    )
