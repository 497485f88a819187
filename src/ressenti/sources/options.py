"""Options: what a person may say about a source when looking at it is not enough."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

BLANKS = " "


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """How to read a source; None everywhere means: look at it.

    Parameters
    ----------
    encoding : str or None
        A Python codec name: ``utf-8``, ``cp1252``, ``utf-16``, ``euc_kr`` …
    separator : str or None
        What stands between two fields of a text file; one blank means runs of blanks.
    quote : str or None
        What encloses a field that holds the separator; empty when nothing does.
    header : bool or None
        Whether the first line names the columns. None means yes, and a first line that holds
        only numbers is asked about.
    sheet : str or None
        The sheet of a workbook; None when it has only one that is not empty.
    """

    encoding: str | None = None
    separator: str | None = None
    quote: str | None = None
    header: bool | None = None
    sheet: str | None = None


AS_FOUND = SourceOptions()


def options_of(told: dict[str, Any]) -> SourceOptions:
    """Return the options a call told, refusing what is none.

    Raises
    ------
    TypeError
        For an argument that does not exist.
    """
    rest = dict(told)
    options = options_in(rest)
    if rest:
        message = f"got an unexpected keyword argument '{next(iter(rest))}'"
        raise TypeError(message)
    return options


def options_in(asked: dict[str, Any]) -> SourceOptions:
    """Take what tells how to read a source out of the arguments of a call."""
    names = [field.name for field in fields(SourceOptions) if field.name in asked]
    told = {name: asked.pop(name) for name in names}
    return SourceOptions(**{name: value for name, value in told.items() if value is not None})
