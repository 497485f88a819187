"""Nested periods: the calendar as a tree, so that a difference of periods is a part of one.

Years hold quarters, these hold months, these hold the parts of weeks that lie in them, these hold
days. A week that crosses the end of a month is the sum of its two parts and no period of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from ressenti.facts.periods import Grain, Weekday, first_day_of, span_starting, spans_from

Stretch = tuple[date, date]
LONGEST_FIRST = (Grain.YEAR, Grain.QUARTER, Grain.MONTH, Grain.WEEK, Grain.DAY)


@cache
def periods_within(
    first_day: date, holder: Grain, grain: Grain, week_starts_on: Weekday
) -> Mapping[Stretch, Stretch | None]:
    """Return a period and the nested ones within it, down to a grain, each with its holder.

    Returns
    -------
    mapping of stretch to stretch
        Longer ones first, and the latest first among equals. Stretches are half-open.

    Examples
    --------
    >>> year = date(2026, 1, 1)
    >>> periods = periods_within(year, Grain.YEAR, Grain.QUARTER, Weekday.MONDAY)
    >>> [f"{start:%d/%m}" for start, _ in periods]
    ['01/01', '01/10', '01/07', '01/04', '01/01']
    """
    whole = span_starting(first_day, holder)
    held: dict[Stretch, Stretch | None] = {whole: None}
    level = [whole]
    for shorter in LONGEST_FIRST[LONGEST_FIRST.index(holder) + 1 : LONGEST_FIRST.index(grain) + 1]:
        following = []
        for longer in level:
            for stretch in _parts_latest_first(longer, shorter, week_starts_on):
                following.append(stretch)
                # The part of a week may be a day: the same figure is no second one.
                held.setdefault(stretch, longer)
        level = following
    return held


def stretches_of(first_day: date, grain: Grain) -> tuple[Stretch, ...]:
    """Return the nested periods that a period is the sum of: two for a week that crosses a month.

    Examples
    --------
    >>> stretches = stretches_of(date(2026, 9, 28), Grain.WEEK)
    >>> [f"{start:%d/%m}-{end:%d/%m}" for start, end in stretches]
    ['28/09-01/10', '01/10-05/10']
    """
    start, end = span_starting(first_day, grain)
    if grain is not Grain.WEEK:
        return ((start, end),)
    middle = first_day_of(end, Grain.MONTH)
    return ((start, middle), (middle, end)) if start < middle < end else ((start, end),)


def _parts_latest_first(
    holder: Stretch, grain: Grain, week_starts_on: Weekday
) -> Iterator[Stretch]:
    start, end = holder
    first = first_day_of(start, grain, week_starts_on=week_starts_on)
    for day in reversed(spans_from(first, end, grain)):
        part = max(day, start), min(span_starting(day, grain)[1], end)
        if part[0] < part[1]:
            yield part
