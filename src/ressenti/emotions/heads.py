"""Heads: the outputs of the embedded model, the shown emotions first."""

from __future__ import annotations

from typing import Final

from ressenti.emotions.labels import LABELS

EMOTIONS: Final = tuple(LABELS)
HIDDEN: Final = ("curiosity", "anticipation")
"""Learnt to keep questions and expectations apart from feelings; never shown."""
GROUPS: Final = ("ekman_joy", "ekman_anger", "ekman_surprise", "negative_sentiment")
"""Unions of emotions, learnt as such: better than the union of what is learnt apart."""
POLARITIES: Final = ("positive", "negative")
STRENGTH: Final = "strength"
"""How strong the words are, whatever they say."""
HEADS: Final = (*EMOTIONS, *HIDDEN, *GROUPS, *POLARITIES, STRENGTH)
READ: Final = (*EMOTIONS, "ekman_joy", "ekman_anger", *POLARITIES, STRENGTH)
"""The heads that are shipped: what reading a text needs."""
