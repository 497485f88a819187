"""Lags follow the calendar, and effects within units agree with plm and lme4."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument
from ressenti.statistics.panels import fixed_effects, lagged_pairs, lagged_values

UNITS = list("aaaabbbcccc")
PERIODS = [1, 2, 3, 4, 1, 2, 4, 1, 2, 3, 4]
OUTCOME = [1, 3, 2, 5, 4, 6, 9, 2, 3, 5, 4]
DRIVER = [0, 1, 1, 2, 3, 5, 6, 1, 2, 2, 3]


def test_a_missing_period_gives_a_missing_lag_not_the_row_before():
    lagged = lagged_values(["a", "a", "a"], [1, 2, 4], [10, 20, 40])
    np.testing.assert_array_equal(lagged, [np.nan, 10, np.nan])


def test_a_lag_never_crosses_units():
    lagged = lagged_values(["a", "b"], [1, 2], [10, 20])
    assert np.isnan(lagged).all()


def test_a_negative_lag_looks_ahead():
    lagged = lagged_values([7, 7, 8], [1, 2, 3], [10, 20, 30], lag=-1)
    np.testing.assert_array_equal(lagged, [20, np.nan, np.nan])


@given(
    st.sets(st.tuples(st.sampled_from("abc"), st.integers(-5, 30)), max_size=40),
    st.integers(-3, 6),
    st.randoms(),
)
def test_each_lag_is_the_value_of_that_unit_at_that_period(rows, lag, random):
    rows = sorted(rows)
    random.shuffle(rows)
    values = {row: float(place) for place, row in enumerate(rows)}
    lagged = lagged_values(
        np.array([unit for unit, _ in rows], dtype="U1"),
        [period for _, period in rows],
        list(values.values()),
        lag=lag,
    )
    expected = [values.get((unit, period - lag), np.nan) for unit, period in rows]
    np.testing.assert_array_equal(lagged, expected)


def test_two_rows_for_one_period_are_refused():
    with pytest.raises(InvalidArgument, match="'b' has two rows for period 3"):
        lagged_values(["a", "b", "b"], [3, 3, 3], [1, 2, 3])


def test_a_period_that_is_not_whole_is_refused():
    with pytest.raises(InvalidArgument, match=r"2\.5"):
        lagged_values(["a"], [2.5], [1])


def test_pairs_need_both_values():
    pairs = lagged_pairs(["a"] * 4, [1, 2, 3, 4], [5, np.nan, 7, 8], [50, 60, 70, 80], lag=1)
    assert pairs.earlier.tolist() == [5, 7]
    assert pairs.later.tolist() == [60, 80]
    assert pairs.rows.tolist() == [1, 3]


def test_unit_effects_agree_with_plm():
    # R 4.2.2, plm 2.6.2: model "within", vcovHC(method = "arellano", type = "HC0").
    fit = fixed_effects(OUTCOME, DRIVER, UNITS)
    assert fit.coefficients == pytest.approx([1.53846153846])
    assert fit.standard_errors == pytest.approx([0.164620446666])
    assert (fit.n, fit.n_units) == (11, 3)


def test_unit_and_period_effects_agree_with_plm_on_an_unbalanced_panel():
    fit = fixed_effects(OUTCOME, DRIVER, UNITS, periods=PERIODS)
    assert fit.coefficients == pytest.approx([1.25])
    assert fit.standard_errors == pytest.approx([0.53033008589])


def test_effects_are_those_of_a_regression_with_one_dummy_per_unit_and_period():
    random = np.random.default_rng(4)
    units, periods = random.integers(0, 15, 200), random.integers(0, 8, 200)
    drivers = random.normal(size=(200, 2)) + units[:, None]
    outcome = drivers @ [1.0, -2.0] + 3 * units + periods + random.normal(size=200)
    dummies = np.column_stack(
        [units[:, None] == np.arange(15), (periods[:, None] == np.arange(1, 8))]
    )
    expected = np.linalg.lstsq(np.column_stack([drivers, dummies]), outcome, rcond=None)[0]
    fit = fixed_effects(outcome, drivers, units, periods=periods)
    assert fit.coefficients == pytest.approx(expected[:2], rel=1e-9)


def test_a_driver_that_never_varies_within_units_has_no_coefficient():
    trait = [0.1 if unit == "a" else 0.7 for unit in UNITS]
    fit = fixed_effects(OUTCOME, np.column_stack([DRIVER, trait]), UNITS)
    assert fit.coefficients == (pytest.approx(1.53846153846), None)
    assert fit.standard_errors[1] is None


def test_one_unit_has_a_slope_without_an_error():
    fit = fixed_effects([1, 2, 4, 5], [1, 2, 3, 4], ["a"] * 4)
    assert fit.coefficients == pytest.approx([1.4])
    assert fit.standard_errors == (None,)
    assert fit.reason is not None


def test_units_seen_once_tell_nothing():
    fit = fixed_effects([1, 2], [3, 4], ["a", "b"])
    assert fit.coefficients == (None,)
    assert fit.reason is not None


def test_as_many_effects_as_rows_tell_nothing():
    fit = fixed_effects([1, 2, 4, 4], [3, 4, 1, 2], list("aabb"), periods=[1, 2, 1, 3])
    assert fit.coefficients == (None,)
    assert fit.reason is not None


def test_a_line_through_every_row_has_no_error():
    fit = fixed_effects([1, 2, 4, 7], [1, 2, 4, 6], ["a", "a", "b", "b"], periods=[1, 2, 1, 2])
    assert fit.coefficients == pytest.approx([2])
    assert fit.standard_errors == (None,)
    assert fit.reason is not None
