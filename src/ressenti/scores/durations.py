"""Durations of a worked example: listed or between two instants, with their mean and quantiles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ressenti.facts.raw_values import Absence
from ressenti.facts.scales import DURATION
from ressenti.scores.definitions import Outcome
from ressenti.scores.inputs import Inputs
from ressenti.scores.quantities import QuantityMean
from ressenti.scores.rows import Columns, Row, instant, rows_of
from ressenti.scores.score import CONFIDENCE
from ressenti.scores.worked import NO_DATA, base_flags, outcome_of
from ressenti.tallies.tally import Tally


@dataclass(frozen=True, slots=True)
class Durations:
    """Durations in one unit; those not ended yet are missing, the negative ones invalid."""

    values: tuple[float, ...]
    missing: int = 0
    invalid: int = 0

    @property
    def mean(self) -> float | None:
        return math.fsum(self.values) / len(self.values) if self.values else None

    @property
    def median(self) -> float | None:
        return median(self.values) if self.values else None


def durations(inputs: Inputs, name: str, *, columns: Columns, unit_s: float) -> Durations:
    """Return the durations of an example.

    Parameters
    ----------
    inputs : Inputs
        A list under ``name``, or ``tickets``: rows of the instants at which each began and ended.
    columns : mapping
        The two columns of those rows, the beginning first.
    unit_s : float
        The unit of ``name``, in seconds.

    Examples
    --------
    >>> own = durations(Inputs({"hours": [2, None, -1]}), "hours", columns={}, unit_s=3600)
    >>> own.values, own.missing, own.invalid
    ((2.0,), 1, 1)
    """
    raw: Sequence[object]
    if inputs.has("tickets") and not inputs.has(name):
        raw = [elapsed(row, columns, unit_s) for row in rows_of(inputs, "tickets", columns)]
    else:
        raw = inputs.rows(name)
    levels = [DURATION.read(one) for one in raw]
    return Durations(
        tuple(level for level in levels if not isinstance(level, Absence)),
        missing=levels.count(Absence.MISSING),
        invalid=levels.count(Absence.INVALID),
    )


def elapsed(row: Row, columns: Columns, unit_s: float) -> float | None:
    """Return the time between the two instants of a row, None while one of them is not known."""
    start, end = (instant(row[column]) for column in columns)
    return None if start is None or end is None else (end - start).total_seconds() / unit_s


def mean_outcome(own: Durations, inputs: Inputs) -> Outcome:
    """Return the mean with Student's interval."""
    counted = Tally.of_values(own.values, DURATION)
    tally = Tally(counted.levels, missing=own.missing, invalid=own.invalid)
    return outcome_of(tally, QuantityMean(), inputs)


def quantile_outcome(own: Durations, p: float, inputs: Inputs) -> Outcome:
    """Return a quantile by nearest rank, the median halfway between the two middle ones."""
    if not own.values:
        return Outcome(reason=NO_DATA.reason, n_missing=own.missing, n_invalid=own.invalid)
    from ressenti.statistics.quantiles import quantile_interval

    confidence = inputs.number("confidence", CONFIDENCE)
    interval = quantile_interval(own.values, p, confidence=confidence).interval
    return Outcome(
        value=own.median if p == 0.5 else interval.estimate,
        n=len(own.values),
        n_missing=own.missing,
        n_invalid=own.invalid,
        low=interval.low,
        high=interval.high,
        method="order_statistics",
        flags=base_flags(len(own.values)),
    )


def nearest_rank(values: Sequence[float], p: float) -> float | None:
    """Return the smallest value with at least a share ``p`` of the values up to it.

    Examples
    --------
    >>> nearest_rank([2, 3, 4, 5, 86], 0.9), nearest_rank([], 0.9)
    (86, None)
    """
    if not values:
        return None
    # 0.9 · 10 is above 9 by a rounding error.
    rank = math.ceil(round(p * len(values), 9))
    return sorted(values)[max(rank, 1) - 1]
