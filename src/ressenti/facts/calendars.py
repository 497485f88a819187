"""Business calendars: opening hours, holidays and time zone, and the seconds open in between."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
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
DAY_S = 86_400
WEEK_S = 7 * DAY_S
HOURS_OF_DAYS = re.compile(r"([a-z]\S*)\s+(\d.*)")
STRETCH = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """One stretch of a day during which the desk is open, [opens, closes) in local time.

    Closing at or before the opening is closing the day after: 22:00 to 06:00, or 00:00 to 00:00
    for the whole day.
    """

    opens: time
    closes: time

    @property
    def seconds_of_day(self) -> tuple[int, int]:
        """When it opens and closes on the wall clock, in seconds since midnight of its day."""
        opens, closes = _seconds_since_midnight(self.opens), _seconds_since_midnight(self.closes)
        return opens, closes if closes > opens else closes + DAY_S


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

    def week(self) -> tuple[tuple[int, int], ...]:
        """Return the stretches of a week without holidays, in wall-clock seconds since Monday.

        What runs from Sunday into Monday is there as two stretches, the end and the start.

        Examples
        --------
        >>> weekly_calendar(["mon", "tue"], opens=time(9), closes=time(18)).week()
        ((32400, 64800), (118800, 151200))
        """
        found: list[tuple[int, int]] = []
        for weekday, stretches in self.hours.items():
            for stretch in stretches:
                opens, closes = (weekday * DAY_S + at for at in stretch.seconds_of_day)
                found.append((opens, min(closes, WEEK_S)))
                if closes > WEEK_S:
                    found.append((0, closes - WEEK_S))
        return tuple(sorted(found))


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


def calendar_of_text(
    hours: str, *, holidays: Iterable[str] = (), time_zone: str = "UTC"
) -> BusinessCalendar:
    """Return the calendar that a person writes in a line.

    Parameters
    ----------
    hours : str
        Days, then their stretches; several of these are parted by semicolons.
    holidays : iterable of str
        ISO dates.

    Raises
    ------
    InvalidArgument
        R102, for hours that cannot be read or overlap, an unknown day, or what is no date.

    Examples
    --------
    >>> desk = calendar_of_text("mon-thu 09:00-12:30,13:30-18:00; fri 09:00-16:00")
    >>> desk.hours[FRIDAY]
    (OpeningHours(opens=datetime.time(9, 0), closes=datetime.time(16, 0)),)
    >>> sum(closes - opens for opens, closes in desk.week()) / 3600
    39.0
    """
    found: dict[int, tuple[OpeningHours, ...]] = {}
    for part in hours.split(";"):
        written = HOURS_OF_DAYS.fullmatch(part.strip().casefold())
        if written is None:
            raise _unreadable_hours(part.strip())
        stretches = tuple(_stretch_of_text(text.strip()) for text in written[2].split(","))
        for weekday in _weekdays_of_text(written[1]):
            found[weekday] = found.get(weekday, ()) + stretches
    calendar = BusinessCalendar(
        hours=found,
        holidays=frozenset(_holiday_of_text(day.strip()) for day in holidays),
        time_zone=time_zone,
    )
    if any(opens < closed for (_, closed), (opens, _) in pairwise(calendar.week())):
        raise InvalidArgument(
            Text(
                en=f"the business hours '{hours}' overlap: write each hour of the week once.",
                fr=f"les heures ouvrées « {hours} » se chevauchent : n'écrivez "
                "qu'une fois chaque heure de la semaine.",
            )
        )
    return calendar


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


def _seconds_since_midnight(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _weekdays_of_text(text: str) -> Iterator[int]:
    """Yield the weekdays of ``mon-wed,fri``; a range may run over the weekend."""
    for named in text.split(","):
        first, _, last = named.partition("-")
        for day in (first, last or first):
            if day not in WEEKDAYS:
                raise _unknown_weekday(day)
        start = WEEKDAYS[first]
        length = (WEEKDAYS[last or first] - start) % 7 + 1
        yield from ((start + place) % 7 for place in range(length))


def _stretch_of_text(text: str) -> OpeningHours:
    written = STRETCH.fullmatch(text)
    if written is None:
        raise _unreadable_hours(text)
    opens, closes = (clock.zfill(len("00:00")) for clock in written.groups())
    try:
        end = time(0) if closes == "24:00" else time.fromisoformat(closes)
        return OpeningHours(time.fromisoformat(opens), end)
    except ValueError:
        raise _unreadable_hours(text) from None


def _holiday_of_text(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidArgument(
            Text(
                en=f"the holiday '{text}' is no ISO date: write 2026-01-01,2026-05-01.",
                fr=f"le jour férié « {text} » n'est pas une date ISO : écrivez "
                "2026-01-01,2026-05-01.",
            )
        ) from None


def _unreadable_hours(text: str) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en=f"the business hours '{text}' cannot be read: write 'mon-fri 09:00-18:00', or "
            "'mon-thu 09:00-12:30,13:30-18:00; fri 09:00-16:00'.",
            fr=f"les heures ouvrées « {text} » ne se lisent pas : écrivez "
            "« mon-fri 09:00-18:00 », ou « mon-thu 09:00-12:30,13:30-18:00; "
            "fri 09:00-16:00 ».",
        )
    )


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
