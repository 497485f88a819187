from __future__ import annotations

import numpy as np
import pytest

from benchmarks.driver_coverage import EFFECTS, WORLDS, coverage, true_importances

# 60 simulations of a 95 % interval miss more than 8 times once in 150.
SIMULATIONS, FEWEST = 60, 51 / 60


@pytest.mark.parametrize("name", WORLDS)
def test_intervals_hold_the_simulated_truth_about_as_often_as_they_say(name: str) -> None:
    shares = coverage(WORLDS[name], 400, simulations=SIMULATIONS, replicates=200, seed=7)
    assert shares.size == len(EFFECTS) + 2
    assert (shares >= FEWEST).all(), shares


def test_a_driver_without_effect_has_a_share_where_drivers_go_together() -> None:
    apart, together = (true_importances(WORLDS[name]) for name in ("r = 0.3", "r = 0.7"))
    assert (apart[-1] < 0.03, together[-1] > 0.03) == (True, True)
    assert np.argmax(apart) == np.argmax(together) == 0
