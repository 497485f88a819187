from __future__ import annotations

import numpy as np
import pytest

from ressenti.simulation import expected_nps
from ressenti.simulation.marks import EASE, RECOMMENDATION, SATISFACTION, Marking
from ressenti.simulation.people import TASTE_VARIANCE


def test_at_level_zero_the_nps_is_that_of_the_shares_chosen() -> None:
    # Promoters .20 + .28; detractors .015 + .008 + .010 + .015 + .022 + .060 + .080 = .21.
    assert expected_nps(np.array([0.0]))[0] == pytest.approx(100 * (0.48 - 0.21))


def test_the_expected_nps_is_the_mean_of_marks_drawn() -> None:
    generator = np.random.default_rng(11)
    size = 200_000
    for level in (-1.0, -0.3, 0.6):
        marks = RECOMMENDATION.marks(level + generator.standard_normal(size))
        signs = (marks >= 9).astype(float) - (marks <= 6)
        tolerance = 4 * 100 * signs.std() / size**0.5
        assert abs(100 * signs.mean() - expected_nps(np.array([level]))[0]) < tolerance


def test_the_nps_of_every_taste_is_the_mean_of_the_nps_of_each() -> None:
    taste = np.random.default_rng(3).normal(0.0, TASTE_VARIANCE**0.5, 200_000)
    for level in (-0.5, 0.2):
        each = expected_nps(np.full(taste.size, level), taste=taste)
        tolerance = 4 * each.std() / taste.size**0.5
        assert abs(each.mean() - expected_nps(np.array([level]))[0]) < tolerance


@pytest.mark.parametrize("marking", [RECOMMENDATION, SATISFACTION, EASE])
def test_every_level_of_a_scale_is_marked_and_nothing_else(marking: Marking) -> None:
    marks = marking.marks(np.linspace(-6, 6, 5_001))
    assert sorted(set(marks.tolist())) == list(marking.scale.levels)
    assert (np.diff(marks) >= 0).all()
    assert sum(marking.shares) == pytest.approx(1.0)
