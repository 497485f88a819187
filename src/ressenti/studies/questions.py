"""Questions: what one aggregation pass over a relation is asked to count, and by what."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from ressenti.facts.periods import Grain, Weekday
from ressenti.facts.scales import NUMBER, Quantity, Scale
from ressenti.scores.definitions import Indicator, Variant
from ressenti.scores.estimates import Shape
from ressenti.scores.judgement import shape_of
from ressenti.scores.quantities import Quantile
from ressenti.studies.sampling import Sample, Sampling, sample_of
from ressenti.tallies.queries import Counted, TallyQuery
from ressenti.tallies.tally import TallyTable
from ressenti.warehouse.relations import Kind, Relation, Warehouse

if TYPE_CHECKING:
    from ressenti.warehouse.duckdb_engine import DuckDB

GREATEST_NUMBER = repr(sys.float_info.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A column that feeds a variant of an indicator, read on a scale.

    Parameters
    ----------
    key : str
        Unique in a question; the column name where nothing better is known.
    value : sqlglot expression
        What holds the answer, the level of an event, or the amount.
    missing_codes : tuple
        The source's own codes for "no answer".
    named : str or None
        How a long table, one answered question a row, names this measure.
    is_exact : bool
        Tally each value of a quantity by itself instead of in buckets of 1 %.
    """

    key: str
    indicator: Indicator
    variant: Variant
    value: exp.Expr
    kind: Kind
    scale: Scale | Quantity
    missing_codes: tuple[object, ...] = ()
    labels: Mapping[object, str] | None = None
    named: str | None = None
    is_exact: bool = False

    def shape(self) -> Shape:
        """Return the shape that scores the tallies of this measure."""
        shape = shape_of(self.indicator, self.variant, self.scale)
        if self.is_exact and isinstance(shape, Quantile):
            return replace(shape, is_exact=True)
        return shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How rows fall into periods: the column that dates them, the grain, the zone, the week.

    ``first_days`` lists the periods that must be there even when no row falls in them, as ISO
    dates; between the first and the last period found, none is ever missing.
    """

    at: exp.Expr
    kind: Kind
    grain: Grain
    zone: str = "UTC"
    week_starts_on: Weekday = Weekday.MONDAY
    first_days: tuple[str, ...] = ()

    def period_start(self) -> exp.Expr:
        """Return the tree of the first day of the period a row falls in, in the zone."""
        wall: exp.Expr = self.at.copy()
        if self.kind is Kind.INSTANT and self.zone:
            wall = exp.AtTimeZone(this=wall, zone=exp.Literal.string(self.zone))
        elif self.kind is Kind.DATE:
            wall = exp.cast(wall, "TIMESTAMP")
        late = self.week_starts_on.value if self.grain is Grain.WEEK else 0
        if late:
            wall = exp.Sub(this=wall, expression=_days(late))
        start: exp.Expr = exp.TimestampTrunc(this=wall, unit=exp.var(self.grain.value.upper()))
        if late:
            start = exp.Add(this=start, expression=_days(late))
        return exp.cast(start, "DATE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One pass over one relation: which measures, by what, for whom, with which weight.

    ``which`` is the column of a long table that names the measure a row is about; None where each
    measure has its own column; ``sampling`` says how the answers were drawn.
    """

    relation: Relation
    measures: Sequence[Measure]
    which: exp.Expr | None = None
    segments: Mapping[str, exp.Expr] = field(default_factory=dict)
    timing: Timing | None = None
    weight: exp.Expr | None = None
    where: exp.Expr | None = None
    sampling: Sampling = field(default_factory=Sampling)
    owner: exp.Expr | None = None

    def query(self) -> TallyQuery:
        """Return the tally query that answers the question."""
        return TallyQuery(
            source=self.relation.source,
            counted=self._counted(),
            which=self.which,
            segments=(*self.segments.values(), *self.sampling.keys()),
            period=None if self.timing is None else self.timing.period_start(),
            weight=self.weight,
            weights_are_positive=self._weights_are_positive(),
            where=self.where,
            is_listed_late=_embedded(self.relation.warehouse) is not None,
        )

    def sample(self, table: TallyTable) -> Sample:
        """Return the tallies of the query as they were drawn."""
        has_periods = self.timing is not None
        width = len(self.segments) + has_periods
        return sample_of(self.sampling, table, width=width, has_periods=has_periods)

    def _weights_are_positive(self) -> bool:
        """Tell whether the engine knows, without looking, that no row is left out or refused."""
        warehouse = _embedded(self.relation.warehouse)
        if self.weight is None or warehouse is None:
            return False
        doubts = (
            self.weight.copy().is_(exp.null()),
            exp.LTE(this=self.weight.copy(), expression=exp.Literal.number(0)),
            # What is no number is sorted above all numbers.
            exp.GT(this=self.weight.copy(), expression=exp.Literal.number(GREATEST_NUMBER)),
        )
        return warehouse.proves_empty(self.relation.select(exp.Star()).where(exp.or_(*doubts)))

    def _counted(self) -> tuple[Counted, ...]:
        return tuple(
            Counted(
                key=measure.key,
                value=_without_codes(measure),
                kind=measure.kind,
                quantity=_bucketed(measure),
                named=measure.named,
            )
            for measure in self.measures
        )


def _bucketed(measure: Measure) -> Quantity | None:
    if measure.is_exact or not isinstance(measure.scale, Quantity):
        return None
    return measure.scale


def _without_codes(measure: Measure) -> exp.Expr:
    """Return the value with the codes for "no answer" blanked, where levels are not read later."""
    if not isinstance(measure.scale, Quantity) or not measure.missing_codes:
        return measure.value
    blanked = exp.Case()
    codes = [
        str(code) if measure.kind is Kind.TEXT else NUMBER.read(code)
        for code in measure.missing_codes
    ]
    numbers = [code for code in codes if isinstance(code, str | float)]
    return blanked.when(measure.value.copy().isin(*numbers), exp.null()).else_(measure.value.copy())


def _days(count: int) -> exp.Expr:
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.var("DAY"))


def _embedded(warehouse: Warehouse) -> DuckDB | None:
    """Return a warehouse that is the embedded engine, else None."""
    # Whoever judges tallies that are counted already asks no engine and loads none.
    from ressenti.warehouse.duckdb_engine import DuckDB

    return warehouse if isinstance(warehouse, DuckDB) else None
