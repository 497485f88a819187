"""Sampling: how answers were drawn and weighted, and what the interval owes to it.

The tally query gets the margins and the cluster as further keys; the detailed tallies are folded
again here, once what only they can tell is known.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from sqlglot import exp

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.scores.contrast import Contrast, Distribution
from ressenti.scores.estimates import Estimates, Shape
from ressenti.scores.score import Flag
from ressenti.scores.weighting import Worth, merged_flags, merged_parts
from ressenti.statistics.finite_populations import correction_factor
from ressenti.statistics.intervals import contrast_interval
from ressenti.studies.clusters import clustered_worth, require_several_clusters
from ressenti.studies.margins import Margin, Raked, raked, raked_worth
from ressenti.tallies.tally import ALL, Integers, TallyTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the answers were drawn and weighted.

    Parameters
    ----------
    population : int or None
        Size of the closed list that the answers of each period describe.
    cluster : sqlglot expression or None
        What answers have in common: a shop, an agent, a customer who answers several times.
    margins : tuple of Margin
        Known totals that the weights are made to meet, in each period.
    trim : float or None
        Cut the factors of raking above this many times their median.
    """

    population: int | None = None
    cluster: exp.Expr | None = None
    margins: tuple[Margin, ...] = ()
    trim: float | None = None

    @property
    def is_told(self) -> bool:
        return self.population is not None or bool(self.keys())

    def keys(self) -> tuple[exp.Expr, ...]:
        """Return the further keys of the tallies: the margins, then the cluster."""
        margins = tuple(exp.cast(margin.value.copy(), "TEXT") for margin in self.margins)
        return margins if self.cluster is None else (*margins, self.cluster)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The tallies of one measure as they were drawn.

    Parameters
    ----------
    detail : TallyTable
        Its keys end with the level of each margin and the cluster; raked when margins are told.
    width : int
        Number of parts of a score's own key, before those.
    has_periods : bool
        Whether the first part of a key is the period: each period is a sample of its own.
    """

    sampling: Sampling
    detail: TallyTable
    width: int
    has_periods: bool
    raked: Raked | None = None

    def folded(self) -> TallyTable:
        """Return the tallies without the keys of the sampling."""
        if not self.sampling.keys():
            return self.detail
        return self.detail.merged(lambda key: key[: self.width])

    def shape(self, own: Shape) -> Shape:
        """Return the shape that knows how the answers were drawn.

        Raises
        ------
        InvalidArgument
            R102, for a figure whose interval cannot allow for clusters or a finite population.
        """
        if not self.sampling.is_told:
            return own
        if isinstance(own, Contrast):
            return SampledContrast(own, self)
        if self.sampling.cluster is None and self.sampling.population is None:
            return own
        raise InvalidArgument(
            Text(
                en="clusters and finite populations are allowed for in net scores, shares and "
                "means of a scale only.",
                fr="les grappes et les populations finies ne sont prises en compte que pour les "
                "scores nets, les parts et les moyennes d'une échelle.",
            )
        )

    def rows_of(self, table: TallyTable) -> Integers:
        """Return the row of a folded table that each detailed row belongs to, -1 for none.

        Every key of a folded table is merged over the same parts.
        """
        kept = [i for i, part in enumerate(table.keys[0]) if part != ALL] if len(table) else []
        place = {tuple(key[i] for i in kept): row for row, key in enumerate(table.keys)}
        found = [place.get(tuple(key[i] for i in kept), -1) for key in self.detail.keys]
        return np.array(found, dtype=np.int64)


def sample_of(sampling: Sampling, detail: TallyTable, *, width: int, has_periods: bool) -> Sample:
    """Return the tallies of one measure as they were drawn, weighted to the margins if any.

    Raises
    ------
    InvalidArgument
        R102, for clusters and margins together.
    UndefinedResult
        R206, when all answers are of one cluster, or a level of a margin has none.
    """
    if sampling.cluster is not None:
        if sampling.margins:
            raise _clusters_and_margins()
        require_several_clusters(detail)
    sample = Sample(sampling=sampling, detail=detail, width=width, has_periods=has_periods)
    if not sampling.margins:
        return sample
    found = raked(
        detail, sampling.margins, width=width, has_periods=has_periods, trim=sampling.trim
    )
    return replace(sample, detail=found.table, raked=found)


@dataclass(frozen=True, slots=True)
class SampledContrast:
    """A contrast whose effective size allows for margins, clusters and a finite population."""

    contrast: Contrast
    sample: Sample

    def estimates(self, table: TallyTable, *, confidence: float) -> Estimates:
        found = self.contrast.distribution(table)
        worth = self._worth(found, table, confidence)
        found = replace(found, n_effective=worth.sizes)
        drawn = self.contrast.estimates_of(found, table, confidence=confidence)
        drawn = replace(
            drawn,
            parts=merged_parts(drawn.parts, worth.parts),
            row_flags=merged_flags(drawn.row_flags, worth.row_flags),
        )
        population = self.sample.sampling.population
        if population is None:
            return drawn
        return self._of_a_list(population, drawn, found, table, confidence)

    def _worth(self, found: Distribution, table: TallyTable, confidence: float) -> Worth:
        row_of = self.sample.rows_of(table)
        if self.sample.raked is not None:
            return raked_worth(self.sample.raked, self.contrast, found, row_of)
        if self.sample.sampling.cluster is None:
            return Worth(sizes=found.n_effective)
        return clustered_worth(
            self.sample.detail, self.contrast, found, row_of, confidence=confidence
        )

    def _of_a_list(
        self,
        population: int,
        drawn: Estimates,
        found: Distribution,
        table: TallyTable,
        confidence: float,
    ) -> Estimates:
        """Return the estimates of a closed list of people, of whom some answered.

        Once all of them did, nothing is left to guess: there is no interval. Several periods
        together are no draw from the list and keep theirs.
        """
        answered = self._answered(table)
        left = np.array([correction_factor(n, population) ** 2 for n in answered])
        sizes = np.divide(found.n_effective, left, out=np.zeros(len(left)), where=left > 0)
        low, high = contrast_interval(
            found.shares, sizes, found.coefficients, confidence=confidence
        )
        parts = [
            {"population": population, "sampling_fraction": n / population} if n else {}
            for n in answered
        ]
        return replace(
            drawn,
            low=low,
            high=high,
            n_effective=np.where(left > 0, sizes, drawn.n),
            parts=merged_parts(drawn.parts, parts),
            row_flags=merged_flags(
                drawn.row_flags, [(Flag.FINITE_POPULATION,) if n else () for n in answered]
            ),
        )

    def _answered(self, table: TallyTable) -> list[int]:
        """Return the answers of the whole period of each score; 0 for several periods together."""
        n = self.contrast.matrices(self.sample.detail)[0].sum(axis=1).astype(np.int64)
        if not self.sample.has_periods:
            return [int(n.sum())] * len(table)
        by_period: Counter[object] = Counter()
        for key, own in zip(self.sample.detail.keys, n.tolist(), strict=True):
            by_period[key[0]] += own
        return [by_period[key[0]] for key in table.keys]


def _clusters_and_margins() -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="clusters and known margins are not allowed for together.",
            fr="les grappes et les marges connues ne sont pas prises en compte ensemble.",
        ),
        hint=Text(
            en="Keep --cluster if answers of one cluster look alike, which costs more.",
            fr="Gardez --cluster si les réponses d'une grappe se ressemblent, ce qui coûte plus.",
        ),
    )
