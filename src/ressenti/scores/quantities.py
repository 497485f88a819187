"""Means and quantiles of quantities tallied in logarithmic buckets: durations, amounts, counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ressenti.scores.estimates import Estimates, Floats
from ressenti.scores.weighting import weighted_flags
from ressenti.statistics.effective_sizes import kish_effective_size
from ressenti.statistics.intervals import EQUAL_VALUES
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

    def estimates_of(
        self, n_effective: Floats, table: TallyTable, *, confidence: float
    ) -> Estimates:
        """Return the estimates of values that may be worth less than their table says."""
        from ressenti.statistics.intervals import normal_quantile

        bare = self.estimates(table, confidence=confidence)
        with np.errstate(invalid="ignore", divide="ignore"):
            margin = normal_quantile(confidence) * np.sqrt(spread_of(table) / n_effective)
        told = np.where(n_effective > 0, margin, np.nan) * abs(self.multiplier)
        return replace(bare, low=bare.value - told, high=bare.value + told, n_effective=n_effective)


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
        sizes = kish_effective_size(*_weights(table))
        return self.estimates_of(sizes, table, confidence=confidence)

    def estimates_of(
        self, n_effective: Floats, table: TallyTable, *, confidence: float
    ) -> Estimates:
        """Return the estimates of values that may be worth less than their table says."""
        n = table.n.sum(axis=1).astype(float)
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
            row_flags=weighted_flags(n, kish_effective_size(*_weights(table))),
        )


def spread_of(table: TallyTable) -> Floats:
    """Return the variance of one value of each tally; NaN below two values or without spread."""
    n = table.n.sum(axis=1).astype(float)
    wx, wx2 = _moments(table)
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = wx2 / table.w.sum(axis=1)
        found = squares - (wx / table.w.sum(axis=1)) ** 2
        return np.where(found > EQUAL_VALUES * squares, found * n / (n - 1), np.nan)


def _weights(table: TallyTable) -> tuple[Floats, Floats]:
    return table.w.sum(axis=1), table.w2.sum(axis=1)


def _moments(table: TallyTable) -> tuple[Floats, Floats]:
    if table.wx is not None and table.wx2 is not None:
        return table.wx.sum(axis=1), table.wx2.sum(axis=1)
    values = np.array([float(level) for level in table.levels])
    return table.w @ values, table.w @ (values * values)
