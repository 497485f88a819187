from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ressenti.indicators.loyalty import INDICATOR, allocated_share
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def loyalty(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_the_two_rates_called_loyalty_stand_on_different_bases() -> None:
    initial, period = ["a", "b", "c", "d"], ["a", "b", "x"]
    of_initial = loyalty("repeat_customers", initial_ids=initial, bought_again_ids=period)
    of_period = loyalty("known_customers_share", customer_ids=period, earlier_ids=initial)
    assert of_initial.value == pytest.approx(50)
    assert of_period.value == pytest.approx(200 / 3)


def test_who_left_the_category_is_not_disloyal() -> None:
    score = loyalty("brand_choice_share", buyers=[True, False, True, None])
    assert (score.value, score.n, score.n_missing) == (pytest.approx(200 / 3), 3, 1)


def test_the_share_of_wallet_is_a_ratio_of_sums_and_not_a_mean_of_ratios() -> None:
    customers = [[30, 100], [20, 100], [5, 40], [None, 3]]
    score = loyalty("share_of_wallet", customers=customers)
    assert score.value == pytest.approx(100 * 55 / 240)
    # by hand: residuals of own − ratio · category, over Σ category, with Student's 2 degrees
    own, whole = np.array([30, 20, 5]), np.array([100, 100, 40])
    residuals = (own - own.sum() / whole.sum() * whole) / whole.sum()
    error = np.sqrt(3 / 2 * (residuals**2).sum())
    assert score.high == pytest.approx(100 * (55 / 240 + stats.t.ppf(0.975, 2) * error))


@given(st.integers(1, 30))
def test_the_allocated_shares_of_all_brands_add_up_to_100(brands: int) -> None:
    total = sum(allocated_share(rank, brands) for rank in range(1, brands + 1))
    assert total == pytest.approx(100)


def test_tied_brands_share_their_mean_rank() -> None:
    assert loyalty("wallet_allocation_rule", rank=1.5, brands=2).value == pytest.approx(50)


def test_a_brand_s_allocation_is_the_mean_over_its_customers() -> None:
    customers = [{"rank": 1, "brands": 3}, {"rank": 2, "brands": 3}, {"rank": None, "brands": 2}]
    score = loyalty("wallet_allocation_rule", customers=customers)
    assert (score.value, score.n_missing) == (pytest.approx((50 + 100 / 3) / 2), 1)


@pytest.mark.parametrize(
    ("variant", "inputs", "reason"),
    [
        ("share_of_wallet", {"spend_with_us": 0, "category_spend": 0}, "no_data"),
        ("share_of_wallet", {"spend_with_us": 9, "category_spend": 5}, "inconsistent_input"),
        ("wallet_allocation_rule", {"rank": 4, "brands": 3}, "inconsistent_input"),
        ("wallet_allocation_rule", {"rank": 1, "brands": 0}, "undefined"),
        ("wallet_allocation_rule", {"customers": []}, "no_data"),
        ("repeat_customers", {"initial": 5, "bought_again": 6}, "inconsistent_input"),
        ("known_customers_share", {"customers_in_period": 0, "already_known": 0}, "no_data"),
        ("brand_choice_share", {"buyers": [None]}, "no_data"),
    ],
)
def test_what_cannot_be_computed_says_why(
    variant: str, inputs: dict[str, Any], reason: str
) -> None:
    score = loyalty(variant, **inputs)
    assert (score.value, score.reason) == (None, reason)
