from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.statistics.what_if import moved_answers_change

shares = st.floats(0.05, 0.45)
effects = st.floats(-30, 30)


@given(shares, shares, effects, effects, st.floats(0, 1))
def test_moving_answers_one_by_one_gives_the_same_change(
    low: float, high: float, penalty: float, reward: float, part: float
) -> None:
    moved = part * low
    before = low * penalty + high * reward
    others = 1 - low
    after = (low - moved) * penalty + (high + moved * high / others) * reward
    found = moved_answers_change(penalty, reward, low, high, moved=moved, bad_end="low")
    assert found == pytest.approx(after - before, abs=1e-9)


@given(shares, shares, effects, effects)
def test_a_scale_turned_over_changes_nothing(
    low: float, high: float, penalty: float, reward: float
) -> None:
    one = moved_answers_change(penalty, reward, low, high, moved=0.03, bad_end="low")
    other = moved_answers_change(reward, penalty, high, low, moved=0.03, bad_end="high")
    assert one == pytest.approx(float(other))


def test_everybody_at_the_bad_end_moves_to_the_middle() -> None:
    found = moved_answers_change(
        np.array([-10.0]),
        np.array([5.0]),
        np.array([1.0]),
        np.array([0.0]),
        moved=0.5,
        bad_end="low",
    )
    assert found.tolist() == [5.0]
