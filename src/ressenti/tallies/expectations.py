"""Learnt expectations: a quantile of what customers got before, never of the period judged.

One pass counts the past values of each period in logarithmic buckets; windows of past periods are
then added up, as tallies are, so that a year learnt anew each month costs one pass and not twelve.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any, Final

from sqlglot import exp

from ressenti.facts.periods import Grain, Weekday, first_day_of, span_starting, spans_from
from ressenti.facts.plan_outcomes import LearntExpectation
from ressenti.tallies.buckets import INVALID_BUCKET, bucket_expression

# What the rows to be judged call their columns.
VALUE: Final = "learnt_value"
AT: Final = "occurred_at"
PERIOD, BUCKET, GREATEST, ROWS = "learnt_period", "learnt_bucket", "greatest", "rows_"
# 0.8 of 10 values is 8 of them, although 0.8 times 10 is a little more on paper.
ROUNDING: Final = 1e-9
FINER_FIRST: Final = tuple(Grain)

Segment = tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """How an expectation is learnt for what is judged period by period.

    Parameters
    ----------
    judged_per : Grain or None
        The periods that are judged, whole; None when all time is judged as one.
    week_starts_on : Weekday
    """

    learnt: LearntExpectation
    judged_per: Grain | None = None
    week_starts_on: Weekday = Weekday.MONDAY

    @property
    def renewed_per(self) -> Grain:
        """How often the expectation is renewed: never within a period that is judged."""
        own = self.learnt.grain
        return max(own, self.judged_per or own, key=FINER_FIRST.index)

    def period(self, at: exp.Expr) -> exp.Expr:
        """Return the tree of the first day of the period whose expectation judges an instant."""
        start = at if self.judged_per is None else self._start(at, self.judged_per)
        return exp.cast(self._start(start, self.renewed_per), "DATE")

    def past_query(self, rows: exp.Subquery) -> exp.Select:
        """Return the query that counts past values by period, segment and bucket.

        Parameters
        ----------
        rows : subquery with the columns ``learnt_value``, ``occurred_at`` and those of ``by``
        """
        value, at = exp.column(VALUE), exp.column(AT)
        keys = [
            exp.cast(self._start(at, self.learnt.grain), "DATE").as_(PERIOD),
            *(exp.column(name, quoted=True).as_(f"by{i}") for i, name in enumerate(self.learnt.by)),
            bucket_expression(value, is_signed=True).as_(BUCKET),
        ]
        inner = exp.select(*keys, value.copy().as_(VALUE)).from_(rows)
        inner = inner.where(value.copy().is_(exp.null()).not_(), at.copy().is_(exp.null()).not_())
        names = [exp.column(key.alias) for key in keys]
        return (
            exp.select(
                *names,
                exp.Count(this=exp.Star()).as_(ROWS),
                exp.Max(this=exp.column(VALUE)).as_(GREATEST),
            )
            .from_(inner.subquery("past"))
            .group_by(*(name.copy() for name in names))
        )

    def expectations(
        self, past: Iterable[Mapping[str, Any]]
    ) -> Iterator[tuple[date, Segment, float]]:
        """Give what is expected in each period and segment, from the rows of ``past_query``.

        The value is one that was met: the greatest of the bucket of 1 % in which the quantile
        falls. Where there are fewer values than ``at_least``, nothing is expected.
        """
        counted: dict[Segment, dict[date, list[tuple[int, int, float]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for row in past:
            if row[BUCKET] != INVALID_BUCKET:
                segment = tuple(row[f"by{i}"] for i in range(len(self.learnt.by)))
                found = (int(row[BUCKET]), int(row[ROWS]), float(row[GREATEST]))
                counted[segment][row[PERIOD]].append(found)
        for segment, by_period in counted.items():
            for start in self._renewals(min(by_period), max(by_period)):
                window = self._window(start, by_period)
                expected = self._quantile([cell for day in window for cell in by_period[day]])
                if expected is not None:
                    yield start, segment, expected

    def _renewals(self, first: date, last: date) -> tuple[date, ...]:
        """Return the first days of the periods that what is known may judge, then none any more."""
        renewed = self.renewed_per
        start = first_day_of(first, renewed, week_starts_on=self.week_starts_on)
        end = last
        for _ in range(self.learnt.over + 1):
            end = span_starting(end, self.learnt.grain)[1]
        return spans_from(start, end, renewed)

    def _window(self, start: date, known: Iterable[date]) -> list[date]:
        """Return the last ``over`` periods that were over when a period began."""
        grain = self.learnt.grain
        past = sorted(day for day in known if span_starting(day, grain)[1] <= start)
        earliest = first_day_of(start, grain, week_starts_on=self.week_starts_on)
        everything = spans_from(past[0], earliest, grain) if past else ()
        over = [day for day in everything if span_starting(day, grain)[1] <= start]
        kept = set(over[-self.learnt.over :])
        return [day for day in past if day in kept]

    def _quantile(self, cells: Sequence[tuple[int, int, float]]) -> float | None:
        total = sum(rows for _, rows, _ in cells)
        if total < self.learnt.at_least:
            return None
        counts: dict[int, int] = defaultdict(int)
        greatest: dict[int, float] = {}
        for bucket, rows, value in cells:
            counts[bucket] += rows
            greatest[bucket] = max(value, greatest.get(bucket, value))
        rank = ceil(self.learnt.quantile * total - ROUNDING)
        for bucket in sorted(counts):
            rank -= counts[bucket]
            if rank <= 0:
                return greatest[bucket]
        return None

    def _start(self, at: exp.Expr, grain: Grain) -> exp.Expr:
        """Return the tree of the first instant of the period that holds another."""
        late = self.week_starts_on.value if grain is Grain.WEEK else 0
        moved = at.copy()
        if late:
            moved = exp.Sub(this=moved, expression=_days(late))
        start: exp.Expr = exp.TimestampTrunc(this=moved, unit=exp.var(grain.value.upper()))
        return exp.Add(this=start, expression=_days(late)) if late else start


def with_expectations(
    rows: exp.Subquery,
    period: exp.Expr,
    expectations: Sequence[tuple[date, Segment, float]],
    by: Sequence[str],
) -> exp.Select:
    """Return the rows with what is expected of each as ``expected``; null where nothing is.

    Parameters
    ----------
    period : expression over the rows
        The first day of the period whose expectation judges a row.
    """
    everything = exp.Column(this=exp.Star(), table=exp.to_identifier(rows.alias))
    if not expectations:
        nothing = exp.cast(exp.null(), "DOUBLE").as_("expected")
        return exp.select(everything, nothing).from_(rows)
    names = [PERIOD, *(f"by{i}" for i in range(len(by))), VALUE]
    # A double that goes through a decimal may come back as its neighbour, and equality is met.
    values = exp.values(
        [(start.isoformat(), *segment, repr(value)) for start, segment, value in expectations],
        alias="expectations",
        columns=names,
    )
    same: list[exp.Expr] = [
        exp.EQ(this=period, expression=exp.cast(exp.column(PERIOD, "expectations"), "DATE"))
    ]
    same += [
        exp.NullSafeEQ(
            this=exp.column(name, rows.alias, quoted=True),
            expression=exp.column(f"by{i}", "expectations"),
        )
        for i, name in enumerate(by)
    ]
    expected = exp.cast(exp.column(VALUE, "expectations"), "DOUBLE").as_("expected")
    return (
        exp.select(everything, expected)
        .from_(rows)
        .join(values, on=exp.and_(*same), join_type="left")
    )


def _days(count: int) -> exp.Expr:
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.var("DAY"))
