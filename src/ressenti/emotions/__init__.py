"""Emotions in customers' words: French and English read offline, with the words that carry them."""

from __future__ import annotations

from ressenti.emotions.engines import Engine, engine_named, read_texts
from ressenti.emotions.reading import Carrier, Clause, Emotion, Reading, Span, Unread

__all__ = [
    "Carrier",
    "Clause",
    "Emotion",
    "Engine",
    "Reading",
    "Span",
    "Unread",
    "engine_named",
    "read_texts",
]
