"""Comparing: whether a change is real, how large it may be, and whether it is mix or rate."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ressenti.errors import UndefinedResult
from ressenti.language import Text
from ressenti.scores.contrast import Contrast
from ressenti.scores.judgement import scores_of_tallies, suppressed
from ressenti.scores.score import CONFIDENCE, Score
from ressenti.statistics.comparisons import contrast_differences, mover_difference
from ressenti.statistics.decomposition import (
    MixRate,
    SegmentSums,
    SimpsonAlert,
    mix_rate_decomposition,
    simpson_alert,
)
from ressenti.statistics.intervals import Interval
from ressenti.statistics.multiplicity import adjusted_p_values
from ressenti.studies.questions import Measure, Question
from ressenti.studies.scoring import Judging, counts_of_question, hidden_rows
from ressenti.tallies.tally import TallyTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference, second minus first, with its interval and test.

    Parameters
    ----------
    before, after : Score
    difference, low, high : float or None
        In the unit of the scores, at ``confidence``.
    p_value : float or None
        Two-sided; it never disagrees with the interval. None for quantiles.
    adjusted_p_value : float or None
        After Benjamini-Hochberg over the family of changes looked at together.
    is_established : bool or None
        Whether the (adjusted) test excludes "no change"; None when there is no test.
    reason : str or None
        Why there is no difference.
    """

    before: Score
    after: Score
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    adjusted_p_value: float | None = None
    confidence: float = CONFIDENCE
    is_established: bool | None = None
    reason: str | None = None
    segment: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How much of a change is mix and how much is rate, along one dimension.

    Parameters
    ----------
    dimension : str
    segments : tuple of str or None
    decomposition : MixRate
    alert : SimpsonAlert
        Raised when the total must not be read without its segments.
    """

    dimension: str
    segments: tuple[str | None, ...]
    decomposition: MixRate
    alert: SimpsonAlert


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The change of one measure between two groups, whole, by segment, and split."""

    measure: str
    levels: tuple[str, str]
    total: Change
    segments: tuple[Change, ...] = ()
    splits: tuple[Split, ...] = ()


def comparisons_of_question(
    question: Question,
    between: str,
    levels: tuple[str, str],
    *,
    judging: Judging | None = None,
) -> tuple[Comparison, ...]:
    """Return the comparison of every measure between two values of a segment, in one pass.

    Parameters
    ----------
    question : Question
        Its first segment is the one compared; the others are the dimensions of the split.
    between : str
        Name of the segment compared.
    levels : pair of str
        The value to start from, the value to arrive at.

    Raises
    ------
    UndefinedResult
        R206, when one of the two values has no row at all.
    """
    counts = counts_of_question(question)
    how = judging or Judging()
    place = 0 if question.timing is not None else list(question.segments).index(between)
    others = [name for name in question.segments if name != between]
    return tuple(
        comparison_of_tallies(
            measure, counts[measure.key].table, levels, place=place, others=others, judging=how
        )
        for measure in question.measures
    )


def comparison_of_tallies(
    measure: Measure,
    table: TallyTable,
    levels: tuple[str, str],
    *,
    place: int = 0,
    others: Sequence[str] = (),
    judging: Judging | None = None,
) -> Comparison:
    """Return the comparison of two values of one part of the keys of a table.

    Parameters
    ----------
    table : TallyTable
        Its keys are tuples.
    levels : pair of str
        The value to start from, the value to arrive at.
    place : int
        Which part of a key holds them.
    others : sequence of str
        What the other parts of a key are, in order: the dimensions of the split.

    Raises
    ------
    UndefinedResult
        R206, when one of the two values has no tally at all.
    """
    how = judging or Judging()
    total = _pair(table.merged(lambda key: str(key[place])), levels)
    if total is None:
        raise _nothing_to_compare(table, place, levels)
    changes, splits = [], []
    for position, name in _positions(table, place, others):
        by_segment = table.merged(partial(_two_parts, place, position))
        found = list(dict.fromkeys(key[1] for key in by_segment.keys))
        pairs = [
            _pair(by_segment, ((levels[0], value), (levels[1], value)), absent_is_empty=True)
            for value in found
        ]
        # The segments of one level add up to its total, which is shown: they protect each other.
        rows = hidden_rows(measure, how, by_segment, [key[0] for key in by_segment.keys])
        hidden = {by_segment.keys[row]: protects for row, protects in rows.items()}
        own = [
            _change(measure, pair, how, {name: None if value is None else str(value)}, hidden)
            for pair, value in zip(pairs, found, strict=True)
            if pair is not None
        ]
        changes += controlled_changes(own, confidence=how.confidence)
        split = _split(measure, name, found, [pair for pair in pairs if pair is not None])
        if split is not None and not hidden:
            splits.append(split)
    return Comparison(
        measure=measure.key,
        levels=levels,
        total=_change(measure, total, how, {}),
        segments=tuple(changes),
        splits=tuple(splits),
    )


def _two_parts(place: int, position: int, key: Sequence[object]) -> tuple[str, object]:
    return str(key[place]), key[position]


def change_between(
    measure: Measure,
    table: TallyTable,
    keys: tuple[Hashable, Hashable],
    *,
    confidence: float = CONFIDENCE,
) -> Change | None:
    """Return the change from one tally of a table to another, or None when one is not there."""
    pair = _pair(table, keys)
    return None if pair is None else _change(measure, pair, Judging(confidence=confidence), {})


def _positions(table: TallyTable, place: int, others: Sequence[str]) -> list[tuple[int, str]]:
    width = len(table.keys[0]) if table.keys else 0
    free = [position for position in range(width) if position != place]
    return list(zip(free, others, strict=True))


def _pair(
    table: TallyTable, keys: tuple[object, object], *, absent_is_empty: bool = False
) -> TallyTable | None:
    """Return the table of the two tallies compared, or None when one of them does not exist."""
    if not absent_is_empty and not set(keys) <= set(table.keys):
        return None
    return table.selected(keys)


def _change(
    measure: Measure,
    pair: TallyTable,
    judging: Judging,
    segment: Mapping[str, str | None],
    hidden: Mapping[Hashable, bool] | None = None,
) -> Change:
    confidence = judging.confidence
    both = scores_of_tallies(
        measure.indicator, measure.variant, pair, shape=measure.shape(), confidence=confidence
    )
    if hidden is None:
        # Two groups compared add up to no total that is shown: none protects the other.
        own = hidden_rows(measure, judging, pair, (0, 1))
        hidden = {pair.keys[row]: protects for row, protects in own.items()}
    before, after = (
        suppressed(score, complement=hidden[key]) if key in hidden else score
        for score, key in zip(both, pair.keys, strict=True)
    )
    change = Change(before=before, after=after, confidence=confidence, segment=segment)
    if before.value is None or after.value is None:
        return replace(change, reason=before.reason or after.reason)
    shape = _contrast(measure)
    if shape is not None:
        found = shape.distribution(pair)
        differences = contrast_differences(
            found.shares[1:],
            found.n_effective[1:],
            found.shares[:1],
            found.n_effective[:1],
            found.coefficients,
            confidence=confidence,
        )
        p_value = float(differences.p_value[0])
        return replace(
            change,
            difference=float(differences.estimate[0]),
            low=float(differences.low[0]),
            high=float(differences.high[0]),
            p_value=p_value,
            is_established=p_value < 1 - confidence,
        )
    if None in (before.low, before.high, after.low, after.high):
        return replace(change, difference=after.value - before.value)
    moved = mover_difference(_interval(after), _interval(before))
    low, high = moved.low, moved.high
    established = low is not None and high is not None and (low > 0 or high < 0)
    return replace(
        change, difference=moved.estimate, low=low, high=high, is_established=established
    )


def _interval(score: Score) -> Interval:
    return Interval(score.value, score.low, score.high, score.confidence, score.method or "")


def _contrast(measure: Measure) -> Contrast | None:
    form = measure.variant.form
    shape = None if form is None else form(measure.scale)
    return shape if isinstance(shape, Contrast) else None


def controlled_changes(
    changes: Sequence[Change], *, confidence: float = CONFIDENCE
) -> list[Change]:
    """Return the changes looked at together with their p-values adjusted for their number.

    References
    ----------
    Benjamini and Hochberg, JRSS B 57 (1995) 289.
    """
    tested = [change.p_value for change in changes]
    adjusted = adjusted_p_values(tested, method="BH")
    return [
        replace(
            change,
            adjusted_p_value=own,
            is_established=change.is_established if own is None else own < 1 - confidence,
        )
        for change, own in zip(changes, adjusted, strict=True)
    ]


def _split(
    measure: Measure, dimension: str, found: Sequence[object], pairs: Sequence[TallyTable]
) -> Split | None:
    shape = _contrast(measure)
    if shape is None or len(pairs) < 2:
        return None
    sums = []
    for row in (0, 1):
        parts = [shape.distribution(pair) for pair in pairs]
        totals = [float(pair.w[row].sum()) for pair in pairs]
        overall = sum(part.n_effective[row] for part in parts if part.n[row] > 0)
        whole = sum(totals) or 1.0
        n = [overall * total / whole for total in totals]
        values = [np.nan_to_num(part.shares[row]) for part in parts]
        coefficients = parts[0].coefficients
        sums.append(
            SegmentSums(
                n=n,
                sums=[s * float(v @ coefficients) for s, v in zip(n, values, strict=True)],
                squares=[s * float(v @ coefficients**2) for s, v in zip(n, values, strict=True)],
            )
        )
    decomposition = mix_rate_decomposition(sums[0], sums[1])
    return Split(
        dimension=dimension,
        segments=tuple(None if value is None else str(value) for value in found),
        decomposition=decomposition,
        alert=simpson_alert(decomposition),
    )


def _nothing_to_compare(table: TallyTable, place: int, levels: tuple[str, str]) -> UndefinedResult:
    found = sorted({str(key[place]) for key in table.keys})
    if not found:
        return UndefinedResult(
            Text(en="no row is left to look at.", fr="il ne reste aucune ligne à examiner."),
            hint=Text(en="Widen --where.", fr="Élargissez --where."),
        )
    lacking = ", ".join(f"'{level}'" for level in levels if level not in found)
    listed = ", ".join(found[:20])
    return UndefinedResult(
        Text(
            en=f"there is no row for {lacking}.",
            fr=f"il n'y a aucune ligne pour {lacking}.",
        ),
        hint=Text(en=f"Values found: {listed}.", fr=f"Valeurs trouvées : {listed}."),
    )


def change_sentence(change: Change, unit_text: Text, *, since: Text) -> Text:
    """Return what may be said of a change, no more than its interval allows.

    Parameters
    ----------
    unit_text : Text
        The difference as displayed, with its sign and unit.
    since : Text
        What it is compared with, such as "last month".
    """
    if change.difference is None or change.is_established is None:
        return Text(
            en="There are too few answers to compare with {since}.",
            fr="Il y a trop peu de réponses pour comparer avec {since}.",
        ).format(since=since)
    if not change.is_established or math.isclose(change.difference, 0.0):
        return Text(
            en="Not distinguishable from {since}.", fr="Rien ne le distingue de {since}."
        ).format(since=since)
    if change.difference > 0:
        return Text(
            en="Up {amount} on {since}.", fr="En hausse de {amount} par rapport à {since}."
        ).format(amount=unit_text, since=since)
    return Text(
        en="Down {amount} on {since}.", fr="En baisse de {amount} par rapport à {since}."
    ).format(amount=unit_text, since=since)
