"""Scoring: from a relation to scores, by period and segment, in one aggregation pass."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlglot import exp

from ressenti.errors import Place as ErrorPlace
from ressenti.errors import ScaleMismatch
from ressenti.facts.periods import Grain, Weekday, span_starting, spans_from
from ressenti.facts.scales import NUMBER, Quantity, Scale
from ressenti.language import Text, percent_text
from ressenti.scores.definitions import Family, Indicator, Variant
from ressenti.scores.judgement import Place, scores_of_tallies, shape_of, suppressed
from ressenti.scores.score import CONFIDENCE, Flag, Period, Score
from ressenti.studies.sampling import Sample, Sampling, sample_of
from ressenti.tallies.counting import Counts, OffScale, Reading, tallies_of
from ressenti.tallies.queries import Counted, TallyQuery
from ressenti.tallies.suppression import FLOOR, hidden_groups
from ressenti.tallies.tally import ALL, TallyTable
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Kind, Relation

OFF_SCALE_LIMIT = 0.10
FEW_OFF_SCALE = 10
MAJORITY = 0.5
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
            is_listed_late=isinstance(self.relation.warehouse, DuckDB),
        )

    def sample(self, table: TallyTable) -> Sample:
        """Return the tallies of the query as they were drawn."""
        has_periods = self.timing is not None
        width = len(self.segments) + has_periods
        return sample_of(self.sampling, table, width=width, has_periods=has_periods)

    def _weights_are_positive(self) -> bool:
        """Tell whether the engine knows, without looking, that no row is left out or refused."""
        warehouse = self.relation.warehouse
        if self.weight is None or not isinstance(warehouse, DuckDB):
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
                quantity=measure.scale if isinstance(measure.scale, Quantity) else None,
                named=measure.named,
            )
            for measure in self.measures
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a question gave.

    Parameters
    ----------
    scores : tuple of Score
    measures : tuple of str
        The key of the measure that each score is of.
    off_scale : mapping of measure to OffScale
        Raw values that were on no level.
    tables : mapping of measure to TallyTable
    """

    scores: tuple[Score, ...]
    measures: tuple[str, ...]
    off_scale: Mapping[str, OffScale]
    tables: Mapping[str, TallyTable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """How tallies are judged.

    Parameters
    ----------
    confidence : float in (0, 1)
    totals : bool
        Add the total over all segments, and over all periods.
    minimum_group : int or None
        Hide smaller groups; employee indicators are hidden under 5 whatever is asked.
    off_scale_limit : float
        The share of answers off the scale above which the scale is refused. A handful of wrong
        values is counted as invalid, not taken for a wrong scale, unless it is the majority.
    """

    confidence: float = CONFIDENCE
    totals: bool = False
    minimum_group: int | None = None
    off_scale_limit: float = OFF_SCALE_LIMIT


def scores_of_question(question: Question, judging: Judging = Judging()) -> Answer:
    """Return the scores of every measure, by period and segment, in one aggregation pass.

    Raises
    ------
    ScaleMismatch
        R202, when too many answers are off the scale.
    InvalidWeights
        R204, when a weight is negative or all are zero.
    """
    counts = counts_of_question(question, off_scale_limit=judging.off_scale_limit)
    scores: list[Score] = []
    measures: list[str] = []
    tables: dict[str, TallyTable] = {}
    for measure in question.measures:
        sample = question.sample(counts[measure.key].table)
        tables[measure.key] = sample.folded()
        table = complete_table(tables[measure.key], question)
        scores += judged(measure, question, table, judging, sample)
        measures += [measure.key] * (len(scores) - len(measures))
    return Answer(
        scores=tuple(scores),
        measures=tuple(measures),
        off_scale={key: own.off_scale for key, own in counts.items()},
        tables=tables,
    )


def counts_of_question(
    question: Question, *, off_scale_limit: float = OFF_SCALE_LIMIT
) -> dict[str, Counts]:
    """Return the tallies of every measure, in one aggregation pass.

    Raises
    ------
    ScaleMismatch
        R202, when too many answers are off the scale.
    InvalidWeights
        R204, when a weight is negative or all are zero.
    """
    readings = [
        Reading(measure.scale, measure.missing_codes, measure.labels)
        for measure in question.measures
    ]
    counts = tallies_of(question.relation.warehouse, question.query(), readings)
    for measure in question.measures:
        _require_fit(question, measure, counts[measure.key], off_scale_limit)
    return counts


def complete_table(table: TallyTable, question: Question) -> TallyTable:
    """Return the table with the periods that have no row, sorted by period then segment."""
    keys: list[Any] = list(table.keys)
    if question.timing is None:
        return table.selected(sorted(keys, key=_sort_key))
    dated = [key for key in keys if key[0] is not None]
    blank = (None,) * len(question.segments)
    if not question.segments:
        dated += [(day, *blank) for day in question.timing.first_days]
    if not dated:
        return table.selected(sorted(keys, key=_sort_key))
    starts = [_as_date(key[0]) for key in dated]
    grain = question.timing.grain
    periods = spans_from(min(starts), max(starts), grain)
    segments = dict.fromkeys(key[1:] for key in dated)
    wanted = [(start, *segment) for start in periods for segment in segments]
    undated = [key for key in keys if key[0] is None]
    return table.selected([*sorted(wanted, key=_sort_key), *undated])


def judged(
    measure: Measure, question: Question, table: TallyTable, judging: Judging, sample: Sample
) -> list[Score]:
    """Return the scores of one table, with totals and small groups handled as asked."""
    shape = sample.shape(shape_of(measure.indicator, measure.variant, measure.scale))
    parts = [table, *(_totals(table, question) if judging.totals else ())]
    scores: list[Score] = []
    for part in parts:
        places = [place_of(key, question) for key in part.keys]
        own = scores_of_tallies(
            measure.indicator,
            measure.variant,
            part,
            shape=shape,
            places=places,
            confidence=judging.confidence,
        )
        dated = [_marked(score, key, question) for score, key in zip(own, part.keys, strict=True)]
        scores += without_small_groups(dated, measure, judging, part)
    return scores


def _marked(score: Score, key: Sequence[object], question: Question) -> Score:
    """Return the score of rows without a date marked as such: it is no total."""
    is_undated = question.timing is not None and key[0] is None
    return score.with_flags(Flag.UNDATED) if is_undated else score


def _totals(table: TallyTable, question: Question) -> tuple[TallyTable, ...]:
    """Return the totals that add something: over segments, over periods, over both."""
    blank = (ALL,) * len(question.segments)
    totals = []
    if question.timing is not None:
        if question.segments:
            totals.append(table.merged(lambda key: (key[0], *blank)))
        totals.append(table.merged(lambda key: (ALL, *key[1:])))
        if question.segments:
            totals.append(table.merged(lambda _key: (ALL, *blank)))
    elif question.segments:
        totals.append(table.merged(lambda _key: blank))
    return tuple(totals)


def place_of(key: Hashable, question: Question) -> Place:
    """Return the period and the segment that a key of a question's tallies stands for."""
    values = list(key) if isinstance(key, tuple) else [key]
    period = None
    if question.timing is not None:
        start = values.pop(0)
        if start is not None and start != ALL:
            span = span_starting(_as_date(start), question.timing.grain)
            period = Period(span[0].isoformat(), span[1].isoformat(), question.timing.grain.value)
    segment = {
        name: None if value is None else str(value)
        for name, value in zip(question.segments, values, strict=True)
        if value != ALL
    }
    return period, segment


def without_small_groups(
    scores: list[Score],
    measure: Measure,
    judging: Judging,
    table: TallyTable,
    *,
    families: Sequence[Hashable] | None = None,
) -> list[Score]:
    """Return the scores of one table, those of small groups hidden with what would reveal them.

    Scores of one family add up to a total; they are those of one period unless told otherwise.
    """
    floor = judging.minimum_group
    if measure.indicator.family is Family.EMPLOYEE:
        floor = max(floor or FLOOR, FLOOR)
    if floor is None:
        return scores
    own = [score.period for score in scores] if families is None else families
    over_time = [tuple(score.segment.items()) for score in scores] if judging.totals else None
    small, complements = hidden_groups(
        table.n.sum(axis=1).tolist(), own, others=over_time, floor=floor
    )
    return [
        suppressed(score, complement=bool(complements[row]))
        if small[row] or complements[row]
        else score
        for row, score in enumerate(scores)
    ]


def _require_fit(question: Question, measure: Measure, counts: Counts, limit: float) -> None:
    off = counts.off_scale
    if off.total == 0 or off.rows / off.total <= limit:
        return
    if off.rows < FEW_OFF_SCALE and off.rows / off.total <= MAJORITY:
        return
    share = off.rows / off.total * 100
    shown = ", ".join(f"{value!r} ({count})" for value, count in off.values[:3])
    scale = measure.scale
    raise ScaleMismatch(
        Text(
            en=f"{percent_text(share, 'en')} of the answers ({off.rows} of {off.total}) are off "
            f"the scale '{scale.key}', mostly {shown}.",
            fr=f"{percent_text(share, 'fr')} des réponses ({off.rows} sur {off.total}) sont hors "
            f"de l'échelle « {scale.key} », surtout {shown}.",
        ),
        hint=Text(
            en="Name the right scale after the column (COLUMN:SCALE), or the codes that mean "
            '"no answer" (--missing).',
            fr="Donnez la bonne échelle après la colonne (COLONNE:ÉCHELLE), ou les codes qui "
            "veulent dire « sans réponse » (--missing).",
        ),
        place=ErrorPlace(file=question.relation.name, column=measure.key),
    )


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


def _sort_key(key: Iterable[Any]) -> tuple[tuple[bool, bool, Any], ...]:
    return tuple(
        (part is None, isinstance(part, str), "" if part is None else part) for part in key
    )


def _as_date(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])


def _days(count: int) -> exp.Expr:
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.var("DAY"))
