"""Intervals of a proportion agree with statsmodels and stay honest at both ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from ressenti.errors import InvalidArgument
from ressenti.statistics.intervals import Interval
from ressenti.statistics.proportions import (
    clopper_pearson_interval,
    jeffreys_interval,
    wilson_interval,
)

METHODS = {
    "wilson": wilson_interval,
    "jeffreys": jeffreys_interval,
    "beta": clopper_pearson_interval,
}


@pytest.mark.parametrize("name", METHODS)
@given(n=st.integers(1, 500), part=st.floats(0, 1), confidence=st.sampled_from([0.8, 0.95, 0.99]))
def test_intervals_are_those_of_statsmodels(name: str, n: int, part: float, confidence: float):
    successes = round(part * n)
    interval = METHODS[name](successes, n, confidence=confidence)
    low, high = proportion_confint(successes, n, alpha=1 - confidence, method=name)
    # statsmodels leaves Jeffreys' limits inside 0..1 when nobody, or everybody, succeeds.
    low = 0.0 if successes == 0 else low
    high = 1.0 if successes == n else high
    assert interval.bounds() == pytest.approx((successes / n, low, high), abs=1e-9)


@pytest.mark.parametrize("interval_of", METHODS.values())
def test_no_trials_have_no_interval(interval_of: Callable[..., Interval]):
    assert interval_of(0, 0).estimate is None


@pytest.mark.parametrize("interval_of", METHODS.values())
@pytest.mark.parametrize(("successes", "n"), [(5, 3), (-1, 3), (1, -1)])
def test_impossible_counts_are_refused(
    interval_of: Callable[..., Interval], successes: int, n: int
):
    with pytest.raises(InvalidArgument, match=str(successes)):
        interval_of(successes, n)
