"""Periods: days, weeks, months, quarters and years of one time zone, each half-open.

A period is a run of calendar days; its bounds are the instants at which the clocks of the zone
start its first day and the day after its last. Days of 23 or 25 hours, and zones whose clocks
jump over midnight, are therefore right without any special case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ressenti.errors import InvalidArgument, unknown_name
from ressenti.language import Language, Text

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}


class Grain(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Weekday(IntEnum):
    """A day of the week, counted from Monday as Python and ISO 8601 do."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One period [start, end) of a time zone.

    Parameters
    ----------
    start, end : datetime
        Instants, in UTC.
    grain : Grain
    first_day, end_day : date
        The same bounds as days of the zone; ``end_day`` is the day after the last.
    zone : str
        The name of the time zone, such as ``Europe/Paris``.
    """

    start: datetime
    end: datetime
    grain: Grain
    first_day: date
    end_day: date
    zone: str

    @property
    def days(self) -> tuple[str, str]:
        """The bounds as ISO dates of the zone: what a score's period publishes."""
        return self.first_day.isoformat(), self.end_day.isoformat()

    @property
    def instants(self) -> tuple[str, str]:
        """The bounds as ISO instants in UTC: ``2026-01-01T05:00:00Z``."""
        return (
            self.start.isoformat().replace("+00:00", "Z"),
            self.end.isoformat().replace("+00:00", "Z"),
        )

    def holds(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


def period_of(
    instant: datetime,
    grain: Grain,
    *,
    zone: str,
    week_starts_on: Weekday = Weekday.MONDAY,
) -> Span:
    """Return the one period of the zone that holds an instant.

    Raises
    ------
    InvalidArgument
        R102, when the instant has no time zone of its own.
    UnknownName
        R100, when the zone is unknown.

    Examples
    --------
    >>> instant = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    >>> period_of(instant, Grain.MONTH, zone="Europe/Paris").days
    ('2026-02-01', '2026-03-01')
    >>> period_of(instant, Grain.MONTH, zone="America/Montreal").instants
    ('2026-01-01T05:00:00Z', '2026-02-01T05:00:00Z')
    """
    _require_zone(instant)
    local = instant.astimezone(zone_called(zone)).date()
    span = _span(first_day_of(local, grain, week_starts_on=week_starts_on), grain, zone)
    # Clocks set back from 00:01 to 23:01 show a day's first minute, then the day before again:
    # the day starts when they stop doing so.
    return span if span.start <= instant else previous(span)


def periods_between(
    start: datetime,
    end: datetime,
    grain: Grain,
    *,
    zone: str,
    week_starts_on: Weekday = Weekday.MONDAY,
) -> tuple[Span, ...]:
    """Return the periods that share an instant with [start, end), in order.

    Examples
    --------
    >>> spring = (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC))
    >>> [str(s.end - s.start) for s in periods_between(*spring, Grain.DAY, zone="Europe/Paris")]
    ['1 day, 0:00:00', '23:00:00', '1 day, 0:00:00', '1 day, 0:00:00']
    """
    _require_zone(end)
    span = period_of(start, grain, zone=zone, week_starts_on=week_starts_on)
    found = []
    while span.start < end:
        found.append(span)
        span = _span(span.end_day, grain, zone)
    return tuple(found)


def period_bounds(first_day: date, grain: Grain, *, zone: str) -> tuple[datetime, datetime]:
    """Return the instants, in UTC, between which a period that begins on ``first_day`` lies.

    Examples
    --------
    >>> start, end = period_bounds(date(2018, 11, 4), Grain.DAY, zone="America/Sao_Paulo")
    >>> start.isoformat(), str(end - start)
    ('2018-11-04T03:00:00+00:00', '23:00:00')
    """
    own_zone = zone_called(zone)
    first, end = span_starting(first_day, grain)
    return _first_instant(first, own_zone), _first_instant(end, own_zone)


def previous(span: Span) -> Span:
    """Return the period of the same grain just before."""
    return _span(_months_or_days_later(span.first_day, span.grain, -1), span.grain, span.zone)


def same_period_last_year(span: Span) -> Span | None:
    """Return the same day, numbered week, month or quarter one year before.

    None where last year has none: 29 February, week 53.
    """
    if span.grain is Grain.WEEK:
        year, number = week_number(span.first_day)
        for weeks in (52, 53):
            first = span.first_day - weeks * 7 * DAY
            if week_number(first) == (year - 1, number):
                return _span(first, span.grain, span.zone)
        return None
    if (span.first_day.month, span.first_day.day) == (2, 29):
        return None
    return _span(span.first_day.replace(year=span.first_day.year - 1), span.grain, span.zone)


def first_day_of(day: date, grain: Grain, *, week_starts_on: Weekday = Weekday.MONDAY) -> date:
    """Return the first day of the period that holds a day.

    Examples
    --------
    >>> first_day_of(date(2026, 2, 18), Grain.QUARTER).isoformat()
    '2026-01-01'
    >>> first_day_of(date(2026, 2, 18), Grain.WEEK, week_starts_on=Weekday.SUNDAY).isoformat()
    '2026-02-15'
    """
    if grain is Grain.DAY:
        return day
    if grain is Grain.WEEK:
        return day - (day.weekday() - week_starts_on) % 7 * DAY
    months = MONTHS_IN[grain]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def span_starting(first_day: date, grain: Grain) -> tuple[date, date]:
    """Return the first day of a period and the day after its last.

    Raises
    ------
    InvalidArgument
        R102, for the last period of the calendar, where 9999-12-31 lies.

    Examples
    --------
    >>> [day.isoformat() for day in span_starting(date(2026, 1, 1), Grain.QUARTER)]
    ['2026-01-01', '2026-04-01']
    """
    return first_day, _months_or_days_later(first_day, grain, 1)


def spans_from(first: date, last: date, grain: Grain) -> tuple[date, ...]:
    """Return the first days of the periods from the one starting ``first`` to ``last``'s.

    Examples
    --------
    >>> [day.isoformat() for day in spans_from(date(2025, 11, 1), date(2026, 1, 1), Grain.MONTH)]
    ['2025-11-01', '2025-12-01', '2026-01-01']
    """
    return tuple(_first_days(first, last, grain))


def week_number(first_day: date) -> tuple[int, int]:
    """Return the year and number of the week that starts on a day.

    A week belongs to the year that holds most of its days, whichever day it starts on; for weeks
    that start on Monday this is the rule of ISO 8601.

    Examples
    --------
    >>> week_number(date(2025, 12, 29)), week_number(date(2026, 1, 11))
    ((2026, 1), (2026, 2))
    """
    middle = first_day + 3 * DAY
    return middle.year, (middle.timetuple().tm_yday - 1) // 7 + 1


def label_of(first_day: date, grain: Grain, language: Language) -> str:
    """Return what a person calls a period.

    Examples
    --------
    >>> january = date(2026, 1, 1)
    >>> [label_of(january, grain, "fr") for grain in (Grain.MONTH, Grain.QUARTER, Grain.DAY)]
    ['janvier 2026', 'T1 2026', '1er janvier 2026']
    >>> label_of(january, Grain.MONTH, "en"), label_of(date(2026, 1, 12), Grain.WEEK, "en")
    ('Jan 2026', 'week 3 of 2026')
    """
    if grain is Grain.WEEK:
        year, number = week_number(first_day)
        words = Text(en=f"week {number} of {year}", fr=f"semaine {number} de {year}")
        return words.to(language)
    if grain is Grain.QUARTER:
        quarter = (first_day.month - 1) // 3 + 1
        return f"{'T' if language == 'fr' else 'Q'}{quarter} {first_day.year}"
    if grain is Grain.YEAR:
        return str(first_day.year)
    return _label_with_month(first_day, grain, language)


@cache
def zone_called(name: str) -> ZoneInfo:
    """Return the time zone of that name.

    Raises
    ------
    UnknownName
        R100, with the nearest names.

    Examples
    --------
    >>> zone_called("America/Montreal").key
    'America/Montreal'
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        kind = Text(en="time zone", fr="fuseau horaire")
        raise unknown_name(kind, name, sorted(available_timezones())) from None


def _span(first_day: date, grain: Grain, zone: str) -> Span:
    first, end = span_starting(first_day, grain)
    starts, ends = period_bounds(first, grain, zone=zone)
    return Span(starts, ends, grain, first, end, zone)


def _first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant from which the clocks of a zone no longer show an earlier day."""
    midnight = datetime.combine(day, time(), zone)
    early, late = sorted(midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    # Not equal only where clocks jump over midnight or show it twice.
    while late > early and (late - MINUTE).astimezone(zone).date() >= day:
        late -= MINUTE
    return late


def _first_days(first: date, last: date, grain: Grain) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day = _months_or_days_later(day, grain, 1)


def _months_or_days_later(first_day: date, grain: Grain, count: int) -> date:
    try:
        if grain in (Grain.DAY, Grain.WEEK):
            return first_day + count * (7 if grain is Grain.WEEK else 1) * DAY
        months = first_day.year * 12 + first_day.month - 1 + count * MONTHS_IN[grain]
        return date(months // 12, months % 12 + 1, 1)
    except (OverflowError, ValueError):
        raise InvalidArgument(
            Text(
                en=f"the period of {first_day} has no neighbour: the calendar ends there.",
                fr=f"la période du {first_day} n'a pas de voisine : le calendrier s'arrête là.",
            ),
            hint=Text(
                en="Such a date usually stands for 'never': make it missing.",
                fr="Une telle date veut d'ordinaire dire « jamais » : rendez-la manquante.",
            ),
        ) from None


def _require_zone(instant: datetime) -> None:
    if instant.tzinfo is None:
        raise InvalidArgument(
            Text(
                en=f"'{instant}' is no instant: it says no time zone.",
                fr=f"« {instant} » n'est pas un instant : le fuseau horaire n'est pas dit.",
            )
        )


def _label_with_month(day: date, grain: Grain, language: Language) -> str:
    from babel.dates import format_date

    if grain is Grain.MONTH:
        return str(format_date(day, "LLLL y" if language == "fr" else "LLL y", locale=language))
    if language == "fr":
        number = "1er" if day.day == 1 else str(day.day)
        return f"{number} {format_date(day, 'MMMM y', locale='fr')}"
    return str(format_date(day, "d MMM y", locale="en"))
