"""The contrast: a coefficient per level, and the score is Σ coefficient · share.

NPS is −1, 0, +1; a top-box share is 1 on the positive levels; a mean is the level itself; a yes
or no is 1 on yes; a paired change is a contrast on the table of transitions. One interval serves
them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ressenti.facts.scales import Level, Scale
from ressenti.scores.estimates import Estimates, Floats
from ressenti.scores.publication import indicative_flags
from ressenti.scores.weighting import (
    RowFlags,
    design_effects,
    merged_flags,
    merged_parts,
    weighted_flags,
)
from ressenti.statistics.effective_sizes import effective_size, kish_effective_size
from ressenti.statistics.intervals import contrast_interval
from ressenti.tallies.tally import TallyTable


@dataclass(frozen=True, slots=True)
class Distribution:
    """Shares of K levels in m tallies, with what the tallies are worth.

    Parameters
    ----------
    shares : array, shape (m, K); a row of NaN where there is no answer
    value : array, shape (m,)
        Σ coefficient · share.
    n, n_effective, kish : arrays, shape (m,)
        Answers, what the interval counts them for, and what their weights alone make of them.
    coefficients : array, shape (K,), in published units
    """

    shares: Floats
    value: Floats
    n: Floats
    n_effective: Floats
    kish: Floats
    coefficients: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A weighted sum of the shares of the levels.

    Parameters
    ----------
    coefficients : mapping of level to float
        Levels that are not named are left out of the base: name every level of the scale, with 0
        where it counts in the base only.
    multiplier : float, default 100
        From shares to points or per cent; 1 for a mean.
    classes : mapping of name to levels
        Counts to show beside the score, such as promoters, passives and detractors.

    Examples
    --------
    >>> from ressenti.tallies.tally import Tally
    >>> recommend = Contrast(coefficients=net(plus=(9.0, 10.0), zero=(7.0, 8.0), minus=(0.0,)))
    >>> table = TallyTable.of({"march": Tally.of_counts({10.0: 3, 7.0: 1})})
    >>> float(recommend.estimates(table, confidence=0.95).value[0])
    75.0
    """

    coefficients: Mapping[Level, float]
    multiplier: float = 100.0
    classes: Mapping[str, tuple[Level, ...]] = field(default_factory=dict)

    def estimates(self, table: TallyTable, *, confidence: float) -> Estimates:
        return self.estimates_of(self.distribution(table), table, confidence=confidence)

    def estimates_of(
        self, found: Distribution, table: TallyTable, *, confidence: float
    ) -> Estimates:
        """Return the estimates of distributions that may be worth less than their table says."""
        low, high = contrast_interval(
            found.shares, found.n_effective, found.coefficients, confidence=confidence
        )
        return Estimates(
            value=found.value,
            low=low,
            high=high,
            n=found.n,
            n_effective=found.n_effective,
            method="score",
            parts=merged_parts(
                self._class_counts(table), design_effects(found.n, found.n_effective, found.kish)
            ),
            row_flags=merged_flags(
                weighted_flags(found.n, found.kish), self._publication_flags(found)
            ),
        )

    def _publication_flags(self, found: Distribution) -> RowFlags:
        """Return which percentages are too imprecise to be published, where it is one."""
        if self.multiplier != 100.0 or set(self.coefficients.values()) != {0.0, 1.0}:
            return ()
        return indicative_flags(found.shares @ found.coefficients / 100, found.n, found.n_effective)

    def distribution(self, table: TallyTable) -> Distribution:
        """Return the weighted shares of the contrast's levels in each tally, and their worth."""
        own = np.array(list(self.coefficients.values())) * self.multiplier
        n, w, w2 = self.matrices(table)
        total = w.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = np.where(total[:, None] > 0, w / total[:, None], np.nan)
            # One division at the end: 58 promoters in 100 less 17 detractors is 41, not 40.999….
            value = np.where(total > 0, (w @ own) / total, np.nan).clip(own.min(), own.max())
        return Distribution(
            shares=shares,
            value=value,
            n=n.sum(axis=1),
            n_effective=effective_size(n, w, w2, own),
            kish=kish_effective_size(total, w2.sum(axis=1)),
            coefficients=own,
        )

    def matrices(self, table: TallyTable) -> tuple[Floats, Floats, Floats]:
        """Return answers, Σ weight and Σ weight², one column per level of the contrast."""
        levels = tuple(self.coefficients)
        n, w, w2 = (_spread(table, levels, matrix) for matrix in (table.n, table.w, table.w2))
        return n, w, w2

    def _class_counts(self, table: TallyTable) -> tuple[dict[str, int], ...]:
        if not self.classes:
            return ()
        counts = {
            name: table.n[:, table.columns(levels)].sum(axis=1).tolist()
            for name, levels in self.classes.items()
        }
        return tuple({name: counts[name][row] for name in counts} for row in range(len(table)))


def _spread(table: TallyTable, levels: tuple[Level, ...], matrix: np.ndarray) -> Floats:
    """Return the matrix with one column per wanted level, 0 where the table has none."""
    spread = np.zeros((len(table), len(levels)))
    place = {level: column for column, level in enumerate(table.levels)}
    for column, level in enumerate(levels):
        if level in place:
            spread[:, column] = matrix[:, place[level]]
    return spread


def net(
    *, plus: Iterable[Level], minus: Iterable[Level], zero: Iterable[Level] = ()
) -> dict[Level, float]:
    """Return the coefficients of "share of the best minus share of the worst".

    Examples
    --------
    >>> net(plus=[3.0], zero=[2.0], minus=[1.0])
    {1.0: -1.0, 2.0: 0.0, 3.0: 1.0}
    """
    coefficients = dict.fromkeys(minus, -1.0) | dict.fromkeys(zero, 0.0) | dict.fromkeys(plus, 1.0)
    return dict(sorted(coefficients.items(), key=lambda item: (isinstance(item[0], str), item[0])))


def share(*, of: Iterable[Level], among: Iterable[Level]) -> dict[Level, float]:
    """Return the coefficients of "share of these levels among those".

    Examples
    --------
    >>> share(of=["answered"], among=["answered", "abandoned"])
    {'answered': 1.0, 'abandoned': 0.0}
    """
    counted = set(of)
    return {level: 1.0 if level in counted else 0.0 for level in among}


def levels_themselves(
    scale: Scale, *, slope: float = 1.0, origin: float = 0.0
) -> dict[Level, float]:
    """Return the coefficients of a mean of the levels, shifted by ``origin`` then scaled.

    Examples
    --------
    >>> from ressenti.facts.scales import YES_NO
    >>> levels_themselves(YES_NO, slope=100)
    {0.0: 0.0, 1.0: 100.0}
    """
    return {
        level: (float(level) - origin) * slope
        for level in scale.levels
        if not isinstance(level, str)
    }
