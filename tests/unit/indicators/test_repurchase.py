from __future__ import annotations

from typing import Any

import pytest

from ressenti.indicators.repurchase import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score

ORDERS = [
    ["A", "2024-01-01"],
    ["A", "2024-01-20"],
    ["B", "2024-01-02T09:00"],
    ["B", "2024-01-02T17:00"],
    ["C", "2024-02-01"],
]


def repurchase(variant: str = "repeat_purchase_rate", **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_two_orders_of_one_day_are_one_occasion_unless_told_otherwise() -> None:
    assert repurchase(orders=ORDERS).value == pytest.approx(100 / 3)
    apart = repurchase(orders=ORDERS, same_day_counts_once=False)
    assert apart.value == pytest.approx(200 / 3)


def test_returned_and_cancelled_orders_are_no_purchases() -> None:
    orders = [*ORDERS, ["C", "2024-02-09", "returned"], ["D", "2024-02-09", "Annulé"]]
    score = repurchase(orders=orders)
    assert (score.value, score.n) == (pytest.approx(100 / 3), 3)


@pytest.mark.parametrize(("window", "again"), [(18, 0), (19, 1)])
def test_the_second_purchase_must_fall_within_the_window_its_last_day_included(
    window: int, again: int
) -> None:
    assert repurchase(orders=ORDERS, window_days=window).parts["again"] == again


def test_customers_observed_for_less_than_the_window_are_immature() -> None:
    score = repurchase(orders=ORDERS, window_days=30, observed_until="2024-02-15")
    assert score.parts == {"again": 1, "once": 1, "immature": 1}
    assert (score.value, score.n) == (50, 2)


def test_orders_without_a_customer_are_missing() -> None:
    assert repurchase(orders=[[None, "2024-01-01"], ["A", None]]).n_missing == 2


def test_the_intention_is_the_share_of_the_two_best_answers() -> None:
    score = repurchase("intention_top2", scores=[5, 4, 3, 1, None, "very likely"])
    assert (score.value, score.n, score.n_missing, score.n_invalid) == (50, 4, 1, 1)


def test_more_buyers_twice_than_buyers_contradict() -> None:
    assert repurchase(customers=10, with_two_or_more=11).reason == "inconsistent_input"
    assert repurchase(orders=[]).reason == "no_data"
