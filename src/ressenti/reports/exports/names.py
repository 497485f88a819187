"""Names of files and sheets: safe on every system, and never a formula or a path."""

from __future__ import annotations

import re
import unicodedata

LONGEST_SHEET = 31
LONGEST_FILE = 100
EDGES = " .'_-=+@＝＋－＠"
# Excel keeps this name for itself.
RESERVED_SHEETS = frozenset({"history"})
RESERVED_FILES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\]")
NOT_IN_FILES = re.compile(r"[^\w.\- ]+")


def sheet_name(name: str, *, default: str) -> str:
    """Return a name that a workbook accepts for a sheet and no program runs.

    Examples
    --------
    >>> sheet_name("=NPS: Lyon/Paris", default="Figures"), sheet_name("''", default="Figures")
    ('NPS Lyon Paris', 'Figures')
    """
    kept = " ".join(NOT_IN_SHEETS.sub(" ", _printable(name)).split()).strip(EDGES)
    kept = kept[:LONGEST_SHEET].strip(EDGES)
    return default if kept.casefold() in RESERVED_SHEETS | {""} else kept


def file_name(name: str, suffix: str, *, default: str = "ressenti") -> str:
    """Return a file name without path, control character, leading dot or reserved word.

    Parameters
    ----------
    suffix : str
        What the file is, such as ``".csv"``: the name brings no ending of its own into play.

    Examples
    --------
    >>> file_name("=cmd|' /C calc'!A0", ".csv"), file_name("../../NPS été.csv", ".csv")
    ('cmd-C-calc-A0.csv', 'NPS-été-csv.csv')
    """
    words = re.split(r"[\s.\-]+", NOT_IN_FILES.sub(" ", _printable(name)))
    kept = "-".join(word for word in words if word)[:LONGEST_FILE].strip(EDGES)
    is_reserved = not kept or RESERVED_FILES.fullmatch(kept) is not None
    return f"{default if is_reserved else kept}{suffix}"


def _printable(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name)
    return "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in plain)
