from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ressenti as rs
from ressenti.errors import InvalidArgument
from ressenti.facts.calendars import (
    BusinessCalendar,
    OpeningHours,
    business_seconds,
    calendar_of_text,
)
from ressenti.tallies.business_time import open_seconds_between, seconds_counted


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


OFFICE = "mon-fri 09:00-18:00"
DESK = "mon-thu 09:00-12:30,13:30-18:00; fri 09:00-16:00"
MOMENTS = st.lists(st.datetimes(at("2023-12-01"), at("2026-02-01")), min_size=2, max_size=2).map(
    sorted
)
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@st.composite
def stretches_of_a_day(draw: st.DrawFn) -> tuple[OpeningHours, ...]:
    """Draw stretches that do not overlap, up to midnight."""
    clocks = sorted(draw(st.sets(CLOCKS, min_size=2, max_size=6)))
    return tuple(
        OpeningHours(opens, closes)
        for opens, closes in zip(clocks[::2], clocks[1::2], strict=False)
    )


CALENDARS = st.builds(
    BusinessCalendar,
    hours=st.dictionaries(st.integers(0, 6), stretches_of_a_day(), min_size=1),
    holidays=st.frozensets(st.dates(date(2023, 12, 1), date(2026, 2, 1)), max_size=12),
)
NIGHTS = st.builds(
    BusinessCalendar,
    hours=st.dictionaries(
        st.integers(0, 6), st.just((OpeningHours(time(22), time(6)),)), min_size=1
    ),
    holidays=st.frozensets(st.dates(date(2024, 1, 1), date(2024, 1, 31)), max_size=6),
)


def counted(start: datetime, end: datetime | None, calendar: BusinessCalendar) -> Any:
    """Return what DuckDB counts between two wall clocks."""
    sql = open_seconds_between("a", "b", calendar)
    with duckdb.connect() as connection:
        row = connection.execute(
            f"SELECT {sql} FROM (SELECT ?::TIMESTAMP AS a, ?::TIMESTAMP AS b) AS clocks",
            [start, end],
        ).fetchone()
    assert row is not None
    return row[0]


@given(MOMENTS, CALENDARS)
def test_the_sql_counts_what_a_walk_over_the_days_counts(
    moments: list[datetime], calendar: BusinessCalendar
) -> None:
    start, end = moments
    expected = business_seconds(start, end, calendar)
    assert counted(start, end, calendar) == pytest.approx(expected, rel=1e-12, abs=1e-6)


@given(st.datetimes(at("2024-01-01"), at("2024-01-31")), st.integers(0, 500), NIGHTS)
def test_the_sql_counts_nights_that_run_over_midnight_and_over_sunday(
    start: datetime, hours: int, calendar: BusinessCalendar
) -> None:
    end = start + timedelta(hours=hours)
    expected = business_seconds(start, end, calendar)
    assert counted(start, end, calendar) == pytest.approx(expected, rel=1e-12, abs=1e-6)


def test_a_holiday_closes_its_own_stretches_only() -> None:
    # Tuesday 17:00-18:00, Wednesday 1 May closed, Thursday 09:00-10:00.
    calendar = calendar_of_text(OFFICE, holidays=["2024-05-01"])
    assert counted(at("2024-04-30T17:00"), at("2024-05-02T10:00"), calendar) == 2 * 3600


def test_a_microsecond_counts() -> None:
    start, end = at("2024-03-01T17:30"), at("2024-03-04T09:15:00.000001")
    assert counted(start, end, calendar_of_text(OFFICE)) == 2700.000001


def test_an_end_before_its_start_stays_negative_while_the_desk_is_closed() -> None:
    saturday = at("2024-03-02T12:00")
    assert counted(saturday, saturday - timedelta(hours=1), calendar_of_text(OFFICE)) == -3600


def test_what_has_not_ended_has_no_duration() -> None:
    assert counted(at("2024-03-01"), None, calendar_of_text(OFFICE)) is None


def test_a_friday_evening_answered_on_monday_took_three_quarters_of_an_hour() -> None:
    # The vector first_response_time-02: 30 minutes on Friday and 15 on Monday; 3,825 by calendar.
    tickets = {"offered_at": ["2024-03-01T17:30"], "first_reply_at": ["2024-03-04T09:15"]}
    assert minutes(tickets, {"business_hours": OFFICE}) == pytest.approx(45, rel=1e-9)
    assert minutes(tickets, {}) == pytest.approx(3825, rel=1e-9)
    closed = {"business_hours": OFFICE, "holidays": "2024-03-04, 2024-03-05"}
    assert minutes(tickets, closed) == pytest.approx(30, rel=1e-9)


def test_a_lunch_break_and_a_short_friday_do_not_count() -> None:
    # Thursday 12:00 to Friday 17:00: 30 min, then 4 h 30; 7 h on Friday.
    tickets = {"offered_at": ["2024-03-07T12:00"], "first_reply_at": ["2024-03-08T17:00"]}
    assert minutes(tickets, {"business_hours": DESK}) == pytest.approx(12 * 60, rel=1e-9)


def test_targets_run_in_business_hours() -> None:
    tickets = {
        "offered_at": ["2024-03-01T17:30", "2024-03-01T17:30", "2024-03-01T17:30"],
        "first_reply_at": ["2024-03-04T09:15", "2024-03-04T10:00", None],
    }
    measure = "first_response_time/within_target_of_all"
    friday = {"business_hours": OFFICE, "observed_until": "2024-03-04T09:00"}
    monday = friday | {"observed_until": "2024-03-04T09:45"}
    found = [
        rs.score(pa.table(tickets), [measure], facts="contacts", derivation_options=options)[
            0
        ].value
        for options in (friday, monday)
    ]
    # The third still waits after 30 minutes of opening, and is late after 75.
    assert found == pytest.approx([100 * 1 / 2, 100 * 1 / 3], rel=1e-9)


def minutes(tickets: dict[str, list[str]], options: dict[str, str]) -> float | None:
    (score,) = rs.score(
        pa.table(tickets),
        ["first_response_time/mean"],
        facts="contacts",
        derivation_options=options,
    )
    value: float | None = score.value
    return value


@pytest.mark.parametrize(
    ("options", "english", "french"),
    [
        ({"business_hours": "9-18"}, "'9-18' cannot be read", "« 9-18 » ne se lisent pas"),
        ({"business_hours": "mon 25:00-26:00"}, "'25:00-26:00' cannot", "« 25:00-26:00 »"),
        ({"business_hours": "mon 09:00"}, "'09:00' cannot be read", "« 09:00 »"),
        ({"business_hours": ""}, "'' cannot be read", "ne se lisent pas"),
        ({"business_hours": "lundi 09:00-18:00"}, "'lundi' is no day", "'lundi' n'est pas"),
        ({"business_hours": "mon 09:00-12:00,11:00-13:00"}, "overlap", "se chevauchent"),
        ({"business_hours": "mon 22:00-06:00; tue 05:00-09:00"}, "overlap", "se chevauchent"),
        ({"business_hours": "sun 22:00-06:00; mon 05:00-09:00"}, "overlap", "se chevauchent"),
        ({"business_hours": OFFICE, "holidays": "1 mai"}, "'1 mai' is no ISO", "« 1 mai »"),
        ({"holidays": "2026-05-01"}, "which are not given", "qui ne sont pas données"),
    ],
)
def test_what_cannot_be_read_is_refused_in_both_languages(
    options: dict[str, str], english: str, french: str
) -> None:
    with pytest.raises(InvalidArgument) as refused:
        seconds_counted("a", "b", {"business_hours": None, "holidays": None, **options})
    assert english in refused.value.message.en
    assert french.replace("« ", "«\u00a0").replace(" »", "\u00a0»") in refused.value.message.fr


def test_hours_may_be_written_loosely() -> None:
    # Saturday to Monday, an hour of one figure, midnight as 24:00.
    calendar = calendar_of_text(" SAT-mon 9:00 - 12:00 , 20:00-24:00 ")
    assert sorted(calendar.hours) == [0, 5, 6]
    assert sum(closes - opens for opens, closes in calendar.week()) == 3 * 7 * 3600
