"""The parts of R² add up, do not depend on order, and share what cannot be told apart."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument
from ressenti.statistics.importance import (
    MOST_DRIVERS,
    driver_importance,
    johnson_relative_weights,
    lmg,
)


def random_correlations(seed: int, k: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    mixing = random.normal(size=(k + 1, k + 1)) + random.normal()
    return np.corrcoef(mixing @ random.normal(size=(k + 1, 50)))


def shapley_by_definition(table: np.ndarray) -> np.ndarray:
    k = len(table) - 1

    def r2(subset: tuple[int, ...]) -> float:
        places = [j + 1 for j in subset]
        edge = table[places, 0]
        return float(edge @ np.linalg.solve(table[np.ix_(places, places)], edge)) if places else 0.0

    parts = np.zeros(k)
    for j in range(k):
        others = [i for i in range(k) if i != j]
        for size in range(k):
            weight = factorial(size) * factorial(k - 1 - size) / factorial(k)
            for subset in combinations(others, size):
                parts[j] += weight * (r2((*subset, j)) - r2(subset))
    return parts


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 6))
def test_lmg_is_the_shapley_value_of_its_definition(seed: int, k: int):
    table = random_correlations(seed, k)
    np.testing.assert_allclose(lmg(table), shapley_by_definition(table), atol=1e-8)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.permutations(range(4)))
def test_the_order_of_the_drivers_does_not_matter(seed: int, order: list[int]):
    table = random_correlations(seed, 4)
    places = [0, *(j + 1 for j in order)]
    np.testing.assert_allclose(lmg(table[np.ix_(places, places)]), lmg(table)[order], atol=1e-9)


def test_many_tables_at_once_give_what_each_gives_alone():
    tables = np.array([random_correlations(seed, 5) for seed in range(7)])
    np.testing.assert_allclose(lmg(tables), [lmg(table) for table in tables], atol=1e-12)


def test_fifteen_drivers_are_exact():
    k = MOST_DRIVERS
    table = np.full((k + 1, k + 1), 0.5) + 0.5 * np.eye(k + 1)
    r2 = 0.25 * k / (0.5 + 0.5 * k)
    np.testing.assert_allclose(lmg(table), np.full(k, r2 / k), atol=1e-12)


def test_independent_drivers_have_their_squared_correlations():
    assert lmg([[1, 0.5, 0.3], [0.5, 1, 0], [0.3, 0, 1]]) == pytest.approx([0.25, 0.09], abs=1e-12)


def test_a_constant_driver_has_no_importance_and_is_flagged():
    table = np.full((4, 4), np.nan)
    table[:3, :3] = [[1, 0.5, 0.3], [0.5, 1, 0.2], [0.3, 0.2, 1]]
    found = driver_importance(table)
    without = driver_importance(table[:3, :3])
    last = found.drivers[-1]
    assert (last.importance, last.first_in, last.last_in, last.beta) == (0, 0, 0, None)
    assert [driver.is_constant for driver in found.drivers] == [False, False, True]
    assert found.r2 == pytest.approx(without.r2)
    assert found.drivers[0].importance == pytest.approx(without.drivers[0].importance)


@pytest.mark.parametrize("shares", [lmg, johnson_relative_weights])
def test_equal_drivers_share(shares):
    table = [[1, 0.6, 0.6, 0.3], [0.6, 1, 1, 0.1], [0.6, 1, 1, 0.1], [0.3, 0.1, 0.1, 1]]
    parts = shares(table)
    assert parts[0] == pytest.approx(parts[1])
    assert parts.sum() == pytest.approx(lmg([[1, 0.6, 0.3], [0.6, 1, 0.1], [0.3, 0.1, 1]]).sum())


def test_equal_drivers_cannot_be_told_apart():
    found = driver_importance([[1, 0.6, 0.6], [0.6, 1, 1], [0.6, 1, 1]])
    assert [driver.is_separable for driver in found.drivers] == [False, False]
    assert [driver.inflation_factor for driver in found.drivers] == [None, None]


def test_first_in_and_last_in_surround_the_part_of_a_driver():
    table = random_correlations(3, 4)
    found = driver_importance(table)
    without = [np.delete(np.delete(table, j, axis=0), j, axis=1) for j in range(1, 5)]
    for j, driver in enumerate(found.drivers):
        assert driver.first_in == pytest.approx(table[0, j + 1] ** 2)
        assert driver.last_in == pytest.approx(found.r2 - driver_importance(without[j]).r2)
    assert sum(driver.share for driver in found.drivers) == pytest.approx(1)


def test_a_constant_outcome_has_nothing_to_explain():
    table = np.array([[np.nan, np.nan], [np.nan, 1.0]])
    found = driver_importance(table)
    assert (found.r2, found.drivers) == (None, ())
    assert found.reason is not None
    assert np.isnan(lmg(table)).all()
    assert np.isnan(johnson_relative_weights(table)).all()


def test_drivers_unrelated_to_the_outcome_have_no_share():
    found = driver_importance(np.eye(3))
    assert found.r2 == 0
    assert [driver.share for driver in found.drivers] == [None, None]


def test_beyond_fifteen_drivers_the_fallback_is_named():
    table = np.full((18, 18), 0.3) + 0.7 * np.eye(18)
    found = driver_importance(table)
    assert found.method == "johnson"
    assert found.r2 == pytest.approx(17 * 0.09 / (0.7 + 0.3 * 17))
    with pytest.raises(InvalidArgument, match="17 drivers"):
        lmg(table)


def test_johnson_weights_of_two_drivers_are_hand_computed():
    # The root of [[1, .6], [.6, 1]] is [[3, 1], [1, 3]] / sqrt(10); its inverse gives beta.
    beta = np.array([[3, -1], [-1, 3]]) * np.sqrt(10) / 8 @ [0.5, 0.4]
    expected = np.array([[9, 1], [1, 9]]) / 10 @ beta**2
    found = johnson_relative_weights([[1, 0.5, 0.4], [0.5, 1, 0.6], [0.4, 0.6, 1]])
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([[1, 0.5]], "square"),
        ([[1.0]], "square"),
        ([[1, 0.5], [0.4, 1]], "symmetric"),
        ([[2, 0.5], [0.5, 1]], "diagonal"),
        ([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]], "together"),
    ],
)
def test_a_table_that_is_not_one_of_correlations_is_refused(table: list, words: str):
    with pytest.raises(InvalidArgument, match=words):
        driver_importance(table)
