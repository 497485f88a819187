"""Scoring: from the tokens of a batch to the logits of every clause and the evidence of every word.

Each distinct word is worked out once, with all its letters; a clause is then the sum of its words
and of their neighbourhoods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from ressenti.emotions.clauses import Clauses, Flags, clauses_of
from ressenti.emotions.features import (
    PAIR_VALUE,
    Floats,
    Integers,
    pair_buckets,
    word_features,
)
from ressenti.emotions.heads import POLARITIES, READ, STRENGTH
from ressenti.emotions.tables import NGrams, ngrams, words
from ressenti.emotions.tokens import Part
from ressenti.emotions.vocabulary import Vocabulary

TOOLS: Final = Part.NE | Part.NEGATOR | Part.AFTER_NE | Part.CONTRAST | Part.LITTLE
"""Parts of words that turn or join feelings and carry none."""
CONTEXT: Final = np.array(
    [0.25 if head in (*POLARITIES, STRENGTH) else 0.5 for head in READ], dtype=np.float32
)
"""How much the whole text says of one of its clauses: less of its polarity, which may turn."""
PAIR_BLOCK: Final = 1 << 15


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model makes of a batch.

    Attributes
    ----------
    logits : floats, shape (clauses, heads)
        Before calibration and emphasis, each clause in the light of its whole text.
    whole : floats, shape (texts, heads)
        Of the whole texts.
    token : integers, shape (units,)
        Which token of the batch each unit is.
    clause : integers, shape (units,)
    is_denied : flags, shape (units,)
    evidence : floats, shape (units, heads)
        What each unit brings to the logits of its clause.
    parts : integers, shape (units of the clauses,)
        The parts of all units, those without meaning of their own included.
    """

    clauses: Clauses
    parts: Integers
    logits: Floats
    whole: Floats
    token: Integers
    clause: Integers
    is_denied: Flags
    evidence: Floats


class ClauseScorer(Protocol):
    """What scores the clauses of texts of one language."""

    @property
    def tables(self) -> NGrams:
        """The tables of the language, with the calibration of what is scored."""
        ...

    def is_exclamation(self, numbers: Integers) -> Flags:
        """Tell which tokens are exclamation marks."""
        ...

    def has_meaning(self, numbers: Integers) -> Flags:
        """Tell which tokens the model knows."""
        ...

    def rarities(self, numbers: Integers) -> Floats:
        """Return how much each token may carry, in [0, 1]."""
        ...

    def scores(self, numbers: Integers, texts: int) -> Scores:
        """Return the scores of a batch of tokens; each of its texts ends with a separator."""
        ...


class Scorer:
    """Scores texts of one language; remembers every word it has worked out."""

    def __init__(self, language: str, vocabulary: Vocabulary) -> None:
        self._language = language
        self._vocabulary = vocabulary
        self._rows = np.zeros((0, len(READ) + 1), dtype=np.float32)
        self._leanings = np.zeros((0, len(READ)), dtype=np.float32)
        self._places = np.zeros(0, dtype=np.int64)
        self._is_filled = np.zeros(0, dtype=bool)
        self._is_exclamation = np.zeros(0, dtype=bool)

    @property
    def tables(self) -> NGrams:
        return ngrams(self._language)

    def is_exclamation(self, numbers: Integers) -> Flags:
        """Tell which tokens are exclamation marks."""
        self._grow()
        marks: Flags = self._is_exclamation[numbers]
        return marks

    def has_meaning(self, numbers: Integers) -> Flags:
        """Tell which tokens the model knows: words of its vocabulary and drawn symbols."""
        self._grow()
        parts = self._vocabulary.parts[self._language][numbers]
        is_drawn = (parts & (Part.SYMBOL | Part.BREAK)) == Part.SYMBOL
        known: Flags = (self._places[numbers] < len(words().places)) | is_drawn
        return known

    def rarities(self, numbers: Integers) -> Floats:
        """Return how much each token may carry, in [0, 1]: frequent words little, tools nothing."""
        self._grow()
        parts = self._vocabulary.parts[self._language][numbers]
        rarities: Floats = words().rarities[self._places[numbers]] ** 2
        rarities[(parts & TOOLS) != 0] = 0
        return rarities

    def scores(self, numbers: Integers, texts: int) -> Scores:
        """Return the scores of a batch of tokens; each of its texts ends with a separator."""
        parts = self._vocabulary.parts[self._language][numbers]
        clauses = clauses_of(parts)
        unit_parts = parts[clauses.units]
        kept = (unit_parts & Part.FILLER) == 0
        token, clause = clauses.units[kept], clauses.clause[kept]
        is_denied = clauses.is_denied[kept]
        number = numbers[token]
        key = number * 2 + is_denied
        self._fill(key)
        evidence, squares = self._evidence(number, key, clause)
        count = len(clauses.first)
        ngram, ngram_whole = self._ngram_logits(evidence, squares, clauses, clause, texts)
        static, static_whole = self._static_logits(number, clause, is_denied, clauses, texts)
        share = words().share
        whole = (1 - share) * ngram_whole + share * static_whole
        logits = (1 - share) * ngram + share * static
        logits += CONTEXT * (np.take(whole, clauses.text, axis=0) - logits)
        norms = np.sqrt(np.bincount(clause, weights=squares, minlength=count)).clip(1e-6)
        evidence *= (1 - share) / norms.astype(np.float32)[clause][:, None]
        sizes = np.sqrt(np.bincount(clause, minlength=count).clip(1))
        evidence += np.take(self._leanings, key, axis=0) * (
            share / sizes.astype(np.float32)[clause][:, None]
        )
        return Scores(clauses, unit_parts, logits, whole, token, clause, is_denied, evidence)

    def _evidence(self, number: Integers, key: Integers, clause: Integers) -> tuple[Floats, Floats]:
        """Return what each unit brings, its half of each pair included, and its squared length."""
        tables = self.tables
        rows = np.take(self._rows, key, axis=0)
        evidence, squares = rows[:, :-1], rows[:, -1].copy()
        same = np.flatnonzero(clause[1:] == clause[:-1])
        codes = self._vocabulary.codes[number]
        places = pair_buckets(codes[same], codes[same + 1])
        weights = tables.rarities[places] * np.float32(PAIR_VALUE)
        # In place on the two neighbours of each pair: no pair shares its first unit with another.
        halves = np.take(tables.weights, places, axis=0) * (tables.scale / 2)
        halves *= weights[:, None]
        evidence[same] += halves
        evidence[same + 1] += halves
        squares[same] += weights**2
        return evidence, squares

    def _ngram_logits(
        self, evidence: Floats, squares: Floats, clauses: Clauses, clause: Integers, texts: int
    ) -> tuple[Floats, Floats]:
        intercepts = self.tables.intercepts
        count = len(clauses.first)
        sums = _sums(evidence, clause, count)
        lengths = np.bincount(clause, weights=squares, minlength=count).astype(np.float32)
        whole = _sums(sums, clauses.text, texts)
        whole_lengths = np.bincount(clauses.text, weights=lengths, minlength=texts)
        logits = sums / np.sqrt(lengths).clip(1e-6)[:, None] + intercepts
        whole /= np.sqrt(whole_lengths).clip(1e-6)[:, None].astype(np.float32)
        return logits, whole + intercepts

    def _static_logits(
        self, number: Integers, clause: Integers, is_denied: Flags, clauses: Clauses, texts: int
    ) -> tuple[Floats, Floats]:
        table = words()
        place = self._places[number]
        kept = place < len(table.places)
        place, own, is_denied = place[kept], clause[kept], is_denied[kept]
        count = len(clauses.first)
        halves = [
            _sums(np.take(table.vectors, place[chosen], axis=0), own[chosen], count)
            for chosen in (~is_denied, is_denied)
        ]
        sums = np.concatenate(halves, axis=1)
        counts = np.bincount(own, minlength=count)
        whole = _sums(sums, clauses.text, texts)
        whole_counts = np.bincount(clauses.text, weights=counts, minlength=texts)
        sums /= np.sqrt(counts.clip(1))[:, None].astype(np.float32)
        whole /= np.sqrt(whole_counts.clip(1))[:, None].astype(np.float32)
        return table.logits(sums), table.logits(whole)

    def _fill(self, key: Integers) -> None:
        """Work out the words that were not met before."""
        self._grow()
        new = np.unique(key[~self._is_filled[key]])
        if not len(new):
            return
        tables = self.tables
        forms = self._vocabulary.forms
        features = [word_features(forms[each // 2], is_denied=bool(each % 2)) for each in new]
        lengths = np.array([len(places) for places, _ in features])
        places = np.concatenate([places for places, _ in features])
        values = np.concatenate([values for _, values in features]).astype(np.float32)
        values *= tables.rarities[places]
        starts = np.cumsum(lengths) - lengths
        for first in range(0, len(new), PAIR_BLOCK):
            last = min(first + PAIR_BLOCK, len(new))
            begin, end = starts[first], starts[last - 1] + lengths[last - 1]
            weighted = tables.weights[places[begin:end]] * values[begin:end, None]
            sums = np.add.reduceat(weighted, starts[first:last] - begin, axis=0)
            self._rows[new[first:last], :-1] = sums * tables.scale
        self._rows[new, -1] = np.add.reduceat(values**2, starts)
        self._leanings[new] = self._leanings_of(new)
        self._is_filled[new] = True

    def _leanings_of(self, keys: Integers) -> Floats:
        """Return what the network makes of each word alone, beside nothing at all."""
        table = words()
        place = self._places[keys // 2]
        width = table.vectors.shape[1]
        sums = np.zeros((len(keys) + 1, 2 * width), dtype=np.float32)
        for half in (0, 1):
            rows = np.flatnonzero(keys % 2 == half)
            sums[rows, half * width : (half + 1) * width] = table.vectors[place[rows]]
        logits = table.logits(sums)
        beside: Floats = logits[:-1] - logits[-1]
        return beside

    def _grow(self) -> None:
        wanted = len(self._vocabulary.forms)
        had = len(self._places)
        if wanted == had:
            return
        places = words().places
        none = len(places)
        forms = self._vocabulary.forms[had:]
        new = [places.get(form, none) for form in forms]
        marks = [form[:1] == "!" for form in forms]
        self._is_exclamation = np.concatenate((self._is_exclamation, np.asarray(marks)))
        self._places = np.concatenate((self._places, np.asarray(new, dtype=np.int64)))
        room = 2 * wanted
        if room > len(self._rows):
            self._rows = _roomier(self._rows, 2 * room)
            self._leanings = _roomier(self._leanings, 2 * room)
            self._is_filled = _roomier(self._is_filled, 2 * room)


def _sums(values: Floats, group: Integers, groups: int) -> Floats:
    """Return the sums of consecutive rows by their group; groups never decrease, some are empty."""
    result = np.zeros((groups, values.shape[1]), dtype=np.float32)
    if len(group):
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        result[group[starts]] = np.add.reduceat(values, starts, axis=0)
    return result


def _roomier(array: Any, room: int) -> Any:
    larger = np.zeros((room, *array.shape[1:]), dtype=array.dtype)
    larger[: len(array)] = array
    return larger
