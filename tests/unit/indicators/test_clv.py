from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.indicators.clv import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def clv(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


@given(st.floats(0, 0.95), st.floats(0, 0.5))
def test_a_perpetuity_is_the_sum_of_its_discounted_margins(
    retention: float, discount: float
) -> None:
    inputs = {"margin": 10, "retention": retention, "discount": discount}
    later = sum(10 * (retention / (1 + discount)) ** period for period in range(1, 2000))
    after = clv("perpetuity_margin_after_first_period", **inputs).value
    assert after == pytest.approx(later, rel=1e-9)
    assert clv("perpetuity_margin_from_now", **inputs).value == pytest.approx(10 + later, rel=1e-9)


def test_orders_give_the_mean_margin_of_their_customers() -> None:
    orders = [["a", 10], ["a", 20], ["b", 30], ["b", None]]
    score = clv("historic_margin", orders=orders, gross_margin=0.5)
    assert (score.value, score.n, score.n_missing) == (15, 2, 1)


@pytest.mark.parametrize(
    ("variant", "inputs", "reason"),
    [
        (
            "perpetuity_margin_from_now",
            {"margin": 1, "retention": 1.1, "discount": 0.1},
            "undefined",
        ),
        (
            "perpetuity_margin_from_now",
            {"margin": 1, "retention": -0.1, "discount": 0.1},
            "inconsistent_input",
        ),
        (
            "subscription_simple",
            {"arpu_month": 50, "gross_margin": 0.8, "monthly_churn": 0},
            "undefined",
        ),
        (
            "subscription_simple",
            {"arpu_month": 50, "gross_margin": 80, "monthly_churn": 0.05},
            "inconsistent_input",
        ),
        (
            "historic_margin",
            {"orders_per_year": 3, "average_order": 70, "years": 3, "gross_margin": 30},
            "inconsistent_input",
        ),
        ("historic_margin", {"orders": [], "gross_margin": 0.3}, "no_data"),
    ],
)
def test_what_has_no_value_says_why(variant: str, inputs: dict[str, Any], reason: str) -> None:
    score = clv(variant, **inputs)
    assert (score.value, score.reason) == (None, reason)


def test_a_negative_margin_gives_a_negative_value() -> None:
    score = clv("perpetuity_margin_from_now", margin=-5, retention=0.5, discount=0.0)
    assert score.value == -10
