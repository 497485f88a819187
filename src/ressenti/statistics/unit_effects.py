"""What goes with what inside units and between them: two questions, two slopes.

Shops where parcels arrive on time may be better liked for other reasons; inside one shop only what
differs from customer to customer is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ressenti.language import Text
from ressenti.statistics.intervals import Interval
from ressenti.statistics.moments import CONSTANT_SHARE

Floats = NDArray[np.float64]

FEWEST_UNITS = 3
NO_VARIATION_WITHIN = Text(
    en="the outcome does not vary inside units.",
    fr="le résultat attendu ne varie pas au sein des unités.",
)
TOO_FEW_UNITS = Text(
    en="{n} units with data: at least {needed} are needed.",
    fr="{n} unités avec des données : il en faut au moins {needed}.",
)


@dataclass(frozen=True, slots=True)
class UnitEffects:
    """The slopes of an indicator on an outcome: of all rows, inside units, and between units.

    Attributes
    ----------
    total
        Slope over all rows, units ignored.
    within, between
        Inside units; between the means of the units. Errors are by unit.
    difference_p_value
        Of both being the same (Mundlak's test).
    n_units
    is_reversed
        Whether the total goes one way and the inside of the units, established, the other:
        Simpson's paradox.
    slope_deviation
        Standard deviation of the units' own slopes; None where it was not looked for.
    """

    total: float | None
    within: Interval
    between: Interval
    difference_p_value: float | None
    n_units: int
    is_reversed: bool
    slope_deviation: float | None = None


def unit_effects(sums: Floats, *, confidence: float = 0.95) -> UnitEffects:
    """Return the slopes inside units and between them, from the sums of each unit.

    Parameters
    ----------
    sums
        Shape (units, 3, 3): ``sums_of_pairs`` of one pair, unit by unit.

    References
    ----------
    Mundlak, Econometrica 46 (1978) 69; Simpson, JRSS B 13 (1951) 238.

    Examples
    --------
    Inside both units y falls as x rises; together they seem to rise:

    >>> from ressenti.statistics.cross_counts import sums_of_pairs
    >>> x = [np.array([[0.0], [1], [2]]), np.array([[5.0], [6], [7]]), np.array([[9.0], [11]])]
    >>> y = [np.array([[2.0], [1], [0]]), np.array([[8.0], [7], [6]]), np.array([[12.0], [11]])]
    >>> sums = np.stack([sums_of_pairs(a, b)[0, 0] for a, b in zip(x, y)])
    >>> found = unit_effects(sums)
    >>> round(found.total, 1), round(found.within.estimate, 1), found.is_reversed
    (1.1, -0.8, True)
    """
    known = sums[sums[:, 0, 0] > 0]
    units = len(known)
    total = _slope(known.sum(axis=0)) if units else None
    if units < FEWEST_UNITS:
        reason = TOO_FEW_UNITS.format(n=units, needed=FEWEST_UNITS)
        nothing = Interval(None, None, None, confidence, "cluster", reason)
        return UnitEffects(total, nothing, nothing, None, units, is_reversed=False)
    n = known[:, 0, 0]
    x, y = known[:, 1, 0] / n, known[:, 0, 1] / n
    inside_xx = np.maximum(known[:, 2, 0] - n * x * x, 0.0)
    inside_xy = known[:, 1, 1] - n * x * y
    scale = float(known[:, 2, 0].sum())
    within = _sloped(inside_xx, inside_xy, scale, units - 1, confidence)
    centre_x, centre_y = (n @ x) / n.sum(), (n @ y) / n.sum()
    across_xx = n * (x - centre_x) ** 2
    across_xy = n * (x - centre_x) * (y - centre_y)
    between = _sloped(across_xx, across_xy, scale, units - 2, confidence)
    return UnitEffects(
        total=total,
        within=within,
        between=between,
        difference_p_value=_difference(within, between, units),
        n_units=units,
        is_reversed=_is_reversed(total, within),
    )


def _slope(sums: Floats) -> float | None:
    n = sums[0, 0]
    variation = sums[2, 0] - sums[1, 0] ** 2 / n
    if variation <= CONSTANT_SHARE * sums[2, 0]:
        return None
    return float((sums[1, 1] - sums[1, 0] * sums[0, 1] / n) / variation)


def _sloped(
    squares: Floats, products: Floats, scale: float, freedom: int, confidence: float
) -> Interval:
    """Return a slope summed over units, with its error by unit."""
    total = float(squares.sum())
    if total <= CONSTANT_SHARE * max(scale, 1.0):
        return Interval(None, None, None, confidence, "cluster", NO_VARIATION_WITHIN)
    slope = float(products.sum()) / total
    scores = products - slope * squares
    units = scores.size
    error = sqrt(float(scores @ scores) * units / (units - 1)) / total
    if freedom < 1 or not error > 0:
        reason = TOO_FEW_UNITS.format(n=units, needed=FEWEST_UNITS + 1)
        return Interval(slope, None, None, confidence, "cluster", reason)
    from scipy.special import stdtrit

    margin = float(stdtrit(freedom, (1 + confidence) / 2)) * error
    return Interval(slope, slope - margin, slope + margin, confidence, "cluster")


def _difference(within: Interval, between: Interval, units: int) -> float | None:
    ends = (within.low, within.estimate, between.low, between.estimate)
    if any(end is None for end in ends) or units < FEWEST_UNITS + 1:
        return None
    from scipy.special import stdtr, stdtrit

    quantile = (1 + within.confidence) / 2
    errors = [
        (one.bounds()[0] - one.bounds()[1]) / float(stdtrit(freedom, quantile))
        for one, freedom in ((within, units - 1), (between, units - 2))
    ]
    gap = abs(within.bounds()[0] - between.bounds()[0]) / sqrt(errors[0] ** 2 + errors[1] ** 2)
    return 2 * float(stdtr(units - 2, -gap))


def _is_reversed(total: float | None, within: Interval) -> bool:
    if total is None or within.low is None or within.high is None:
        return False
    return (total > 0 and within.high < 0) or (total < 0 and within.low > 0)
