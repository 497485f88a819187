"""Emotions in customers' words: French and English read offline, with the words that carry them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ressenti.emotions.engines import Engine, engine_named, read_texts
from ressenti.emotions.reading import Carrier, Clause, Emotion, Reading, Span, Unread

if TYPE_CHECKING:
    from ressenti.emotions.signals.reading import SignalFound, signals_of
    from ressenti.emotions.signals.rules import Signal
    from ressenti.emotions.themes.discovery import missed_topics
    from ressenti.emotions.themes.mentions import ThemeReader
    from ressenti.emotions.themes.plans import theme_plan
    from ressenti.emotions.themes.table import theme_table

# Themes and signals read YAML, which the emotions alone need not load.
_HOMES = {
    "Signal": "ressenti.emotions.signals.rules",
    "SignalFound": "ressenti.emotions.signals.reading",
    "ThemeReader": "ressenti.emotions.themes.mentions",
    "missed_topics": "ressenti.emotions.themes.discovery",
    "signals_of": "ressenti.emotions.signals.reading",
    "theme_plan": "ressenti.emotions.themes.plans",
    "theme_table": "ressenti.emotions.themes.table",
}

__all__ = [
    "Carrier",
    "Clause",
    "Emotion",
    "Engine",
    "Reading",
    "Signal",
    "SignalFound",
    "Span",
    "ThemeReader",
    "Unread",
    "engine_named",
    "missed_topics",
    "read_texts",
    "signals_of",
    "theme_plan",
    "theme_table",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        message = f"module 'ressenti.emotions' has no attribute '{name}'"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
