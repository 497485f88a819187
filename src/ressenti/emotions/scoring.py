"""Scoring: from the tokens of a batch to the logits of every clause and the evidence of every word.

Each distinct word is worked out once, with all its letters; a clause is then the sum of its words
and of their neighbourhoods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ressenti.emotions.arrays import distinct, longer, none, roomier
from ressenti.emotions.clauses import Clauses, Flags, clauses_of
from ressenti.emotions.features import (
    PAIR_VALUE,
    Floats,
    Integers,
    features_of,
    pair_buckets,
)
from ressenti.emotions.heads import POLARITIES, READ, STRENGTH
from ressenti.emotions.network import WordNetwork
from ressenti.emotions.sums import Groups
from ressenti.emotions.tables import NGrams, ngrams, words
from ressenti.emotions.tokens import Part
from ressenti.emotions.vocabulary import Vocabulary

TOOLS: Final = Part.NE | Part.NEGATOR | Part.AFTER_NE | Part.CONTRAST | Part.LITTLE
"""Parts of words that turn or join feelings and carry none."""
CONTEXT: Final = np.array(
    [0.25 if head in (*POLARITIES, STRENGTH) else 0.7 for head in READ], dtype=np.float32
)
"""How much the whole text says of one of its clauses: less of its polarity, which may turn."""
WORDS_AT_ONCE: Final = 1 << 13
HEADS: Final = len(READ)
LEAST_LENGTH: Final = np.float32(1e-6)
"""Of a clause in which no word has a weight."""


@dataclass(frozen=True, slots=True)
class Units:
    """The words and symbols of a batch that mean something by themselves, in order.

    Attributes
    ----------
    token : integers, shape (units,)
        Which token of the batch each unit is.
    number, clause : integers, shape (units,)
        Of that token, and the clause it stands in.
    is_denied : flags, shape (units,)
    sizes : integers, shape (clauses,)
        How many units each clause has.
    """

    token: Integers
    number: Integers
    clause: Integers
    is_denied: Flags
    sizes: Integers


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the units of a batch bring to the logits of their clauses.

    Attributes
    ----------
    words, leanings : floats, shape (words, heads)
        By each word met so far, as n-grams and to the network.
    pairs : floats, shape (pairs + 1, heads)
        Half of what each pair of neighbours brings; the last row is for no pair.
    word, leaning, before, after : integers, shape (units,)
        Rows of these tables.
    word_scale, leaning_scale : floats, shape (clauses,)
    """

    words: Floats
    leanings: Floats
    pairs: Floats
    word: Integers
    leaning: Integers
    before: Integers
    after: Integers
    clause: Integers
    word_scale: Floats
    leaning_scale: Floats

    def of(self, unit: Integers, head: Integers) -> Floats:
        """Return what some units bring to some heads, one by one."""
        clause, share = self.clause[unit], words().share[head]
        value = self.words[self.word[unit], head]
        value += self.pairs[self.before[unit], head]
        value += self.pairs[self.after[unit], head]
        value *= self.word_scale[clause] * (1 - share)
        leaning = self.leanings[self.leaning[unit], head]
        result: Floats = value + leaning * (self.leaning_scale[clause] * share)
        return result


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model makes of a batch.

    Attributes
    ----------
    numbers : integers, shape (units of the clauses,)
        The tokens of all units, those without meaning of their own included.
    logits : floats, shape (clauses, heads)
        Before calibration and emphasis, each clause in the light of its whole text.
    """

    clauses: Clauses
    numbers: Integers
    units: Units
    logits: Floats
    evidence: Evidence


class Scorer:
    """Scores texts of one language; remembers every word it has worked out."""

    def __init__(self, language: str, vocabulary: Vocabulary) -> None:
        self._language = language
        self._vocabulary = vocabulary
        self._network = WordNetwork()
        self._places = none()
        # Of each token, plain and denied, the row that its form has; none yet where negative.
        self._rows = none()
        self._row_of: dict[tuple[str, bool], int] = {}
        self._words = np.zeros((0, HEADS + 1), dtype=np.float32)

    @property
    def tables(self) -> NGrams:
        return ngrams(self._language)

    def parts(self, numbers: Integers) -> Integers:
        """Return the part that each token plays."""
        parts: Integers = self._vocabulary.parts[self._language][numbers]
        return parts

    def has_meaning(self, numbers: Integers) -> Flags:
        """Tell which tokens the model knows: words of its vocabulary and drawn symbols."""
        is_drawn = (self.parts(numbers) & (Part.SYMBOL | Part.BREAK)) == Part.SYMBOL
        known: Flags = (self._places[numbers] < len(words().places)) | is_drawn
        return known

    def rarities(self, numbers: Integers) -> Floats:
        """Return how much each token may carry, in [0, 1]: frequent words little, tools nothing."""
        rarities: Floats = words().rarities[self._places[numbers]] ** 2
        rarities[(self.parts(numbers) & TOOLS) != 0] = 0
        return rarities

    def scores(self, numbers: Integers, texts: int) -> Scores:
        """Return the scores of a batch of tokens; each of its texts ends with a separator."""
        self._grow()
        clauses = clauses_of(self.parts(numbers))
        unit_numbers = numbers[clauses.units]
        units = self._units(clauses, unit_numbers)
        of_clause = Groups(units.sizes)
        of_text = Groups(np.bincount(clauses.text, minlength=texts))
        place = self._places[units.number]
        leaning = self._network.rows(place, units.is_denied)
        is_known = place < len(words().places)
        known = np.bincount(units.clause[is_known], minlength=len(units.sizes))
        hidden = of_clause.sums(self._network.hidden, leaning)
        word = self._words_of(units.number * 2 + units.is_denied)
        pairs, before, after, squares = self._pairs(units)
        sums = of_clause.sums(self._words, word)
        sums[:, :-1] += 2 * of_clause.sums(pairs, after)
        sums[:, -1] += squares
        order = np.arange(len(sums))
        whole = _mixed(
            self._ngram_logits(of_text.sums(sums, order)),
            self._network.logits(
                of_text.sums(hidden, order),
                np.bincount(clauses.text, weights=known, minlength=texts),
            ),
        )
        logits = _mixed(self._ngram_logits(sums), self._network.logits(hidden, known))
        logits += CONTEXT * (whole[clauses.text] - logits)
        evidence = Evidence(
            words=self._words,
            leanings=self._network.leanings,
            pairs=pairs,
            word=word,
            leaning=leaning,
            before=before,
            after=after,
            clause=units.clause,
            word_scale=np.reciprocal(_length(sums[:, -1])),
            leaning_scale=(1 / np.sqrt(units.sizes.clip(1))).astype(np.float32),
        )
        return Scores(clauses, unit_numbers, units, logits, evidence)

    def _units(self, clauses: Clauses, numbers: Integers) -> Units:
        kept = np.flatnonzero((self.parts(numbers) & Part.FILLER) == 0)
        clause = clauses.clause[kept]
        return Units(
            token=clauses.units[kept],
            number=numbers[kept],
            clause=clause,
            is_denied=clauses.is_denied[kept],
            sizes=np.bincount(clause, minlength=len(clauses.first)),
        )

    def _pairs(self, units: Units) -> tuple[Floats, Integers, Integers, Floats]:
        """Return half of what each pair of neighbours brings, and where a unit has its pairs.

        Last comes the sum of the squared weights of each clause's pairs.
        """
        tables = self.tables
        first = np.flatnonzero(units.clause[1:] == units.clause[:-1])
        codes = self._vocabulary.codes[units.number]
        places = pair_buckets(codes[first], codes[first + 1])
        weights = tables.rarities[places] * np.float32(PAIR_VALUE)
        pairs = np.zeros((len(first) + 1, HEADS), dtype=np.float32)
        np.multiply(tables.weights[places], tables.scale / 2, out=pairs[:-1])
        pairs[:-1] *= weights[:, None]
        before, after = np.full((2, len(units.token)), len(first))
        after[first] = before[first + 1] = np.arange(len(first))
        squares = np.bincount(
            units.clause[first], weights=weights**2, minlength=len(units.sizes)
        ).astype(np.float32)
        return pairs, before, after, squares

    def _ngram_logits(self, sums: Floats) -> Floats:
        result: Floats = sums[:, :-1] / _length(sums[:, -1])[:, None] + self.tables.intercepts
        return result

    def _words_of(self, key: Integers) -> Integers:
        """Return the row of each word, working out those that were not met before."""
        rows = self._rows[key]
        if (rows < 0).any():
            for first in range(0, len(new := distinct(key[rows < 0])), WORDS_AT_ONCE):
                self._learn(new[first : first + WORDS_AT_ONCE].tolist())
            rows = self._rows[key]
        return rows

    def _learn(self, keys: list[int]) -> None:
        forms = self._vocabulary.forms
        had = len(self._row_of)
        words = [(forms[key // 2], bool(key % 2)) for key in keys]
        new = list(dict.fromkeys(word for word in words if word not in self._row_of))
        self._row_of.update(zip(new, range(had, had + len(new)), strict=True))
        self._rows[keys] = [self._row_of[word] for word in words]
        if not new:
            return
        tables = self.tables
        features = features_of(
            [form for form, _ in new], np.array([is_denied for _, is_denied in new])
        )
        values = features.values * tables.rarities[features.places]
        starts = np.cumsum(features.counts) - features.counts
        self._words = roomier(self._words, had + len(new))
        own = self._words[had : had + len(new)]
        own[:, :-1] = np.add.reduceat(tables.weights[features.places] * values[:, None], starts)
        own[:, :-1] *= tables.scale
        own[:, -1] = np.add.reduceat(values**2, starts)

    def _grow(self) -> None:
        had, wanted = len(self._places), len(self._vocabulary.forms)
        if wanted > had:
            places = words().places
            unknown = len(places)
            new = [places.get(form, unknown) for form in self._vocabulary.forms[had:]]
            self._places = longer(self._places, new)
            self._rows = longer(self._rows, np.full(2 * (wanted - had), -1))


def _mixed(ngrams: Floats, network: Floats) -> Floats:
    share = words().share
    result: Floats = (1 - share) * ngrams + share * network
    return result


def _length(squares: Floats) -> Floats:
    result: Floats = np.sqrt(squares).clip(LEAST_LENGTH)
    return result
