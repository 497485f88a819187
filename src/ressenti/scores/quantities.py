"""Means and quantiles of quantities tallied in logarithmic buckets: durations, amounts, counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ressenti.scores.estimates import Estimates, Floats
from ressenti.scores.weighting import weighted_flags
from ressenti.statistics.quantiles import bucket_quantile_interval, value_quantile_interval
from ressenti.tallies.tally import TallyTable


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityMean:
    """The mean of a quantity, exact from its sums, with Student's interval.

    Parameters
    ----------
    multiplier : float, default 1
        From the tallied unit to the published one, such as 1/60 from seconds to minutes.
    """

    multiplier: float = 1.0

    def estimates(self, table: TallyTable, *, confidence: float) -> Estimates:
        from ressenti.statistics.intervals import mean_limits

        sums = (table.w.sum(axis=1), table.w2.sum(axis=1), table.n.sum(axis=1).astype(float))
        wx, wx2 = _moments(table)
        value, low, high, n_effective = mean_limits(*sums, wx, wx2, confidence=confidence)
        return Estimates(
            value=value * self.multiplier,
            low=low * self.multiplier,
            high=high * self.multiplier,
            n=sums[2],
            n_effective=n_effective,
            method="student_t",
            row_flags=weighted_flags(sums[2], n_effective),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """A quantile of a quantity, read from its buckets within the stated relative error of 1 %.

    The interval comes from order statistics and reaches to the outer edges of the buckets, so
    that the error of the buckets lies inside it.

    Parameters
    ----------
    p : float in (0, 1)
    multiplier : float, default 1
    is_exact : bool
        The tallies hold the values themselves instead of buckets.
    """

    p: float = 0.5
    multiplier: float = 1.0
    is_exact: bool = False

    def estimates(self, table: TallyTable, *, confidence: float) -> Estimates:
        n = table.n.sum(axis=1).astype(float)
        total = table.w.sum(axis=1)
        squares = table.w2.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            n_effective = np.where(squares > 0, total**2 / squares, 0.0)
        levels = np.array([float(level) for level in table.levels])
        found = value_quantile_interval if self.is_exact else bucket_quantile_interval
        value, low, high = found(table.w, levels, n_effective, p=self.p, confidence=confidence)
        return Estimates(
            value=value * self.multiplier,
            low=low * self.multiplier,
            high=high * self.multiplier,
            n=n,
            n_effective=n_effective,
            method="order_statistics",
            flags=() if self.is_exact else ("bucketed",),
            row_flags=weighted_flags(n, n_effective),
        )


def _moments(table: TallyTable) -> tuple[Floats, Floats]:
    if table.wx is not None and table.wx2 is not None:
        return table.wx.sum(axis=1), table.wx2.sum(axis=1)
    values = np.array([float(level) for level in table.levels])
    return table.w @ values, table.w @ (values * values)
