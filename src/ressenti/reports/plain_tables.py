"""Plain tables: a table as the characters that a terminal shows."""

from __future__ import annotations

from io import StringIO

from rich.console import Console
from rich.table import Table

WIDTH_WITHOUT_TERMINAL = 120


def plain_text(table: Table, *, width: int | None = None) -> str:
    """Return a table as plain text, as wide as asked or as a page without terminal."""
    stream = StringIO()
    page = Console(file=stream, width=width or WIDTH_WITHOUT_TERMINAL, no_color=True)
    page.print(table)
    return stream.getvalue().rstrip("\n")
