"""Raw values: what a cell of a source says, before any scale: a number, a blank, or neither.

Nothing is guessed: other scripts' digits, booleans and infinities are no numbers.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from enum import Enum


class Absence(Enum):
    """Why a raw value is no level: nothing was answered, or the value is off the scale."""

    MISSING = "missing"
    INVALID = "invalid"


MISSING_WORDS = frozenset(
    {
        "",
        "-",
        "#n/a",
        "n/a",
        "na",
        "blank",
        "vide",
        "nan",
        "none",
        "null",
        "<na>",
        "don't know",
        "dont know",
        "not applicable",
        "not concerned",
        "no answer",
        "prefer not to say",
        "je ne sais pas",
        "ne sait pas",
        "ne se prononce pas",
        "nsp",
        "non concerne",
        "non concernee",
        "sans objet",
        "sans reponse",
    }
)


def folded(text: str) -> str:
    """Return a text without case, accents, typographic apostrophes or outer blanks.

    Examples
    --------
    >>> folded(" Très  Satisfait ")
    'tres satisfait'
    """
    plain = unicodedata.normalize("NFKD", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.casefold().split())


def number_in(raw: object) -> float | None:
    """Return the finite number a raw value is or spells in ASCII digits, else None.

    A decimal comma is a decimal point. Booleans, other scripts' digits, infinities and
    not-a-numbers are no numbers: nothing is guessed.

    Examples
    --------
    >>> number_in("9 "), number_in("6,5"), number_in(7)
    (9.0, 6.5, 7.0)
    >>> number_in(True), number_in("١٠"), number_in("1e309"), number_in(float("nan"))
    (None, None, None, None)
    """
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, str):
        text = raw.strip()
        if not text.isascii() or "_" in text or not text:
            return None
        raw = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    try:
        number = float(raw)  # type: ignore[arg-type]  # whatever has __float__; the rest is caught
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def is_missing(raw: object, missing_codes: Iterable[object] = ()) -> bool:
    """Tell whether a raw value stands for "no answer", by itself or by the source's own codes.

    Examples
    --------
    >>> is_missing(None), is_missing(" Ne sait pas "), is_missing("11", ["11"]), is_missing(0)
    (True, True, True, False)
    """
    if raw is None or (isinstance(raw, float) and math.isnan(raw)):
        return True
    if isinstance(raw, str) and folded(raw) in MISSING_WORDS:
        return True
    number = number_in(raw)
    for code in missing_codes:
        if number is not None and number == number_in(code):
            return True
        if isinstance(raw, str) and isinstance(code, str) and folded(raw) == folded(code):
            return True
    return False
