"""Lettering: how wide a text is about to be, and a text cut to the room there is.

Widths are those of Helvetica, Arial and Liberation Sans by class of letters, made a tenth wider:
the page's own font may be any system's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

ELLIPSIS = "…"
NARROW = 0.29
LETTER = 0.556
CAPITAL = 0.7
WIDE = 0.86
FULL = 1.0
ROOM_FOR_OTHER_FONTS = 1.1
WIDTHS: Mapping[str, float] = (
    dict.fromkeys("iIjl.,:;!'|\u00a0 \u202f·’()[]/ft", NARROW)
    | dict.fromkeys('r-–\N{MINUS SIGN}°“”"', 0.4)
    | dict.fromkeys("mwMW%@—…", WIDE)
)


def text_width(text: str, size: float) -> float:
    """Return about how many pixels a text takes at a font size.

    Examples
    --------
    >>> round(text_width("100", 10), 2)
    18.35
    """
    return ROOM_FOR_OTHER_FONTS * size * sum(_letter_width(letter) for letter in text)


def fitted(text: str, size: float, room: float) -> str:
    """Return a text that fits in ``room`` pixels, cut with an ellipsis when it must be.

    Examples
    --------
    >>> fitted("Saint-Étienne", 12, 200), fitted("Saint-Étienne", 12, 50)
    ('Saint-Étienne', 'Saint-…')
    """
    line = " ".join(text.split()) if "\n" in text or "\t" in text else text
    if text_width(line, size) <= room:
        return line
    used = text_width(ELLIPSIS, size)
    kept = []
    for letter in line:
        used += text_width(letter, size)
        if used > room:
            break
        kept.append(letter)
    return "".join(kept).rstrip() + ELLIPSIS


def broken(text: str, size: float, room: float) -> list[str]:
    """Return a text in lines of ``room`` pixels; a word that is longer stands alone.

    Examples
    --------
    >>> broken("Service client, réclamation", 11, 100)
    ['Service client,', 'réclamation']
    """
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _letter_width(letter: str) -> float:
    if letter in WIDTHS:
        return WIDTHS[letter]
    if letter.isascii():
        return CAPITAL if letter.isupper() else LETTER
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF":
        return FULL
    return CAPITAL if letter.isupper() else LETTER
