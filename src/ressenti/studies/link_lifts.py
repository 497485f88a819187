"""Lifts: an indicator among the customers whose outcome was met, less among the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

from ressenti.facts.scales import Level
from ressenti.language import Text
from ressenti.scores.score import CONFIDENCE
from ressenti.statistics.comparisons import contrast_differences
from ressenti.statistics.effective_sizes import effective_size, kish_effective_size
from ressenti.statistics.intervals import NO_ANSWERS, Interval, contrast_interval, mean_interval
from ressenti.statistics.mean_comparisons import Sample, mean_difference
from ressenti.studies.linked_columns import LinkedColumn
from ressenti.studies.links import Group, Lift
from ressenti.studies.paired_counts import Pair, PairedCounts
from ressenti.tallies.suppression import FLOOR
from ressenti.tallies.tally import Floats

TOO_SMALL = Text(
    en="a group of employees is not shown under {needed} answers.",
    fr="un groupe de salariés n'est pas montré sous {needed} réponses.",
)


def lifts_of_pairs(
    outcomes: Sequence[LinkedColumn],
    indicators: Sequence[LinkedColumn],
    tables: Mapping[Pair, PairedCounts],
    *,
    weights: Floats | None = None,
    confidence: float = CONFIDENCE,
) -> dict[Pair, Lift]:
    """Return met less missed for the outcomes that are one or the other.

    Parameters
    ----------
    tables : mapping of (outcome, indicator) places to PairedCounts
        Levels of the outcome down, of the indicator across, for the pairs where both have levels.
    weights : array, shape (n,), or None
        Of the rows, above 0.
    """
    binary = [i for i, one in enumerate(outcomes) if one.is_binary]
    lifts: dict[Pair, Lift] = {}
    for j, indicator in enumerate(indicators):
        if indicator.contrast is not None and indicator.coded is not None:
            own = _contrast_lifts(
                [_met_and_missed(outcomes[i], tables[i, j]) for i in binary], indicator, confidence
            )
        else:
            own = [_mean_lift(outcomes[i], indicator, weights, confidence) for i in binary]
        lifts |= {(i, j): lift for i, lift in zip(binary, own, strict=True)}
    return lifts


def _met_and_missed(outcome: LinkedColumn, table: PairedCounts) -> PairedCounts:
    """Return the counts of the indicator's levels, met first, then missed."""
    rows = {level: row for row, level in enumerate(outcome.found.levels or ())}
    return table.at([rows.get(level) for level in (1.0, 0.0)])


def _contrast_lifts(
    groups: Sequence[PairedCounts], indicator: LinkedColumn, confidence: float
) -> list[Lift]:
    """Return the lifts of one indicator, all outcomes at once, with score limits."""
    if not groups or indicator.contrast is None:
        return []
    levels = indicator.found.levels or ()
    coefficients = indicator.contrast.coefficients
    own = np.array(list(coefficients.values())) * indicator.contrast.multiplier
    counts, weights, squares = (
        _spread([getattr(one, part) for one in groups], levels, tuple(coefficients))
        for part in ("counts", "weights", "squares")
    )
    answers = counts.sum(axis=2)
    sizes = np.stack([effective_size(counts[s], weights[s], squares[s], own) for s in (0, 1)])
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = weights / weights.sum(axis=2)[:, :, None]
    both = np.all(sizes > 0, axis=0)
    judged = [np.where(both[:, None], side, 1 / own.size) for side in shares]
    differences = contrast_differences(
        judged[0], sizes[0], judged[1], sizes[1], own, confidence=confidence
    )
    limits = [contrast_interval(shares[s], sizes[s], own, confidence=confidence) for s in (0, 1)]
    values = shares @ own
    # A group of employees under five is never shown, nor what would tell it.
    floor = FLOOR if indicator.is_of_employees else 1
    reason = TOO_SMALL.format(needed=floor) if indicator.is_of_employees else NO_ANSWERS
    both &= (answers >= floor).all(axis=0)

    def group(side: int, at: int) -> Group:
        n = int(answers[side, at])
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


def _spread(tables: Sequence[Floats], levels: Sequence[Level], wanted: Sequence[Level]) -> Floats:
    """Return tables side by side, shape (2, groups, wanted), 0 for a level never met."""
    spread = np.zeros((2, len(tables), len(wanted)))
    for column, level in enumerate(wanted):
        if level in levels:
            spread[:, :, column] = np.stack(tables)[:, :, levels.index(level)].T
    return spread


def _mean_lift(
    outcome: LinkedColumn, indicator: LinkedColumn, weights: Floats | None, confidence: float
) -> Lift:
    """Return the lift of a quantity: the difference of two means."""
    met = outcome.numbers
    samples, groups = [], []
    for is_kept in (met > 0, met == 0):
        kept = is_kept & np.isfinite(indicator.numbers)
        own = _sample(indicator.numbers[kept], None if weights is None else weights[kept])
        samples.append(own)
        groups.append(_mean_group(own, int(kept.sum()), confidence))
    found = mean_difference(samples[0], samples[1], confidence=confidence)
    return Lift(
        met=groups[0], missed=groups[1], difference=found.interval, p_value=found.test.p_value
    )


def _sample(values: Floats, weights: Floats | None) -> Sample:
    """Return what values say of their mean, as many of them as their weights make them worth."""
    own = np.ones(values.size) if weights is None else weights
    size = float(kish_effective_size(own.sum(), own @ own))
    if values.size == 0:
        return Sample(0, 0.0, 0.0)
    mean = float(np.average(values, weights=own))
    spread = float(np.average((values - mean) ** 2, weights=own))
    deviation = sqrt(spread * size / (size - 1)) if values.size > 1 and size > 1 else 0.0
    return Sample(size, mean, deviation)


def _mean_group(sample: Sample, n: int, confidence: float) -> Group:
    if n == 0:
        return Group(value=None, low=None, high=None, n=0)
    found = mean_interval(sample.mean, sample.deviation, sample.n, confidence=confidence)
    return Group(value=found.estimate, low=found.low, high=found.high, n=n)
