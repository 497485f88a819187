"""Scoring: from a relation to scores, by period and segment, in one aggregation pass."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from ressenti.errors import Place as ErrorPlace
from ressenti.errors import ScaleMismatch
from ressenti.facts.periods import span_starting, spans_from
from ressenti.facts.scales import Quantity, Scale
from ressenti.language import Text, percent_text
from ressenti.scores.definitions import Family
from ressenti.scores.judgement import Place, scores_of_tallies, suppressed
from ressenti.scores.score import CONFIDENCE, Flag, Period, Score
from ressenti.studies.owners import owned_shape
from ressenti.studies.questions import Measure, Question
from ressenti.studies.sampling import Sample
from ressenti.tallies.counting import Counts, OffScale, Reading, tallies_of
from ressenti.tallies.suppression import FLOOR, hidden_groups
from ressenti.tallies.tally import ALL, TallyTable

OFF_SCALE_LIMIT = 0.10
FEW_OFF_SCALE = 10
MAJORITY = 0.5


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
        if not len(table):
            # Nothing at all is told as such: one score without a value, not silence.
            table = table.selected([_whole_key(question)])
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
        own = counts[measure.key].off_scale
        require_fit(measure.key, measure.scale, own, question.relation.name, limit=off_scale_limit)
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
    shape = owned_shape(sample.shape(measure.shape()), question, measure)
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


def _whole_key(question: Question) -> tuple[str, ...]:
    """Return the key of everything: all periods, all segments."""
    return (ALL,) * (len(question.segments) + (question.timing is not None))


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
) -> list[Score]:
    """Return the scores of one table, those of small groups hidden with what would reveal them.

    Groups add up to a total within a period and, with totals, over the periods of a segment.
    """
    by_period = [score.period for score in scores]
    over_time = [tuple(score.segment.items()) for score in scores] if judging.totals else None
    hidden = hidden_rows(measure, judging, table, by_period, others=over_time)
    return [
        suppressed(score, complement=hidden[row]) if row in hidden else score
        for row, score in enumerate(scores)
    ]


def hidden_rows(
    measure: Measure,
    judging: Judging,
    table: TallyTable,
    families: Sequence[Hashable],
    *,
    others: Sequence[Hashable] | None = None,
) -> Mapping[int, bool]:
    """Return the rows of a table that must be hidden; True where one only protects another."""
    floor = judging.minimum_group
    if measure.indicator.family is Family.EMPLOYEE:
        floor = max(floor or FLOOR, FLOOR)
    if floor is None:
        return {}
    sizes = table.n.sum(axis=1).tolist()
    small, complements = hidden_groups(sizes, families, others=others, floor=floor)
    return {int(row): bool(complements[row]) for row in np.flatnonzero(small | complements)}


def require_fit(
    key: str,
    scale: Scale | Quantity,
    off: OffScale,
    source: str,
    *,
    limit: float = OFF_SCALE_LIMIT,
) -> None:
    """Refuse a column of which too many answers are on no level of its scale.

    Raises
    ------
    ScaleMismatch
        R202.
    """
    if off.total == 0 or off.rows / off.total <= limit:
        return
    if off.rows < FEW_OFF_SCALE and off.rows / off.total <= MAJORITY:
        return
    share = off.rows / off.total * 100
    shown = ", ".join(f"{value!r} ({count})" for value, count in off.values[:3])
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
        place=ErrorPlace(file=source, column=key),
    )


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
