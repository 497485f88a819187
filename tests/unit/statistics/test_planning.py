"""Sizes of surveys: what the formulas promise is what the intervals deliver."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument
from ressenti.statistics.planning import (
    detectable_change,
    margin_of_error,
    net_score_variance,
    size_for_change,
    size_for_margin,
)

variances = st.floats(0.01, 1)


# 2 (1.959964 + 0.841621)^2 V / 0.05^2 by hand.
@pytest.mark.parametrize(
    ("promoters", "detractors", "size"),
    [
        (0.60, 0.15, 3438),
        (0.40, 0.25, 3941),
        (0.80, 0.05, 1806),
        (0.92, 0.02, 817),
        (0.5, 0.5, 6280),
    ],
)
def test_answers_a_wave_needs_to_see_five_points(promoters: float, detractors: float, size: int):
    variance = net_score_variance(promoters, detractors)
    assert size_for_change((variance, variance), 0.05) == pytest.approx(size, abs=1)


@given(variances, st.floats(0.01, 0.5), st.floats(1, 5))
def test_the_planned_size_is_the_smallest_that_keeps_the_margin(
    variance: float, margin: float, effect: float
):
    n = size_for_margin(variance, margin, design_effect=effect)
    assert margin_of_error(variance, n, design_effect=effect) <= margin * (1 + 1e-6)
    if n > 1:
        assert margin_of_error(variance, n - 1, design_effect=effect) > margin * (1 - 1e-6)


@given(variances, st.floats(0.02, 0.5), st.integers(50, 100_000))
def test_the_planned_size_can_see_the_change_even_in_a_closed_list(
    variance: float, change: float, population: int
):
    n = size_for_change((variance, variance), change, population=population)
    assert n <= population
    seen = detectable_change((variance, variance), (n, n), populations=(population, population))
    assert seen <= change * (1 + 1e-6)


def test_unequal_waves_of_closed_lists():
    # (1.959964 + 0.841621) sqrt(0.5475 (0.85 / 150 + 0.4 / 600)) by hand.
    found = detectable_change((0.5475, 0.5475), (150, 600), populations=(1000, 1000))
    assert 100 * found == pytest.approx(16.4972696161684, rel=1e-9)


@pytest.mark.parametrize("power", [0, 1, 80])
def test_a_power_outside_0_and_1_is_refused(power: float):
    with pytest.raises(InvalidArgument, match=str(power)):
        size_for_change((0.5, 0.5), 0.05, power=power)


def test_a_change_of_nothing_is_refused():
    with pytest.raises(InvalidArgument, match="change"):
        size_for_change((0.5, 0.5), 0)
    with pytest.raises(InvalidArgument):
        net_score_variance(60, 15)
