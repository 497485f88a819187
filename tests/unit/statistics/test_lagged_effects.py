"""Who moves first: the planted lag, never the drift, the season or the way back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from ressenti.statistics.forecast_gains import forecast_gain
from ressenti.statistics.lagged_effects import lagged_effect, periods_needed
from tests.conftest import ROOT


def series(chance: np.random.Generator, units: int, periods: int, memory: float) -> np.ndarray:
    shocks = chance.normal(size=(units, periods + 40))
    for period in range(1, shocks.shape[1]):
        shocks[:, period] += memory * shocks[:, period - 1]
    return shocks[:, 40:]


def test_one_series_is_the_regression_written_out_in_statsmodels():
    chance = np.random.default_rng(5)
    x, y = (series(chance, 1, 40, 0.5) for _ in range(2))
    y[0, 2:] += 0.7 * x[0, :-2]
    table = pd.DataFrame({"y": y[0], "x": x[0]})
    design = pd.DataFrame(
        {
            "x2": table.x.shift(2),
            "x3": table.x.shift(3),
            "y1": table.y.shift(1),
            "y2": table.y.shift(2),
            "clock": np.arange(40.0),
        }
    )
    for month in range(1, 12):
        design[f"month {month}"] = (np.arange(40) % 12 == month).astype(float)
    kept = design.notna().all(axis=1)
    fit = sm.OLS(table.y[kept], sm.add_constant(design[kept])).fit()
    found = lagged_effect(x, y, lag=2, season=12)
    limits = fit.conf_int().loc["x2"]
    assert found.slope.estimate == pytest.approx(fit.params["x2"])
    assert (found.slope.low, found.slope.high) == pytest.approx(tuple(limits))
    assert found.p_value == pytest.approx(fit.pvalues["x2"])
    assert found.n == kept.sum()


def test_the_lags_of_the_shared_panel_are_found_as_they_were_made():
    table = pd.read_csv(ROOT / "tests" / "oracles" / "panel_a.csv")
    cpi, kpi, growth = (
        table.pivot_table(index="store", columns="month", values=name).to_numpy()
        for name in ("cpi", "kpi", "growth")
    )
    by_lag = [lagged_effect(cpi, kpi, lag=lag) for lag in (0, 1, 2)]
    assert min(by_lag, key=lambda one: one.p_value).lag == 1
    by_lag = [lagged_effect(cpi, growth, lag=lag) for lag in (0, 1, 2)]
    assert min(by_lag, key=lambda one: one.p_value).lag == 2
    assert lagged_effect(kpi, cpi, lag=1).p_value > 0.05


@pytest.mark.parametrize("drifting", [False, True])
def test_unrelated_series_are_linked_one_time_in_twenty_even_when_they_drift(drifting: bool):
    chance = np.random.default_rng(11)
    found = 0
    for _ in range(300):
        x, y = (chance.normal(size=(1, 30)) for _ in range(2))
        if drifting:
            x, y = np.cumsum(x, axis=1), np.cumsum(y, axis=1)
        found += lagged_effect(x, y, lag=1, season=12).p_value < 0.05
    # The levels of two random walks of 24 months correlate 54 times in 100.
    assert found <= 33


def test_a_shared_season_is_no_link_once_two_cycles_are_there():
    chance = np.random.default_rng(4)
    december = 4.0 * (np.arange(36) % 12 == 11)
    found = 0
    for _ in range(200):
        x, y = (december + chance.normal(size=(1, 36)) for _ in range(2))
        found += lagged_effect(x, y, lag=0, season=12).p_value < 0.05
    assert found <= 22


def test_the_way_back_is_not_taken_for_the_way_there():
    chance = np.random.default_rng(8)
    back = there = 0
    for _ in range(60):
        x = series(chance, 12, 25, 0.6)
        y = np.roll(x, 1, axis=1) + chance.normal(size=x.shape)
        x, y = x[:, 1:], y[:, 1:]
        there += lagged_effect(x, y, lag=1).p_value < 0.05
        back += lagged_effect(y, x, lag=1).p_value < 0.05
    assert there == 60
    assert back <= 9


def test_too_few_periods_are_refused_with_the_number_needed():
    chance = np.random.default_rng(1)
    x, y = (chance.normal(size=(1, 9)) for _ in range(2))
    found = lagged_effect(x, y, lag=1)
    assert (found.slope.estimate, found.p_value) == (None, None)
    assert "9 periods" in str(found.slope.reason)
    assert str(periods_needed(1)) in str(found.slope.reason)


def test_a_constant_series_and_a_copy_of_the_past_have_no_effect():
    chance = np.random.default_rng(1)
    x, y = (chance.normal(size=(1, 30)) for _ in range(2))
    constant = lagged_effect(np.ones((1, 30)), y, lag=0)
    assert "vary" in str(constant.slope.reason)
    # A straight line is its own trend: nothing of it is left.
    trend = lagged_effect(np.arange(30.0)[None, :], y, lag=0)
    assert trend.slope.estimate is None
    assert lagged_effect(x, y, lag=0).slope.estimate is not None


def test_a_missing_period_gives_a_missing_lag_not_the_row_before():
    chance = np.random.default_rng(1)
    x, y = (chance.normal(size=(1, 30)) for _ in range(2))
    y[0, 2:] = x[0, :-2] + 0.01 * y[0, 2:]
    x[0, 10] = np.nan
    found = lagged_effect(x, y, lag=2)
    assert found.slope.estimate == pytest.approx(1, abs=0.05)
    # Of 30 periods, three have no past; the hole takes the row it precedes by 2 and by 3.
    assert found.n == 25


def test_forecasts_gain_from_what_leads_and_not_from_what_does_not():
    chance = np.random.default_rng(3)
    x = series(chance, 15, 31, 0.5)
    y = (np.roll(x, 1, axis=1) + 0.5 * chance.normal(size=x.shape))[:, 1:]
    x = x[:, 1:]
    gain = forecast_gain(x, y, lags=(1, 2))
    assert gain.gain.low > 0
    assert gain.error < gain.baseline_error
    assert gain.gain.estimate == pytest.approx(gain.baseline_error - gain.error, abs=0.05)
    noise = forecast_gain(chance.normal(size=x.shape), y, lags=(1, 2))
    assert noise.gain.low < 0


def test_a_forecast_never_looks_ahead():
    chance = np.random.default_rng(3)
    x, y = (chance.normal(size=(1, 30)) for _ in range(2))
    told = forecast_gain(x, y, lags=(1,))
    changed = x.copy()
    # The last value of the source precedes nothing that is forecast.
    changed[0, -1] = 1e6
    assert forecast_gain(changed, y, lags=(1,)) == told


def test_too_few_forecasts_say_nothing():
    found = forecast_gain(np.ones((1, 12)), np.arange(12.0)[None, :], lags=(1,))
    assert found.gain.estimate is None
    assert "8" in str(found.gain.reason)
