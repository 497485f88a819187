"""Checks: the figures of the model card, each on texts that the measured model did not learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from ressenti.emotions.features import Floats
from ressenti.emotions.heads import EMOTIONS, HEADS, POLARITIES
from training.calibration import best_threshold
from training.corpora import Corpus, go_emotions
from training.model import Judge, Prepared

EKMAN_HEADS: Final = (
    "ekman_anger", "disgust", "fear", "ekman_joy", "disappointment", "ekman_surprise", "neutral",
)  # fmt: skip
SENTIMENT_HEADS: Final = ("ekman_joy", "negative_sentiment", "ekman_surprise", "neutral")
XED_HEADS: Final = (
    "anger", "anticipation", "disgust", "fear", "joy", "disappointment", "surprise", "trust",
)  # fmt: skip
FOLDS: Final = 3
CHECKED: Final = ("services-publics", "nhs", "xed")

Figures = dict[str, object]


def checked_figures(data: Path, model: Judge) -> Figures:
    """Return what the model reaches on GoEmotions' development split, whole texts.

    Half of the split sets the thresholds of the other half, and the other way round.
    """
    figures: Figures = {}
    for language in ("en", "fr"):
        corpus = go_emotions(data, "dev", language)
        logits = model.logits(corpus.texts, language)
        per_label = {
            head: _label_figures(logits[:, place], corpus.targets[:, place])
            for place, head in enumerate(HEADS)
            if np.isfinite(corpus.targets[:, place]).all()
        }
        figures[f"goemotions_dev_{language}"] = {
            "n": len(corpus.texts),
            "ekman_macro_f1": _macro(per_label, EKMAN_HEADS),
            "sentiment_macro_f1": _macro(per_label, SENTIMENT_HEADS),
            "labels": {head: per_label[head] for head in EMOTIONS},
        }
    return figures


def cross_checked_figures(
    corpora: Sequence[Prepared], fitted: Callable[[Sequence[Prepared]], Judge]
) -> Figures:
    """Return what fitted models reach on the thirds of each source that they did not learn."""
    asked = [_asked_alone(each) for each in corpora]
    gathered: dict[str, list[tuple[Floats, Floats]]] = {}
    for fold in range(FOLDS):
        learnt = [
            each.rows(np.flatnonzero(_folds(each.corpus) != fold))
            if each.corpus.name in CHECKED
            else each
            for each in asked
        ]
        model = fitted(learnt)
        for corpus in (each.corpus for each in corpora if each.corpus.name in CHECKED):
            left = corpus.rows(np.flatnonzero(_folds(corpus) == fold))
            found = gathered.setdefault(f"{corpus.name}_{corpus.language}", [])
            found.append((model.logits(left.texts, left.language), left.targets))
    figures: Figures = {}
    for name, parts in gathered.items():
        figures[f"{name}_cross_validated"] = (
            _xed_figures(parts) if name == "xed_fr" else _tone_figures(parts)
        )
    return figures


def _asked_alone(each: Prepared) -> Prepared:
    """Return a corpus that teaches only the heads that are checked: the others cost time."""
    heads = {*POLARITIES, *(XED_HEADS if each.corpus.language == "fr" else ())}
    targets = each.corpus.targets.copy()
    targets[:, [place for place, head in enumerate(HEADS) if head not in heads]] = np.nan
    return replace(each, corpus=replace(each.corpus, targets=targets))


def auc(scores: Floats, truth: npt.NDArray[np.bool_]) -> float:
    """Return the chance that a true case scores above a false one (Mann and Whitney, 1947)."""
    ranks = rankdata(scores)
    true, false = int(truth.sum()), int((~truth).sum())
    return float((ranks[truth].sum() - true * (true + 1) / 2) / (true * false))


def _folds(corpus: Corpus) -> npt.NDArray[np.int64]:
    # The same text in both languages falls in the same fold.
    return np.arange(len(corpus.texts)) % FOLDS


def _tone_figures(parts: Sequence[tuple[Floats, Floats]]) -> Figures:
    """Return AUC and F1 of positive against negative; the cut of a fold comes from the others."""
    positive, negative = HEADS.index("positive"), HEADS.index("negative")
    scores, truths, correct = [], [], []
    for logits, targets in parts:
        felt = targets[:, positive] != targets[:, negative]
        chance = 1 / (1 + np.exp(-logits[felt]))
        scores.append(chance[:, positive] - chance[:, negative])
        truths.append(targets[felt, positive] > 0)
    for place in range(len(parts)):
        others = [at for at in range(len(parts)) if at != place]
        cut = _best_cut(
            np.concatenate([scores[at] for at in others]),
            np.concatenate([truths[at] for at in others]),
        )
        correct.append(scores[place] > cut)
    truth = np.concatenate(truths)
    return {
        "n": len(truth),
        "auc": round(auc(np.concatenate(scores), truth), 4),
        "macro_f1": round(_two_sided_f1(np.concatenate(correct), truth), 4),
        "macro_f1_uncut": round(_two_sided_f1(np.concatenate(scores) > 0, truth), 4),
    }


def _xed_figures(parts: Sequence[tuple[Floats, Floats]]) -> Figures:
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
        scores[head] = _f1(np.concatenate(called), np.concatenate(truth))["f1"]
    count = sum(len(targets) for _, targets in parts)
    return {"n": count, "macro_f1": round(float(np.mean(list(scores.values()))), 4), "f1": scores}


def _label_figures(logits: Floats, truth: Floats) -> dict[str, float]:
    """Return precision, recall and F1, each half of the texts cut where the other half says."""
    half = np.arange(len(truth)) % 2 == 0
    called = np.zeros(len(truth), dtype=bool)
    for chosen in (half, ~half):
        called[~chosen] = logits[~chosen] > best_threshold(logits[chosen], truth[chosen])
    return _f1(called, truth > 0)


def _f1(called: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> dict[str, float]:
    hits = float((called & truth).sum())
    return {
        "precision": round(hits / max(1, int(called.sum())), 4),
        "recall": round(hits / max(1, int(truth.sum())), 4),
        "f1": round(2 * hits / max(1, int(called.sum() + truth.sum())), 4),
        "n": int(truth.sum()),
    }


def _macro(figures: Mapping[str, Mapping[str, float]], heads: Sequence[str]) -> float:
    return round(float(np.mean([figures[head]["f1"] for head in heads])), 4)


def _best_cut(scores: Floats, truth: npt.NDArray[np.bool_]) -> float:
    cuts = np.quantile(scores, np.linspace(0.05, 0.95, 91))
    return float(max(cuts, key=lambda cut: _two_sided_f1(scores > cut, truth)))


def _two_sided_f1(called: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> float:
    return (_f1(called, truth)["f1"] + _f1(~called, ~truth)["f1"]) / 2
