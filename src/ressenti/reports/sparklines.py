"""Sparklines: a trend as a few characters of a terminal."""

from __future__ import annotations

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"


def sparkline(values: Sequence[float | None]) -> str:
    """Return the values as blocks between their own extremes; a gap where there is no value.

    Examples
    --------
    >>> sparkline([1.0, 2.0, None, 3.0])
    '▁▅·█'
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    if high == low:
        return "".join(GAP if value is None else BLOCKS[3] for value in values)
    last = len(BLOCKS) - 1
    return "".join(
        GAP if value is None else BLOCKS[int((value - low) / (high - low) * last + 0.5)]
        for value in values
    )
