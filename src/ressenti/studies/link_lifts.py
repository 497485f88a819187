"""Lifts: an indicator among the customers whose outcome was met, less among the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ressenti.language import Text
from ressenti.scores.score import CONFIDENCE
from ressenti.statistics.comparisons import contrast_differences
from ressenti.statistics.intervals import NO_ANSWERS, Interval, contrast_interval, mean_interval
from ressenti.statistics.mean_comparisons import Sample, mean_difference
from ressenti.studies.linked_columns import LinkedColumn
from ressenti.studies.links import Group, Lift
from ressenti.tallies.suppression import FLOOR
from ressenti.tallies.tally import Floats

Pair = tuple[int, int]

TOO_SMALL = Text(
    en="a group of employees is not shown under {needed} answers.",
    fr="un groupe de salariés n'est pas montré sous {needed} réponses.",
)


def lifts_of_pairs(
    outcomes: Sequence[LinkedColumn],
    indicators: Sequence[LinkedColumn],
    tables: Mapping[Pair, Floats],
    *,
    confidence: float = CONFIDENCE,
) -> dict[Pair, Lift]:
    """Return met less missed for the outcomes that are one or the other.

    Parameters
    ----------
    tables : mapping of (outcome, indicator) places to counts
        Levels of the outcome down, of the indicator across, for the pairs where both have levels.
    """
    binary = [i for i, one in enumerate(outcomes) if one.is_binary]
    lifts: dict[Pair, Lift] = {}
    for j, indicator in enumerate(indicators):
        if indicator.contrast is not None and indicator.coded is not None:
            own = _contrast_lifts(
                [_met_and_missed(outcomes[i], tables[i, j]) for i in binary], indicator, confidence
            )
        else:
            own = [_mean_lift(outcomes[i], indicator, confidence) for i in binary]
        lifts |= {(i, j): lift for i, lift in zip(binary, own, strict=True)}
    return lifts


def _met_and_missed(outcome: LinkedColumn, table: Floats) -> Floats:
    """Return the counts of the indicator's levels, met first, then missed."""
    rows = {level: row for row, level in enumerate(outcome.found.levels or ())}
    nothing = np.zeros(table.shape[1])
    return np.stack([table[rows[level]] if level in rows else nothing for level in (1.0, 0.0)])


def _contrast_lifts(
    groups: Sequence[Floats], indicator: LinkedColumn, confidence: float
) -> list[Lift]:
    """Return the lifts of one indicator, all outcomes at once, with score limits."""
    if not groups or indicator.contrast is None:
        return []
    levels = indicator.found.levels or ()
    coefficients = indicator.contrast.coefficients
    own = np.array(list(coefficients.values())) * indicator.contrast.multiplier
    counts = np.zeros((2, len(groups), own.size))
    for column, level in enumerate(coefficients):
        if level in levels:
            counts[:, :, column] = np.stack(groups)[:, :, levels.index(level)].T
    sizes = counts.sum(axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = counts / sizes[:, :, None]
    both = (sizes > 0).all(axis=0)
    judged = [np.where(both[:, None], side, 1 / own.size) for side in shares]
    differences = contrast_differences(
        judged[0], sizes[0], judged[1], sizes[1], own, confidence=confidence
    )
    limits = [contrast_interval(shares[s], sizes[s], own, confidence=confidence) for s in (0, 1)]
    values = shares @ own
    # A group of employees under five is never shown, nor what would tell it.
    floor = FLOOR if indicator.is_of_employees else 1
    reason = TOO_SMALL.format(needed=floor) if indicator.is_of_employees else NO_ANSWERS
    both &= (sizes >= floor).all(axis=0)

    def group(side: int, at: int) -> Group:
        n = int(sizes[side, at])
        if n < floor:
            return Group(value=None, low=None, high=None, n=n)
        low, high = (float(limit[at]) for limit in limits[side])
        return Group(value=float(values[side, at]), low=low, high=high, n=n)

    return [
        Lift(
            met=group(0, at),
            missed=group(1, at),
            difference=Interval(
                float(differences.estimate[at]),
                float(differences.low[at]),
                float(differences.high[at]),
                confidence,
                "mover",
            )
            if both[at]
            else Interval(None, None, None, confidence, "mover", reason),
            p_value=float(differences.p_value[at]) if both[at] else None,
        )
        for at in range(len(groups))
    ]


def _mean_lift(outcome: LinkedColumn, indicator: LinkedColumn, confidence: float) -> Lift:
    """Return the lift of a quantity: the difference of two means."""
    met = outcome.numbers
    samples, groups = [], []
    for is_kept in (met > 0, met == 0):
        own = indicator.numbers[is_kept & np.isfinite(indicator.numbers)]
        n = own.size
        mean = float(own.mean()) if n else 0.0
        deviation = float(own.std(ddof=1)) if n > 1 else 0.0
        samples.append(Sample(n, mean, deviation))
        groups.append(_mean_group(own, confidence))
    found = mean_difference(samples[0], samples[1], confidence=confidence)
    return Lift(
        met=groups[0], missed=groups[1], difference=found.interval, p_value=found.test.p_value
    )


def _mean_group(values: Floats, confidence: float) -> Group:
    n = values.size
    if n == 0:
        return Group(value=None, low=None, high=None, n=0)
    deviation = float(values.std(ddof=1)) if n > 1 else 0.0
    found = mean_interval(float(values.mean()), deviation, n, confidence=confidence)
    return Group(value=found.estimate, low=found.low, high=found.high, n=n)
