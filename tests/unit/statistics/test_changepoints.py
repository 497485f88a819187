"""Breaks of a level: the best partition, dates whose limits hold, and none where nothing moved."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument
from ressenti.statistics.changepoints import mean_breaks

MARKS = st.lists(st.integers(-20, 20), min_size=4, max_size=9)


def squares(values: list[float], bounds: tuple[int, ...]) -> float:
    stretches = [values[a:b] for a, b in pairwise(bounds)]
    return sum(float(np.var(part)) * len(part) for part in stretches)


@given(MARKS, st.floats(0.5, 30))
def test_the_breaks_are_those_of_the_best_of_all_partitions(
    marks: list[int], penalty: float
) -> None:
    values = [float(mark) for mark in marks]
    n = len(values)
    partitions = (
        (0, *cuts, n)
        for k in range(n)
        for cuts in combinations(range(1, n), k)
        if all(b - a >= 2 for a, b in zip((0, *cuts), (*cuts, n), strict=True))
    )
    best = min(squares(values, bounds) + penalty * (len(bounds) - 2) for bounds in partitions)
    found = mean_breaks(values, [1.0] * n, penalty=penalty)
    own = squares(values, (0, *(one.at for one in found), n)) + penalty * len(found)
    assert own == pytest.approx(best, abs=1e-6)


def test_a_value_with_a_large_variance_weighs_little() -> None:
    values, variances = [0.0] * 6 + [50.0] + [0.0] * 6, [1.0] * 13
    assert mean_breaks(values, variances, shortest=1)
    variances[6] = 10_000.0
    assert mean_breaks(values, variances, shortest=1) == ()


def test_a_series_in_which_nothing_moves_seldom_has_a_break() -> None:
    random = np.random.default_rng(5)
    found = [bool(mean_breaks(random.normal(size=60), np.ones(60))) for _ in range(400)]
    assert sum(found) / 400 <= 0.05


@pytest.mark.parametrize("step", [1.0, 2.0])
def test_the_limits_of_a_date_hold_it_as_often_as_they_say(step: float) -> None:
    random = np.random.default_rng(6)
    held = []
    for _ in range(400):
        values = random.normal(size=80)
        values[35:] += step
        found = mean_breaks(values, np.ones(80))
        if len(found) == 1:
            held.append(found[0].earliest <= 35 <= found[0].latest)
    assert len(held) >= 300
    assert sum(held) / len(held) >= 0.95


def test_both_levels_are_weighted_means() -> None:
    found = mean_breaks([1.0, 3.0, 11.0, 13.0], [1.0, 3.0, 1.0, 3.0], penalty=1.0)
    assert [(one.at, one.before, one.after) for one in found] == [(2, 1.5, 11.5)]


def test_a_short_series_has_no_break() -> None:
    assert mean_breaks([1.0, 90.0, 1.0], [1.0] * 3) == ()


def test_a_value_without_variance_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="variance"):
        mean_breaks([1.0, 2.0], [1.0, 0.0])


@settings(max_examples=30)
@given(MARKS, st.floats(-1e6, 1e6))
def test_a_shift_of_all_values_moves_no_break(marks: list[int], shift: float) -> None:
    values = np.array(marks, dtype=float)
    penalty = 3 * log(len(marks)) + 0.123
    here = mean_breaks(values, np.ones(len(marks)), penalty=penalty)
    there = mean_breaks(values + round(shift), np.ones(len(marks)), penalty=penalty)
    assert [one.at for one in here] == [one.at for one in there]
