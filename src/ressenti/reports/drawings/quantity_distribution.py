"""Quantity distribution: how durations or amounts spread, in round classes that widen.

Classes run from 1 to 2, 5 and 10 times a power of ten, so that a few rows hold seconds and days.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ressenti.language import Language, Text
from ressenti.reports.drawings.axes import tick_text
from ressenti.reports.drawings.level_bars import (
    SMALL,
    WIDTH,
    LevelShare,
    left_out_words,
    level_rows,
    level_words,
    rows_height,
)
from ressenti.reports.drawings.vector import picture, words
from ressenti.reports.drawings.wording import sentences
from ressenti.scores.score import Unit
from ressenti.statistics.quantiles import bucket_edges
from ressenti.tallies.tally import NO_ANSWERS, Tally

TOP, FOOT = 4, 26
MOST_CLASSES = 10
# No round bound above it is a number any more.
LARGEST = 1e300
SERIES = (1.0, 2.0, 5.0)
KIND = "bar"

TITLE = Text(en="Distribution of the values", fr="Répartition des valeurs")
UNDER = Text(en="under {high}", fr="moins de {high}")
FROM = Text(en="{low} to {high}", fr="{low} à {high}")
NOTHING = Text(en="No value yet", fr="Aucune valeur pour l'instant")


def quantity_distribution_svg(
    tally: Tally,
    unit: Unit,
    language: Language,
    *,
    multiplier: float = 1.0,
    is_exact: bool = False,
    width: float = WIDTH,
) -> str:
    """Return the bars of a tally of a quantity, with what was left out told beside.

    Parameters
    ----------
    multiplier : float
        From the tallied unit to ``unit``, such as 1/60 from seconds to minutes.
    is_exact : bool
        The tally holds the values themselves instead of buckets.
    """
    shares = class_shares(tally, unit, language, multiplier=multiplier, is_exact=is_exact)
    height = TOP + rows_height(shares) + FOOT
    told = left_out_words(tally, language)
    levels = [level_words(one, language) for one in shares] or [NOTHING.to(language)]
    rows = level_rows(shares, language, width, top=TOP) if shares else ()
    return picture(
        width,
        height,
        [*rows, words(0, height - 6, told, "muted", size=SMALL)],
        title=TITLE.to(language),
        description=sentences([*levels, told]),
    )


def class_shares(
    tally: Tally,
    unit: Unit,
    language: Language,
    *,
    multiplier: float = 1.0,
    is_exact: bool = False,
) -> tuple[LevelShare, ...]:
    """Return the classes that hold the values of a tally, the smallest values first.

    A value at a bound belongs to the class above it. Empty classes between two others are told.
    """
    cells = [(level, cell) for level, cell in tally.levels.items() if not isinstance(level, str)]
    middles = _middles([level for level, _ in cells], is_exact=is_exact)
    values = np.clip(multiplier * middles, -LARGEST, LARGEST)
    total = sum(cell.w for _, cell in cells)
    if not total > 0:
        return ()
    bounds = class_bounds(values.tolist())
    places = np.searchsorted(bounds, values, side="right").tolist()
    found = [NO_ANSWERS] * (len(bounds) + 1)
    for place, (_, cell) in zip(places, cells, strict=True):
        found[place] += cell
    return tuple(
        LevelShare(_label(bounds, place, unit, language), KIND, 100 * cell.w / total, cell.n)
        for place, cell in enumerate(found)
        if min(places) <= place <= max(places)
    )


def class_bounds(values: Sequence[float]) -> list[float]:
    """Return the round bounds that part values: what is under the first one is one class.

    Examples
    --------
    >>> class_bounds([3.0, 40.0, 180.0])
    [2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0]
    """
    positive = [value for value in values if value > 0]
    if not positive:
        return [1.0]
    first, last = (math.floor(math.log10(one)) for one in (min(positive), max(positive)))
    # A few powers of ten under the largest are as many as there is room for.
    first = max(first, last - MOST_CLASSES // len(SERIES))
    bounds = [step * 10.0**power for power in range(first, last + 2) for step in SERIES]
    low = max((bound for bound in bounds if bound <= min(positive)), default=bounds[0])
    high = min(bound for bound in bounds if bound > max(positive))
    return [bound for bound in bounds if low <= bound <= high]


def _middles(
    levels: Sequence[float], *, is_exact: bool
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if is_exact or not levels:
        return np.array(levels, dtype=np.float64)
    low, high = bucket_edges(levels)
    return (low + high) / 2


def _label(bounds: Sequence[float], place: int, unit: Unit, language: Language) -> str:
    texts = [tick_text(bound, bound, unit, language) for bound in bounds]
    if place == 0:
        return UNDER.format(high=texts[0]).to(language)
    return FROM.format(low=texts[place - 1], high=texts[place]).to(language)
