"""Timeline: where a period stands from left to right, and how it is called under the axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from ressenti.facts.periods import Grain, label_of
from ressenti.language import Language
from ressenti.reports.drawings.lettering import text_width
from ressenti.scores.score import Period

LABEL_SIZE = 12
LABEL_GAP = 12
STRIDES = (1, 2, 3, 4, 6, 12, 24, 36, 48, 60, 120, 240, 480, 960, 1920)
DAYS_IN_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Timeline:
    """Days, as ordinals, from ``first`` to ``last`` laid between the pixels ``start`` and ``end``.

    A period stands over its middle, so that what changes on a day lies between two periods.
    """

    first: int
    last: int
    start: float
    end: float

    def place(self, day: float) -> float:
        share = (day - self.first) / (self.last - self.first)
        return self.start + (self.end - self.start) * min(1.0, max(0.0, share))

    def middle(self, period: Period) -> float:
        start, end = days_of(period)
        return self.place((start + end) / 2)


@dataclass(frozen=True, slots=True)
class TimeLabel:
    """What is written under the axis at a pixel: a period and, where it changes, the year."""

    x: float
    text: str
    year: str


def timeline_over(periods: Sequence[Period], start: float, end: float) -> Timeline:
    """Return the timeline that holds every period."""
    days = [day for period in periods for day in days_of(period)]
    return Timeline(min(days), max(days), start, end)


def days_of(period: Period) -> tuple[int, int]:
    """Return the ordinals of the first day of a period and of the day after its last."""
    start = date.fromisoformat(period.start[:10]).toordinal()
    end = date.fromisoformat(period.end[:10]).toordinal()
    return start, max(end, start + 1)


def period_name(period: Period, language: Language) -> str:
    """Return what a person calls a period in a sentence.

    Examples
    --------
    >>> period_name(Period("2026-03-01", "2026-04-01", "month"), "fr")
    'mars 2026'
    """
    grain = Grain(period.grain) if period.grain in {*Grain} else Grain.DAY
    return label_of(date.fromisoformat(period.start[:10]), grain, language)


def time_labels(
    periods: Sequence[Period], timeline: Timeline, language: Language
) -> tuple[TimeLabel, ...]:
    """Return the labels that fit under an axis without touching, months at round numbers."""
    numbered = {_number(period): period for period in sorted(periods)}
    if not numbered:
        return ()
    texts = {number: _short_text(period, language) for number, period in numbered.items()}
    widest = max(text_width(text, LABEL_SIZE) for text in texts.values()) + LABEL_GAP
    first, last = min(numbered), max(numbered)
    room = (timeline.end - timeline.start) / (last - first + 1)
    stride = next((n for n in STRIDES if n * room >= widest), STRIDES[-1])
    chosen = [number for number in numbered if number % stride == 0] or [last]
    labels = []
    year_told = ""
    for number in chosen:
        period = numbered[number]
        year = "" if period.grain == Grain.YEAR else period.start[:4]
        shown = year if year != year_told else ""
        labels.append(TimeLabel(timeline.middle(period), texts[number], shown))
        year_told = year
    return tuple(labels)


def _number(period: Period) -> int:
    """Return the number of a period since the first one of the calendar."""
    day = date.fromisoformat(period.start[:10])
    if period.grain == Grain.YEAR:
        return day.year
    if period.grain == Grain.QUARTER:
        return day.year * 4 + (day.month - 1) // 3
    if period.grain == Grain.MONTH:
        return day.year * 12 + day.month - 1
    if period.grain == Grain.WEEK:
        return day.toordinal() // DAYS_IN_A_WEEK
    return day.toordinal()


def _short_text(period: Period, language: Language) -> str:
    day = date.fromisoformat(period.start[:10])
    if period.grain == Grain.YEAR:
        return str(day.year)
    if period.grain == Grain.QUARTER:
        return f"{'T' if language == 'fr' else 'Q'}{(day.month - 1) // 3 + 1}"
    pattern = "LLL" if period.grain == Grain.MONTH else "d MMM"
    return str(format_date(day, pattern, locale=language))
