"""Each driver has its quadrant, and only when it is sure."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.errors import InvalidArgument
from ressenti.statistics.quadrants import importance_performance_quadrants, sure_quadrants


def test_the_cross_hairs_are_at_the_means():
    found = importance_performance_quadrants([0.4, 0.4, 0.1, 0.1], [4.5, 2.0, 2.0, 4.5])
    assert found.placed == ("keep up", "concentrate", "low priority", "possible overkill")
    assert (found.importance_cut, found.performance_cut) == (0.25, 3.25)


def test_declared_cuts_replace_the_means():
    found = importance_performance_quadrants(
        [0.4, 0.3], [4.5, 4.0], importance_cut=0.35, performance_cut=4.2
    )
    assert found.placed == ("keep up", "low priority")


def test_drivers_all_alike_are_all_at_the_cut_whatever_the_rounding():
    assert set(importance_performance_quadrants([0.1] * 3, [0.7] * 3).placed) == {"keep up"}


def test_without_drivers_there_are_no_cuts():
    found = importance_performance_quadrants([], [])
    assert (found.placed, found.importance_cut) == ((), None)


def test_a_driver_that_changes_quadrant_between_samples_is_on_the_line():
    importance = np.array([[0.5, 0.2, 0.3]] * 10)
    performance = np.array([[4.0, 2.0, 3.4]] * 7 + [[4.0, 2.6, 2.4]] * 3)
    assert sure_quadrants(importance, performance) == ("keep up", "low priority", None)


def test_importance_and_performance_must_be_of_the_same_drivers():
    with pytest.raises(InvalidArgument):
        importance_performance_quadrants([1, 2], [1, 2, 3])
