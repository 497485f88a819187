from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument, UnknownName
from ressenti.facts.periods import (
    Grain,
    Weekday,
    first_day_of,
    label_of,
    period_bounds,
    period_of,
    periods_between,
    previous,
    same_period_last_year,
    span_starting,
    spans_from,
    week_number,
    zone_called,
)

# Clocks change at 1 UTC; at 2 local time; at midnight, forwards; at midnight; back from 0:01 to
# 23:01 the day before; back from 1 to 0 the same day; a whole day is skipped; never.
ZONES = [
    "Europe/Paris",
    "America/Montreal",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "America/St_Johns",
    "America/Havana",
    "Pacific/Apia",
    "UTC",
]
zones = st.sampled_from(ZONES)
grains = st.sampled_from(list(Grain))
weekdays = st.sampled_from(list(Weekday))
instants = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001  hypothesis wants naive bounds
    max_value=datetime(2037, 12, 31),  # noqa: DTZ001  the same
    timezones=st.just(UTC),
)
SECOND = timedelta(seconds=1)


def offset_changes(zone: str) -> list[datetime]:
    """Return the hours from 2000 to 2030 after which the clocks of a zone have changed."""
    own = zone_called(zone)
    hours = [datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=h) for h in range(0, 263_000, 6)]
    offsets = [hour.astimezone(own).utcoffset() for hour in hours]
    return [hours[i] for i in range(1, len(hours)) if offsets[i] != offsets[i - 1]]


@given(instant=instants, zone=zones, grain=grains, week_starts_on=weekdays)
@example(datetime(2018, 11, 4, 2, 59, 59, tzinfo=UTC), "America/Sao_Paulo", Grain.DAY, Weekday(0))
@example(datetime(2018, 11, 4, 3, 0, 0, tzinfo=UTC), "America/Sao_Paulo", Grain.DAY, Weekday(0))
@example(datetime(2006, 10, 29, 2, 30, 30, tzinfo=UTC), "America/St_Johns", Grain.DAY, Weekday(0))
@example(datetime(2006, 10, 29, 3, 0, 0, tzinfo=UTC), "America/St_Johns", Grain.DAY, Weekday(0))
@example(datetime(2011, 12, 30, 10, 0, 0, tzinfo=UTC), "Pacific/Apia", Grain.DAY, Weekday(0))
def test_every_instant_is_in_its_period_and_in_no_neighbour(
    instant: datetime, zone: str, grain: Grain, week_starts_on: Weekday
) -> None:
    span = period_of(instant, grain, zone=zone, week_starts_on=week_starts_on)
    before = previous(span)
    after = period_of(span.end, grain, zone=zone, week_starts_on=week_starts_on)
    assert span.holds(instant)
    assert not before.holds(instant)
    assert not after.holds(instant)


@given(instant=instants, zone=zones, grain=grains, week_starts_on=weekdays)
def test_periods_tile_without_gap_or_overlap(
    instant: datetime, zone: str, grain: Grain, week_starts_on: Weekday
) -> None:
    end = instant + timedelta(days=100)
    spans = periods_between(instant, end, grain, zone=zone, week_starts_on=week_starts_on)
    assert spans[0].holds(instant)
    assert spans[-1].start < end <= spans[-1].end
    assert [span.end for span in spans[:-1]] == [span.start for span in spans[1:]]


@pytest.mark.parametrize("zone", ZONES[:6])
def test_days_tile_across_every_change_of_the_clocks(zone: str) -> None:
    for change in offset_changes(zone):
        start, end = change - timedelta(days=2), change + timedelta(days=2)
        days = periods_between(start, end, Grain.DAY, zone=zone)
        assert [day.end for day in days[:-1]] == [day.start for day in days[1:]]
        assert (
            sum((day.end - day.start for day in days), timedelta()) == days[-1].end - days[0].start
        )
        for hour in range(96):
            instant = start + timedelta(hours=hour, minutes=1)
            assert [day.holds(instant) for day in days].count(True) == 1
            assert period_of(instant, Grain.DAY, zone=zone) in days


@given(instant=instants, zone=st.sampled_from(ZONES[:4]), grain=grains, week_starts_on=weekdays)
def test_the_period_is_the_one_of_the_local_date_as_sql_truncates_it(
    instant: datetime, zone: str, grain: Grain, week_starts_on: Weekday
) -> None:
    local = instant.astimezone(zone_called(zone)).date()
    span = period_of(instant, grain, zone=zone, week_starts_on=week_starts_on)
    assert span.first_day <= local < span.end_day


@given(day=st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_monday_weeks_are_numbered_as_iso_8601_does(day: date) -> None:
    monday = first_day_of(day, Grain.WEEK)
    assert week_number(monday) == day.isocalendar()[:2]


@given(day=st.dates(date(1900, 1, 1), date(2200, 1, 1)), week_starts_on=weekdays)
def test_a_week_starts_on_the_day_that_was_told(day: date, week_starts_on: Weekday) -> None:
    first, end = span_starting(
        first_day_of(day, Grain.WEEK, week_starts_on=week_starts_on), Grain.WEEK
    )
    assert first.weekday() == week_starts_on
    assert first <= day < end
    assert (end - first).days == 7


@pytest.mark.parametrize(
    ("day", "zone", "start", "hours"),
    [
        # Paris 2026: +1 to +2 on 29 March at 1 UTC, back on 25 October.
        (date(2026, 3, 29), "Europe/Paris", "2026-03-28T23:00:00", 23),
        (date(2026, 10, 25), "Europe/Paris", "2026-10-24T22:00:00", 25),
        # Montréal 2026: 8 March and 1 November at 2 local time.
        (date(2026, 3, 8), "America/Montreal", "2026-03-08T05:00:00", 23),
        (date(2026, 11, 1), "America/Montreal", "2026-11-01T04:00:00", 25),
        # São Paulo 2018: 3 November ends at 0:00, when it is 1:00 on 4 November.
        (date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00:00", 23),
        (date(2018, 2, 17), "America/Sao_Paulo", "2018-02-17T02:00:00", 25),
        # Cairo 2023: forward on 28 April at 0:00.
        (date(2023, 4, 28), "Africa/Cairo", "2023-04-27T22:00:00", 23),
        # Havana 2024: 3 November has two hours that begin at 0:00.
        (date(2024, 11, 3), "America/Havana", "2024-11-03T04:00:00", 25),
        # Toronto 1919: from 23:30 on 30 March to 0:30 on the 31st.
        (date(1919, 3, 31), "America/Toronto", "1919-03-31T04:30:00", 23.5),
        # Samoa skipped 30 December 2011 to change sides of the date line.
        (date(2011, 12, 30), "Pacific/Apia", "2011-12-30T10:00:00", 0),
    ],
)
def test_days_of_clock_changes_have_the_hours_they_had(
    day: date, zone: str, start: str, hours: float
) -> None:
    starts, ends = period_bounds(day, Grain.DAY, zone=zone)
    assert starts == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert ends - starts == timedelta(hours=hours)


def test_a_score_period_is_published_as_dates_of_the_zone() -> None:
    span = period_of(datetime(2026, 3, 31, 22, 30, tzinfo=UTC), Grain.QUARTER, zone="Europe/Paris")
    assert span.days == ("2026-04-01", "2026-07-01")
    assert span.instants == ("2026-03-31T22:00:00Z", "2026-06-30T22:00:00Z")


@pytest.mark.parametrize(
    ("grain", "en", "fr"),
    [
        (Grain.DAY, "1 Feb 2026", "1er février 2026"),
        (Grain.WEEK, "week 5 of 2026", "semaine 5 de 2026"),
        (Grain.MONTH, "Feb 2026", "février 2026"),
        (Grain.QUARTER, "Q1 2026", "T1 2026"),
        (Grain.YEAR, "2026", "2026"),
    ],
)
def test_periods_are_called_as_people_call_them(grain: Grain, en: str, fr: str) -> None:
    first_day = first_day_of(date(2026, 2, 1), grain)
    assert label_of(first_day, grain, "en") == en
    assert label_of(first_day, grain, "fr") == fr


@pytest.mark.parametrize(
    ("day", "grain", "expected"),
    [
        (date(2026, 3, 31), Grain.DAY, date(2025, 3, 31)),
        (date(2024, 2, 29), Grain.DAY, None),
        (date(2026, 3, 15), Grain.MONTH, date(2025, 3, 1)),
        (date(2024, 2, 29), Grain.MONTH, date(2023, 2, 1)),
        (date(2026, 3, 15), Grain.QUARTER, date(2025, 1, 1)),
        (date(2026, 3, 15), Grain.YEAR, date(2025, 1, 1)),
        # 2026-01-12 starts week 3 of 2026; week 3 of 2025 starts on 2025-01-13.
        (date(2026, 1, 12), Grain.WEEK, date(2025, 1, 13)),
        # 2020 has a week 53; between week 10 of 2021 and of 2020 lie 53 weeks.
        (date(2021, 3, 8), Grain.WEEK, date(2020, 3, 2)),
        (date(2020, 12, 28), Grain.WEEK, None),
    ],
)
def test_last_year_has_the_same_period_or_none(
    day: date, grain: Grain, expected: date | None
) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    last_year = same_period_last_year(period_of(noon, grain, zone="Europe/Paris"))
    assert (None if last_year is None else last_year.first_day) == expected


@given(instant=instants, zone=zones, grain=grains)
def test_the_previous_period_ends_where_this_one_starts(
    instant: datetime, zone: str, grain: Grain
) -> None:
    span = period_of(instant, grain, zone=zone)
    assert previous(span).end == span.start
    assert previous(span).grain is grain


def test_the_first_days_of_periods_are_listed_to_the_last() -> None:
    assert spans_from(date(2026, 1, 5), date(2026, 1, 19), Grain.WEEK) == (
        date(2026, 1, 5),
        date(2026, 1, 12),
        date(2026, 1, 19),
    )


def test_the_end_of_the_calendar_is_refused_with_what_it_usually_means() -> None:
    with pytest.raises(InvalidArgument, match="never"):
        span_starting(date(9999, 12, 1), Grain.MONTH)


def test_a_time_without_zone_is_no_instant() -> None:
    with pytest.raises(InvalidArgument, match="no time zone"):
        period_of(datetime(2026, 1, 1), Grain.DAY, zone="UTC")  # noqa: DTZ001  what is tested


@pytest.mark.parametrize("name", ["", "../etc/passwd", "Mars/Olympus", "CEST+"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownName):
        zone_called(name)


def test_an_unknown_zone_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(UnknownName, match="Did you mean: Europe/Paris"):
        zone_called("Europe/Pari")
