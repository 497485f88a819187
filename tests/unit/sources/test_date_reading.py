"""The dates of a text column are read in the order that they prove, or the person is asked."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from ressenti.errors import AmbiguousDates, InvalidArgument
from ressenti.sources.date_reading import (
    DateReading,
    date_reading,
    instant_expression,
    instant_in,
)
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Kind

at = datetime.fromisoformat


def instants(values: list[str | None], reading: DateReading) -> list[datetime | None]:
    with DuckDB() as warehouse:
        table = warehouse.registered(pa.table({"day": pa.array(values, pa.string())}))
        column = instant_expression(exp.column("day"), Kind.TEXT, reading)
        rows = warehouse.fetch(exp.select(column.as_("at")).from_(table))
        assert pa.types.is_timestamp(rows.schema.field("at").type)
        assert rows.schema.field("at").type.tz is None
        return [row["at"] for row in rows.to_pylist()]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2024-05-03"], at("2024-05-03")),
        ([" 2024/5/3 "], at("2024-05-03")),
        (["20240503"], at("2024-05-03")),
        (["2024-05-03 10:07"], at("2024-05-03T10:07:00")),
        (["2024-05-03T10:07:09"], at("2024-05-03T10:07:09")),
        (["2024-05-03 10:07:09.25"], at("2024-05-03T10:07:09.250000")),
        (["2024-05-03T10:07:09Z"], at("2024-05-03T10:07:09")),
        (["2024-05-03T10:07:09+02:00"], at("2024-05-03T08:07:09")),
        (["2024-05-03 10:07:09 +0200"], at("2024-05-03T08:07:09")),
        (["2024-05-03T10:07:09.5-05"], at("2024-05-03T15:07:09.500000")),
        (["3/5/2024 1:16", "29/2/2024 01:16"], at("2024-05-03T01:16:00")),
        (["5/3/24", "12/31/23"], at("2024-05-03")),
        (["03.05.2024", "31.12.2023"], at("2024-05-03")),
        (["5/3/2024 1:16 PM", "5/31/2024 2:00 AM"], at("2024-05-03T13:16:00")),
        (["5/3/2024 1:16PM", "5/31/2024 2:00AM"], at("2024-05-03T13:16:00")),
    ],
)
def test_a_date_is_read_by_the_engine_and_by_python_alike(values: list[str], expected: datetime):
    reading = date_reading(values, column="day")
    assert instants([*values, None, "soon"], reading)[0] == expected
    assert instants([*values, None, "soon"], reading)[-2:] == [None, None]
    assert instant_in(values[0], reading) == expected


def test_dates_that_the_sample_missed_are_read_too():
    reading = date_reading(["2024-05-03"], column="day")
    assert instants(["2024-05-03 10:00:01"], reading) == [at("2024-05-03T10:00:01")]
    reading = date_reading(["31/12/2023"], column="day")
    assert instants(["3/5/24", "3/5/2024"], reading) == [at("2024-05-03")] * 2


def test_a_day_that_does_not_exist_is_no_date():
    reading = date_reading(["31/12/2023"], column="day")
    assert instants(["31/02/2024", "30/13/2024", "infinity", "epoch", ""], reading) == [None] * 5


def test_an_order_that_nothing_proves_is_asked_with_two_examples():
    with pytest.raises(AmbiguousDates) as caught:
        date_reading(["1/2/2024", "", "1/2/2024", "3/4/2024"], column="INTDATE")
    message = str(caught.value)
    assert "column 'INTDATE'" in message
    assert "'1/2/2024', '3/4/2024'" in message
    assert "--dates dmy" in message
    assert "jour ou mois d'abord" in caught.value.to("fr")


def test_an_order_that_is_told_is_believed():
    values = ["1/2/2024", "3/4/2024"]
    months = date_reading(values, column="day", order="mdy")
    days = date_reading(values, column="day", order="dmy")
    assert instants(values, months)[0] == at("2024-01-02")
    assert instants(values, days)[0] == at("2024-02-01")
    years = date_reading(["24/2/1"], column="day", order="ymd")
    assert instants(["24/2/1"], years) == [at("2024-02-01")]


def test_two_orders_in_one_column_are_refused_with_both_lines():
    with pytest.raises(AmbiguousDates) as caught:
        date_reading(["1/2/24", "13/2/24", "2/13/24"], column="day", lines=[2, 3, 9])
    assert "'13/2/24' (line 3)" in str(caught.value)
    assert "'2/13/24' (line 9)" in str(caught.value)
    assert "(ligne 9)" in caught.value.to("fr")


def test_values_with_and_without_a_zone_are_not_mixed():
    with pytest.raises(AmbiguousDates, match=r"time zone.*10:00Z.*11:00"):
        date_reading(["2024-01-01T10:00Z", "2024-01-01T11:00"], column="day")


def test_a_reading_says_whether_the_values_tell_their_zone():
    assert date_reading(["2024-01-01T10:00Z", "2024-01-01T10:00+01:00"], column="day").has_zone
    assert not date_reading(["2024-01-01T10:00"], column="day").has_zone


def test_a_column_without_dates_is_refused_with_an_example():
    with pytest.raises(InvalidArgument, match=r"column 'why': .*no dates: 'nice'"):
        date_reading(["nice", "2024-01-01", "bad"], column="why")


def test_a_column_of_blanks_has_a_reading_and_no_dates():
    assert instants(["", None], date_reading(["", None, "NA"], column="day")) == [None, None]


def test_other_kinds_of_columns_are_timestamps_in_utc():
    with DuckDB() as warehouse:
        table = warehouse.view(
            exp.select("DATE '2024-05-03' AS d", "TIMESTAMPTZ '2024-05-03 10:00+02' AS i")
        )
        for name, kind, expected in (
            ("d", Kind.DATE, at("2024-05-03")),
            ("i", Kind.INSTANT, at("2024-05-03T08:00:00")),
        ):
            column = instant_expression(exp.column(name), kind, None)
            rows = warehouse.fetch(exp.select(column.as_("at")).from_(table))
            assert rows.to_pylist() == [{"at": expected}]
    with pytest.raises(InvalidArgument, match="number"):
        instant_expression(exp.column("n"), Kind.NUMBER, None)


@given(
    days=st.lists(st.dates(date(1970, 1, 1), date(2068, 12, 31)), min_size=1),
    order=st.sampled_from(["dmy", "mdy"]),
)
def test_a_proven_order_is_the_order_that_was_written(days: list[date], order: str):
    form = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}[order]
    written = [day.strftime(form) for day in days]
    if not any(day.day > 12 for day in days):
        with pytest.raises(AmbiguousDates):
            date_reading(written, column="day")
        return
    reading = date_reading(written, column="day")
    found = [instant_in(text, reading) for text in written]
    assert found == [at(day.isoformat()) for day in days]
