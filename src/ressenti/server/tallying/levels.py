"""Levels as the cells of the tallies write them."""

from __future__ import annotations

from ressenti.facts.scales import Level

MISSING_LEVEL = "?missing"
INVALID_LEVEL = "?invalid"


def level_text(level: Level) -> str:
    """Return a level as text: a number without needless decimals, a word as it is.

    Examples
    --------
    >>> level_text(9.0), level_text(4.5), level_text("joy")
    ('9', '4.5', 'joy')
    """
    if isinstance(level, str):
        return level
    return str(int(level)) if float(level).is_integer() else repr(float(level))
