"""Corpora: labelled texts read from the data folder, with what each says of every head."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ressenti.emotions.heads import HEADS, STRENGTH

Floats = npt.NDArray[np.float32]
UNKNOWN: Final = np.nan

_GO = """
admiration amusement anger annoyance approval caring confusion curiosity desire disappointment
disapproval disgust embarrassment excitement fear gratitude grief joy love nervousness optimism
pride realization relief remorse sadness surprise neutral
"""
GO_EMOTIONS: Final = _GO.split()
"""In the order of the numbers that stand for them in the files."""
GO_LABELS: Final[Mapping[str, str]] = {
    "joy": "joy", "amusement": "joy", "excitement": "joy", "love": "joy", "pride": "joy",
    "desire": "joy", "admiration": "appreciation", "approval": "appreciation",
    "gratitude": "gratitude", "optimism": "trust", "relief": "trust", "caring": "trust",
    "surprise": "surprise", "realization": "surprise", "confusion": "confusion",
    "curiosity": "curiosity", "annoyance": "annoyance", "disapproval": "annoyance",
    "anger": "anger", "disappointment": "disappointment", "sadness": "disappointment",
    "grief": "disappointment", "remorse": "disappointment", "embarrassment": "disappointment",
    "fear": "fear", "nervousness": "fear", "disgust": "disgust", "neutral": "neutral",
}  # fmt: skip
XED_LABELS: Final[Mapping[str, str]] = {
    "1": "anger", "2": "anticipation", "3": "disgust", "4": "fear", "5": "joy",
    "6": "disappointment", "7": "surprise", "8": "trust", "0": "neutral",
}  # fmt: skip
JOYFUL: Final = frozenset({"joy", "appreciation", "gratitude", "trust"})
ANGRY: Final = frozenset({"annoyance", "anger"})
SURPRISED: Final = frozenset({"surprise", "confusion", "curiosity"})
DISPLEASED: Final = ANGRY | {"disappointment", "fear", "disgust"}


@dataclass(frozen=True, slots=True)
class Corpus:
    """Labelled texts of one source in one language.

    Attributes
    ----------
    texts : sequence of str
    targets : floats, shape (texts, heads)
        1, 0, or NaN where the source says nothing.
    weight, tone_weight : float
        How much one of its texts counts for the emotions, and for polarity and strength.
    """

    name: str
    language: str
    texts: Sequence[str]
    targets: Floats
    weight: float
    tone_weight: float

    def rows(self, chosen: npt.NDArray[np.int64]) -> Corpus:
        """Return the chosen texts alone."""
        texts = [self.texts[row] for row in chosen]
        return replace(self, texts=texts, targets=self.targets[chosen])


def go_emotions(data: Path, split: str, language: str) -> Corpus:
    """Return GoEmotions (Demszky et al., 2020) in English, or machine-translated to French."""
    column = 2 if language == "en" else 3
    rows = list(_tsv(data / "emotions" / f"goemotions_{split}.tsv.gz"))
    labels = [{GO_LABELS[GO_EMOTIONS[int(one)]] for one in row[1].split(",")} for row in rows]
    targets = np.stack([full_targets(each) for each in labels])
    # What pleases on a forum is not what pleases a customer.
    return Corpus(f"goemotions-{split}", language, [row[column] for row in rows], targets, 1.0, 0.4)


def xed(data: Path, language: str) -> Corpus:
    """Return XED (Öhman et al., 2020): film subtitles; anger there covers annoyance too."""
    with (data / "xed" / f"xed_{language}_train.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    targets = np.stack([_xed_targets(row["labels"]) for row in rows])
    weight, tone_weight = (0.15, 0.15) if language == "en" else (1.0, 0.5)
    return Corpus("xed", language, [row["text"] for row in rows], targets, weight, tone_weight)


def xed_neutral(data: Path) -> Corpus:
    with (data / "xed" / "xed_en_neutral.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    targets = np.tile(full_targets({"neutral"}), (len(texts), 1))
    return Corpus("xed-neutral", "en", texts, targets, 0.15, 0.15)


def nhs(data: Path, language: str) -> Corpus:
    """Return patients' comments with the tone marked by hand, as polarity only."""
    rows = list(_tsv(data / "emotions" / "nhs_tone_en_frmt.tsv.gz"))
    targets = np.stack([polarity_targets(float(row[0])) for row in rows])
    column = 1 if language == "en" else 2
    weight = 8.0 if language == "en" else 3.0
    return Corpus("nhs", language, [row[column] for row in rows], targets, weight, weight)


def services_publics(data: Path) -> Corpus:
    """Return citizens' accounts of a public service with the feeling they stated."""
    path = data / "fr_services_publics_plus" / "sp_plus_experiences.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tones = {"Positif": 1, "Négatif": -1, "Neutre": 0}
    targets = np.stack([polarity_targets(tones[row["Ressenti usager"]]) for row in rows])
    texts = [f"{row['Titre']}. {_mended(row['Description'])}" for row in rows]
    return Corpus("services-publics", "fr", texts, targets, 4.0, 4.0)


def full_targets(names: Collection[str]) -> Floats:
    """Return the targets of a text whose emotions are all known."""
    shown = set(names)
    targets = np.zeros(len(HEADS), dtype=np.float32)
    for name in shown:
        targets[HEADS.index(name)] = 1
    joyful, displeased = bool(shown & JOYFUL), bool(shown & DISPLEASED)
    derived = {
        "ekman_joy": joyful,
        "ekman_anger": bool(shown & ANGRY),
        "ekman_surprise": bool(shown & SURPRISED),
        "negative_sentiment": displeased,
        "positive": joyful,
        "negative": displeased,
    }
    for head, is_so in derived.items():
        targets[HEADS.index(head)] = is_so
    targets[[HEADS.index("anticipation"), HEADS.index(STRENGTH)]] = UNKNOWN
    if shown & {"surprise", "confusion"} and not joyful and not displeased:
        targets[[HEADS.index("positive"), HEADS.index("negative")]] = UNKNOWN
    return targets


def polarity_targets(tone: float) -> Floats:
    """Return the targets of a text of which only the tone is known."""
    targets = np.full(len(HEADS), UNKNOWN, dtype=np.float32)
    targets[HEADS.index("positive")] = tone > 0
    targets[HEADS.index("negative")] = tone < 0
    return targets


def stored_pairs(data: Path, language: str) -> list[str]:
    """Return the subtitles of XED's sentence pairs in one language, without labels."""
    column = 0 if language == "en" else 1
    return [row[column] for row in _tsv(data / "emotions" / "xed_pairs_en_fr.tsv.gz")]


def subtitle_pairs(data: Path) -> list[tuple[str, str]]:
    """Return XED's sentence pairs, English first."""
    return list(zip(stored_pairs(data, "en"), stored_pairs(data, "fr"), strict=True))


def _xed_targets(labels: str) -> Floats:
    names = {XED_LABELS[label.strip()] for label in labels.split(",")}
    targets = full_targets(names - {"anticipation"})
    targets[HEADS.index("anticipation")] = "anticipation" in names
    # XED knows nothing of these: its anger may be annoyance, its joy appreciation.
    for head in (
        "appreciation",
        "gratitude",
        "confusion",
        "annoyance",
        "curiosity",
        "ekman_surprise",
    ):
        targets[HEADS.index(head)] = UNKNOWN
    if names <= {"anticipation", "surprise"}:
        for head in ("positive", "negative", "neutral"):
            targets[HEADS.index(head)] = UNKNOWN
    return targets


def _mended(text: str) -> str:
    """Return a text whose Windows-1252 apostrophes were read as control characters."""
    return text.replace("\x92", "'").replace("\x93", '"').replace("\x94", '"').replace("\x85", "…")


def _tsv(path: Path) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        next(file)
        for line in file:
            yield line.rstrip("\n").split("\t")
