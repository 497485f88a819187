from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument
from ressenti.facts.calendars import (
    FRIDAY,
    MONDAY,
    SATURDAY,
    BusinessCalendar,
    OpeningHours,
    business_seconds,
    weekly_calendar,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
OFFICE = weekly_calendar(WEEKDAYS, opens=time(9), closes=time(18), time_zone="Europe/Paris")
ALWAYS = weekly_calendar(
    [*WEEKDAYS, "sat", "sun"], opens=time(0), closes=time(0), time_zone="Europe/Paris"
)
MOMENTS = st.lists(
    st.datetimes(at("2024-01-01"), at("2024-12-31"), timezones=st.just(UTC)),
    min_size=3,
    max_size=3,
).map(sorted)


def test_a_weekend_between_friday_evening_and_monday_morning_does_not_count() -> None:
    # 30 minutes on Friday, 15 on Monday
    friday, monday = at("2024-03-01T17:30"), at("2024-03-04T09:15")
    assert business_seconds(friday, monday, OFFICE) == 45 * 60


def test_nothing_counts_outside_the_opening_hours() -> None:
    assert business_seconds(at("2024-03-01T19:00"), at("2024-03-01T23:00"), OFFICE) == 0


def test_a_holiday_is_closed() -> None:
    labour_day = weekly_calendar(
        WEEKDAYS, opens=time(9), closes=time(18), holidays=frozenset({date(2024, 5, 1)})
    )
    start, end = at("2024-04-30T17:00"), at("2024-05-02T10:00")
    assert business_seconds(start, end, labour_day) == 2 * 3600


def test_a_lunch_break_makes_two_stretches() -> None:
    hours = (OpeningHours(time(9), time(12)), OpeningHours(time(14), time(18)))
    desk = BusinessCalendar(hours={FRIDAY: hours})
    start, end = at("2024-03-01T11:00"), at("2024-03-01T15:00")
    assert business_seconds(start, end, desk) == 2 * 3600


def test_a_night_shift_runs_into_the_next_day() -> None:
    night = BusinessCalendar(hours={FRIDAY: (OpeningHours(time(22), time(6)),)})
    saturday = at("2024-03-02T00:00"), at("2024-03-02T12:00")
    assert business_seconds(*saturday, night) == 6 * 3600


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25), (date(2024, 7, 1), 24)]
)
def test_a_day_of_changing_clocks_lasts_as_long_as_it_really_did(day: date, hours: int) -> None:
    start = datetime.combine(day, time(0))
    assert business_seconds(start, start + timedelta(days=1), ALWAYS) == hours * 3600


def test_an_instant_without_a_time_zone_is_read_in_the_calendar_s() -> None:
    paris = ZoneInfo("Europe/Paris")
    naive = at("2024-07-01T08:00"), at("2024-07-01T10:00")
    aware = [moment.replace(tzinfo=paris).astimezone(UTC) for moment in naive]
    assert business_seconds(*naive, OFFICE) == business_seconds(*aware, OFFICE) == 3600


@given(MOMENTS)
def test_a_time_cut_in_two_adds_up_and_never_exceeds_what_passed(moments: list[datetime]) -> None:
    start, middle, end = moments
    whole = business_seconds(start, end, OFFICE)
    parts = business_seconds(start, middle, OFFICE) + business_seconds(middle, end, OFFICE)
    assert whole == pytest.approx(parts, abs=1e-3)
    assert 0 <= whole <= (end - start).total_seconds()


@given(MOMENTS)
def test_a_desk_that_never_closes_counts_every_second(moments: list[datetime]) -> None:
    start, _, end = moments
    assert business_seconds(start, end, ALWAYS) == pytest.approx((end - start).total_seconds())


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="comes before"):
        business_seconds(at("2024-03-02"), at("2024-03-01"), OFFICE)


def test_an_unknown_day_or_time_zone_is_refused_with_its_value() -> None:
    with pytest.raises(InvalidArgument, match="lundi"):
        weekly_calendar(["lundi"], opens=time(9), closes=time(18))
    with pytest.raises(InvalidArgument, match="7 is no day"):
        BusinessCalendar(hours={7: ()})
    with pytest.raises(InvalidArgument, match="Mars/Olympus"):
        BusinessCalendar(hours={MONDAY: (), SATURDAY: ()}, time_zone="Mars/Olympus")
