"""French and English: texts written once in both languages, and numbers as each one writes them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Literal, get_args

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

BREAKABLE = re.compile(r"(?<=«) | (?=[:;?!»%])")
MISSING_NUMBER = "–"
MINUS = "\N{MINUS SIGN}"
# From here on nobody reads digits one by one.
COUNTLESS = 1e21


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; ``format`` fills named placeholders in both.

    Examples
    --------
    >>> hello = Text(en="{n} answers", fr="{n} réponses")
    >>> hello.format(n=3).to("fr")
    '3 réponses'
    """

    en: str
    fr: str

    def to(self, language: Language) -> str:
        return unbreakable(self.fr) if language == "fr" else self.en

    def format(self, **values: object) -> Text:
        def filled(language: Language) -> str:
            own = {
                name: value.to(language) if isinstance(value, Text) else value
                for name, value in values.items()
            }
            return self.to(language).format(**own)

        return Text(en=filled("en"), fr=filled("fr"))

    def __str__(self) -> str:
        return self.en


def unbreakable(french: str) -> str:
    r"""Return a French text whose spaces before high punctuation and inside « » do not break.

    Examples
    --------
    >>> unbreakable("« oui » : pourquoi ?")
    '«\xa0oui\xa0»\xa0: pourquoi\xa0?'
    """
    return BREAKABLE.sub("\N{NO-BREAK SPACE}", french)


def colon(language: Language) -> str:
    """Return the colon of a language, with the space that French sets before it."""
    return "\N{NO-BREAK SPACE}:" if language == "fr" else ":"


def semicolon(language: Language) -> str:
    """Return the semicolon of a language, with the space that French sets before it."""
    return "\N{NO-BREAK SPACE};" if language == "fr" else ";"


def language_of_environment(environment: dict[str, str] | None = None) -> Language:
    """Return the language of ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``; English unless it is French.

    Examples
    --------
    >>> language_of_environment({"LANG": "fr_FR.UTF-8"})
    'fr'
    >>> language_of_environment({"LANG": "C"})
    'en'
    """
    variables = os.environ if environment is None else environment
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if variables.get(name):
            return "fr" if variables[name].lower().startswith("fr") else "en"
    return "en"


def number_text(
    value: float | None, language: Language, *, decimals: int = 1, signed: bool = False
) -> str:
    """Return a number as the language writes it, with a true minus sign.

    Examples
    --------
    >>> number_text(-1234.56, "en", decimals=1)
    '−1,234.6'
    >>> number_text(12.5, "fr", decimals=1, signed=True)
    '+12,5'
    >>> number_text(None, "en"), number_text(1.5e27, "fr")
    ('–', '1,5E27')
    """
    if value is None:
        return MISSING_NUMBER
    from babel.numbers import format_decimal, format_scientific

    rounded = round(value, decimals)
    if abs(rounded) < COUNTLESS:
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        digits = format_decimal(abs(rounded), format=pattern, locale=language)
    else:
        digits = format_scientific(abs(rounded), format="0.###E0", locale=language)
    if rounded < 0:
        return MINUS + digits
    return ("+" if signed and rounded > 0 else "") + digits


def percent_text(value: float | None, language: Language, *, decimals: int = 1) -> str:
    r"""Return a percentage (0..100) as the language writes it: ``12.5%`` or ``12,5 %``.

    Examples
    --------
    >>> percent_text(12.5, "en"), percent_text(12.5, "fr")
    ('12.5%', '12,5\u202f%')
    """
    digits = number_text(value, language, decimals=decimals)
    if value is None:
        return digits
    return f"{digits}\N{NARROW NO-BREAK SPACE}%" if language == "fr" else f"{digits}%"
