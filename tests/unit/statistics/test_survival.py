"""Survival curves from counts are those of statsmodels from rows, and merge."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from ressenti.errors import InvalidArgument
from ressenti.statistics.survival import (
    kaplan_meier,
    life_table,
    logrank,
    proportional_hazards,
    retention_rate,
)

customers = st.lists(st.tuples(st.integers(1, 24), st.booleans()), min_size=3, max_size=80).filter(
    lambda rows: any(left for _, left in rows)
)


@given(customers)
def test_the_curve_is_that_of_statsmodels(rows: list[tuple[int, bool]]):
    durations, events = map(np.array, zip(*rows, strict=True))
    curve = kaplan_meier(*life_table(durations, events))
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = SurvfuncRight(durations, events.astype(int))
    for age, share in zip(expected.surv_times, expected.surv_prob, strict=True):
        assert curve.interval_at(age).estimate == pytest.approx(share, abs=1e-12)


def test_the_published_example_of_leukaemia_patients():
    # Freireich et al. (1963), 6-mercaptopurine: S(10) = 0.7529, s.e. 0.0963, in every textbook.
    weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    relapses = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    curve = kaplan_meier(*life_table(weeks, relapses))
    assert curve.interval_at(10).estimate == pytest.approx(0.7529, abs=1e-4)
    assert curve.error_at(10) == pytest.approx(0.0963, abs=1e-4)
    assert curve.median == 23


def test_before_the_first_departure_there_are_no_limits():
    curve = kaplan_meier(*life_table([2, 3, 4], [False, True, True]))
    early = curve.interval_at(1)
    assert (early.estimate, early.low, early.high) == (1.0, None, None)
    assert curve.interval_at(4).estimate == 0.0
    assert curve.interval_at(4).low is None
    assert curve.interval_at(5).estimate is curve.error_at(5) is None
    assert kaplan_meier(*life_table([5, 6], [False, False])).median is None


@given(customers, customers)
def test_life_tables_of_two_regions_merge_by_addition(
    north: list[tuple[int, bool]], south: list[tuple[int, bool]]
):
    whole = life_table(*map(list, zip(*north, *south, strict=True)))
    parts = [life_table(*map(list, zip(*rows, strict=True))) for rows in (north, south)]
    for age, risk, left in zip(*whole, strict=True):
        at_risk = sum(
            table[1][np.searchsorted(table[0], age)] if age <= table[0][-1] else 0
            for table in parts
        )
        events = sum(float(table[2][table[0] == age].sum()) for table in parts)
        assert (risk, left) == (at_risk, events)


def test_a_table_with_more_departures_than_customers_is_refused():
    with pytest.raises(InvalidArgument):
        kaplan_meier([1, 2], [3, 1], [1, 2])
    with pytest.raises(InvalidArgument):
        life_table([-1], [True])


def test_one_group_cannot_be_compared():
    assert logrank([1, 2], [True, True], ["a", "a"]).p_value is None
    assert logrank([1, 2], [False, False], ["a", "b"]).reason is not None


def test_a_covariate_that_does_not_vary_has_no_hazard_ratio():
    with pytest.raises(InvalidArgument):
        proportional_hazards([1, 2, 3], [True, True, False], [5, 5, 5])


def test_keeping_more_customers_than_there_were_is_refused():
    with pytest.raises(InvalidArgument, match="20 of 10"):
        retention_rate(10, 30, 10)
    assert retention_rate(0, 10, 10).estimate is None
