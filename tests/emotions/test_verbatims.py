"""The development verbatims: varied, kept apart from what teaches and tests, and read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from ressenti.emotions import read_texts

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "fr")
# What holds today, rounded down. The verbatims calibrate the engine and teach it nothing else.
AUC = {"en": 0.85, "fr": 0.91}
MACRO_F1 = {"en": 0.75, "fr": 0.84}


def verbatims(language: str) -> list[tuple[str, str, str, str]]:
    """Return the sector, stars, tone and text of every verbatim."""
    lines = (ROOT / "training" / "verbatims" / f"{language}.txt").read_text("utf-8").splitlines()
    rows = [line.split("|", 3) for line in lines if not line.startswith("#")]
    return [(sector, stars, tone, text) for sector, stars, tone, text in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_verbatims_are_of_many_sectors_of_every_level_and_tone(language: str) -> None:
    rows = verbatims(language)
    assert len(rows) >= 240
    assert len({text for *_, text in rows}) == len(rows)
    assert len({sector for sector, *_ in rows}) >= 15
    assert {stars for _, stars, *_ in rows} >= set("12345")
    tones = Counter(tone for _, _, tone, _ in rows)
    assert min(tones[tone] for tone in "+-0±") >= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_verbatim_is_a_minimal_pair_or_a_seed_sentence(language: str) -> None:
    texts = {text for *_, text in verbatims(language)}
    pairs = (Path(__file__).parent / f"pairs_{language}.txt").read_text("utf-8").splitlines()
    assert not texts & {part.strip()[2:] for line in pairs for part in line.split(" | ")[1:]}
    seeds = (ROOT / "training" / "seeds" / f"{language}.txt").read_text("utf-8").splitlines()
    alone = {part for line in seeds for part in line.partition("|")[2].strip("{}").split("/")}
    assert not texts & alone


@pytest.mark.parametrize("language", LANGUAGES)
def test_pleased_and_displeased_verbatims_are_told_apart(language: str) -> None:
    felt = [(tone == "+", text) for *_, tone, text in verbatims(language) if tone in "+-"]
    is_pleased = np.array([each for each, _ in felt])
    readings = read_texts([text for _, text in felt])
    polarity = np.array([reading.polarity or 0.0 for reading in readings])
    above = mannwhitneyu(polarity[is_pleased], polarity[~is_pleased]).statistic
    assert above / (is_pleased.sum() * (~is_pleased).sum()) >= AUC[language]
    scores = [
        2 * np.sum(called & truth) / (called.sum() + truth.sum())
        for called, truth in ((polarity > 0, is_pleased), (polarity <= 0, ~is_pleased))
    ]
    assert np.mean(scores) >= MACRO_F1[language]
