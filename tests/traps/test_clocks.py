"""Edges of days and months in the organisation's zone, and months in which nothing happened."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

import ressenti as rs

SPELLS = {"customer_id": "customer", "started_at": "start", "ended_at": "stop"}


def starts(scores: rs.Scores) -> dict[str, int | float]:
    return {one.period.start: one.n for one in scores if one.period is not None}


@pytest.mark.parametrize("typed", [True, False], ids=["instants", "text"])
def test_late_on_the_last_evening_of_march_in_utc_is_april_in_paris(typed: bool) -> None:
    at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    table = pa.table({"mark": [10], "at": [at if typed else "2026-03-31T22:30:00Z"]})
    in_utc = rs.score(table, "nps=mark", per="month", at="at")
    in_paris = rs.score(table, "nps=mark", per="month", at="at", time_zone="Europe/Paris")
    assert (starts(in_utc), starts(in_paris)) == ({"2026-03-01": 1}, {"2026-04-01": 1})


def test_the_hour_lived_twice_in_autumn_belongs_to_one_day() -> None:
    times = ["2026-10-24T22:00Z", "2026-10-25T00:30Z", "2026-10-25T01:30Z", "2026-10-25T22:59Z"]
    table = pa.table({"mark": [9] * 5, "at": [*times, "2026-10-25T23:00Z"]})
    scores = rs.score(table, "nps=mark", per="day", at="at", time_zone="Europe/Paris")
    assert starts(scores) == {"2026-10-25": 4, "2026-10-26": 1}


def test_the_day_of_twenty_three_hours_ends_at_its_own_midnight() -> None:
    table = pa.table(
        {"mark": [9] * 3, "at": ["2026-03-28T23:00Z", "2026-03-29T21:59Z", "2026-03-29T22:00Z"]}
    )
    scores = rs.score(table, "nps=mark", per="day", at="at", time_zone="Europe/Paris")
    assert starts(scores) == {"2026-03-29": 2, "2026-03-30": 1}


def test_a_wall_time_without_zone_is_not_moved() -> None:
    table = pa.table({"mark": [10], "at": [datetime.fromisoformat("2026-03-31T23:30")]})
    scores = rs.score(table, "nps=mark", per="month", at="at", time_zone="Asia/Tokyo")
    assert starts(scores) == {"2026-03-01": 1}


def test_midnight_opens_the_new_day_and_closes_none() -> None:
    table = pa.table({"mark": [10, 0], "at": ["2026-03-31 23:59:59", "2026-04-01 00:00:00"]})
    assert starts(rs.score(table, "nps=mark", per="month", at="at")) == {
        "2026-03-01": 1,
        "2026-04-01": 1,
    }


def test_a_week_starts_on_the_day_that_is_told_and_belongs_to_no_two_years() -> None:
    table = pa.table({"mark": [10, 9], "at": ["2025-12-31", "2026-01-01"]})
    monday = rs.score(table, "nps=mark", per="week", at="at")
    sunday = rs.score(table, "nps=mark", per="week", at="at", week_starts_on="sunday")
    thursday = rs.score(table, "nps=mark", per="week", at="at", week_starts_on="thursday")
    assert starts(monday) == {"2025-12-29": 2}
    assert starts(sunday) == {"2025-12-28": 2}
    assert starts(thursday) == {"2025-12-25": 1, "2026-01-01": 1}


def test_a_month_with_nothing_is_there_and_null_with_no_data() -> None:
    table = pa.table({"mark": [10, 0], "at": ["2026-01-15", "2026-03-15"]})
    january, february, march = rs.score(table, "nps=mark", per="month", at="at")
    assert (january.value, march.value) == (100, -100)
    assert february.period is not None
    assert february.period.start == "2026-02-01"
    assert (february.value, february.n, february.reason) == (None, 0, "no_data")
    assert (february.low, february.high) == (None, None)


def test_a_month_in_which_a_shop_is_silent_is_no_data_for_that_shop_only() -> None:
    table = pa.table(
        {
            "mark": [10, 10, 0],
            "shop": ["Lyon", "Nice", "Lyon"],
            "at": ["2026-01-15", "2026-01-16", "2026-02-15"],
        }
    )
    scores = rs.score(table, "nps=mark", per="month", at="at", by=["shop"])
    silent = [one for one in scores if one.value is None]
    assert [(one.period.start, one.segment) for one in silent if one.period] == [
        ("2026-02-01", {"shop": "Nice"})
    ]


def test_no_customer_at_the_start_has_no_retention_and_no_churn() -> None:
    for indicator in ("crr", "churn"):
        variant = "standard" if indicator == "crr" else "start_base"
        inputs = {"start": 0, "end": 5, "new": 5, "lost": 0}
        score = rs.calc(indicator, inputs, variant=variant)
        assert (score.value, score.reason) == (None, "no_data")


def test_a_month_that_begins_without_customers_is_there_and_null() -> None:
    # a left in January; b came in March: February and March begin with nobody.
    table = pa.Table.from_pylist(
        [
            {"customer": "a", "start": "2026-01-15", "stop": "2026-01-20"},
            {"customer": "b", "start": "2026-03-02", "stop": None},
        ]
    )
    scores = rs.score(table, "crr", facts="subscriptions", mapping=SPELLS, per="month")
    found = {one.period.start: (one.value, one.reason) for one in scores if one.period}
    assert found == {"2026-02-01": (None, "no_data"), "2026-03-01": (None, "no_data")}
