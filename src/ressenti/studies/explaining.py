"""Explaining: why an indicator moved, part by part, and how sure each part is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ressenti.scores.contrast import Contrast
from ressenti.scores.score import CONFIDENCE
from ressenti.statistics.intervals import Interval, normal_quantile
from ressenti.statistics.multiplicity import adjusted_p_values
from ressenti.studies.comparing import Change, Comparison, Split, comparison_of_tallies
from ressenti.studies.questions import Measure
from ressenti.studies.scoring import Judging
from ressenti.tallies.tally import TallyTable


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassShift:
    """What one class of answers, such as promoters, brings to a change.

    Attributes
    ----------
    before, after
        Shares of the answers, 0 to 1.
    brings
        In the unit of the score; the classes add up to the change.
    """

    name: str
    before: float
    after: float
    brings: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentPart:
    """What one segment brings to a change.

    Attributes
    ----------
    mix, rate
        What it brings by growing or shrinking, and by its own figure; in the unit of the score.
    rate_interval
        Of ``rate``, the segment's share of the answers taken as it is.
    change
        Of the segment's own figure, with its test, many segments controlled.
    """

    segment: str | None
    mix: float
    rate: float
    rate_interval: Interval
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionPart:
    """What one dimension says of a change.

    Attributes
    ----------
    split : Split
        Mix and rate, and the alert when the total misleads.
    parts : tuple of SegmentPart
        Those that bring most first.
    p_value, adjusted_p_value : float or None
        Of "every segment moved alike", by itself and among all dimensions looked at; None when
        fewer than two segments can be compared.
    is_established : bool
        Whether the segments moved differently.
    """

    split: Split
    parts: tuple[SegmentPart, ...]
    p_value: float | None
    adjusted_p_value: float | None = None
    is_established: bool = False

    @property
    def dimension(self) -> str:
        return self.split.dimension


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a measure moved between two groups or periods.

    Attributes
    ----------
    comparison : Comparison
        The change itself, whole and by segment.
    classes : tuple of ClassShift
        Empty where the score has no classes.
    dimensions : tuple of DimensionPart
        Those that explain most first.
    hidden : tuple of str
        Dimensions that a small group keeps from being shown.
    """

    comparison: Comparison
    classes: tuple[ClassShift, ...] = ()
    dimensions: tuple[DimensionPart, ...] = ()
    hidden: tuple[str, ...] = ()

    @property
    def measure(self) -> str:
        return self.comparison.measure


def explanation_of_tallies(
    measure: Measure,
    table: TallyTable,
    levels: tuple[str, str],
    *,
    place: int = 0,
    dimensions: Sequence[str] = (),
    judging: Judging | None = None,
) -> Explanation:
    """Return why a measure moved between two values of one part of the keys of a table.

    Parameters
    ----------
    table, levels, place
        As for ``comparison_of_tallies``.
    dimensions : sequence of str
        What the other parts of a key are, in order.

    Raises
    ------
    UndefinedResult
        R206, when one of the two values has no tally at all.
    """
    how = judging or Judging()
    comparison = comparison_of_tallies(
        measure, table, levels, place=place, others=dimensions, judging=how
    )
    pair = table.merged(lambda key: str(key[place])).selected(levels)
    found = explanation_of_comparisons(measure, pair, [comparison], confidence=how.confidence)
    shown = {part.dimension for part in found.dimensions}
    return replace(found, hidden=tuple(name for name in dimensions if name not in shown))


def explanation_of_comparisons(
    measure: Measure,
    pair: TallyTable,
    comparisons: Sequence[Comparison],
    *,
    confidence: float = CONFIDENCE,
) -> Explanation:
    """Return why a measure moved, where each dimension was compared by itself.

    Parameters
    ----------
    pair : TallyTable
        The two tallies compared, the one to start from first.
    comparisons : sequence of Comparison
        Of the same two tallies, at least one; their totals are the same.
    """
    parts = [
        _dimension_part(comparison, split, confidence)
        for comparison in comparisons
        for split in comparison.splits
        if split.decomposition.total.value is not None
    ]
    controlled = _controlled(parts, confidence=confidence)
    return Explanation(
        comparison=comparisons[0],
        classes=tuple(_class_shifts(measure, pair, comparisons[0].total)),
        dimensions=tuple(sorted(controlled, key=_weight_of, reverse=True)),
    )


def stretch_table(table: TallyTable, before: Sequence[str], after: Sequence[str]) -> TallyTable:
    """Return a table whose periods are merged into those before a date and those after it.

    Parameters
    ----------
    table : TallyTable
        The first part of its keys is the first day of a period.
    before, after : sequence of str
        First days, as ISO dates; periods of neither are left out.
    """
    names = dict.fromkeys(before, "before") | dict.fromkeys(after, "after")
    kept = table.selected([key for key in table.keys if str(key[0]) in names])
    return kept.merged(lambda key: (names[str(key[0])], *key[1:]))


def _class_shifts(measure: Measure, pair: TallyTable, total: Change) -> Iterator[ClassShift]:
    form = measure.variant.form
    shape = None if form is None else form(measure.scale)
    if not isinstance(shape, Contrast) or not shape.classes or total.difference is None:
        return
    found = shape.distribution(pair)
    place = {level: column for column, level in enumerate(shape.coefficients)}
    for name, levels in shape.classes.items():
        columns = [place[level] for level in levels if level in place]
        shares = found.shares[:, columns]
        brings = float((shares[1] - shares[0]) @ found.coefficients[columns])
        before, after = shares.sum(axis=1).tolist()
        yield ClassShift(name=name, before=before, after=after, brings=brings)


def _dimension_part(comparison: Comparison, split: Split, confidence: float) -> DimensionPart:
    changes = {
        change.segment[split.dimension]: change
        for change in comparison.segments
        if split.dimension in change.segment
    }
    found = split.decomposition
    parts = [
        SegmentPart(
            segment=segment,
            mix=mix,
            rate=rate,
            rate_interval=_rate_interval(rate, changes[segment], confidence),
            change=changes[segment],
        )
        for segment, mix, rate in zip(
            split.segments, found.mix_by_segment, found.rate_by_segment, strict=True
        )
    ]
    parts.sort(key=lambda part: abs(part.mix + part.rate), reverse=True)
    return DimensionPart(
        split=split,
        parts=tuple(parts),
        p_value=_difference_of_changes(list(changes.values()), confidence),
    )


def _rate_interval(rate: float, change: Change, confidence: float) -> Interval:
    """Return the limits of what a segment brings: those of its change, at its share."""
    low, high, difference = change.low, change.high, change.difference
    if low is None or high is None or not difference:
        return Interval(rate, None, None, confidence, "share")
    share = rate / difference
    return Interval(rate, share * low, share * high, confidence, "share")


def _difference_of_changes(changes: Sequence[Change], confidence: float) -> float | None:
    """Return the p-value of "all segments moved alike", by Cochran's Q."""
    z = normal_quantile(confidence)
    moves = [
        (change.difference, (change.high - change.low) / (2 * z))
        for change in changes
        if change.difference is not None and change.low is not None and change.high is not None
    ]
    sure = np.array([(move, error) for move, error in moves if error > 0])
    if len(sure) < 2:
        return None
    from scipy.special import chdtrc

    weights = 1 / sure[:, 1] ** 2
    mean = float(weights @ sure[:, 0] / weights.sum())
    return float(chdtrc(len(sure) - 1, float(weights @ (sure[:, 0] - mean) ** 2)))


def _controlled(parts: Sequence[DimensionPart], *, confidence: float) -> list[DimensionPart]:
    adjusted = adjusted_p_values([part.p_value for part in parts], method="BH")
    return [
        replace(
            part,
            adjusted_p_value=own,
            is_established=own is not None and own < 1 - confidence,
        )
        for part, own in zip(parts, adjusted, strict=True)
    ]


def _weight_of(part: DimensionPart) -> tuple[bool, float]:
    """Return what orders dimensions: an uneven move first, then the size of the mix."""
    mix = part.split.decomposition.mix.value or 0.0
    spread = -1.0 if part.adjusted_p_value is None else 1 - part.adjusted_p_value
    return part.is_established, abs(mix) if not part.is_established else spread
