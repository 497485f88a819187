from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from sqlglot import exp

from ressenti.errors import InvalidArgument
from ressenti.tallies.derivations import Facts, derivation_called

FEBRUARY = ("2024-02-01", "2024-03-01")
MARCH = ("2024-03-01", "2024-04-01")
Order = tuple[str | None, str | None, str | None, str]


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE orders (customer_id TEXT, ordered_at TIMESTAMP, status TEXT, shop TEXT)"
        )
        yield connection


def paid(customer: str | None, *instants: str | None, shop: str = "Lyon") -> list[Order]:
    return [(customer, instant, "paid", shop) for instant in instants]


def told(
    database: duckdb.DuckDBPyConnection,
    orders: list[Order],
    *,
    segments: tuple[str, ...] = (),
    columns: tuple[str, ...] = ("customer_id", "ordered_at", "status"),
    **options: Any,
) -> Counter[tuple[str, ...]]:
    """Return how many customers fall in each period's first day and level, and segment."""
    database.execute("DELETE FROM orders")
    database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", orders)
    source = exp.select(*columns).from_("orders")
    for place, name in enumerate(segments):
        source = source.select(exp.column(name).as_(f"carried_{place}"))
    facts = Facts(source=source.subquery("facts"), columns=frozenset(columns), segments=segments)
    query = derivation_called("buyers").query(facts, options).sql("duckdb")
    found = database.execute(query).fetchall()
    return Counter((f"{at:%Y-%m-%d}", *rest) for at, *rest in found)


def test_customers_are_kept_lost_or_joined_by_their_orders_in_the_window(
    database: duckdb.DuckDBPyConnection,
) -> None:
    # 30 days before 1 February begin on 2 January, before 1 March on 31 January and before
    # 1 April on 2 March.
    orders = paid("old", "2024-01-01")
    orders += paid("faithful", "2024-01-10", "2024-02-10", "2024-03-10")
    orders += paid("gone", "2024-01-10", "2024-01-12")
    orders += paid("late", "2024-02-20")
    orders += paid("on 31 January", "2024-01-31T12:00")
    found = told(database, orders, periods=(FEBRUARY, MARCH), window_days=30)
    # Of one order, that of 31 January is in both windows of February.
    assert found == {
        ("2024-02-01", "kept"): 2,
        ("2024-02-01", "lost"): 1,
        ("2024-02-01", "joined"): 1,
        ("2024-03-01", "kept"): 1,
        ("2024-03-01", "lost"): 2,
    }


@pytest.mark.parametrize(
    ("instant", "levels"),
    [
        ("2024-01-01T23:59:59.999999", {}),
        ("2024-01-02", {"lost": 1}),
        ("2024-01-30T23:59:59.999999", {"lost": 1}),
        ("2024-01-31", {"kept": 1}),
        ("2024-01-31T23:59:59.999999", {"kept": 1}),
        ("2024-02-01", {"joined": 1}),
        ("2024-02-29T23:59:59.999999", {"joined": 1}),
        ("2024-03-01", {}),
    ],
)
def test_a_window_holds_its_first_instant_and_not_its_last(
    database: duckdb.DuckDBPyConnection, instant: str, levels: dict[str, int]
) -> None:
    orders = paid("first", "2023-06-01") + paid("A", instant)
    found = told(database, orders, periods=(FEBRUARY,), window_days=30)
    assert found == {("2024-02-01", level): n for level, n in levels.items()}


def test_who_came_and_fell_asleep_between_two_short_windows_is_nobody_s(
    database: duckdb.DuckDBPyConnection,
) -> None:
    orders = paid("first", "2023-06-01") + paid("A", "2024-02-10")
    assert told(database, orders, periods=(FEBRUARY,), window_days=7) == {}


@pytest.mark.parametrize(("first", "scored"), [("2023-12-03", 1), ("2023-12-03T00:00:01", 0)])
def test_a_period_less_than_a_window_after_the_first_order_is_left_out(
    database: duckdb.DuckDBPyConnection, first: str, scored: int
) -> None:
    # 60 days before 1 February 2024 begin on 3 December 2023; those before 1 March are covered.
    orders = paid("A", first, "2024-01-15", "2024-02-15")
    found = told(database, orders, periods=(FEBRUARY, MARCH), window_days=60)
    assert (found["2024-02-01", "kept"], found["2024-03-01", "kept"]) == (scored, 1)


def test_orders_cancelled_or_of_nobody_tell_nothing_and_cover_nothing(
    database: duckdb.DuckDBPyConnection,
) -> None:
    orders = paid("A", "2024-01-10", "2024-02-10") + paid("B", "2024-01-20")
    orders += [
        ("B", "2024-02-20", "Cancelled", "Lyon"),
        *paid(None, "2024-01-20"),
        *paid("C", None),
    ]
    asked: dict[str, Any] = {"periods": (FEBRUARY,), "window_days": 20}
    assert told(database, orders, **asked) == {
        ("2024-02-01", "lost"): 1,
        ("2024-02-01", "joined"): 1,
    }
    early: list[Order] = [("D", "2023-01-01", "returned", "Lyon"), *paid(None, "2023-01-01")]
    asked["window_days"] = 25
    assert told(database, orders + early, **asked) == {}
    without_status = ("customer_id", "ordered_at")
    assert told(database, orders + early, columns=without_status, **asked) != {}


def test_the_window_is_a_year_when_nobody_says_otherwise(
    database: duckdb.DuckDBPyConnection,
) -> None:
    # 365 days before 1 February 2024 begin on 1 February 2023, before 1 March on 1 March 2023.
    orders = paid("A", "2023-02-01") + paid("B", "2023-03-02")
    assert told(database, orders, periods=(FEBRUARY,)) == {
        ("2024-02-01", "lost"): 1,
        ("2024-02-01", "kept"): 1,
    }


def test_a_customer_counts_once_in_each_segment_of_his_or_her_orders(
    database: duckdb.DuckDBPyConnection,
) -> None:
    orders = paid("first", "2023-06-01") + paid("A", "2024-01-15", "2024-01-16")
    orders += paid("A", "2024-02-15", shop="Lille")
    found = told(database, orders, periods=(FEBRUARY,), window_days=30, segments=("shop",))
    assert found == {("2024-02-01", "lost", "Lyon"): 1, ("2024-02-01", "joined", "Lille"): 1}


def test_a_window_that_is_no_number_is_refused(database: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InvalidArgument, match="window_days"):
        told(database, paid("A", "2024-01-10"), periods=(FEBRUARY,), window_days="a year")
