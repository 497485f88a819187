"""The rate: events per unit of exposure, such as complaints per thousand orders."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ressenti.facts.scales import Level
from ressenti.scores.estimates import Estimates
from ressenti.statistics.intervals import Interval
from ressenti.statistics.rates import score_rate_interval
from ressenti.tallies.tally import TallyTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The weight of some levels over the weight of others, with the Poisson score interval.

    Unlike a share, a rate may exceed its multiplier: an order can bring two contacts.

    Parameters
    ----------
    events, exposure : tuples of levels
    multiplier : float, default 100
        100 for per cent, 1 000 or 10 000 for "per 1 000" or "per 10 000".

    Notes
    -----
    The interval supposes that events come one by one; where the same customers come back it is
    too narrow.

    Examples
    --------
    >>> from ressenti.tallies.tally import Tally
    >>> table = TallyTable.of({"march": Tally.of_counts({"event": 25, "exposure": 10_000})})
    >>> float(Rate(multiplier=1000).estimates(table, confidence=0.95).value[0])
    2.5
    """

    events: tuple[Level, ...] = ("event",)
    exposure: tuple[Level, ...] = ("exposure",)
    multiplier: float = 100.0

    def estimates(self, table: TallyTable, *, confidence: float) -> Estimates:
        events = table.w[:, table.columns(self.events)].sum(axis=1)
        exposure = table.w[:, table.columns(self.exposure)].sum(axis=1)
        limits = np.array(
            [
                _limits(score_rate_interval(float(x), float(t), confidence=confidence))
                for x, t in zip(events, exposure, strict=True)
            ]
        ).reshape(len(table), 3)
        value, low, high = limits.T * self.multiplier
        return Estimates(
            value=value,
            low=low,
            high=high,
            n=table.n[:, table.columns(self.exposure)].sum(axis=1).astype(np.float64),
            n_effective=exposure,
            method="poisson_score",
            parts=tuple(
                {"events": float(x), "exposure": float(t)}
                for x, t in zip(events, exposure, strict=True)
            ),
        )


def _limits(interval: Interval) -> tuple[float, float, float]:
    if interval.reason is not None:
        return math.nan, math.nan, math.nan
    return interval.bounds()
