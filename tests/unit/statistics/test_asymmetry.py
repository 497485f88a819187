"""Penalties, rewards and Kano coefficients say who hurts and who pleases."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.errors import InvalidArgument
from ressenti.statistics.asymmetry import kano_coefficients, penalty_reward
from ressenti.statistics.proportions import wilson_interval


def answers(penalty: float, reward: float, *, n: int = 600) -> tuple[np.ndarray, ...]:
    """Return an outcome and the ends of two drivers, the second without any effect."""
    random = np.random.default_rng(8)
    levels = random.integers(1, 6, size=(n, 2))
    low, high = levels <= 2, levels >= 5
    outcome = 7 + penalty * low[:, 0] + reward * high[:, 0] + random.normal(size=n)
    return outcome, low, high


@pytest.mark.parametrize(
    ("penalty", "reward", "expected"),
    [(-2, 0.1, "must-be"), (-1, 1, "performance"), (-0.1, 2, "delighter")],
)
def test_each_kind_of_driver_is_recognised(penalty: float, reward: float, expected: str):
    first, second = penalty_reward(*answers(penalty, reward))
    assert first.attribute_class == expected
    assert first.penalty == pytest.approx(penalty, abs=0.25)
    assert first.reward == pytest.approx(reward, abs=0.25)
    assert second.attribute_class == "no effect shown"


def test_one_driver_has_the_differences_of_its_means():
    outcome = np.array([1.0, 3, 5, 6, 7, 9, 9, 10])
    low, high = outcome <= 3, outcome >= 9
    (found,) = penalty_reward(outcome, low[:, None], high[:, None])
    assert found.penalty == pytest.approx(2 - 6)
    assert found.reward == pytest.approx(28 / 3 - 6)
    # HC3 of a mean of n values is s² / (n - 1) times (n - 1) / n · n / (n - 1) = s² / (n - 1).
    variances = [2 / 1, 1 / 1, (1 / 3) / 2]
    low_error, middle_error, high_error = variances
    assert found.penalty_error == pytest.approx((low_error + middle_error / 2) ** 0.5)
    assert found.reward_error == pytest.approx((high_error + middle_error / 2) ** 0.5)


def test_few_answers_at_one_end_give_no_class():
    (found, _) = penalty_reward(*answers(-2, 0, n=60))
    assert found.attribute_class is None
    assert "at least 30" in str(found.reason)


def test_an_end_that_nobody_chose_has_no_coefficient():
    outcome, low, high = answers(-1, 1)
    first, _ = penalty_reward(outcome, low, high & [[False, True]])
    assert first.reward is None
    assert (first.asymmetry_z, first.p_value, first.attribute_class) == (None, None, None)
    assert first.penalty is not None


def test_ends_that_overlap_or_differ_in_shape_are_refused():
    outcome, low, high = answers(-1, 1)
    with pytest.raises(InvalidArgument):
        penalty_reward(outcome, low, low | high)
    with pytest.raises(InvalidArgument):
        penalty_reward(outcome, low, high[:, :1])


def test_kano_coefficients_are_shares_with_wilson_limits():
    found = kano_coefficients(attractive=30, performance=20, must_be=10, indifferent=40)
    pleased, displeased = wilson_interval(50, 100), wilson_interval(30, 100)
    assert (found.better.low, found.better.high) == (pleased.low, pleased.high)
    assert (found.worse.low, found.worse.high) == (-displeased.high, -displeased.low)
    assert found.n == 100


def test_without_answers_kano_coefficients_are_undefined():
    found = kano_coefficients(attractive=0, performance=0, must_be=0, indifferent=0)
    assert (found.better.estimate, found.worse.estimate) == (None, None)
    assert found.better.reason is not None


def test_a_negative_number_of_answers_is_refused():
    with pytest.raises(InvalidArgument, match="-1"):
        kano_coefficients(attractive=-1, performance=0, must_be=0, indifferent=0)
