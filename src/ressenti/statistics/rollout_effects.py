"""What a roll-out did: units that got it against units that did not, one figure a unit.

A shop that got a change got it as a whole: shops are compared, never customers, so that what the
customers of one shop share is not taken for evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ressenti.language import Text
from ressenti.statistics.intervals import Interval
from ressenti.statistics.mean_comparisons import Sample, mean_difference
from ressenti.statistics.regression import least_squares

Floats = NDArray[np.float64]

FEWEST_UNITS = 2
FEWEST_EARLIER_PERIODS = 3
PERMUTATIONS = 9_999

TOO_FEW_UNITS = Text(
    en="{treated} units with the change and {others} without: at least {needed} of each are "
    "needed.",
    fr="{treated} unités avec le changement et {others} sans : il en faut au moins {needed} de "
    "chaque.",
)
TOO_FEW_EARLIER_PERIODS = Text(
    en="{n} periods before the change: at least {needed} are needed to see whether both groups "
    "moved alike.",
    fr="{n} périodes avant le changement : il en faut au moins {needed} pour voir si les deux "
    "groupes évoluaient de même.",
)


@dataclass(frozen=True, slots=True)
class RolloutEffect:
    """The effect of a change, in the unit of the figures, with its test."""

    effect: Interval
    p_value: float | None
    n_treated: int
    n_others: int


def difference_in_differences(
    before: ArrayLike, after: ArrayLike, is_treated: ArrayLike, *, confidence: float = 0.95
) -> RolloutEffect:
    """Return how much more the units with the change moved than the others.

    Before and after are each brought to one figure a unit: errors are then right however the
    periods of a unit hang together.

    Parameters
    ----------
    before, after
        Shape (units,); NaN where a unit has no figure: it is left out.
    is_treated
        Shape (units,).

    References
    ----------
    Bertrand, Duflo and Mullainathan, Quarterly Journal of Economics 119 (2004) 249; Donald and
    Lang, Review of Economics and Statistics 89 (2007) 221.

    Examples
    --------
    >>> found = difference_in_differences(
    ...     [30, 32, 31, 29, 33, 30], [36, 37, 38, 30, 33, 32], [1, 1, 1, 0, 0, 0]
    ... )
    >>> found.effect.estimate, found.effect.low > 0
    (5.0, True)
    """
    change = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    return _compared(change, is_treated, "difference_in_differences", confidence)


def randomised_effect(
    after: ArrayLike,
    is_treated: ArrayLike,
    *,
    before: ArrayLike | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> RolloutEffect:
    """Return the effect of a change whose units were drawn at random.

    The p-value is that of the draw itself: how often another draw would have given as much.

    Parameters
    ----------
    after
        Shape (units,).
    before
        Shape (units,): what each unit was, held fixed where given; sharpens the interval.
    seed
        Of the draws, where there are too many to try all.

    References
    ----------
    Fisher, The Design of Experiments (1935); Lin, Annals of Applied Statistics 7 (2013) 295.

    Examples
    --------
    >>> found = randomised_effect([36, 37, 38, 39, 30, 33, 32, 31], [1, 1, 1, 1, 0, 0, 0, 0])
    >>> found.effect.estimate, round(found.p_value, 4)
    (6.0, 0.0286)
    """
    figures = np.asarray(after, dtype=np.float64)
    drawn = np.asarray(is_treated, dtype=bool)
    if before is not None:
        return _adjusted(figures, np.asarray(before, dtype=np.float64), drawn, confidence, seed)
    found = _compared(figures, drawn, "randomised", confidence)
    if found.p_value is None:
        return found
    known = np.isfinite(figures)
    p_value = _permutation_p_value(figures[known], drawn[known], seed)
    return RolloutEffect(found.effect, p_value, found.n_treated, found.n_others)


def trend_difference(
    earlier: ArrayLike, is_treated: ArrayLike, *, confidence: float = 0.95
) -> RolloutEffect:
    """Return by how much the two groups already drifted apart, a period, before the change.

    An interval that leaves 0 out says that they did not move alike: the comparison then proves
    nothing. One that does not says only that no such drift is seen.

    Parameters
    ----------
    earlier
        Shape (units, periods): figures before the change, NaN where there are none.
    is_treated
        Shape (units,).
    """
    table = np.asarray(earlier, dtype=np.float64)
    periods = int(np.isfinite(table).any(axis=0).sum())
    if periods < FEWEST_EARLIER_PERIODS:
        reason = TOO_FEW_EARLIER_PERIODS.format(n=periods, needed=FEWEST_EARLIER_PERIODS)
        nothing = Interval(None, None, None, confidence, "parallel_trends", reason)
        return RolloutEffect(nothing, None, 0, 0)
    slopes = np.array([_slope(row) for row in table])
    return _compared(slopes, is_treated, "parallel_trends", confidence)


def _compared(
    figures: Floats, is_treated: ArrayLike, method: str, confidence: float
) -> RolloutEffect:
    treated = np.asarray(is_treated, dtype=bool)
    known = np.isfinite(figures)
    groups = [figures[known & treated], figures[known & ~treated]]
    sizes = groups[0].size, groups[1].size
    if min(sizes) < FEWEST_UNITS:
        reason = TOO_FEW_UNITS.format(treated=sizes[0], others=sizes[1], needed=FEWEST_UNITS)
        return RolloutEffect(Interval(None, None, None, confidence, method, reason), None, *sizes)
    samples = [Sample(own.size, float(own.mean()), float(own.std(ddof=1))) for own in groups]
    found = mean_difference(samples[0], samples[1], confidence=confidence)
    interval = found.interval
    own = Interval(
        interval.estimate, interval.low, interval.high, confidence, method, interval.reason
    )
    return RolloutEffect(own, found.test.p_value, *sizes)


def _adjusted(
    after: Floats, before: Floats, drawn: NDArray[np.bool_], confidence: float, seed: int
) -> RolloutEffect:
    """Return the effect with what each unit was before held fixed."""
    known = np.isfinite(after) & np.isfinite(before)
    y, x, treated = after[known], before[known] - before[known].mean(), drawn[known]
    sizes = int(treated.sum()), int((~treated).sum())
    if min(sizes) < FEWEST_UNITS + 1 or np.ptp(x) == 0:
        return randomised_effect(y, treated, confidence=confidence, seed=seed)
    draw = treated.astype(np.float64)
    fit = least_squares(y, np.column_stack([np.ones(y.size), draw, x, draw * x]))
    from scipy.special import stdtrit

    estimate, error = float(fit.coefficients[1]), float(fit.standard_errors("hc3")[1])
    if not error > 0:
        return randomised_effect(y, treated, confidence=confidence, seed=seed)
    margin = float(stdtrit(fit.freedom, (1 + confidence) / 2)) * error
    interval = Interval(estimate, estimate - margin, estimate + margin, confidence, "randomised")
    slope = float(x @ (y - y.mean())) / float(x @ x)
    p_value = _permutation_p_value(y - slope * x, treated, seed)
    return RolloutEffect(interval, p_value, *sizes)


def _permutation_p_value(figures: Floats, drawn: NDArray[np.bool_], seed: int) -> float:
    from scipy.stats import permutation_test

    def gap(one: Floats, other: Floats, axis: int = 0) -> Floats:
        difference: Floats = one.mean(axis=axis) - other.mean(axis=axis)
        return difference

    found = permutation_test(
        (figures[drawn], figures[~drawn]),
        gap,
        n_resamples=PERMUTATIONS,
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def _slope(row: Floats) -> float:
    """Return the change of one unit from a period to the next, NaN under three periods."""
    known = np.flatnonzero(np.isfinite(row))
    if known.size < FEWEST_EARLIER_PERIODS:
        return float("nan")
    clock = known - known.mean()
    return float(clock @ row[known]) / float(clock @ clock)
