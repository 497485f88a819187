"""Published periods: whatever is added and subtracted, no few people are left."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.facts.periods import Grain, Weekday, first_day_of, span_starting

pytestmark = pytest.mark.usefixtures("server_database")

FLOOR = 5
FIRST = date(2025, 12, 15)
LINEAGES = {"south": ("south",), "lyon": ("south", "lyon"), "nice": ("south", "nice")}
DAY = timedelta(days=1)
ANSWERED_DAYS = st.dictionaries(
    st.integers(0, 60).map(lambda days: FIRST + days * DAY),
    st.sampled_from((1, 2, 3, 4, 5, 6, 9, 30)),
    min_size=1,
    max_size=7,
)


def hidden(
    counts: dict[tuple[date, str], int],
    grain: Grain,
    week_starts_on: Weekday = Weekday.MONDAY,
    unit: str = "",
) -> dict[date, bool]:
    """Return which of the periods in which somebody answered are hidden."""
    from ressenti.server.cockpit.publication import WITHIN_MONTHS, Calendar, publication_of

    days = sorted({first_day_of(day, grain, week_starts_on=week_starts_on) for day, _ in counts})
    rows: dict[tuple[date, ...] | tuple[date, str], int] = {}
    for (day, place), n in counts.items():
        at = day if grain in WITHIN_MONTHS else day.replace(day=1)
        key = (at, place) if unit else (at,)
        rows[key] = rows.get(key, 0) + n
    published = publication_of(
        [(*key, n) for key, n in rows.items()],
        ("unit",) if unit else (),
        Calendar(grain=grain, days=tuple(days), week_starts_on=week_starts_on),
        lineages=LINEAGES if unit else {},
        floor=FLOOR,
    )
    return published.hidden({"unit": unit} if unit else {})


def shown(
    counts: dict[date, int], week_starts_on: Weekday = Weekday.MONDAY
) -> list[tuple[bool, ...]]:
    """Return for every figure that somebody can be shown on which answered days it rests."""
    everywhere = {(day, "lyon"): n for day, n in counts.items()}
    found = set()
    for grain in Grain:
        veiled = hidden(everywhere, grain, week_starts_on)
        for day in counts:
            first = first_day_of(day, grain, week_starts_on=week_starts_on)
            start, end = span_starting(first, grain)
            if first not in veiled:
                found.add(tuple(start <= other < end for other in counts))
    return sorted(found)


def leaves_few(vector: np.ndarray, sizes: np.ndarray) -> bool:
    return bool(0 < sizes[vector != 0].sum() < FLOOR)


@settings(max_examples=300, deadline=None)
@given(ANSWERED_DAYS, st.sampled_from(Weekday))
def test_nothing_that_follows_from_what_is_shown_is_about_few_people(
    counts: dict[date, int], week_starts_on: Weekday
) -> None:
    """For any coefficients: no few days hold all that is left of a combination of figures."""
    figures = np.array(shown(counts, week_starts_on), dtype=float).reshape(-1, len(counts))
    sizes = np.array(list(counts.values()))
    rank = np.linalg.matrix_rank(figures) if len(figures) else 0
    for length in range(1, FLOOR):
        for few in combinations(range(len(counts)), length):
            if sizes[list(few)].sum() < FLOOR:
                others = np.delete(figures, few, axis=1)
                assert (np.linalg.matrix_rank(others) if others.size else 0) == rank


@settings(max_examples=60, deadline=None)
@given(ANSWERED_DAYS)
def test_no_sum_and_difference_of_figures_is_few_people(counts: dict[date, int]) -> None:
    figures = np.array(shown(counts), dtype=int).reshape(-1, len(counts))[:8]
    sizes = np.array(list(counts.values()))
    for signs in product((-1, 0, 1), repeat=len(figures)):
        assert not leaves_few(np.array(signs, dtype=int) @ figures, sizes)


def test_a_shop_with_plenty_of_answers_sees_every_day_and_every_week() -> None:
    year = {(date(2026, 1, 1) + number * DAY, "lyon"): 12 for number in range(365)}
    assert not any(hidden(year, grain) for grain in Grain)
    assert not any(hidden(year, grain, unit="lyon") for grain in Grain)


def test_a_few_answers_this_morning_hide_the_oldest_day_of_the_month_not_yesterday() -> None:
    november = {(date(2026, 11, 1) + number * DAY, "lyon"): 12 for number in range(22)}
    november[date(2026, 11, 22), "lyon"] = 2
    assert hidden(november, Grain.DAY) == {date(2026, 11, 22): False, date(2026, 11, 16): True}
    assert not hidden(november, Grain.WEEK)
    assert not hidden(november, Grain.MONTH)


def test_a_week_across_two_months_is_shown_when_both_its_parts_may_be() -> None:
    week = {(date(2026, 9, 28) + number * DAY, "lyon"): 3 for number in range(7)}
    assert not hidden(week, Grain.WEEK)
    # Three people on the first days of October: less than a group by themselves.
    first_days = {day: n for day, n in week.items() if day[0] != date(2026, 10, 2)}
    october = {(date(2026, 10, 20), "lyon"): 30}
    few = {day: n for day, n in first_days.items() if day[0] < date(2026, 10, 2)} | october
    assert hidden(few, Grain.WEEK) == {date(2026, 9, 28): True, date(2026, 10, 19): True}


def test_a_quiet_month_hides_the_oldest_of_its_quarter_and_no_other() -> None:
    counts = {
        (date(2026, 7, 5), "lyon"): 40,
        (date(2026, 8, 5), "lyon"): 50,
        (date(2026, 9, 5), "lyon"): 3,
    }
    assert hidden(counts, Grain.MONTH) == {date(2026, 9, 1): False, date(2026, 7, 1): True}
    assert not hidden(counts, Grain.QUARTER)


def test_a_shop_is_hidden_in_what_is_left_of_a_year_beside_few_people() -> None:
    """Three people of Nice answered in October: neither October nor all but October of Lyon."""
    counts = {
        (date(2026, 10, 14), "lyon"): 40,
        (date(2026, 11, 18), "lyon"): 40,
        (date(2026, 10, 14), "nice"): 3,
        (date(2026, 11, 18), "nice"): 40,
    }
    months = {date(2026, 10, 1): True, date(2026, 11, 1): True}
    assert hidden(counts, Grain.MONTH, unit="lyon") == months
    assert not hidden(counts, Grain.QUARTER, unit="lyon")
    assert not hidden(counts, Grain.MONTH)
