"""French and English say the same of the same sentence: subtitles aligned by XED, read in both.

Subtitles are not translations word for word, and short lines out of context: the two languages
cannot agree wholly. Their words were read while the vocabulary was chosen, their labels never.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from ressenti.emotions import read_texts

# What holds today, rounded down; a fall is a regression.
CORRELATION = 0.28
SAME_SIGN = 0.74
POINTS_APART = 3.0
CLEAR = 0.3


@cache
def polarities(path: Path) -> npt.NDArray[np.float64]:
    """Return s of every pair of which both sentences are read, shape (pairs, 2)."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    read = [
        [reading.polarity for reading in read_texts([row[column] for row in rows], language=name)]
        for column, name in ((0, "en"), (1, "fr"))
    ]
    both = [pair for pair in zip(*read, strict=True) if None not in pair]
    return np.array(both, dtype=np.float64)


@pytest.fixture
def pairs(shared: Path) -> npt.NDArray[np.float64]:
    return polarities(shared / "data" / "emotions" / "xed_pairs_en_fr.tsv.gz")


@pytest.mark.shared
def test_a_sentence_is_as_pleased_in_french_as_in_english(pairs: npt.NDArray[np.float64]) -> None:
    assert len(pairs) >= 9000
    assert np.corrcoef(pairs.T)[0, 1] >= CORRELATION


@pytest.mark.shared
def test_what_is_clear_in_both_languages_has_one_sign(pairs: npt.NDArray[np.float64]) -> None:
    clear = pairs[(np.abs(pairs) >= CLEAR).all(axis=1)]
    assert len(clear) >= 1000
    assert np.mean(np.sign(clear[:, 0]) == np.sign(clear[:, 1])) >= SAME_SIGN


@pytest.mark.shared
def test_the_net_emotion_score_of_both_languages_is_near(pairs: npt.NDArray[np.float64]) -> None:
    english, french = 100 * pairs.mean(axis=0)
    assert abs(english - french) <= POINTS_APART
