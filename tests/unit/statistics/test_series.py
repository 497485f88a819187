"""Season, lead and lag agree with R's own."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.statistics.series import (
    cross_correlations,
    granger_test,
    local_projection,
    seasonal_trend,
)

Z = [3, 5, 4, 6, 8, 7, 9, 8, 11, 10, 12, 14, 13, 15, 12, 16]
W = [2, 4, 5, 4, 7, 8, 6, 9, 9, 12, 10, 11, 15, 12, 16, 13]


def test_trend_season_and_remainder_add_up():
    months = np.arange(48)
    values = 40 + 0.5 * months + 5 * np.sin(2 * np.pi * months / 12)
    found = seasonal_trend(values, period=12, inner_iterations=2, outer_iterations=0)
    np.testing.assert_allclose(found.trend + found.seasonal + found.remainder, values)
    np.testing.assert_allclose(np.diff(found.trend), 0.5, atol=0.05)


def test_under_two_full_periods_there_is_no_season():
    with pytest.raises(UndefinedResult, match="24"):
        seasonal_trend(np.arange(23), period=12)


def test_cross_correlations_agree_with_ccf():
    found = cross_correlations(Z, W, lags=[-2, -1, 0, 1, 2])
    assert found == pytest.approx(
        [0.570051996903, 0.774583135540, 0.853750805572, 0.803237642649, 0.558539025297]
    )


def test_a_driver_that_leads_correlates_at_a_negative_lag():
    random = np.random.default_rng(0)
    driver = random.normal(size=200)
    outcome = np.concatenate([[0.0, 0.0], driver[:-2]])
    found = cross_correlations(driver, outcome, lags=[-2, 2])
    assert found[0] > 0.95
    assert abs(found[1]) < 0.2


def test_a_constant_series_and_a_lag_without_pairs_have_no_correlation():
    assert cross_correlations([1, 1, 1], [1, 2, 3], lags=[0, 1]) == (None, None)
    assert cross_correlations([1, 2, 3], [3, 1, 2], lags=[3]) == (None,)


def test_series_of_different_lengths_are_refused():
    with pytest.raises(InvalidArgument, match="3 and 2"):
        cross_correlations([1, 2, 3], [1, 2], lags=[0])


def test_the_granger_test_agrees_with_lmtest():
    # R 4.2.2, lmtest 0.9.40: grangertest(w ~ z, order = 1).
    found = granger_test(W, Z, lags=1)
    assert found.f == pytest.approx(86.42059, rel=1e-6)
    assert found.p_value == pytest.approx(7.8325e-07, rel=1e-4)
    assert found.freedom == (1, 12)


@pytest.mark.parametrize(("y", "x"), [([1, 2, 4, 3], [1, 2, 3, 5]), ([1] * 20, range(20))])
def test_an_undefined_granger_test_has_a_reason(y, x):
    found = granger_test(y, list(x), lags=1)
    assert (found.f, found.p_value) == (None, None)
    assert found.reason is not None


def test_a_projection_recovers_the_answer_at_its_horizon():
    random = np.random.default_rng(1)
    driver = random.normal(size=400)
    outcome = np.zeros(400)
    outcome[2:] = 0.8 * driver[:-2]
    outcome += 0.1 * random.normal(size=400)
    at_two = local_projection(outcome, driver, horizon=2)
    at_one = local_projection(outcome, driver, horizon=1)
    assert at_two.coefficients[1] == pytest.approx(0.8, abs=0.03)
    assert at_one.coefficients[1] == pytest.approx(0, abs=0.12)


def test_newey_west_errors_without_lags_are_white_s():
    y, x = np.array(W, dtype=float), np.array(Z, dtype=float)
    found = local_projection(y, x, horizon=0, hac_lags=0)
    design = np.column_stack([np.ones(16), x])
    inverse = np.linalg.inv(design.T @ design)
    scores = design * (y - design @ inverse @ design.T @ y)[:, None]
    expected = np.sqrt(np.diagonal(inverse @ scores.T @ scores @ inverse))
    assert found.standard_errors == pytest.approx(expected)


def test_a_missing_period_is_left_out_of_a_projection():
    outcome = np.array(W, dtype=float)
    outcome[5] = np.nan
    assert local_projection(outcome, Z, horizon=1).n == 14


@pytest.mark.parametrize(("outcome", "driver"), [([1, 2, 3], [1, 2, 4]), (W, [2.0] * 16)])
def test_an_undefined_projection_has_a_reason(outcome: list, driver: list):
    found = local_projection(outcome, driver, horizon=1)
    assert found.coefficients == ()
    assert found.reason is not None
