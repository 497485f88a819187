"""Rates agree with statsmodels, and a ratio with R's own example."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.rates import confint_poisson

from ressenti.errors import InvalidArgument
from ressenti.statistics.rates import (
    exact_rate_interval,
    rate_interval,
    rate_ratio,
    score_rate_interval,
)


@given(st.integers(0, 2000), st.floats(0.1, 1e5))
def test_intervals_are_those_of_statsmodels(events: int, exposure: float):
    score = score_rate_interval(events, exposure)
    exact = exact_rate_interval(events, exposure)
    expected = confint_poisson(events, exposure, method="score")
    assert (score.low, score.high) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    low, high = confint_poisson(events, exposure, method="exact-c")
    # statsmodels leaves NaN at zero events, where Garwood's lower limit is 0.
    assert exact.low == pytest.approx(0.0 if events == 0 else low, rel=1e-9)
    assert exact.high == pytest.approx(high, rel=1e-9)


def test_a_ratio_is_that_of_rs_poisson_test():
    # R: poisson.test(c(11, 6 + 8 + 7), c(800, 1083 + 1050 + 878))
    found = rate_ratio(11, 800, 21, 3011)
    assert found.interval.estimate == pytest.approx(1.971488, abs=1e-6)
    assert found.test.p_value == pytest.approx(0.07967, abs=1e-5)


def test_a_ratio_without_events_has_the_limits_it_can_have():
    assert rate_ratio(0, 10, 5, 10).interval.low == 0
    upward = rate_ratio(5, 10, 0, 10)
    assert upward.interval.estimate is upward.interval.high is None
    assert upward.interval.low > 0
    assert rate_ratio(0, 10, 0, 10).test.p_value is None
    assert rate_ratio(1, 0, 1, 10).interval.estimate is None


def test_no_exposure_has_no_rate():
    assert rate_interval(0, 0).estimate is None
    assert score_rate_interval(0, 0).reason is not None


@pytest.mark.parametrize(("events", "exposure"), [(-1, 10), (1, -10), (float("nan"), 1)])
def test_impossible_counts_are_refused(events: float, exposure: float):
    with pytest.raises(InvalidArgument):
        rate_interval(events, exposure)
