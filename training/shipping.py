"""Shipping: the fitted model in few bytes, as the package reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ressenti.emotions.features import Floats
from ressenti.emotions.heads import HEADS, READ
from ressenti.emotions.language import log_ratios
from ressenti.emotions.tables import squared
from training.model import STATIC_SHARE, Linear, Model
from training.static import SMOOTHING, Network
from training.vocabulary import Word

LARGEST: Final = 127
LEAST: Final = 5
"""Roots below are left out: together they are most of the bytes and next to nothing of the sums."""
LARGEST_OF_VECTORS: Final = 31
VECTOR_REACH: Final = 5.0
"""Standard deviations that the largest integer of a vector stands for."""
SHIPPED: Final = [HEADS.index(head) for head in READ]


@dataclass(frozen=True, slots=True)
class Calibration:
    """For one language: logit of the chance = slope × logit + offset; and when to show."""

    slopes: Floats
    offsets: Floats
    thresholds: Floats
    polarity: Floats


def rounded(model: Model) -> Model:
    """Return the model as the shipped tables will read it, to calibrate what is shipped."""
    linear = {
        language: Linear(
            squared(_integers(each.weights)[0]) * _integers(each.weights)[1],
            each.intercepts,
            _bytes(each.rarities)[0] * _bytes(each.rarities)[1],
        )
        for language, each in model.linear.items()
    }
    network = Network(
        *(part.astype(np.float16).astype(np.float32) for part in _parts(model.network))
    )
    return replace(model, linear=linear, network=network)


def rounded_vectors(vectors: Floats) -> Floats:
    """Return the vectors as the shipped table will read them."""
    integers, scale = _vector_integers(vectors)
    return integers * scale


def write_tables(
    folder: Path, model: Model, words: Sequence[Word], calibrations: Mapping[str, Calibration]
) -> None:
    """Write the tables of both languages."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, linear in model.linear.items():
        weights, scale = _integers(linear.weights[:, SHIPPED])
        rarities, step = _bytes(linear.rarities)
        calibration = calibrations[language]
        np.savez_compressed(
            folder / f"{language}.npz",
            weights=np.ascontiguousarray(weights),
            scale=scale,
            intercepts=linear.intercepts[SHIPPED],
            rarities=rarities,
            rarity_step=step,
            slopes=calibration.slopes[SHIPPED],
            offsets=calibration.offsets[SHIPPED],
            thresholds=calibration.thresholds[SHIPPED],
            polarity=calibration.polarity,
        )
    vectors, vector_scale = _vector_integers(model.vectors)
    french = np.array([word.french for word in words], dtype=np.float32)
    english = np.array([word.english for word in words], dtype=np.float32)
    ratios = np.round(16 * log_ratios(french, english)).astype(np.int8)
    rarities = np.round(255 * SMOOTHING / (SMOOTHING + shares_of(words))).astype(np.uint8)
    first, first_bias, second, second_bias = (
        part.astype(np.float16) for part in _parts(model.network)
    )
    np.savez_compressed(
        folder / "words.npz",
        forms=np.frombuffer("\n".join(word.form for word in words).encode(), dtype=np.uint8),
        vectors=np.ascontiguousarray(vectors),
        vector_scale=vector_scale,
        ratios=ratios,
        word_rarities=rarities.clip(1),
        first=first,
        first_bias=first_bias,
        second=np.ascontiguousarray(second[:, SHIPPED]),
        second_bias=second_bias[SHIPPED],
        share=STATIC_SHARE[SHIPPED],
    )


def shares_of(words: Sequence[Word]) -> Floats:
    """Return the share of each word in the language that uses it more."""
    french = np.array([word.french for word in words], dtype=np.float32)
    english = np.array([word.english for word in words], dtype=np.float32)
    result: Floats = np.maximum(french / french.sum(), english / english.sum())
    return result


def _integers(weights: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return small integers whose signed squares, times the scale, are near the weights.

    Squares keep the few large weights whole and the many small ones apart.
    """
    scale = (np.abs(weights).max(axis=0) / LARGEST**2).astype(np.float32)
    scale[scale == 0] = 1
    roots = np.sqrt(np.abs(weights) / scale)
    kept = np.where(roots < LEAST - 0.5, 0, np.round(roots))
    return (np.sign(weights) * kept).astype(np.int8), scale


def _bytes(rarities: Floats) -> tuple[npt.NDArray[np.uint8], np.float32]:
    step = np.float32(rarities.max() / 255)
    return np.round(rarities / step).astype(np.uint8), step


def _vector_integers(vectors: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    scale = (VECTOR_REACH * vectors.std(axis=0) / LARGEST_OF_VECTORS).astype(np.float32)
    limited = np.round(vectors / scale).clip(-LARGEST_OF_VECTORS, LARGEST_OF_VECTORS)
    return limited.astype(np.int8), scale


def _parts(network: Network) -> tuple[Floats, Floats, Floats, Floats]:
    return network.first, network.first_bias, network.second, network.second_bias
