"""Standalone: a drawing with its own colours and background, for a file or a slide."""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

from ressenti.reports.palette import FONTS, LIGHT, Palette, looks_of

# In a drawing "<" only ever opens a tag and quotes in attributes are entities: what is text
# cannot be taken for a class.
CLASS = re.compile(r'(<[a-z]+[^<>]*?) class="([^"]*)"')
ROOT_END = re.compile(r"</desc>")


def standalone(svg: str, *, palette: Palette = LIGHT) -> str:
    """Return a drawing that needs no style sheet: its colours are attributes.

    Parameters
    ----------
    svg : str
        What a drawing of this package returned.

    Examples
    --------
    >>> standalone('<svg class="drawing"><desc>…</desc><circle class="positive" /></svg>')[-31:]
    '<circle fill="#1273b0" /></svg>'
    """

    def coloured(tag: re.Match[str]) -> str:
        if tag[2] == "drawing":
            return f"{tag[1]} font-family={quoteattr(FONTS)}"
        looks = looks_of(tag[2], palette)
        return tag[1] + "".join(f" {name}={quoteattr(value)}" for name, value in looks.items())

    page = f'</desc><rect width="100%" height="100%" fill="{palette.surface}" />'
    return ROOT_END.sub(page, CLASS.sub(coloured, svg), count=1)
