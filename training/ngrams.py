"""The n-gram part: texts as sparse rows, and logistic heads fitted together by L-BFGS."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit

from ressenti.emotions.features import (
    BUCKETS,
    PAIR_VALUE,
    Floats,
    Integers,
    pair_buckets,
    word_features,
)
from ressenti.emotions.vocabulary import Vocabulary
from training.tokens import taken

RIDGE = 6.0
ITERATIONS = 50


def counts_of(texts: Sequence[str], language: str) -> csr_array:
    """Return the features of whole texts, shape (texts, buckets), before weighting."""
    found = taken(texts, language)
    vocabulary, numbers, clause = found.vocabulary, found.numbers, found.clause
    rows, places, values = _words(vocabulary, numbers, found.is_denied, found.row)
    codes = vocabulary.codes[numbers]
    same = np.flatnonzero(clause[1:] == clause[:-1])
    pairs = pair_buckets(codes[same], codes[same + 1])
    return csr_array(
        (
            np.concatenate((values, np.full(len(pairs), PAIR_VALUE, dtype=np.float32))),
            (np.concatenate((rows, found.row[same])), np.concatenate((places, pairs))),
        ),
        shape=(len(texts), BUCKETS),
    )


def _words(
    vocabulary: Vocabulary, numbers: Integers, denied: npt.NDArray[np.bool_], row: Integers
) -> tuple[Integers, Integers, Floats]:
    keys, which = np.unique(numbers * 2 + denied, return_inverse=True)
    features = [word_features(vocabulary.forms[key // 2], is_denied=bool(key % 2)) for key in keys]
    lengths = np.array([len(places) for places, _ in features])
    places = np.concatenate([np.array(places) for places, _ in features])
    values = np.concatenate([np.array(values, dtype=np.float32) for _, values in features])
    starts = np.cumsum(lengths) - lengths
    repeats = lengths[which]
    begin = np.cumsum(repeats) - repeats
    take = np.arange(repeats.sum()) - np.repeat(begin, repeats) + np.repeat(starts[which], repeats)
    return np.repeat(row, repeats), places[take], values[take]


def inverse_frequencies(counts: csr_array, written: npt.NDArray[np.bool_]) -> Floats:
    """Return the weight of each bucket: rare ones say more; 0 for those met in one text only.

    Parameters
    ----------
    counts : sparse, shape (texts, buckets)
    written : flags, shape (texts,)
        The texts that somebody wrote: how rare a word is, made ones do not say.
    """
    met = np.bincount(counts.indices, minlength=BUCKETS)
    met_in_writing = np.bincount(counts[np.flatnonzero(written)].indices, minlength=BUCKETS)
    weights = np.log((1 + written.sum()) / (1 + met_in_writing.clip(1))) + 1
    result: Floats = np.where(met > 1, weights, 0).astype(np.float32)
    return result


def weighted(counts: csr_array, frequencies: Floats) -> csr_array:
    """Return rows of unit length."""
    rows = csr_array(
        (counts.data * frequencies[counts.indices], counts.indices, counts.indptr),
        shape=counts.shape,
    )
    norms = np.sqrt(rows.multiply(rows).sum(axis=1))
    norms[norms == 0] = 1
    return csr_array(
        (
            rows.data / np.repeat(norms, np.diff(rows.indptr)).astype(np.float32),
            rows.indices,
            rows.indptr,
        ),
        shape=rows.shape,
    )


def fitted_heads(
    rows: csr_array,
    targets: Floats,
    weights: Floats,
    *,
    offsets: Floats,
    ridge: float = RIDGE,
    iterations: int = ITERATIONS,
) -> tuple[Floats, Floats]:
    """Return weights, shape (buckets, heads), and intercepts of masked logistic regressions.

    Parameters
    ----------
    targets : floats, shape (texts, heads)
        NaN teaches nothing.
    weights : floats, shape (texts, heads)
    offsets : floats, shape (texts, heads)
        Known parts of the logits, such as how frequent an emotion is in a text's source.
    ridge : float
        Inverse strength of the quadratic penalty.
    """
    used = np.flatnonzero(np.bincount(rows.indices, minlength=rows.shape[1]))
    narrow = rows[:, used].astype(np.float32)
    turned = narrow.T.tocsr()
    taught = np.flatnonzero(np.isfinite(targets).any(axis=0))
    heads = len(taught)
    mask = (np.isfinite(targets) * weights)[:, taught]
    truth = np.nan_to_num(targets)[:, taught]
    shifts = offsets[:, taught]
    size = len(used) * heads

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        matrix = flat[:size].reshape(len(used), heads)
        logits = (narrow @ matrix.astype(np.float32)) + flat[size:].astype(np.float32) + shifts
        chance = expit(logits)
        parts = np.logaddexp(0, logits) - truth * logits
        residual = (chance - truth) * mask
        gradient = (turned @ residual).astype(np.float64) + matrix / ridge
        value = float((parts * mask).sum(dtype=np.float64)) + (matrix**2).sum() / (2 * ridge)
        return value, np.concatenate((gradient.ravel(), residual.sum(axis=0, dtype=np.float64)))

    base = (truth * mask).sum(axis=0) / mask.sum(axis=0).clip(1)
    start = np.concatenate((np.zeros(size), np.log(base.clip(1e-4) / (1 - base.clip(1e-4, 0.999)))))
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": iterations, "maxcor": 5}
    )
    matrix = np.zeros((rows.shape[1], targets.shape[1]), dtype=np.float32)
    matrix[np.ix_(used, taught)] = found.x[:size].reshape(len(used), heads)
    intercepts = np.zeros(targets.shape[1], dtype=np.float32)
    intercepts[taught] = found.x[size:]
    return matrix, intercepts
