"""What is expected is learnt from before, by counts that were worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from ressenti.facts.periods import Grain, Weekday, first_day_of
from ressenti.facts.plan_outcomes import LearntExpectation
from ressenti.tallies.expectations import Learning, with_expectations

Row = tuple[datetime, float | None, str | None]
ROWS = exp.Subquery(this=exp.select("*").from_("rows_"), alias="rows_")


def learnt(**options: Any) -> LearntExpectation:
    return LearntExpectation(**{"quantile": 0.5, "at_least": 1, "over": 12, **options})


def expected(rows: Iterable[Row], learning: Learning) -> list[tuple[datetime, float | None]]:
    """Return what is expected of each row, in the order of time."""
    at, values, places = zip(*rows, strict=True)
    table = pa.table(
        {
            "occurred_at": pa.array(at, pa.timestamp("us")),
            "learnt_value": pa.array(values, pa.float64()),
            "place": pa.array(places, pa.string()),
        }
    )
    connection = duckdb.connect()
    connection.register("rows_", table)
    by = learning.learnt.by
    past = connection.sql(learning.past_query(ROWS.copy()).sql("duckdb")).to_arrow_table()
    found = list(learning.expectations(past.to_pylist()))
    query = with_expectations(
        ROWS.copy(), learning.period(exp.column("occurred_at", "rows_")), found, by
    )
    told = connection.sql(query.sql("duckdb")).to_arrow_table().to_pylist()
    assert len(told) == len(at)
    pairs = [(row["occurred_at"], row["expected"]) for row in told]
    return sorted(pairs, key=lambda pair: pair[0])


def days(*found: tuple[str, float | None]) -> list[Row]:
    return [(datetime.fromisoformat(day), value, None) for day, value in found]


def test_a_month_is_judged_by_the_months_before_it_and_never_by_itself() -> None:
    rows = days(
        ("2026-01-05", 10), ("2026-01-20", 20), ("2026-01-25", 30), ("2026-02-03", 1000),
        ("2026-02-20", 1000), ("2026-03-01", 0),
    )  # fmt: skip
    found = dict(expected(rows, Learning(learnt=learnt())))
    # January has no past; February has 10, 20 and 30; March has 1000 twice more: the third of five.
    assert [found[row[0]] for row in rows] == [None, None, None, 20, 20, 30]


def test_the_quantile_is_a_value_that_was_met() -> None:
    january = [(f"2026-01-{day:02d}", float(day)) for day in range(1, 11)]
    rows = days(*january, ("2026-02-01", 0))
    for quantile, value in ((0.8, 8), (0.81, 9), (0.01, 1), (0.99, 10)):
        found = expected(rows, Learning(learnt=learnt(quantile=quantile)))
        assert found[-1][1] == value


@pytest.mark.parametrize("value", [1 / 3, 0.1 + 0.2, 1e-7, 123456.7890123456, 2.0**60 / 3])
def test_what_is_expected_is_met_by_whoever_got_just_that(value: float) -> None:
    found = expected(days(("2026-01-05", value), ("2026-02-05", 0)), Learning(learnt=learnt()))
    assert found[-1][1] == value


def test_too_few_values_before_expect_nothing() -> None:
    rows = days(("2026-01-05", 10), ("2026-01-06", 10), ("2026-02-05", 3), ("2026-03-05", 3))
    found = expected(rows, Learning(learnt=learnt(at_least=3)))
    assert [value for _, value in found] == [None, None, None, 10]


def test_only_so_many_periods_before_are_learnt_from() -> None:
    rows = days(("2026-01-05", 1), ("2026-02-05", 2), ("2026-03-05", 3), ("2026-04-05", 4))
    found = expected(rows, Learning(learnt=learnt(over=1)))
    assert [value for _, value in found] == [None, 1, 2, 3]
    # April looks at February and March, although nothing was seen in March.
    gap = days(("2026-01-05", 1), ("2026-02-05", 2), ("2026-04-05", 4))
    assert expected(gap, Learning(learnt=learnt(over=2)))[-1][1] == 2


def test_what_was_learnt_holds_through_months_of_silence_until_it_is_too_old() -> None:
    rows = days(("2026-01-05", 7), ("2026-06-05", None), ("2026-07-05", None))
    found = expected(rows, Learning(learnt=learnt(over=5)))
    assert [value for _, value in found] == [None, 7, None]


def test_customers_of_each_segment_expect_what_their_own_segment_had() -> None:
    rows: list[Row] = [
        (datetime.fromisoformat(day), value, place)
        for day in ("2026-01-05", "2026-02-05")
        for value, place in ((1.0, "FR"), (50.0, "BE"), (7.0, None))
    ]
    found = expected(rows, Learning(learnt=learnt(by=("place",))))
    assert sorted(value for at, value in found if at.month == 2 and value) == [1, 7, 50]


def test_a_quarter_that_is_judged_whole_is_not_learnt_from() -> None:
    rows = days(("2025-12-05", 1), ("2026-01-05", 9), ("2026-02-05", 9), ("2026-04-05", 9))
    found = expected(rows, Learning(learnt=learnt(), judged_per=Grain.QUARTER))
    assert [value for _, value in found] == [None, 1, 1, 9]


def test_a_week_over_two_months_is_judged_by_what_was_known_when_it_began() -> None:
    # Monday 2026-03-30 to Sunday 2026-04-05.
    rows = days(("2026-02-10", 1), ("2026-03-30", 9), ("2026-03-31", 9), ("2026-04-02", 9))
    found = expected(rows, Learning(learnt=learnt(), judged_per=Grain.WEEK))
    assert found[-1] == (datetime.fromisoformat("2026-04-02"), 1)


def test_negative_values_and_zero_keep_their_order() -> None:
    rows = days(("2026-01-01", -5), ("2026-01-02", 0), ("2026-01-03", 5), ("2026-02-01", 0))
    for quantile, value in ((0.3, -5), (0.6, 0), (0.9, 5)):
        found = expected(rows, Learning(learnt=learnt(quantile=quantile)))
        assert found[-1][1] == value


moments = st.datetimes(
    min_value=datetime.fromisoformat("2025-01-01"), max_value=datetime.fromisoformat("2025-12-31")
)
rows_ = st.lists(
    st.tuples(moments, st.none() | st.integers(1, 40).map(float), st.just(None)),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row[0],
)


@settings(max_examples=40, deadline=None)
@given(
    rows=rows_,
    quantile=st.sampled_from([0.1, 0.5, 0.8]),
    grain=st.sampled_from([Grain.WEEK, Grain.MONTH, Grain.QUARTER]),
    over=st.integers(1, 5),
    judged=st.sampled_from([None, *Grain]),
    week=st.sampled_from(Weekday),
)
def test_it_is_the_quantile_of_all_that_was_over_when_the_period_began(
    rows: list[Row],
    quantile: float,
    grain: Grain,
    over: int,
    judged: Grain | None,
    week: Weekday,
) -> None:
    learning = Learning(
        learnt=learnt(quantile=quantile, grain=grain, over=over),
        judged_per=judged,
        week_starts_on=week,
    )
    for at, value in expected(rows, learning):
        start = renewal(at.date(), learning)
        # Whole periods of the grain: what is between their end and the start is left out.
        end = first_day_of(start, grain, week_starts_on=week)
        first = end
        for _ in range(over):
            first = before(first, grain, week)
        known = sorted(
            one for when, one, _ in rows if one is not None and first <= when.date() < end
        )
        if not known:
            assert value is None
            continue
        exact = known[ceil(quantile * len(known) - 1e-9) - 1]
        # Within one bucket of two per cent, and never below.
        assert value is not None
        assert exact <= value <= exact * 1.02


def renewal(day: date, learning: Learning) -> date:
    week = learning.week_starts_on
    inner = day
    if learning.judged_per is not None:
        inner = first_day_of(day, learning.judged_per, week_starts_on=week)
    return first_day_of(inner, learning.renewed_per, week_starts_on=week)


def before(day: date, grain: Grain, week: Weekday) -> date:
    """Return the first day of the period before the one that begins on a day."""
    return first_day_of(day - timedelta(days=1), grain, week_starts_on=week)


@pytest.mark.parametrize(
    ("learns", "judged", "renewed"),
    [
        (Grain.MONTH, None, Grain.MONTH),
        (Grain.MONTH, Grain.DAY, Grain.MONTH),
        (Grain.MONTH, Grain.YEAR, Grain.YEAR),
        (Grain.WEEK, Grain.MONTH, Grain.MONTH),
    ],
)
def test_an_expectation_is_never_renewed_within_a_period_that_is_judged(
    learns: Grain, judged: Grain | None, renewed: Grain
) -> None:
    assert Learning(learnt=learnt(grain=learns), judged_per=judged).renewed_per is renewed
