"""Stored texts: words in both languages as JSON keeps them."""

from __future__ import annotations

from collections.abc import Mapping

from ressenti.language import Language, Text


def words_of(text: Text) -> dict[Language, str]:
    """Return a text as JSON."""
    return {"en": text.en, "fr": text.fr}


def text_in(words: Mapping[str, str]) -> Text:
    """Return a text from JSON."""
    return Text(en=words["en"], fr=words["fr"])
