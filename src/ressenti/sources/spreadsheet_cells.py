"""Spreadsheet cells: texts that no spreadsheet program takes for a formula, and back."""

from __future__ import annotations

GUARD = "'"
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


def neutral_cell(text: str) -> str:
    """Return a text that a spreadsheet shows as it is; an apostrophe before it marks the change.

    Examples
    --------
    >>> neutral_cell("=1+1"), neutral_cell("  @SUM(A1)"), neutral_cell("9")
    ("'=1+1", "'  @SUM(A1)", '9')
    """
    shown = text.lstrip(" \N{NO-BREAK SPACE}\"'")
    is_risky = shown[:1] in FORMULA_STARTS if shown else False
    return GUARD + text if is_risky or text.startswith((GUARD, "\t", "\r", "\n")) else text


def original_cell(text: str) -> str:
    """Return the text that ``neutral_cell`` was given.

    Examples
    --------
    >>> original_cell(neutral_cell("'=1+1"))
    "'=1+1"
    """
    return text.removeprefix(GUARD)
