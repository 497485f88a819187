"""Checks: the figures of the model card, each on texts that the measured model did not learn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from scipy.stats import rankdata

from ressenti.emotions.features import Floats
from ressenti.emotions.heads import EMOTIONS, HEADS, POLARITIES
from training.calibration import (
    best_threshold,
    even_weights,
    joint_platt,
    platt,
    written_verbatims,
)
from training.corpora import Corpus, go_emotions
from training.model import Judge, Prepared
from training.ngrams import fitted_heads, inverse_frequencies, weighted
from training.reliability import reliability

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
Parts = list[tuple[Floats, Floats]]
"""Of each fold that was left out, the logits and the targets."""


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
            "labels": {
                head: per_label[head]
                | _label_reliability(
                    logits[:, HEADS.index(head)], corpus.targets[:, HEADS.index(head)]
                )
                for head in EMOTIONS
            },
        }
        figures[f"verbatims_{language}"] = _verbatim_figures(model, language)
    return figures


def cross_checked_figures(
    corpora: Sequence[Prepared], fitted: Callable[[Sequence[Prepared]], Judge]
) -> Figures:
    """Return what fitted models reach on the thirds of each source that they did not learn."""
    asked = [_asked_alone(each) for each in corpora]
    gathered: dict[str, Parts] = {}
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
    figures: Figures = {
        f"{name}_cross_validated": _tone_figures(parts)
        for name, parts in gathered.items()
        if name != "xed_fr"
    }
    (french,) = (
        each for each in corpora if (each.corpus.name, each.corpus.language) == ("xed", "fr")
    )
    parts = gathered["xed_fr"]
    figures["xed_fr_cross_validated"] = _xed_figures(parts) | {
        "read_out_macro_f1": _xed_figures(_read_out(parts))["macro_f1"],
        "plain_macro_f1": _xed_figures(_plain_parts(french))["macro_f1"],
    }
    return figures


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


def _plain_parts(each: Prepared) -> Parts:
    """Return what the same n-grams make of a source that they alone are learnt from."""
    folds = _folds(each.corpus)
    parts: Parts = []
    for fold in range(FOLDS):
        learnt = each.rows(np.flatnonzero(folds != fold))
        left = each.rows(np.flatnonzero(folds == fold))
        rarities = inverse_frequencies(learnt.counts, np.ones(len(learnt.corpus.texts), dtype=bool))
        even = np.ones_like(learnt.corpus.targets)
        weights, intercepts = fitted_heads(
            weighted(learnt.counts, rarities), learnt.corpus.targets, even, offsets=0 * even
        )
        logits = weighted(left.counts, rarities) @ weights + intercepts
        parts.append((logits, left.corpus.targets))
    return parts


def _asked_alone(each: Prepared) -> Prepared:
    """Return a corpus that teaches only the heads that are checked: the others cost time."""
    heads = {*POLARITIES, *XED_HEADS}
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


def _label_reliability(logits: Floats, truth: Floats) -> Figures:
    """Return how reliable chances are, each half of the texts calibrated on the other half."""
    half = np.arange(len(truth)) % 2 == 0
    chance = np.zeros(len(truth))
    for chosen in (half, ~half):
        slope, offset = platt(logits[chosen], truth[chosen])
        chance[~chosen] = expit(slope * logits[~chosen] + offset)
    return reliability(chance, truth > 0)


def _verbatim_figures(model: Judge, language: str) -> Figures:
    """Return what is made of the development verbatims, each half calibrated on the other half."""
    texts, polarity = zip(*written_verbatims(language), strict=True)
    logits = model.logits(texts, language)[:, [HEADS.index(head) for head in POLARITIES]]
    tone = np.array(polarity)
    half = np.arange(len(tone)) % 2 == 0
    chance = np.zeros((len(tone), len(POLARITIES)))
    for chosen in (half, ~half):
        for place, sign in enumerate((1, -1)):
            own = joint_platt(logits[chosen], tone[chosen] == sign, even_weights(tone[chosen]))
            chance[~chosen, place] = expit(logits[~chosen] @ own[:2] + own[2])
    score = chance[:, 0] - chance[:, 1]
    felt = tone != 0
    return {
        "n": len(tone),
        "auc": round(auc(score[felt], tone[felt] > 0), 4),
        "macro_f1": round(_two_sided_f1(score[felt] > 0, tone[felt] > 0), 4),
        "labels": {
            head: reliability(chance[:, place], tone == sign)
            for place, (head, sign) in enumerate(zip(POLARITIES, (1, -1), strict=True))
        },
    }


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
