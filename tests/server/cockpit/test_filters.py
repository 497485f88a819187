"""Filters come from the address, strictly, and go back into it unchanged."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument, UnknownName, UsageError

if TYPE_CHECKING:
    from ressenti.server.cockpit.filters import Filters

pytestmark = pytest.mark.usefixtures("server_database")

VALUES = {
    "unit": {"lyon": "Lyon", "nice": "Nice"},
    "touchpoint": {"store": "store", "l'été & co": "l'été & co"},
    "channel": {"qr": "QR code"},
    "survey": {},
    "language": {"fr": "French"},
    "country": {"FR": "FR"},
}


def read(query: str) -> Filters:
    from django.http import QueryDict

    from ressenti.server.cockpit.filters import Choices, filters_of_query

    return filters_of_query(QueryDict(query), Choices(values=VALUES))


@given(
    grain=st.sampled_from(["day", "week", "month", "quarter", "year"]),
    start=st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    where=st.fixed_dictionaries(
        {}, optional={name: st.sampled_from(sorted(own)) for name, own in VALUES.items() if own}
    ),
)
def test_what_is_written_into_an_address_is_read_back_the_same(
    grain: str, start: date | None, where: dict[str, str]
) -> None:
    from ressenti.facts.periods import Grain
    from ressenti.server.cockpit.filters import Filters

    own = Filters(grain=Grain(grain), start=start, end=start, where=tuple(sorted(where.items())))
    assert read(own.query()) == own


def test_an_address_without_filters_asks_for_the_latest_months_of_everything() -> None:
    assert read("").query() == "per=month"


@pytest.mark.parametrize(
    "query",
    [
        "per=hour",
        "per=month'%20OR%201=1--",
        "unit=paris",
        "unit=lyon%27%29%3B%20DROP%20TABLE%20ressenti_answer%3B--",
        "touchpoint=..%2F..%2Fetc",
        "channel=%00",
        "segment.password_hash=x",
        "segment.unit=lyon",
        "segment.segments-%3E%3E=x",
    ],
)
def test_what_is_not_on_the_lists_is_refused_with_its_name(query: str) -> None:
    with pytest.raises(UnknownName) as told:
        read(query)
    assert "inconnu" in told.value.to("fr")


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-13-01",
        "to=yesterday",
        "from=20261122",
        "from=0001-01-01",
        "to=９９９９-01-01",
        "from=2026-11-02&to=2026-11-01",
        "per=day&per=week",
        "unit=lyon&unit=nice",
    ],
)
def test_days_that_are_none_and_parameters_told_twice_are_refused(query: str) -> None:
    with pytest.raises(InvalidArgument):
        read(query)


def test_parameters_that_are_no_filter_are_left_to_whom_they_belong() -> None:
    assert read("lang=fr&utm_source=mail&unit=lyon&channel=") == read("unit=lyon")


def test_a_wide_range_of_days_is_refused_before_anything_is_read(tenant: Any) -> None:
    from ressenti.server.cockpit.windows import window_of

    asked = read("per=day&from=1990-01-01&to=2199-12-31")
    with pytest.raises(UsageError, match="400"):
        window_of(asked, today=date(2026, 11, 22), week_starts_on=0)
