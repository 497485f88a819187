"""Importance is given with how sure it is and how sure the rank is."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.statistics.importance import driver_importance
from ressenti.statistics.importance_intervals import (
    importance_intervals,
    r2_interval,
    replicated_importance,
)
from ressenti.statistics.moments import bucketed_moments, correlation_matrix, resampled_moments

EFFECTS = np.array([0.6, 0.3, 0.1])


def sampled_moments(seed: int, *, n: int = 2000, groups: int = 100) -> np.ndarray:
    random = np.random.default_rng(seed)
    common = random.normal(size=(n, 1))
    drivers = 0.6 * common + 0.8 * random.normal(size=(n, 3))
    outcome = drivers @ EFFECTS + random.normal(size=n)
    return bucketed_moments(np.column_stack([outcome, drivers]), buckets=np.arange(n) % groups)


def true_importances() -> list[float]:
    among = np.full((3, 3), 0.36) + 0.64 * np.eye(3)
    variance = EFFECTS @ among @ EFFECTS + 1
    edge = among @ EFFECTS / np.sqrt(variance)
    table = np.block([[np.ones((1, 1)), edge[None]], [edge[:, None], among]])
    return [driver.importance for driver in driver_importance(table).drivers]


def test_intervals_cover_the_true_importance_about_as_often_as_they_say():
    truth = true_importances()
    covered = [
        driver.low <= value <= driver.high
        for seed in range(120)
        for driver, value in zip(
            importance_intervals(sampled_moments(seed), replicates=200).drivers, truth, strict=True
        )
    ]
    assert 0.90 <= np.mean(covered) <= 0.985


def test_a_clear_first_driver_is_first_and_alone():
    found = importance_intervals(sampled_moments(1), replicates=300)
    assert found.replicates == 300
    assert found.drivers[0].probability_first > 0.99
    assert (found.drivers[0].rank_low, found.drivers[0].rank_high) == (1, 1)
    assert sum(driver.probability_first for driver in found.drivers) == pytest.approx(1)


def test_equal_drivers_are_tied_first():
    moments = sampled_moments(2)
    doubled = moments[:, [0, 1, 2, 2]][:, :, [0, 1, 2, 2]]
    found = importance_intervals(doubled, replicates=100)
    assert [driver.probability_first for driver in found.drivers] == pytest.approx([0.5, 0.5])
    assert {(driver.rank_low, driver.rank_high) for driver in found.drivers} == {(1, 1)}


def test_the_estimate_lies_within_its_interval_and_shares_follow():
    moments = sampled_moments(3)
    estimates = driver_importance(correlation_matrix(moments.sum(axis=0)))
    found = importance_intervals(moments, replicates=300)
    for estimate, interval in zip(estimates.drivers, found.drivers, strict=True):
        assert interval.low < estimate.importance < interval.high
        assert interval.share_low < estimate.share < interval.share_high


def test_the_seed_makes_the_intervals_repeatable():
    moments = sampled_moments(4)
    one, other = (importance_intervals(moments, replicates=50, seed=9) for _ in range(2))
    assert one == other


def test_too_few_buckets_give_no_interval_and_a_reason():
    found = importance_intervals(sampled_moments(5, groups=10))
    assert found.drivers == ()
    assert "10 buckets" in str(found.reason)


def test_a_constant_outcome_gives_no_interval_and_a_reason():
    rows = np.column_stack([np.ones(100), np.arange(100)])
    found = importance_intervals(bucketed_moments(rows, buckets=np.arange(100) % 25))
    assert found.drivers == ()
    assert found.reason is not None


def test_more_drivers_than_lmg_allows_fall_back_on_relative_weights():
    random = np.random.default_rng(6)
    rows = random.normal(size=(400, 18))
    rows[:, 0] += rows[:, 1]
    found = importance_intervals(bucketed_moments(rows, buckets=np.arange(400) % 40), replicates=50)
    assert len(found.drivers) == 17
    assert found.drivers[0].probability_first == 1


def test_the_interval_of_r2_is_not_moved_by_drivers_that_explain_nothing():
    held = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        rows = random.normal(size=(100, 9))
        rows[:, 0] += rows[:, 1]
        moments = bucketed_moments(rows, buckets=np.arange(100))
        samples = resampled_moments(moments, replicates=200, seed=seed)
        explained = replicated_importance(correlation_matrix(samples)).sum(axis=1)
        own = driver_importance(correlation_matrix(moments.sum(axis=0))).r2
        interval = r2_interval(own, explained)
        assert interval.low <= own <= interval.high
        # The population's is one half; eight drivers flatter a sample of a hundred by 0.04.
        held += interval.low <= 0.5 <= interval.high
    assert held >= 49


def test_r2_without_a_replicate_has_no_interval_and_a_reason():
    interval = r2_interval(0.4, np.array([np.nan, np.nan]))
    assert (interval.estimate, interval.low) == (0.4, None)
    assert interval.reason is not None
