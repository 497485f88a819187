"""Subtitles: what is made of XED's French, whose eight emotions are not those of GoEmotions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ressenti.emotions.features import Floats
from ressenti.emotions.heads import HEADS, POLARITIES
from training.calibration import best_threshold
from training.corpora import Corpus
from training.model import Prepared
from training.ngrams import fitted_heads, inverse_frequencies, weighted
from training.static import fitted_network

XED_HEADS: Final = (
    "anger", "anticipation", "disgust", "fear", "joy", "disappointment", "surprise", "trust",
)  # fmt: skip
FOLDS: Final = 3
SHARE: Final = 0.5
"""Of the two parts' logits, what the network brings where both learn XED alone."""
ENGLISH_WEIGHT: Final = 0.5
UNSAID: Final = re.compile(r"\W+")

Figures = dict[str, object]
Parts = list[tuple[Floats, Floats]]
"""Of each fold that was left out, the logits and the targets."""


def subtitle_figures(
    general: Parts, french: Prepared, english: Prepared, pairs: Sequence[tuple[str, str]]
) -> Figures:
    """Return the macro-F1 of XED's French, by thirds, for ever better knowledge of XED.

    The heads as they are; XED's emotions read out as sums of the heads; and where XED alone is
    learnt: the n-grams, then both of the engine's parts, with its English lines for the network.

    Parameters
    ----------
    general : sequence of logits and targets
        Of the model that learnt all sources, fold by fold.
    pairs : sequence of (str, str)
        Subtitles in English and in French that translate each other.
    """
    plain, both = _parts_alone(french, _untranslated(english, french, pairs))
    return xed_figures(general) | {
        "read_out_macro_f1": xed_figures(_read_out(general))["macro_f1"],
        "plain_macro_f1": xed_figures(plain)["macro_f1"],
        "learnt_alone": xed_figures(both),
    }


def xed_figures(parts: Parts) -> Figures:
    """Return F1 by emotion and their mean; the cuts of a fold come from the others."""
    scores: dict[str, float] = {}
    for head in XED_HEADS:
        place = HEADS.index(head)
        called, truth = [], []
        for at, (logits, targets) in enumerate(parts):
            known = np.isfinite(targets[:, place])
            others = [parts[other] for other in range(len(parts)) if other != at]
            known_of = [np.isfinite(each[:, place]) for _, each in others]
            cut = best_threshold(
                np.concatenate([z[k, place] for (z, _), k in zip(others, known_of, strict=True)]),
                np.concatenate([y[k, place] for (_, y), k in zip(others, known_of, strict=True)]),
            )
            called.append(logits[known, place] > cut)
            truth.append(targets[known, place] > 0)
        scores[head] = f1_figures(np.concatenate(called), np.concatenate(truth))["f1"]
    count = sum(len(targets) for _, targets in parts)
    return {"n": count, "macro_f1": round(float(np.mean(list(scores.values()))), 4), "f1": scores}


def _read_out(parts: Parts) -> Parts:
    """Return XED's emotions as sums of all heads' logits, by least squares on the other folds.

    XED means other things by its emotions than GoEmotions does: anticipation is nearly a question.
    """
    places = [HEADS.index(head) for head in (*XED_HEADS, *POLARITIES)]
    asked = [HEADS.index(head) for head in XED_HEADS]
    read: Parts = []
    for at, (logits, targets) in enumerate(parts):
        others = [parts[other] for other in range(len(parts)) if other != at]
        design = np.concatenate([_with_one(each[:, places]) for each, _ in others])
        truth = np.concatenate([each[:, asked] for _, each in others])
        weights = np.linalg.lstsq(design, truth)[0]
        found = np.zeros_like(logits)
        found[:, asked] = _with_one(logits[:, places]) @ weights
        read.append((found, targets))
    return read


def _with_one(logits: Floats) -> Floats:
    return np.column_stack((logits, np.ones(len(logits), dtype=np.float32)))


def _parts_alone(french: Prepared, english: Prepared) -> tuple[Parts, Parts]:
    """Return what the n-grams, and both parts, make of a source that they alone are learnt from."""
    folds = folds_of(french.corpus)
    plain: Parts = []
    both: Parts = []
    asked = english.corpus.targets
    for fold in range(FOLDS):
        learnt = french.rows(np.flatnonzero(folds != fold))
        left = french.rows(np.flatnonzero(folds == fold))
        targets = learnt.corpus.targets
        rarities = inverse_frequencies(learnt.counts, np.ones(len(targets), dtype=bool))
        even = np.ones_like(targets)
        weights, intercepts = fitted_heads(
            weighted(learnt.counts, rarities), targets, even, offsets=0 * even
        )
        network = fitted_network(
            np.concatenate((learnt.sums, english.sums)),
            np.concatenate((targets, asked)),
            np.concatenate((even, np.full_like(asked, ENGLISH_WEIGHT))),
            np.zeros((len(targets) + len(asked), len(HEADS)), dtype=np.float32),
        )
        logits = weighted(left.counts, rarities) @ weights + intercepts
        plain.append((logits, left.corpus.targets))
        mixed = (1 - SHARE) * logits + SHARE * network.logits(left.sums)
        both.append((mixed, left.corpus.targets))
    return plain, both


def _untranslated(
    english: Prepared, french: Prepared, pairs: Sequence[tuple[str, str]]
) -> Prepared:
    """Return the English lines that are not known to say what a French one does."""
    said = {_bare(text) for text in french.corpus.texts}
    known = {_bare(one) for one, other in pairs if _bare(other) in said} | said
    texts = english.corpus.texts
    return english.rows(
        np.array([row for row, text in enumerate(texts) if _bare(text) not in known])
    )


def _bare(text: str) -> str:
    return UNSAID.sub("", text.lower())


def folds_of(corpus: Corpus) -> npt.NDArray[np.int64]:
    """Return the third that each text falls in."""
    # The same text in both languages falls in the same fold.
    return np.arange(len(corpus.texts)) % FOLDS


def f1_figures(called: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Return precision, recall, F1 and how many cases are true."""
    hits = float((called & truth).sum())
    return {
        "precision": round(hits / max(1, int(called.sum())), 4),
        "recall": round(hits / max(1, int(truth.sum())), 4),
        "f1": round(2 * hits / max(1, int(called.sum() + truth.sum())), 4),
        "n": int(truth.sum()),
    }
