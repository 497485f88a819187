"""Business time: the SQL for the seconds between two wall clocks during which the desk was open.

The open time up to a moment is that of whole weeks, plus that of the stretches of its own week,
less that of the holidays before it: arithmetic on each row, without a table of days to join.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from ressenti.errors import InvalidArgument
from ressenti.facts.calendars import WEEK_S, BusinessCalendar, calendar_of_text
from ressenti.language import Text
from ressenti.tallies.derivations import MICROSECONDS, seconds_between

HOURS: Mapping[str, Any] = {"business_hours": None, "holidays": None}
# A Monday at midnight before any other date: what remains of a week is never negative.
ORIGIN = datetime.fromisoformat("0001-01-01")
EPOCH_S = int((datetime.fromisoformat("1970-01-01") - ORIGIN).total_seconds())
MICRO = 1_000_000


def seconds_counted(start: str, end: str, options: Mapping[str, Any]) -> str:
    """Return the SQL for the seconds that a delay counts: all, or those of the business hours.

    Parameters
    ----------
    start, end : str
        The SQL of two wall-clock timestamps.
    options : mapping
        ``business_hours`` as ``calendar_of_text`` reads them, or None; ``holidays`` as ISO dates
        parted by commas or in a list, or None.

    Raises
    ------
    InvalidArgument
        R102, for hours or holidays that cannot be read, and for holidays without hours.
    """
    hours, holidays = options["business_hours"], options["holidays"]
    if hours is not None:
        return open_seconds_between(
            start, end, calendar_of_text(str(hours), holidays=_listed(holidays))
        )
    if holidays is not None:
        raise InvalidArgument(
            Text(
                en="the option 'holidays' closes business hours, which are not given.",
                fr="le réglage « holidays » ferme des heures ouvrées, qui ne sont pas données.",
            ),
            hint=Text(
                en="Add --option 'business_hours=mon-fri 09:00-18:00'.",
                fr="Ajoutez --option 'business_hours=mon-fri 09:00-18:00'.",
            ),
        )
    return seconds_between(start, end)


def open_seconds_between(start: str, end: str, calendar: BusinessCalendar) -> str:
    """Return the SQL for the seconds of opening from one timestamp to another.

    Clocks are read as they hang on the wall: a stretch during which they change counts the hours
    that they show. An end before its start gives the plain difference, which is negative even
    when the desk was closed, and NULL gives NULL.

    Examples
    --------
    >>> desk = calendar_of_text("mon 09:00-10:00")
    >>> open_seconds_between("a", "b", desk).startswith("(CASE WHEN b >= a THEN ")
    True
    """
    week, closed = calendar.week(), tuple(_closed(calendar))
    full_week = sum(closes - opens for opens, closes in week) * MICRO
    # Whole weeks are subtracted before they are divided: doubles then lose no microsecond.
    counted = (
        f"({_monday(end)} - {_monday(start)}) / {WEEK_S * MICRO} * {full_week}"
        f" + {_run(_into_week(end), week)} - {_run(_into_week(start), week)}"
    )
    if closed:
        counted += f" - {_run(_since_origin(end), closed)} + {_run(_since_origin(start), closed)}"
    return (
        f"(CASE WHEN {end} >= {start} THEN ({counted}) / 1e6 "
        f"WHEN {end} < {start} THEN {seconds_between(start, end)} END)"
    )


def _closed(calendar: BusinessCalendar) -> Iterator[tuple[int, int]]:
    """Yield the stretches that holidays close, in seconds since the origin."""
    for day in sorted(calendar.holidays):
        midnight = int((datetime.combine(day, time(0)) - ORIGIN).total_seconds())
        for stretch in calendar.hours.get(day.weekday(), ()):
            opens, closes = stretch.seconds_of_day
            yield midnight + opens, midnight + closes


def _since_origin(moment: str) -> str:
    return f"({MICROSECONDS}({moment}) + {EPOCH_S * MICRO})"


def _into_week(moment: str) -> str:
    return f"({_since_origin(moment)} % {WEEK_S * MICRO})"


def _monday(moment: str) -> str:
    return f"({_since_origin(moment)} - {_into_week(moment)})"


def _run(elapsed: str, stretches: Sequence[tuple[int, int]]) -> str:
    """Return the SQL for the microseconds of the stretches that have run by then."""
    parts = (
        f"GREATEST(0, LEAST({elapsed}, {closes * MICRO}) - {opens * MICRO})"
        for opens, closes in stretches
    )
    return f"({' + '.join(parts)})"


def _listed(holidays: object) -> tuple[str, ...]:
    if holidays is None:
        return ()
    if isinstance(holidays, list | tuple):
        return tuple(str(day) for day in holidays)
    return tuple(str(holidays).split(","))
