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
from training.corpora import go_emotions
from training.model import Judge, Prepared
from training.reliability import reliability
from training.subtitles import (
    FOLDS,
    XED_HEADS,
    Figures,
    Parts,
    f1_figures,
    folds_of,
    subtitle_figures,
)

EKMAN_HEADS: Final = (
    "ekman_anger", "disgust", "fear", "ekman_joy", "disappointment", "ekman_surprise", "neutral",
)  # fmt: skip
SENTIMENT_HEADS: Final = ("ekman_joy", "negative_sentiment", "ekman_surprise", "neutral")
CHECKED: Final = ("services-publics", "nhs", "xed")


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
    corpora: Sequence[Prepared],
    fitted: Callable[[Sequence[Prepared]], Judge],
    pairs: Sequence[tuple[str, str]],
) -> Figures:
    """Return what fitted models reach on the thirds of each source that they did not learn.

    Parameters
    ----------
    pairs : sequence of (str, str)
        Subtitles in English and in French that translate each other.
    """
    asked = [_asked_alone(each) for each in corpora]
    gathered: dict[str, Parts] = {}
    for fold in range(FOLDS):
        learnt = [
            each.rows(np.flatnonzero(folds_of(each.corpus) != fold))
            if each.corpus.name in CHECKED
            else each
            for each in asked
        ]
        model = fitted(learnt)
        for corpus in (each.corpus for each in corpora if each.corpus.name in CHECKED):
            left = corpus.rows(np.flatnonzero(folds_of(corpus) == fold))
            found = gathered.setdefault(f"{corpus.name}_{corpus.language}", [])
            found.append((model.logits(left.texts, left.language), left.targets))
    figures: Figures = {
        f"{name}_cross_validated": _tone_figures(parts)
        for name, parts in gathered.items()
        if name != "xed_fr"
    }
    french, english = (
        next(each for each in corpora if (each.corpus.name, each.corpus.language) == ("xed", own))
        for own in ("fr", "en")
    )
    figures["xed_fr_cross_validated"] = subtitle_figures(gathered["xed_fr"], french, english, pairs)
    return figures


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


def _label_figures(logits: Floats, truth: Floats) -> dict[str, float]:
    """Return precision, recall and F1, each half of the texts cut where the other half says."""
    half = np.arange(len(truth)) % 2 == 0
    called = np.zeros(len(truth), dtype=bool)
    for chosen in (half, ~half):
        called[~chosen] = logits[~chosen] > best_threshold(logits[chosen], truth[chosen])
    return f1_figures(called, truth > 0)


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


def _macro(figures: Mapping[str, Mapping[str, float]], heads: Sequence[str]) -> float:
    return round(float(np.mean([figures[head]["f1"] for head in heads])), 4)


def _best_cut(scores: Floats, truth: npt.NDArray[np.bool_]) -> float:
    cuts = np.quantile(scores, np.linspace(0.05, 0.95, 91))
    return float(max(cuts, key=lambda cut: _two_sided_f1(scores > cut, truth)))


def _two_sided_f1(called: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> float:
    return (f1_figures(called, truth)["f1"] + f1_figures(~called, ~truth)["f1"]) / 2
