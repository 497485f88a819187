"""Axes: where a value stands between two pixels, and the round values that are written there."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from ressenti.indicators import indicator_called
from ressenti.language import Language
from ressenti.scores.score import DECIMALS, Score, Unit, value_text

Limits = tuple[float | None, float | None]

LARGEST = sys.float_info.max / 4
# Under this share of its own size a range is what rounding leaves of one value.
FLAT = 1e-9
ROUND_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from ``low`` to ``high`` laid between the pixels ``start`` and ``end``.

    Examples
    --------
    >>> Axis(0.0, 50.0, 100.0, 300.0).place(20.0)
    180.0
    """

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Return the pixel of a value; one beyond an end is drawn at that end."""
        # Halves, so that the range of the largest numbers is a number too.
        share = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return self.start + (self.end - self.start) * min(1.0, max(0.0, share))

    def ticks(self, count: int = 5) -> tuple[float, ...]:
        """Return at most ``count`` + 2 round values of the axis.

        Examples
        --------
        >>> Axis(-3.0, 47.0, 0.0, 1.0).ticks()
        (0.0, 10.0, 20.0, 30.0, 40.0)
        """
        step = self.step(count)
        first = math.ceil(self.low / step - FLAT)
        last = math.floor(self.high / step + FLAT)
        return tuple(k * step for k in range(first, min(last, first + count + 1) + 1))

    def step(self, count: int = 5) -> float:
        """Return the round distance between ticks: 1, 2, 2.5 or 5 times a power of ten."""
        rough = self.high / count - self.low / count
        power = 10.0 ** math.floor(math.log10(rough))
        return next(power * k for k in ROUND_STEPS if power * k >= rough * (1 - FLAT))


def axis_over(
    values: Iterable[float | None],
    start: float,
    end: float,
    *,
    limits: Limits = (None, None),
    margin: float = 0.06,
) -> Axis:
    """Return the axis that holds every value with a little room; a lone value is in its middle.

    Parameters
    ----------
    values : iterable
        Values that are None, or no numbers, take no room.
    limits : pair of float or None
        The least and the greatest value that exist: room is not made beyond them.
    margin : float
        The room on either side, as a share of the range.

    Examples
    --------
    >>> axis_over([0.0, 50.0], 0.0, 100.0, limits=(0.0, 100.0), margin=0.1)
    Axis(low=0.0, high=55.0, start=0.0, end=100.0)
    """
    known = [min(LARGEST, max(-LARGEST, v)) for v in map(finite, values) if v is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    size = max(abs(low), abs(high))
    is_flat = high - low <= FLAT * max(size, 1.0)
    room = max(1.0, 0.1 * size) if is_flat else margin * (high - low)
    least, most = limits
    below = low - room if least is None or low < least else max(low - room, least)
    above = high + room if most is None or high > most else min(high + room, most)
    return Axis(below, above, start, end)


def limits_of(score: Score) -> Limits:
    """Return the least and the greatest value that the variant of a score can have."""
    variant = indicator_called(score.indicator).variant(score.variant)
    return variant.low, variant.high


def reach(scores: Iterable[Score]) -> list[float | None]:
    """Return every value that scores need room for: their values and the ends of intervals."""
    return [value for one in scores for value in (one.value, one.low, one.high)]


def bounds_of(scores: Iterable[Score]) -> tuple[float, float]:
    """Return the range that holds the scores of one definition, to draw them on one axis."""
    drawn = list(scores)
    limits = limits_of(drawn[0]) if drawn else (None, None)
    axis = axis_over(reach(drawn), 0.0, 1.0, limits=limits)
    return axis.low, axis.high


def tick_text(value: float, step: float, unit: Unit, language: Language) -> str:
    """Return the value of a tick with the decimals that its step needs, and no more.

    Examples
    --------
    >>> tick_text(55.0, 5.0, Unit.PERCENT, "en"), tick_text(4.25, 0.25, Unit.SCALE, "fr")
    ('55%', '4,25')
    """
    decimals = next(
        (n for n in range(MOST_DECIMALS) if math.isclose(round(step, n), step, rel_tol=1e-6)),
        MOST_DECIMALS,
    )
    return value_text(value, unit, language, finer=decimals - DECIMALS.get(unit, 2))


def finite(value: float | None) -> float | None:
    """Return a value that can be drawn, None for what cannot."""
    return value if value is not None and math.isfinite(value) else None
