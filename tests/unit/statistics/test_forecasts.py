"""What may come next: the filter of others, limits that hold, and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from ressenti.errors import InvalidArgument
from ressenti.statistics.forecasts import forecasts, local_level


def test_each_level_is_that_of_the_filter_of_statsmodels() -> None:
    values = np.random.default_rng(1).normal(40, 3, size=25)
    values[7] = np.nan
    found = local_level(values, np.full(25, 9.0))
    for place in (0, 5, 20):
        step = float(found.step_variances[place])
        # The first value is where the filter starts from: it is not seen twice.
        model = UnobservedComponents(values[1:], level="llevel")
        model.ssm["obs_cov", 0, 0], model.ssm["state_cov", 0, 0] = 9.0, step
        model.ssm.initialize_known(np.array([values[0]]), np.array([[9.0 + step]]))
        theirs = model.ssm.filter()
        assert found.levels[place] == pytest.approx(theirs.filtered_state[0, -1], rel=1e-9)
        assert found.variances[place] == pytest.approx(theirs.filtered_state_cov[0, 0, -1])


def test_a_level_that_stays_put_is_the_weighted_mean() -> None:
    found = local_level([10.0, 20.0], [1.0, 3.0])
    assert found.levels[0] == pytest.approx(12.5)
    assert found.variances[0] == pytest.approx(0.75)


@pytest.mark.parametrize("step", [0.0, 0.6, 2.0])
def test_limits_hold_what_comes_as_often_as_they_say(step: float) -> None:
    random = np.random.default_rng(7)
    held = []
    for _ in range(400):
        level = np.cumsum(random.normal(size=30) * step)
        values = level + random.normal(size=30) * 2
        found, _ = forecasts(values[:24], np.full(24, 4.0), horizon=6)
        held += [
            one.low <= value <= one.high
            for one, value in zip(found, values[24:], strict=True)
            if one.low is not None and one.high is not None
        ]
    assert len(held) == 2400
    assert 0.93 <= sum(held) / len(held) <= 0.995


def test_no_figure_is_foreseen_beyond_what_it_can_be() -> None:
    found, _ = forecasts([98.0, 99.0] * 8, [25.0] * 16, horizon=2, low=0, high=100)
    assert {one.high for one in found} == {100}


def test_limits_open_the_further_one_looks() -> None:
    values = np.cumsum(np.random.default_rng(3).normal(size=30) * 5)
    found, _ = forecasts(values, np.ones(30), horizon=5)
    widths = [one.high - one.low for one in found if one.high is not None and one.low is not None]
    assert widths == sorted(widths)
    assert len(set(widths)) == 5


@pytest.mark.parametrize(("n", "horizon", "told"), [(11, 1, "at least 12"), (15, 6, "a third")])
def test_a_history_that_allows_none_is_told(n: int, horizon: int, told: str) -> None:
    found, reason = forecasts(np.arange(n, dtype=float), np.ones(n), horizon=horizon)
    assert found == ()
    assert reason is not None
    assert told in reason.en


def test_one_figure_makes_no_level() -> None:
    with pytest.raises(InvalidArgument, match="two figures"):
        local_level([1.0, np.nan], [1.0, 1.0])
