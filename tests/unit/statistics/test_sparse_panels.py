"""Panels with few figures: what explains itself is refused, what remains keeps its promise."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.statistics.lagged_effects import lagged_effect


def sparse(random: np.random.Generator, units: int, periods: int, share: float) -> np.ndarray:
    values: np.ndarray = random.normal(size=(units, periods))
    return np.where(random.random(values.shape) < share, values, np.nan)


def test_a_figure_a_shop_and_a_month_now_and_then_says_nothing() -> None:
    random = np.random.default_rng(1)
    found = lagged_effect(sparse(random, 30, 13, 0.5), sparse(random, 30, 13, 0.5), lag=2)
    assert found.p_value is None
    assert found.correlation.reason is not None
    few = lagged_effect(sparse(random, 20, 13, 0.75), sparse(random, 20, 13, 0.75), lag=2)
    assert few.correlation.reason is not None
    assert "unit in a period" in few.correlation.reason.en


@pytest.mark.parametrize("share", [0.75, 0.85, 1.0])
def test_chance_is_seldom_taken_for_a_link_however_sparse_the_panel(share: float) -> None:
    random = np.random.default_rng(2)
    p_values = [
        lagged_effect(sparse(random, 20, 15, share), sparse(random, 20, 15, share), lag=1).p_value
        for _ in range(200)
    ]
    judged = [p_value for p_value in p_values if p_value is not None]
    assert len(judged) >= 100
    assert sum(p_value < 0.05 for p_value in judged) / len(judged) <= 0.09
