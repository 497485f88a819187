"""Label chances: from the logits of a model's labels to emotions and polarity of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ressenti.emotions.findings import SHOWN
from ressenti.emotions.label_meanings import Meaning

Floats = npt.NDArray[np.float64]
POSITIVE: Final = len(SHOWN)
NEGATIVE: Final = POSITIVE + 1
EITHER_WAY: Final = 0.5
"""From here on a label that excludes no other is shown, unless its model says otherwise."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a model, in the order of its outputs.

    Attributes
    ----------
    meanings : sequence of Meaning
    are_exclusive : bool
        A text has exactly one of them, so that their chances add up to 1; otherwise each has a
        chance of its own.
    threshold : float
        The chance from which an emotion is shown.
    """

    meanings: Sequence[Meaning]
    are_exclusive: bool
    threshold: float

    def chances(self, logits: Floats) -> Floats:
        """Return the chance of each label, shape (texts, labels)."""
        if self.are_exclusive:
            powers = np.exp(logits - logits.max(axis=1, keepdims=True))
            shares: Floats = powers / powers.sum(axis=1, keepdims=True)
            return shares
        own: Floats = np.exp(-np.logaddexp(0, -logits))
        return own

    def meant(self, chances: Floats) -> Floats:
        """Return the chance of each emotion of ``SHOWN``, then of pleased and displeased.

        Labels that exclude each other add up; of others the likeliest counts, since two that say
        the same are seldom independent.

        Examples
        --------
        >>> joy, admiration = Meaning("joy", True, False), Meaning("appreciation", True, False)
        >>> meant = Labels([joy, admiration], True, 0).meant(np.array([[0.6, 0.4]]))
        >>> meant[0, [SHOWN.index("joy"), POSITIVE, NEGATIVE]].tolist()
        [0.6, 1.0, 0.0]
        """
        found = np.zeros((len(chances), NEGATIVE + 1))
        for place, meaning in enumerate(self.meanings):
            for column in _columns(meaning):
                both = (found[:, column], chances[:, place])
                found[:, column] = np.add(*both) if self.are_exclusive else np.maximum(*both)
        return found

    def felt(self, chances: Floats, meant: Floats) -> list[Mapping[str, float]]:
        """Return the emotions that each text shows, with their chances.

        Of exclusive labels only the likeliest emotion, where no label without an emotion is
        likelier still.
        """
        emotions = meant[:, :POSITIVE]
        is_shown = emotions >= max(self.threshold, np.finfo(float).tiny)
        if self.are_exclusive:
            is_named = [meaning.emotion in SHOWN for meaning in self.meanings]
            unnamed = np.where(is_named, 0.0, chances).max(axis=1, keepdims=True)
            is_first = np.arange(POSITIVE) == emotions.argmax(axis=1)[:, None]
            is_shown &= is_first & (emotions > unnamed)
        return [
            {SHOWN[place]: float(own[place]) for place in np.flatnonzero(shown)}
            for own, shown in zip(emotions, is_shown, strict=True)
        ]


def _columns(meaning: Meaning) -> list[int]:
    """Return where a label counts among the emotions shown and the two polarities."""
    emotion = [SHOWN.index(meaning.emotion)] if meaning.emotion in SHOWN else []
    signs = ((meaning.is_positive, POSITIVE), (meaning.is_negative, NEGATIVE))
    return emotion + [column for is_so, column in signs if is_so]
