"""Calibration: chances that mean what they say, and when an emotion is shown.

Two numbers a head and language, fitted on a development set that taught the heads nothing.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from ressenti.emotions.features import Floats
from ressenti.emotions.heads import HEADS, POLARITIES, STRENGTH
from training.corpora import Corpus
from training.model import Judge
from training.shipping import Calibration

POLARITY_OF_TONE: Final = {"positive": 1, "negative": -1, "pos": 1, "neg": -1, "neu": 0}
POLARITY_OF_MARK: Final = {"+": 1, "-": -1, "0": 0}
"""Mixed verbatims, marked ±, say nothing of one polarity."""
SLOTS: Final = {
    "e": "", "days": "5", "minutes": "20", "promised": "3", "adviser": "Julie", "city": "Lyon",
}  # fmt: skip
PRODUCT: Final = {"fr": "ma cafetière", "en": "my grinder"}
MARKS: Final = re.compile(r"[\[\]]")
PULL: Final = 0.5
"""Strength of the penalty that keeps a slope near 1."""


@dataclass(frozen=True, slots=True)
class Verbatims:
    """Development verbatims with their polarity: 1, 0 or −1."""

    texts: Sequence[str]
    polarity: npt.NDArray[np.int64]


def verbatims(data: Path, language: str) -> Verbatims:
    """Return the written verbatims, the simulated company's sentences, and neutral sentences."""
    found = written_verbatims(language)
    known = json.loads((data / "emotions" / "cx_dev_verbatims.json").read_text("utf-8"))["items"]
    found += [
        (item["text"], POLARITY_OF_TONE[item["polarity"]])
        for item in known
        if item["lang"] == language and item["polarity"] in POLARITY_OF_TONE
    ]
    path = files("ressenti.simulation").joinpath("sentences", f"{language}.txt")
    for row in csv.DictReader(path.read_text("utf-8").splitlines(), delimiter="|"):
        if row["tone"] in POLARITY_OF_TONE:
            sentence = MARKS.sub("", row["sentence"])
            sentence = sentence.format(product=PRODUCT[language], **SLOTS)
            found.append((sentence, POLARITY_OF_TONE[row["tone"]]))
    frames = json.loads((data / "emotions" / "cx_seed_frames.json").read_text("utf-8"))
    found += [(sentence, 0) for sentence in frames["neutral"][language]]
    return Verbatims([text for text, _ in found], np.array([tone for _, tone in found]))


def written_verbatims(language: str) -> list[tuple[str, int]]:
    """Return the development verbatims of one language with their polarity, mixed ones left out."""
    path = files("training").joinpath("verbatims", f"{language}.txt")
    rows = [line.split("|", 3) for line in path.read_text("utf-8").splitlines()]
    return [(text, POLARITY_OF_MARK[mark]) for *_, mark, text in rows if mark in POLARITY_OF_MARK]


def calibration_of(model: Judge, leading: Corpus, own: Verbatims) -> Calibration:
    """Return the calibration of one language.

    Parameters
    ----------
    leading : Corpus
        Labelled texts that the model was not fitted on, for the emotions.
    own : Verbatims
        Customers' verbatims, for the polarity.
    """
    slopes = np.ones(len(HEADS), dtype=np.float32)
    offsets = np.zeros(len(HEADS), dtype=np.float32)
    thresholds = np.zeros(len(HEADS), dtype=np.float32)
    logits = model.logits(leading.texts, leading.language)
    for place, head in enumerate(HEADS):
        truth = leading.targets[:, place]
        known = np.isfinite(truth)
        if head in POLARITIES or head == STRENGTH or not known.any():
            continue
        slopes[place], offsets[place] = platt(logits[known, place], truth[known])
        thresholds[place] = best_threshold(logits[known, place], truth[known])
    logits = model.logits(own.texts, leading.language)
    both = logits[:, [HEADS.index(head) for head in POLARITIES]]
    weights = even_weights(own.polarity)
    polarity = np.stack([joint_platt(both, own.polarity == sign, weights) for sign in (1, -1)])
    # Strength has no gold data: half of the felt development verbatims are to lie over one half.
    place = HEADS.index(STRENGTH)
    felt = logits[own.polarity != 0, place]
    slopes[place] = 1.5 / max(float(felt.std()), 0.3) / 1.5
    offsets[place] = -slopes[place] * float(np.median(felt))
    return Calibration(slopes, offsets, thresholds, polarity)


def platt(logits: Floats, truth: Floats) -> tuple[float, float]:
    """Return the slope and offset of calibrated logits (Platt, 1999)."""

    def loss(values: npt.NDArray[np.float64]) -> float:
        shifted = values[0] * logits + values[1]
        each = np.logaddexp(0, shifted) - truth * shifted
        return float(each.sum()) + PULL * float((values[0] - 1) ** 2)

    found = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead")
    return float(max(found.x[0], 0.3)), float(found.x[1])


def even_weights(polarity: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return weights by which pleased, displeased and neutral verbatims count alike.

    How many of each there are is whatever was written down: it says nothing of customers.
    """
    _, place, counts = np.unique(polarity, return_inverse=True, return_counts=True)
    weights: npt.NDArray[np.float64] = (len(polarity) / len(counts) / counts)[place]
    return weights


def joint_platt(
    logits: Floats, truth: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64]
) -> Floats:
    """Return the slopes on both polarities' logits and the offset: one excludes the other."""

    def loss(values: npt.NDArray[np.float64]) -> float:
        shifted = logits @ values[:2] + values[2]
        each = weights * (np.logaddexp(0, shifted) - truth * shifted)
        return float(each.sum()) + PULL * float((values[:2] ** 2).sum())

    found = minimize(loss, np.zeros(3), method="BFGS")
    return found.x.astype(np.float32)


def best_threshold(logits: Floats, truth: Floats) -> float:
    """Return the logit from which calling an emotion present gives the best F1."""
    order = np.argsort(-logits)
    hits = np.cumsum(truth[order])
    scores = 2 * hits / (np.arange(1, len(order) + 1) + truth.sum())
    best = int(scores.argmax())
    following = logits[order[min(best + 1, len(order) - 1)]]
    return float((logits[order[best]] + following) / 2)
