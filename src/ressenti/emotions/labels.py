"""The twelve emotions that are told apart, and how they map onto the groupings of the literature.

Valence and arousal are conventions after Russell's circumplex (1980), not measurements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ressenti.language import Text


@dataclass(frozen=True, slots=True)
class Label:
    """An emotion: valence in [-1, 1], arousal in [0, 1], its Ekman group, and its name."""

    valence: float
    arousal: float
    ekman: str
    en: str
    fr: str

    @property
    def text(self) -> Text:
        return Text(en=self.en, fr=self.fr)


LABELS: Final[Mapping[str, Label]] = {
    "joy": Label(0.9, 0.7, "joy", "joy", "joie"),
    "appreciation": Label(0.7, 0.4, "joy", "appreciation", "appréciation"),
    "gratitude": Label(0.8, 0.5, "joy", "gratitude", "gratitude"),
    "trust": Label(0.6, 0.3, "joy", "trust or relief", "confiance ou soulagement"),
    "surprise": Label(0.0, 0.8, "surprise", "surprise", "surprise"),
    "confusion": Label(-0.3, 0.4, "surprise", "confusion", "incompréhension"),
    "annoyance": Label(-0.6, 0.6, "anger", "annoyance", "agacement"),
    "anger": Label(-0.9, 0.9, "anger", "anger", "colère"),
    "disappointment": Label(-0.7, 0.4, "sadness", "disappointment", "déception"),
    "fear": Label(-0.7, 0.8, "fear", "worry", "inquiétude"),
    "disgust": Label(-0.9, 0.7, "disgust", "disgust", "dégoût"),
    "neutral": Label(0.0, 0.0, "neutral", "neutral", "neutre"),
}
"""By name, in the order of the model's heads; ``neutral`` is the absence of the others."""

ANGER_FAMILY: Final = ("annoyance", "anger")
"""Told apart badly by any model known: report them together unless the split is asked for."""

SURPRISE_VALENCE: Final = 0.5
"""How far a surprise goes in the direction of its clause."""

EKMAN: Final = ("anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral")
SENTIMENTS: Final[Mapping[str, str]] = {
    "joy": "positive", "anger": "negative", "disgust": "negative", "fear": "negative",
    "sadness": "negative", "surprise": "ambiguous", "neutral": "neutral",
}  # fmt: skip
"""The sentiment level of GoEmotions by Ekman group (Demszky et al., 2020)."""
