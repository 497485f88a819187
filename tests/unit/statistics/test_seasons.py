"""Seasons: found where there is one, left alone where there is none."""

from __future__ import annotations

import numpy as np

from ressenti.statistics.seasons import season

WEEK = np.array([0.0, 0, 0, 0, 0, -10, -4])


def test_a_week_is_found_beside_a_break_and_a_drift() -> None:
    random = np.random.default_rng(1)
    days = np.arange(84)
    values = np.tile(WEEK, 12) + 0.1 * days - 20.0 * (days >= 40) + random.normal(size=84)
    found = season(values, np.ones(84), length=7)
    assert found.is_established
    np.testing.assert_allclose(found.by_place, WEEK - WEEK.mean(), atol=1.5)


def test_chance_is_seldom_taken_for_a_season() -> None:
    random = np.random.default_rng(2)
    found = [
        season(random.normal(size=84), np.ones(84), length=7).is_established for _ in range(300)
    ]
    assert sum(found) / 300 <= 0.03


def test_effects_add_up_to_nothing_and_follow_the_days() -> None:
    values = np.tile(WEEK, 6)
    found = season(values, np.full(42, 0.01), length=7)
    assert abs(float(found.by_place.sum())) < 1e-9
    np.testing.assert_allclose(found.effects, np.tile(found.by_place, 6))


def test_periods_without_a_figure_leave_the_rest_as_it_is() -> None:
    values = np.tile(WEEK, 8)
    values[[3, 4, 17]] = np.nan
    found = season(values, np.full(56, 0.01), length=7)
    np.testing.assert_allclose(found.by_place, WEEK - WEEK.mean(), atol=0.6)


def test_a_cycle_seen_less_than_twice_is_refused_with_a_reason() -> None:
    found = season(np.arange(13.0), np.ones(13), length=7)
    assert not found.is_established
    assert found.reason is not None
    assert "13 periods" in found.reason.en
    assert not found.effects.any()
