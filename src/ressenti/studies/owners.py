"""Owners: what the results of customers are worth, when some customers have several."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from sqlglot import exp

from ressenti.scores.contrast import Contrast
from ressenti.scores.estimates import Estimates, Floats, Shape
from ressenti.scores.quantities import Quantile, QuantityMean, spread_of
from ressenti.scores.score import Flag
from ressenti.scores.weighting import merged_flags, merged_parts
from ressenti.statistics.effective_sizes import owned_effective_size
from ressenti.studies.clusters import FEW_CLUSTERS
from ressenti.studies.questions import Measure, Question
from ressenti.tallies.influences import Influence, OwnedMeans
from ressenti.tallies.numbers import number_expression
from ressenti.tallies.tally import ALL, TallyTable

NOBODY = Influence(owners=0, rows=0, squares=0.0)


def owned_shape(own: Shape, question: Question, measure: Measure) -> Shape:
    """Return the shape that knows whose the rows of a question are, where it says so."""
    if question.owner is None or not isinstance(own, Contrast | QuantityMean | Quantile):
        return own
    return OwnedShape(own, question, measure)


def queries_of_question(question: Question) -> list[exp.Select]:
    """Return the queries that a question asks: its tallies, then what their owners change."""
    queries = [question.query().tree()]
    for measure in question.measures:
        own = measure.shape()
        if isinstance(owned_shape(own, question, measure), OwnedShape):
            queries.append(owned_means(question, measure, own).query())
    return queries


def owned_means(question: Question, measure: Measure, own: Shape) -> OwnedMeans:
    """Return the means by which the owners of a measure's rows are known to differ."""
    return OwnedMeans(
        relation=question.relation,
        value=_value(measure, own),
        owner=exp.null() if question.owner is None else question.owner,
        keys=_keys(question),
    )


def _keys(question: Question) -> list[exp.Expr]:
    period = [] if question.timing is None else [question.timing.period_start()]
    return [*period, *question.segments.values()]


def _value(measure: Measure, own: Shape) -> exp.Expr:
    if not isinstance(own, Contrast):
        return number_expression(measure.value, measure.kind)
    value = exp.Case(this=measure.value.copy())
    for level, coefficient in own.coefficients.items():
        value = value.when(exp.convert(level), exp.convert(coefficient * own.multiplier))
    return value


@dataclass(frozen=True, slots=True)
class OwnedShape:
    """A share, a mean or a quantile whose interval allows for customers with several results.

    Where every customer has one result, it is what it is without them. A quantile takes over what
    the mean of the same values is worth.
    """

    own: Contrast | QuantityMean | Quantile
    question: Question
    measure: Measure

    def estimates(self, table: TallyTable, *, confidence: float) -> Estimates:
        pulls = self._influences(table)
        owners, rows, squares = (
            np.array([getattr(one, name) for one in pulls], dtype=np.float64)
            for name in ("owners", "rows", "squares")
        )
        bare = self.own.estimates(table, confidence=confidence)
        several = owners < rows
        if not several.any():
            return bare
        worth = owned_effective_size(
            bare.n_effective, self._spread(table), squares, owners, confidence=confidence
        )
        sizes = np.where(several, worth, bare.n_effective)
        found = self._estimates_of(sizes, table, confidence)
        return replace(
            found,
            low=np.where(several, found.low, bare.low),
            high=np.where(several, found.high, bare.high),
            parts=merged_parts(
                found.parts,
                [
                    {"clusters": one.owners} if some else {}
                    for one, some in zip(pulls, several, strict=True)
                ],
            ),
            row_flags=merged_flags(
                found.row_flags,
                [
                    influence_flags(one) if some else ()
                    for one, some in zip(pulls, several, strict=True)
                ],
            ),
        )

    def _influences(self, table: TallyTable) -> list[Influence]:
        """Return the influences on each row of a table, of which some keys may be merged."""
        if not len(table):
            return []
        whole = owned_means(self.question, self.measure, self.own)
        kept = [i for i, part in enumerate(table.keys[0]) if part != ALL]
        found = replace(whole, keys=[whole.keys[i] for i in kept]).fetched()
        return [found.get(tuple(key[i] for i in kept), NOBODY) for key in table.keys]

    def _spread(self, table: TallyTable) -> Floats:
        """Return the variance of one value; 0 where none is known."""
        if not isinstance(self.own, Contrast):
            return np.nan_to_num(spread_of(table))
        found = self.own.distribution(table)
        shares = np.nan_to_num(found.shares)
        deviations = (found.coefficients - np.nan_to_num(found.value)[:, None]) ** 2
        return np.asarray((shares * deviations).sum(axis=1), dtype=np.float64)

    def _estimates_of(self, sizes: Floats, table: TallyTable, confidence: float) -> Estimates:
        if not isinstance(self.own, Contrast):
            return self.own.estimates_of(sizes, table, confidence=confidence)
        found = replace(self.own.distribution(table), n_effective=sizes)
        return self.own.estimates_of(found, table, confidence=confidence)


def influence_flags(influence: Influence) -> tuple[str, ...]:
    """Return the flags of a figure whose customers have several results."""
    few = influence.owners < FEW_CLUSTERS
    return (Flag.CLUSTERED, Flag.FEW_CLUSTERS) if few else (Flag.CLUSTERED,)
