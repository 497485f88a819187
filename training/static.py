"""The static part: word vectors of a multilingual encoder, and a small network over their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ressenti.emotions.features import Floats
from training.tokens import taken

DIMENSIONS: Final = 96
HIDDEN: Final = 192
EPOCHS: Final = 9
BATCH: Final = 256
RATE: Final = 1.5e-3
DROPPED: Final = 0.2
SMOOTHING: Final = 1e-3
DECAY: Final = 0.0005
SEED: Final = 7


@dataclass(frozen=True, slots=True)
class Network:
    """One hidden layer of rectified units."""

    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats

    def logits(self, sums: Floats) -> Floats:
        hidden = np.maximum(sums @ self.first + self.first_bias, 0)
        result: Floats = hidden @ self.second + self.second_bias
        return result


def word_vectors(encoded: Floats, shares: Floats) -> Floats:
    """Return the words' vectors in fewer dimensions, weighted for sums, shape (words, DIMENSIONS).

    Parameters
    ----------
    encoded : floats, shape (words, any)
    shares : floats, shape (words,)
        How often each word is used; frequent words count less (Arora, Liang and Ma, 2017).
    """
    centred = encoded - np.average(encoded, axis=0)
    _, _, axes = np.linalg.svd(centred.T @ centred)
    reduced = centred @ axes[:DIMENSIONS].T
    reduced /= reduced.std()
    weighted = reduced * (SMOOTHING / (SMOOTHING + shares))[:, None]
    result: Floats = weighted.astype(np.float32)
    return result


def sums_of(
    texts: Sequence[str], language: str, places: Mapping[str, int], vectors: Floats
) -> Floats:
    """Return the sums of the plain and the denied words' vectors of whole texts."""
    found = taken(texts, language)
    place_of = np.array([places.get(form, -1) for form in found.vocabulary.forms])
    place = place_of[found.numbers]
    kept = place >= 0
    return summed(place[kept], found.is_denied[kept], found.row[kept], len(texts), vectors)


def summed(
    place: npt.NDArray[np.int64],
    denied: npt.NDArray[np.bool_],
    row: npt.NDArray[np.int64],
    rows: int,
    vectors: Floats,
) -> Floats:
    from scipy.sparse import csr_array

    halves = csr_array(
        (np.ones(len(place), dtype=np.float32), (row * 2 + denied, place)),
        shape=(rows * 2, len(vectors)),
    )
    sums = (halves @ vectors).reshape(rows, -1)
    counts = np.bincount(row, minlength=rows).clip(1)
    result: Floats = (sums / np.sqrt(counts)[:, None]).astype(np.float32)
    return result


def fitted_network(
    sums: Floats, targets: Floats, weights: Floats, offsets: Floats, *, epochs: int = EPOCHS
) -> Network:
    """Return a network fitted by Adam with dropout (Kingma and Ba, 2015), the same each time."""
    chance = np.random.default_rng(SEED)
    heads = targets.shape[1]
    width = sums.shape[1]
    values = [
        chance.normal(0, (2 / width) ** 0.5, (width, HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, dtype=np.float32),
        chance.normal(0, (1 / HIDDEN) ** 0.5, (HIDDEN, heads)).astype(np.float32),
        np.full(heads, -2, dtype=np.float32),
    ]
    means = [np.zeros_like(each) for each in values]
    squares = [np.zeros_like(each) for each in values]
    mask = (np.isfinite(targets) * weights).astype(np.float32)
    truth = np.nan_to_num(targets).astype(np.float32)
    steps = epochs * (len(sums) // BATCH)
    step = 0
    for _ in range(epochs):
        order = chance.permutation(len(sums))
        for start in range(0, len(sums) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            step += 1
            gradients = _gradients(
                values, sums[rows], truth[rows], mask[rows], offsets[rows], chance
            )
            rate = RATE * (1 - step / (steps + 1))
            for place, gradient in enumerate(gradients):
                means[place] = 0.9 * means[place] + 0.1 * gradient
                squares[place] = 0.999 * squares[place] + 0.001 * gradient**2
                mean = means[place] / (1 - 0.9**step)
                scale = np.sqrt(squares[place] / (1 - 0.999**step)) + 1e-8
                change = rate * (mean / scale + DECAY * values[place])
                values[place] = (values[place] - change).astype(np.float32)
    return Network(*values)


def _gradients(
    values: Sequence[Floats],
    sums: Floats,
    truth: Floats,
    mask: Floats,
    offsets: Floats,
    chance: np.random.Generator,
) -> list[Floats]:
    first, first_bias, second, second_bias = values
    kept = (chance.random(sums.shape, dtype=np.float32) > DROPPED / 2) / np.float32(1 - DROPPED / 2)
    shown = sums * kept
    hidden = np.maximum(shown @ first + first_bias, 0)
    kept = (chance.random(hidden.shape, dtype=np.float32) > DROPPED) / np.float32(1 - DROPPED)
    thinned = hidden * kept
    logits = thinned @ second + second_bias + offsets
    residual = (1 / (1 + np.exp(-logits)) - truth) * mask / len(sums)
    back = (residual @ second.T) * kept * (hidden > 0)
    return [shown.T @ back, back.sum(axis=0), thinned.T @ residual, residual.sum(axis=0)]
