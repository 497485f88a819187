"""Composition: readings made of what was found in the clauses of a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Any, Final, TypeVar

import numpy as np

from ressenti.emotions.clauses import Clauses
from ressenti.emotions.features import Integers
from ressenti.emotions.findings import FELT, SHOWN, VALENCES, Carriers, Findings
from ressenti.emotions.labels import SURPRISE_VALENCE
from ressenti.emotions.reading import Carrier, Clause, Emotion, Reading, Span
from ressenti.emotions.scoring import Units
from ressenti.emotions.tokens import Part

CARRIERS: Final = (
    Carrier.WORD, Carrier.NEGATED, Carrier.PHRASE, Carrier.EMOJI, Carrier.STRESSED,
)  # fmt: skip

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the tokens of a batch stand in the texts as they were given.

    Attributes
    ----------
    starts, ends : integers, shape (tokens,)
        Of each token, in its own text once cleaned.
    cleaned : sequence of sequence of int or None
        For each text, the place each cleaned character had; None where nothing was cleaned.
    """

    starts: Integers
    ends: Integers
    cleaned: Sequence[Sequence[int] | None]

    def spans(self, first: Integers, last: Integers, text: Integers) -> tuple[list[int], list[int]]:
        """Return where the tokens from first to last start and end in the texts as given."""
        starts, ends = self.starts[first].tolist(), self.ends[last].tolist()
        if any(self.cleaned):
            for at, own in enumerate(text.tolist()):
                places = self.cleaned[own]
                if places is not None:
                    starts[at], ends[at] = places[starts[at]], places[ends[at] - 1] + 1
        return starts, ends


@dataclass(frozen=True, slots=True)
class Batch:
    """What was found in texts of one language.

    Attributes
    ----------
    parts : integers, shape (units,)
        The part that each unit plays.
    """

    clauses: Clauses
    findings: Findings
    carriers: Carriers
    units: Units
    parts: Integers
    places: Places


def readings_of(batch: Batch, language: str | None, version: str) -> Iterator[tuple[int, Reading]]:
    """Yield the reading of each text that has a clause, after its place."""
    clauses, findings = batch.clauses, batch.findings
    count = len(clauses.first)
    if not count:
        return
    starts, ends = batch.places.spans(clauses.first, clauses.last, clauses.text)
    emotions = _emotions(batch, starts, ends)
    felt = np.searchsorted(findings.clause, np.arange(count + 1))
    positive, negative = findings.positive, findings.negative
    figures = positive.tolist(), negative.tolist()
    made = list(_made(Clause, starts, ends, *figures, _slices(emotions, felt)))
    first = np.flatnonzero(np.diff(clauses.text, prepend=-1))
    bounds = np.append(first, count)
    counts = np.diff(bounds).astype(np.float32)
    strength = np.zeros_like(findings.strength)
    strength[findings.clause] = findings.strength[findings.clause]
    is_pleased = np.maximum.reduceat(positive, first) >= FELT
    is_displeased = np.maximum.reduceat(negative, first) >= FELT
    is_felt = (np.diff(felt[bounds]) > 0) | is_pleased | is_displeased
    readings = _made(
        Reading,
        repeat(language),
        (np.add.reduceat(positive, first) / counts).tolist(),
        (np.add.reduceat(negative, first) / counts).tolist(),
        np.maximum.reduceat(strength, first).tolist(),
        (is_pleased & is_displeased).tolist(),
        (~is_felt).tolist(),
        repeat(None),
        _slices(emotions, felt[bounds]),
        _slices(made, bounds),
        repeat(version),
    )
    yield from zip(clauses.text[first].tolist(), readings, strict=True)


def _emotions(batch: Batch, starts: Sequence[int], ends: Sequence[int]) -> list[Emotion]:
    """Return the emotions found, clause by clause, with the words that carry them."""
    clauses, findings, carried = batch.clauses, batch.findings, batch.carriers
    token = batch.units.token[carried.unit]
    text = clauses.text[findings.clause[carried.finding]]
    word_starts, word_ends = batch.places.spans(token, token, text)
    shares, kinds = carried.share.tolist(), _kinds(batch)
    words = list(_made(Span, word_starts, word_ends, shares, kinds))
    is_first = np.diff(clauses.text, prepend=-1) != 0
    order = np.arange(len(is_first))
    rank = order - np.maximum.accumulate(np.where(is_first, order, 0))
    sign = np.sign(findings.positive - findings.negative)[findings.clause]
    valence = VALENCES[findings.emotion]
    valence = np.where(valence == 0, SURPRISE_VALENCE * sign, valence)
    clause = findings.clause.tolist()
    bounds = np.searchsorted(carried.finding, np.arange(len(clause) + 1))
    emotions = _made(
        Emotion,
        [SHOWN[emotion] for emotion in findings.emotion.tolist()],
        valence.tolist(),
        findings.strength[findings.clause].tolist(),
        [starts[own] for own in clause],
        [ends[own] for own in clause],
        rank[findings.clause].tolist(),
        _slices(words, bounds),
    )
    return list(emotions)


def _kinds(batch: Batch) -> list[Carrier]:
    """Return how each carrying word does so."""
    unit = batch.carriers.unit
    parts = batch.parts[unit]
    is_drawn = (parts & (Part.SYMBOL | Part.BREAK)) == Part.SYMBOL
    is_stressed = (parts & (Part.SHOUTED | Part.STRETCHED)) != 0
    is_phrase = (parts & Part.PHRASE) != 0
    told = [batch.units.is_denied[unit], is_phrase, is_drawn, is_stressed]
    kinds = np.select(told, range(1, len(CARRIERS)))
    return list(map(CARRIERS.__getitem__, kinds.tolist()))


def _slices(items: Sequence[Item], bounds: Integers) -> Iterator[tuple[Item, ...]]:
    """Yield the items between each bound and the next."""
    places = bounds.tolist()
    return map(tuple(items).__getitem__, map(slice, places[:-1], places[1:]))


def _made(kind: type[Item], *columns: Iterable[object]) -> Iterator[Item]:
    """Yield named tuples from their columns, of which one may be endless."""
    # What their own constructors do, without a call of Python for each. Types do not tell that.
    made: Any = partial(tuple.__new__, kind)
    return map(made, zip(*columns, strict=False))
