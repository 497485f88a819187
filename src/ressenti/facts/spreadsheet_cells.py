"""Spreadsheet cells: texts that no spreadsheet program takes for a formula, and back."""

from __future__ import annotations

import unicodedata

GUARD = "'"
FORMULA_STARTS = frozenset("=+-@\t\r\n")
# Quotes, blanks and marks without width, that a program may drop before it looks.
DROPPED = " \"'\u00a0\u200b\u200c\u200d\u200e\u200f\u202f\u2060\u3000\ufeff"
# Every form of those starts that NFKC brings back to one of them; the hyphen ends the class.
START_FORMS = (
    "\t\n\r+=@\u207a\u207c\u208a\u208c\ufb29\ufe62\ufe66\ufe6b\uff0b\uff1d\uff20\ufe63\uff0d-"
)
GUARDED_CELL = f"^{GUARD}(?:{GUARD}|[{DROPPED}]*[{START_FORMS}])"
"""The pattern of what ``neutral_cell`` has guarded, for an engine's regular expressions."""


def neutral_cell(text: str) -> str:
    """Return a text that a spreadsheet shows as it is; an apostrophe before it marks the change.

    Examples
    --------
    >>> neutral_cell("=1+1"), neutral_cell("  @SUM(A1)"), neutral_cell("9")
    ("'=1+1", "'  @SUM(A1)", '9')
    """
    return GUARD + text if is_risky(text) or text.startswith(GUARD) else text


def original_cell(text: str) -> str:
    """Return the text that ``neutral_cell`` was given.

    An apostrophe that guards nothing was written by a person and stays.

    Examples
    --------
    >>> original_cell(neutral_cell("'=1+1")), original_cell("'tis well")
    ("'=1+1", "'tis well")
    """
    unguarded = text.removeprefix(GUARD)
    return unguarded if neutral_cell(unguarded) == text else text


def is_risky(text: str) -> bool:
    """Tell whether a spreadsheet program may run a text, blanks and quotes before it set aside.

    Full-width and small forms of a sign count as the sign.

    Examples
    --------
    >>> is_risky(" ＝1+1"), is_risky("1+1")
    (True, False)
    """
    first = text.lstrip(DROPPED)[:1]
    return first != "" and unicodedata.normalize("NFKC", first) in FORMULA_STARTS
