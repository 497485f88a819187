"""Watching a series all the time: the promised number of false alarms, and moves that are found."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.diagnostic import recursive_olsresiduals

from ressenti.errors import InvalidArgument
from ressenti.statistics.detection import change_watch, recursive_residuals


def test_residuals_are_those_of_statsmodels() -> None:
    values = np.random.default_rng(1).normal(40, 9, size=30)
    scaled = np.asarray(recursive_olsresiduals(OLS(values, np.ones(30)).fit())[4])
    found, factor = recursive_residuals(values, np.full(30, 81.0), baseline=10)
    # Theirs are not divided by the standard deviation, which is 9 here.
    np.testing.assert_allclose(found * factor, scaled[-20:] / 9, rtol=1e-9)


def test_a_baseline_that_varies_more_than_sampling_widens_what_is_expected() -> None:
    values = np.random.default_rng(2).normal(size=60) * 3
    found, factor = recursive_residuals(values, np.ones(60), baseline=28)
    assert 2.5 < factor < 4.5
    assert float(found.std()) < 1.3


def test_evidence_grows_by_one_a_value_while_nothing_moves() -> None:
    random = np.random.default_rng(3)
    shifts = (0.25, 0.5)
    last = [
        change_watch(random.normal(size=20), quiet_for=1e9, shifts=shifts).rising[-1]
        for _ in range(20_000)
    ]
    assert float(np.mean(last)) == pytest.approx(20, rel=0.08)


def test_the_first_false_alarm_comes_after_the_promised_time_on_average() -> None:
    random = np.random.default_rng(4)
    times = []
    for _ in range(200):
        alarms = change_watch(random.normal(size=1500), quiet_for=50).alarms
        times.append(alarms[0] if alarms else 1500)
    assert float(np.mean(times)) >= 50


@pytest.mark.parametrize(("shift", "within"), [(1.0, 15), (2.0, 6), (4.0, 3)])
def test_a_move_is_found_the_sooner_the_larger_it_is(shift: float, within: int) -> None:
    random = np.random.default_rng(5)
    delays = []
    for _ in range(200):
        z = random.normal(size=60)
        z[20:] -= shift
        late = [place - 20 for place in change_watch(z, quiet_for=100).alarms if place >= 20]
        delays.append(late[0] if late else 40)
    assert float(np.median(delays)) <= within


def test_a_fall_is_told_from_a_rise() -> None:
    fall = change_watch([-3.0] * 5, quiet_for=100)
    assert fall.alarms
    assert fall.falling[0] > fall.rising[0]


def test_a_shock_beyond_all_numbers_is_an_alarm() -> None:
    assert change_watch([1e6, 0.0], quiet_for=100).alarms == (0,)


@pytest.mark.parametrize("quiet_for", [1.0, 0.0, float("nan")])
def test_an_alarm_every_value_is_refused(quiet_for: float) -> None:
    with pytest.raises(InvalidArgument, match="false alarm"):
        change_watch([0.0], quiet_for=quiet_for)


def test_a_baseline_of_everything_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="baseline"):
        recursive_residuals([1.0, 2.0, 3.0], [1.0] * 3, baseline=3)
