"""Business calendars: opening hours, holidays and time zone, and the seconds open in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ressenti.errors import InvalidArgument
from ressenti.language import Text

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
WEEKDAYS: Mapping[str, int] = {
    "mon": MONDAY,
    "tue": TUESDAY,
    "wed": WEDNESDAY,
    "thu": THURSDAY,
    "fri": FRIDAY,
    "sat": SATURDAY,
    "sun": SUNDAY,
}


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """One stretch of a day during which the desk is open, [opens, closes) in local time.

    Closing at or before the opening is closing the day after: 22:00 to 06:00, or 00:00 to 00:00
    for the whole day.
    """

    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessCalendar:
    """When an organisation is open.

    Parameters
    ----------
    hours : mapping of weekday (0 is Monday) to its stretches
        A weekday that is not named is closed; a lunch break makes two stretches, never overlapping.
    holidays : frozenset of date
        Days on which no stretch begins.
    time_zone : str
        Its IANA name.

    Raises
    ------
    InvalidArgument
        R102, for a weekday or a time zone that does not exist.

    Examples
    --------
    >>> desk = weekly_calendar(["mon", "fri"], opens=time(9), closes=time(18))
    >>> sorted(desk.hours)
    [0, 4]
    """

    hours: Mapping[int, tuple[OpeningHours, ...]]
    holidays: frozenset[date] = frozenset()
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        for weekday in self.hours:
            if weekday not in range(7):
                raise _unknown_weekday(weekday)
        _zone(self.time_zone)

    def stretches(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield the stretches that begin on a day, as UTC instants.

        A closing hour that the clocks skip or repeat is read before the change, so a day of 23 or
        25 hours is open for as long as it really was.
        """
        if day in self.holidays:
            return
        zone = _zone(self.time_zone)
        for stretch in self.hours.get(day.weekday(), ()):
            end_day = day if stretch.closes > stretch.opens else day + timedelta(days=1)
            opens = datetime.combine(day, stretch.opens, tzinfo=zone)
            closes = datetime.combine(end_day, stretch.closes, tzinfo=zone)
            yield opens.astimezone(UTC), closes.astimezone(UTC)


def weekly_calendar(
    days: Sequence[str],
    *,
    opens: time,
    closes: time,
    holidays: frozenset[date] = frozenset(),
    time_zone: str = "UTC",
) -> BusinessCalendar:
    """Return the calendar with the same hours on each of the days.

    Parameters
    ----------
    days : sequence of str
        Among mon, tue, wed, thu, fri, sat, sun.

    Raises
    ------
    InvalidArgument
        R102, for another day.
    """
    for day in days:
        if day not in WEEKDAYS:
            raise _unknown_weekday(day)
    hours = {WEEKDAYS[day]: (OpeningHours(opens, closes),) for day in days}
    return BusinessCalendar(hours=hours, holidays=holidays, time_zone=time_zone)


def business_seconds(start: datetime, end: datetime, calendar: BusinessCalendar) -> float:
    """Return how many seconds between two instants the organisation was open.

    Seconds are those that really passed, across changes of the clocks too.

    Parameters
    ----------
    start, end : datetime
        Without a time zone they are read in the calendar's own.

    Raises
    ------
    InvalidArgument
        R102, when the end comes before the start.

    Examples
    --------
    >>> desk = weekly_calendar(["mon", "fri"], opens=time(9), closes=time(18))
    >>> friday, monday = datetime(2024, 3, 1, 17, 30), datetime(2024, 3, 4, 9, 15)
    >>> business_seconds(friday, monday, desk) / 60
    45.0
    """
    zone = _zone(calendar.time_zone)
    first, last = _utc(start, zone), _utc(end, zone)
    if last < first:
        raise InvalidArgument(
            Text(
                en=f"the end {end.isoformat()} comes before the start {start.isoformat()}.",
                fr=f"la fin {end.isoformat()} précède le début {start.isoformat()}.",
            )
        )
    total = 0.0
    # A stretch that began the evening before may still run.
    day = first.astimezone(zone).date() - timedelta(days=1)
    while day <= last.astimezone(zone).date():
        for opens, closes in calendar.stretches(day):
            open_for = min(closes, last) - max(opens, first)
            total += max(open_for.total_seconds(), 0.0)
        day += timedelta(days=1)
    return total


def _utc(moment: datetime, zone: ZoneInfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidArgument(
            Text(
                en=f"no time zone is called '{name}': write it as Europe/Paris.",
                fr=f"aucun fuseau horaire ne s'appelle « {name} » : écrivez par exemple "
                "Europe/Paris.",
            )
        ) from None


def _unknown_weekday(day: object) -> InvalidArgument:
    known = ", ".join(WEEKDAYS)
    return InvalidArgument(
        Text(
            en=f"{day!r} is no day of the week: 0 to 6 from Monday, or {known}.",
            fr=f"{day!r} n'est pas un jour de la semaine : de 0 à 6 depuis lundi, ou {known}.",
        )
    )
