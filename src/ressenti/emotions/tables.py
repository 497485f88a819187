"""Tables: what the training learnt, as it is shipped and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from io import BytesIO

import numpy as np
import numpy.typing as npt

from ressenti.emotions.features import Floats
from ressenti.emotions.phrases import written_phrases

CODE = "3"
"""Raised whenever the code reads the same tables otherwise."""


@dataclass(frozen=True, slots=True)
class NGrams:
    """The n-gram part of one language, with its calibration.

    Attributes
    ----------
    weights : int16, shape (buckets, heads)
        Times ``scale``, the weight of each bucket for each head.
    scale, intercepts : floats, shape (heads,)
    rarities : floats, shape (buckets,)
        Inverse text frequencies.
    slopes, offsets : floats, shape (heads,)
        Calibration: the logit of the chance is slope × logit + offset.
    thresholds : floats, shape (heads,)
        The uncalibrated logit from which an emotion is shown.
    polarity : floats, shape (2, 3)
        For pleased and for displeased: slopes on both polarities' logits, and the offset.
    """

    weights: npt.NDArray[np.int16]
    scale: Floats
    intercepts: Floats
    rarities: Floats
    slopes: Floats
    offsets: Floats
    thresholds: Floats
    polarity: Floats


@dataclass(frozen=True, slots=True)
class Words:
    """The static part of both languages: the vocabulary, its vectors and the network over them.

    Attributes
    ----------
    places : mapping of form to int
    vectors : int8, shape (words, dimensions)
        Times ``vector_scale``, weighted for sums.
    share : floats, shape (heads,)
        What the network brings to the logits; the n-grams bring the rest.
    ratios : floats, shape (words,)
        Logarithms of how much oftener French uses the word than English.
    rarities : floats, shape (words + 1,)
        In (0, 1]: how much a word says beside frequent ones; the last for unknown words.
    """

    places: Mapping[str, int]
    vectors: npt.NDArray[np.int8]
    vector_scale: Floats
    ratios: Floats
    rarities: Floats
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    share: Floats


def squared(roots: npt.NDArray[np.int8]) -> npt.NDArray[np.int16]:
    """Return signed squares: as whole numbers, weights are kept by their roots."""
    wide = roots.astype(np.int16)
    result: npt.NDArray[np.int16] = wide * np.abs(wide)
    return result


@cache
def ngrams(language: str) -> NGrams:
    """Return the n-gram tables of a language."""
    with np.load(BytesIO(_content(f"{language}.npz"))) as stored:
        return NGrams(
            weights=squared(np.ascontiguousarray(stored["weights"])),
            scale=stored["scale"],
            intercepts=stored["intercepts"],
            rarities=stored["rarities"] * stored["rarity_step"],
            slopes=stored["slopes"],
            offsets=stored["offsets"],
            thresholds=stored["thresholds"],
            polarity=stored["polarity"],
        )


@cache
def words() -> Words:
    """Return the vocabulary, its vectors and the network."""
    with np.load(BytesIO(_content("words.npz"))) as stored:
        forms = stored["forms"].tobytes().decode().split("\n")
        return Words(
            places=dict(zip(forms, range(len(forms)), strict=True)),
            vectors=stored["vectors"],
            vector_scale=stored["vector_scale"],
            ratios=stored["ratios"] / np.float32(16),
            rarities=np.append(stored["word_rarities"] / np.float32(255), np.float32(1)),
            first=stored["first"].astype(np.float32),
            first_bias=stored["first_bias"].astype(np.float32),
            second=np.ascontiguousarray(stored["second"], dtype=np.float32),
            second_bias=stored["second_bias"].astype(np.float32),
            share=stored["share"],
        )


@cache
def fingerprint() -> str:
    """Return what changes whenever a table, a set phrase or the reading of them does."""
    digest = blake2b(CODE.encode(), digest_size=4)
    for name in ("en.npz", "fr.npz", "words.npz"):
        digest.update(_content(name))
    for language in ("en", "fr"):
        digest.update(written_phrases(language))
    return digest.hexdigest()


def _content(name: str) -> bytes:
    return files("ressenti.emotions").joinpath("models", name).read_bytes()
