"""Inside units and between them: two slopes, each that of the regression it stands for."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from ressenti.statistics.cross_counts import sums_of_pairs
from ressenti.statistics.panels import fixed_effects
from ressenti.statistics.unit_effects import unit_effects


def sums_of(x: np.ndarray, y: np.ndarray, units: np.ndarray) -> np.ndarray:
    return np.stack(
        [
            sums_of_pairs(x[units == unit, None], y[units == unit, None])[0, 0]
            for unit in np.unique(units)
        ]
    )


def confounded(seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return shops whose level drives both sides up while inside each y falls with x."""
    chance = np.random.default_rng(seed)
    units = np.repeat(np.arange(20), chance.integers(5, 40, 20))
    own = chance.normal(size=20)[units]
    x = 2 * own + chance.normal(size=units.size)
    y = 4 * own - 0.5 * x + chance.normal(size=units.size)
    return x, y, units


def test_the_slope_inside_units_is_that_of_fixed_effects_with_errors_by_unit():
    x, y, units = confounded()
    found = unit_effects(sums_of(x, y, units)).within
    expected = fixed_effects(y, x, units)
    error = expected.standard_errors[0] * np.sqrt(20 / 19)
    assert found.estimate == pytest.approx(expected.coefficients[0])
    # Student's quantile with 19 degrees of freedom.
    assert found.high - found.estimate == pytest.approx(2.093024054408263 * error)


def test_the_slope_between_units_is_that_of_their_means_weighted_by_their_rows():
    x, y, units = confounded()
    counts = np.bincount(units)
    means = [np.bincount(units, weights=one) / counts for one in (x, y)]
    fit = sm.WLS(means[1], sm.add_constant(means[0]), weights=counts).fit()
    found = unit_effects(sums_of(x, y, units))
    assert found.between.estimate == pytest.approx(fit.params[1])
    assert found.total == pytest.approx(np.polyfit(x, y, 1)[0])


def test_simpsons_paradox_is_told_and_the_two_slopes_are_told_apart():
    found = unit_effects(sums_of(*confounded()))
    assert found.total > 0 > found.within.high
    assert found.is_reversed
    assert found.difference_p_value < 0.001


def test_without_confounding_the_two_slopes_do_not_differ_and_nothing_is_reversed():
    chance = np.random.default_rng(1)
    units = np.repeat(np.arange(30), 20)
    x = chance.normal(size=30)[units] + chance.normal(size=600)
    y = x + chance.normal(size=600)
    found = unit_effects(sums_of(x, y, units))
    assert not found.is_reversed
    assert found.difference_p_value > 0.05
    assert found.within.low < 1 < found.within.high


@pytest.mark.parametrize("units", [1, 2])
def test_one_or_two_units_have_no_effect_inside_and_say_how_many_are_needed(units: int):
    x, y, places = confounded()
    kept = places < units
    found = unit_effects(sums_of(x[kept], y[kept], places[kept]))
    assert (found.within.estimate, found.between.estimate) == (None, None)
    assert "3" in str(found.within.reason)


def test_an_outcome_that_never_varies_inside_units_has_no_slope_there():
    units = np.repeat(np.arange(5), 10)
    y = np.random.default_rng(1).normal(size=50)
    found = unit_effects(sums_of(units.astype(float), y, units))
    assert found.within.estimate is None
    assert "inside" in str(found.within.reason)
    assert found.between.estimate is not None
