"""The model: both parts fitted on a list of corpora, and their logits for whole texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from ressenti.emotions.features import Floats, bucket_of, code_of
from ressenti.emotions.heads import HEADS, POLARITIES, STRENGTH
from training.corpora import Corpus
from training.ngrams import (
    ITERATIONS,
    RIDGE,
    counts_of,
    fitted_heads,
    inverse_frequencies,
    weighted,
)
from training.static import Network, fitted_network, sums_of

STATIC_SHARE: Final = np.array(
    [0.5 if head in POLARITIES else 0.35 for head in HEADS], dtype=np.float32
)
"""Of the two parts' logits, what the static part brings to each head."""
TONES: Final = [HEADS.index(head) for head in (*POLARITIES, STRENGTH)]
TONE_RIDGE: Final = 2.5
"""Of the polarities and the strength: customers' words are few, and their weights kept smaller."""
LONG_SEARCH: Final = 90
"""Iterations for the emotions, which are many and end late: at 50, they are far from the end."""
MOST_TO_NETWORK: Final = 1.6
"""What a text counts at most in the network, whose hidden layer polarities share with emotions."""
MADE: Final = ("seeds", "drawn", "lexicon", "denials", "tone-words-3.5", "tone-words-1.0")
"""The corpora that nobody wrote: frames, lexicons and emojis put together."""
LEADING: Final = "goemotions-train"
PRIOR_TEXTS: Final = 20


class Judge(Protocol):
    """What can be calibrated and checked: it has a logit for every head."""

    def logits(self, texts: Sequence[str], language: str) -> Floats:
        """Return the logits of whole texts, shape (texts, heads)."""
        ...


@dataclass(frozen=True, slots=True)
class Linear:
    """The n-gram part of one language: weights, intercepts and inverse text frequencies."""

    weights: Floats
    intercepts: Floats
    rarities: Floats

    def logits(self, texts: Sequence[str], language: str) -> Floats:
        rows = weighted(counts_of(texts, language), self.rarities)
        result: Floats = rows @ self.weights + self.intercepts
        return result


@dataclass(frozen=True, slots=True)
class Model:
    """Both parts, for both languages."""

    linear: Mapping[str, Linear]
    network: Network
    places: Mapping[str, int]
    vectors: Floats

    def logits(self, texts: Sequence[str], language: str) -> Floats:
        """Return the logits of whole texts, shape (texts, heads)."""
        static = self.network.logits(sums_of(texts, language, self.places, self.vectors))
        linear = self.linear[language].logits(texts, language)
        return (1 - STATIC_SHARE) * linear + STATIC_SHARE * static


@dataclass(frozen=True, slots=True)
class Prepared:
    """A corpus with its features, worked out once for all folds.

    Attributes
    ----------
    counts : sparse, shape (texts, buckets)
    sums : floats, shape (texts, 2 × dimensions)
    """

    corpus: Corpus
    counts: csr_array
    sums: Floats

    def rows(self, chosen: npt.NDArray[np.int64]) -> Prepared:
        """Return the chosen texts alone."""
        return Prepared(self.corpus.rows(chosen), self.counts[chosen], self.sums[chosen])


def prepared(corpus: Corpus, places: Mapping[str, int], vectors: Floats) -> Prepared:
    """Return a corpus with its features."""
    counts = counts_of(corpus.texts, corpus.language)
    return Prepared(corpus, counts, sums_of(corpus.texts, corpus.language, places, vectors))


def fitted_model(corpora: Sequence[Prepared], places: Mapping[str, int], vectors: Floats) -> Model:
    """Return the model fitted on the corpora of both languages, the same each time."""
    linear: dict[str, Linear] = {}
    taught = []
    for language in ("en", "fr"):
        own = [each for each in corpora if each.corpus.language == language]
        targets, weights, offsets = lessons([each.corpus for each in own])
        counts = vstack([each.counts for each in own], format="csr")
        written = np.concatenate(
            [np.full(len(each.corpus.texts), each.corpus.name not in MADE) for each in own]
        )
        linear[language] = _fitted_linear(
            counts, inverse_frequencies(counts, written), targets, weights, offsets
        )
        # Single words teach the network nothing that their vectors do not say.
        own = [each for each in own if not each.corpus.name.startswith("tone-words")]
        targets, weights, offsets = lessons([each.corpus for each in own])
        sums = np.concatenate([each.sums for each in own])
        taught.append((sums, targets, weights.clip(max=MOST_TO_NETWORK), offsets))
    network = fitted_network(*(np.concatenate(part) for part in zip(*taught, strict=True)))
    return Model(linear, network, places, vectors)


def _fitted_linear(
    counts: csr_array, rarities: Floats, targets: Floats, weights: Floats, offsets: Floats
) -> Linear:
    rows = weighted(counts, rarities)
    matrix = np.zeros((rows.shape[1], len(HEADS)), dtype=np.float32)
    intercepts = np.zeros(len(HEADS), dtype=np.float32)
    is_tone = np.isin(np.arange(len(HEADS)), TONES)
    # Apart: one search for all ends as soon as the heads that weigh most are content.
    for own, ridge, steps in ((is_tone, TONE_RIDGE, ITERATIONS), (~is_tone, RIDGE, LONG_SEARCH)):
        alone = np.where(own, targets, np.nan)
        found, bases = fitted_heads(
            rows, alone, weights, offsets=offsets, ridge=ridge, iterations=steps
        )
        matrix += found
        intercepts += bases
    # An exclamation stresses what is said: by rule, and whatever is said.
    marks = [bucket_of(code_of(mark)) for mark in ("!", "!!")]
    matrix[np.ix_(marks, TONES)] = 0
    return Linear(matrix, intercepts, rarities)


def lessons(corpora: Sequence[Corpus]) -> tuple[Floats, Floats, Floats]:
    """Return the targets, weights and offsets of one language's corpora, one after another.

    The offset of a source is how much more frequent an emotion is there than in the leading one:
    what a word means is learnt from all, how frequent a feeling is from the leading one alone.
    Polarities have none: what they are of is calibrated on customers' verbatims.
    """
    leading = next(corpus for corpus in corpora if corpus.name == LEADING)
    base = _frequencies(leading, leading)
    targets, weights, offsets = [], [], []
    for corpus in corpora:
        shape = (len(corpus.texts), 1)
        targets.append(corpus.targets)
        weights.append(np.tile(_head_weights(corpus), shape))
        offsets.append(np.tile(_frequencies(corpus, leading) - base, shape))
    shifts = np.concatenate(offsets).astype(np.float32)
    shifts[:, TONES] = 0
    return np.concatenate(targets), np.concatenate(weights), shifts


def _head_weights(corpus: Corpus) -> Floats:
    weights = np.full(len(HEADS), corpus.weight, dtype=np.float32)
    weights[TONES] = corpus.tone_weight
    return weights


def _frequencies(corpus: Corpus, leading: Corpus) -> Floats:
    """Return the logits of the heads' frequencies, drawn to the leading source's."""
    known = np.isfinite(corpus.targets)
    counts = known.sum(axis=0)
    prior = np.nan_to_num(_mean(leading.targets), nan=0.5)
    means = (np.nansum(corpus.targets, axis=0) + PRIOR_TEXTS * prior) / (counts + PRIOR_TEXTS)
    means = np.where(counts > 0, means, prior).clip(0.003, 0.95)
    result: Floats = np.log(means / (1 - means))
    return result


def _mean(targets: Floats) -> Floats:
    counts = np.isfinite(targets).sum(axis=0)
    return np.where(counts > 0, np.nansum(targets, axis=0) / counts.clip(1), np.nan)
