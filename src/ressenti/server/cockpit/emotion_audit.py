"""Emotion audit: the NES as people read the comments, from a random sample that they marked.

The engine reads every comment, people mark some drawn at random: the mean of the engine's readings
is shifted by the mean error seen in the sample, and the interval tells what both leave open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from psycopg import sql

from ressenti.facts.periods import DAY
from ressenti.language import Text
from ressenti.scores.score import CONFIDENCE, SMALL_BASE
from ressenti.server.cockpit.cells import columns_of, run_within_limit
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.windows import Window
from ressenti.server.models import EmotionSample
from ressenti.statistics.classification import prediction_powered_mean_of_moments
from ressenti.statistics.intervals import Interval, mean_interval
from ressenti.studies.net_emotions import AUDIT_TOO_SMALL, FEW_AUDITED

LEAST_MARKED: Final = SMALL_BASE
"""With fewer responses of a sample marked, a figure stays uncorrected."""

SEEN = """
SELECT id FROM ressenti_response
WHERE organisation_id = %(organisation)s AND day >= %(start)s AND day < %(end)s{within}
"""
READ = f"""
SELECT count(*), coalesce(avg(polarity), 0)::float8, coalesce(var_pop(polarity), 0)::float8
FROM ressenti_readresponse
WHERE is_counted AND polarity IS NOT NULL AND response_id IN ({SEEN})
"""  # noqa: S608 - our own statement above
# Whoever was drawn and marked is judged by the newest mark, as everywhere.
MARKED = f"""
SELECT avg(reading.polarity)::float8, avg(newest.polarity)::float8, count(*)
FROM ressenti_sampledcomment AS drawn
JOIN ressenti_readresponse AS own ON own.response_id = drawn.response_id AND own.is_counted
JOIN ressenti_reading AS reading
    ON reading.response_id = drawn.response_id AND reading.question = drawn.question
    AND reading.part = drawn.part AND reading.polarity IS NOT NULL
JOIN LATERAL (
    SELECT mark.polarity, bool_or(mark.sample_id = drawn.sample_id) OVER () AS is_asked_for
    FROM ressenti_emotionmark AS mark
    WHERE mark.response_id = drawn.response_id AND mark.question = drawn.question
      AND mark.part = drawn.part
    ORDER BY mark.id DESC LIMIT 1
) AS newest ON newest.is_asked_for
WHERE drawn.sample_id = %(sample)s AND drawn.response_id IN ({SEEN})
GROUP BY drawn.response_id
"""  # noqa: S608 - our own statement above


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedNes:
    """A NES corrected by what people marked.

    Parameters
    ----------
    interval : Interval
        In points.
    n_marked : int
        Comments of the sample that people marked and the engine could read.
    start, end : date
        The stretch that it is about: where the sample and the period meet; half-open.
    remark : Text or None
        What to beware of.
    """

    interval: Interval
    n_marked: int
    start: date
    end: date
    remark: Text | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the figure as JSON publishes it, unrounded."""
        return {
            "value": self.interval.estimate,
            "low": self.interval.low,
            "high": self.interval.high,
            "confidence": self.interval.confidence,
            "method": self.interval.method,
            "n_audited": self.n_marked,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
        }


def samples_of(scope: Scope, window: Window) -> tuple[EmotionSample, ...]:
    """Return the samples drawn in the time that a page shows, the newest first."""
    found = EmotionSample.objects.filter(
        organisation=scope.organisation, start__lt=window.end, end__gte=window.shown[0]
    )
    return tuple(found.order_by("-drawn_at", "-pk"))


def corrected_nes(scope: Scope, window: Window) -> CorrectedNes | None:
    """Return the corrected NES of all that a page shows; None where too few comments are marked."""
    return corrected_between(scope, samples_of(scope, window), window.shown[0], window.end)


def corrected_between(
    scope: Scope, samples: Sequence[EmotionSample], start: date, end: date
) -> CorrectedNes | None:
    """Return the corrected NES of a stretch by the newest sample with enough marks in it.

    A sample stands for the days that it was drawn from and no others: where it covers a part of
    the stretch, the figure is about that part. Every response counts once, whatever its weight.

    Parameters
    ----------
    samples : sequence of EmotionSample
        The newest first.
    start, end : date
        Half-open.
    """
    for sample in samples:
        first, last = max(start, sample.start), min(end, sample.end + DAY)
        if first < last and (found := _corrected(scope, sample, first, last)) is not None:
            return found
    return None


def read_nes(scope: Scope, start: date, end: date) -> Interval:
    """Return the NES of a stretch as the engine reads it, in points, with Student's interval.

    Parameters
    ----------
    start, end : date
        Half-open.
    """
    told = {"organisation": scope.organisation.pk, "start": start, "end": end}
    ((n, mean, variance),) = _rows(READ, scope, told)
    deviation = (variance * n / (n - 1)) ** 0.5 if n > 1 else 0.0
    return _in_points(mean_interval(mean, deviation, n))


def _corrected(scope: Scope, sample: EmotionSample, start: date, end: date) -> CorrectedNes | None:
    told = {
        "organisation": scope.organisation.pk,
        "sample": sample.pk,
        "start": start,
        "end": end,
    }
    marked = _rows(MARKED, scope, told)
    if len(marked) < LEAST_MARKED:
        return None
    ((n, mean, variance),) = _rows(READ, scope, told)
    read, true, comments = zip(*marked, strict=True)
    found, _error = prediction_powered_mean_of_moments(
        n, mean, variance, read, true, are_among=True, confidence=CONFIDENCE
    )
    n_marked = sum(comments)
    few = AUDIT_TOO_SMALL.format(n=n_marked, few=FEW_AUDITED) if n_marked < FEW_AUDITED else None
    return CorrectedNes(
        interval=_in_points(found),
        n_marked=n_marked,
        start=start,
        end=end,
        remark=found.reason or few,
    )


def _in_points(polarity: Interval) -> Interval:
    low, value, high = (
        None if one is None else max(-100.0, min(100.0, 100 * one))
        for one in (polarity.low, polarity.estimate, polarity.high)
    )
    return replace(polarity, low=low, estimate=value, high=high)


def _rows(pattern: str, scope: Scope, told: dict[str, Any]) -> list[tuple[Any, ...]]:
    columns = columns_of(scope.within)
    names = sorted(scope.within)
    values = {f"within{number}": sorted(scope.within[name]) for number, name in enumerate(names)}
    within = sql.SQL("").join(
        sql.SQL(" AND {} = ANY({})").format(columns[name], sql.Placeholder(f"within{number}"))
        for number, name in enumerate(names)
    )
    return run_within_limit(sql.SQL(pattern).format(within=within), told | values)
