"""Plain texts: what any file format can carry and any reader reads to its end."""

from __future__ import annotations

import re

LINE_BREAK = re.compile("\r\n?")
# No text holds these on purpose; some readers stop at them, and half a character is none.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain_text(text: str) -> str:
    r"""Return a text with one kind of line break and a visible mark for control characters.

    Examples
    --------
    >>> plain_text("one\r\ntwo\x00")
    'one\ntwo�'
    """
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", LINE_BREAK.sub("\n", text))
