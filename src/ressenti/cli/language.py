"""Which language a call speaks: ``--lang`` wherever it stands, else the environment's."""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ressenti.language import Language, Text, language_of_environment

LOCALE = Path(__file__).parent / "locale"


def chosen_language(arguments: Sequence[str] | None = None) -> Language:
    """Return the language asked for by ``--lang fr`` or ``--lang=fr``, else by ``LANG``.

    Examples
    --------
    >>> chosen_language(["score", "--lang", "fr", "file.csv"])
    'fr'
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for place, word in enumerate(given):
        value = word.partition("=")[2] if word.startswith("--lang=") else None
        if word == "--lang" and place + 1 < len(given):
            value = given[place + 1]
        if value in ("en", "fr"):
            return "fr" if value == "fr" else "en"
    return language_of_environment()


def tr(text: Text) -> str:
    """Return a text in the language of this call."""
    return text.to(chosen_language())


def speak(language: Language) -> None:
    """Make click's own words come in the language of this call.

    click asks gettext, whose only door is the environment.
    """
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("messages", str(LOCALE))
