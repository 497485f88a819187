"""Words of a questionnaire: one text by language, as its author wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ressenti.language import Language, Text

Words = Mapping[Language, str]

QUOTED_LENGTH = 80
UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def words_in(words: Words, language: Language, default: Language) -> str:
    """Return the words in a language; in the default one where they are not translated.

    Examples
    --------
    >>> words_in({"fr": "Pourquoi ?"}, "en", "fr")
    'Pourquoi ?'
    """
    return words.get(language) or words.get(default, "")


def text_of_words(words: Words) -> Text:
    """Return the words as a text in both languages, each one standing in for the other."""
    english, french = words.get("en", ""), words.get("fr", "")
    return Text(en=english or french, fr=french or english)


def words_of_text(text: Text, languages: tuple[Language, ...]) -> dict[Language, str]:
    return {language: text.to(language) for language in languages}


def shortened(text: str, length: int = QUOTED_LENGTH) -> str:
    """Return a text cut to be quoted in a message.

    Examples
    --------
    >>> shortened("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= length else text[: length - 1] + "…"


def is_storable(text: str) -> bool:
    r"""Tell whether every character can be kept by any database: no NUL, no half of a pair.

    Examples
    --------
    >>> is_storable("déçu 😀"), is_storable("a\x00"), is_storable("\ud800")
    (True, False, False)
    """
    return UNSTORABLE.search(text) is None
