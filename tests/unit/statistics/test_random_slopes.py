"""Slopes that vary agree with lme4, also when they turn out not to vary."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.statistics.random_slopes import random_slope

UNITS = np.repeat(np.arange(5), 4)
DRIVER = np.tile([1.0, 2, 4, 7], 5)
VARYING = [2, 4, 7, 14, 3, 3, 6, 8, 1, 4, 9, 15, 5, 6, 6, 9, 0, 2, 7, 11]
ALIKE = [2, 4, 7, 13, 3, 5, 7, 14, 1, 4, 8, 13, 2, 4, 9, 14, 3, 4, 8, 13]


def test_slopes_that_vary_agree_with_lme4():
    # R 4.2.2, lme4 1.1.31: lmer(y ~ x + (1 + x | u)).
    fit = random_slope(VARYING, DRIVER, UNITS)
    assert fit.intercept == pytest.approx(0.733333333333)
    assert fit.slope == pytest.approx(1.533333333333)
    assert fit.standard_error == pytest.approx(0.32668744534, rel=1e-4)
    assert fit.slope_deviation == pytest.approx(0.714647718092, rel=1e-4)
    assert (fit.n, fit.n_units) == (20, 5)


def test_slopes_that_do_not_vary_agree_with_lme4_s_singular_fit():
    fit = random_slope(ALIKE, DRIVER, UNITS)
    assert fit.slope == pytest.approx(1.85714285714)
    assert fit.standard_error == pytest.approx(0.0603672389529, rel=1e-4)
    assert fit.slope_deviation == pytest.approx(0, abs=1e-4)


def test_neither_the_level_nor_the_unit_of_the_driver_matters():
    plain = random_slope(VARYING, DRIVER, UNITS)
    moved = random_slope(np.array(VARYING) + 1000, DRIVER / 60 + 7, UNITS)
    assert moved.slope == pytest.approx(60 * plain.slope, rel=1e-5)
    assert moved.standard_error == pytest.approx(60 * plain.standard_error, rel=1e-4)


def test_the_mean_slope_is_found_among_slopes_that_vary():
    random = np.random.default_rng(6)
    units = np.repeat(np.arange(40), 20)
    driver = random.normal(size=800)
    slopes = random.normal(2.0, 0.5, size=40)
    outcome = slopes[units] * driver + random.normal(size=40)[units] + random.normal(size=800)
    fit = random_slope(outcome, driver, units)
    assert fit.slope == pytest.approx(slopes.mean(), abs=0.05)
    assert fit.slope_deviation == pytest.approx(0.5, abs=0.15)


def test_a_row_with_a_missing_value_is_left_out():
    fit = random_slope([*VARYING, 3.0], [*DRIVER, np.nan], [*UNITS, 4])
    assert fit == random_slope(VARYING, DRIVER, UNITS)


@pytest.mark.parametrize(
    ("outcome", "driver", "units"),
    [
        ([1, 2, 3, 5], [1, 2, 3, 4], ["a"] * 4),
        ([1, 2, 3, 5], [1, 2, 3, 4], list("aabb")),
        (VARYING, np.ones(20), UNITS),
        (2 * DRIVER + UNITS, DRIVER, UNITS),
    ],
    ids=["one unit", "two rows a unit", "constant driver", "no noise"],
)
def test_an_undefined_varying_slope_has_a_reason(outcome, driver, units):
    fit = random_slope(outcome, driver, units)
    assert (fit.slope, fit.standard_error) == (None, None)
    assert fit.reason is not None
