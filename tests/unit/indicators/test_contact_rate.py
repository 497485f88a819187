from __future__ import annotations

from typing import Any

import pytest
from statsmodels.stats.rates import confint_poisson

from ressenti.indicators.contact_rate import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score

ORDERS = ["o1", "o2", "o3", "o4"]
CONTACTS = [["o1"], ["o1"], ["o2"], ["unknown"], [None]]


def contact_rate(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_gross_counts_contacts_and_net_the_orders_that_caused_one() -> None:
    assert contact_rate("gross", contacts=CONTACTS, orders=ORDERS).value == pytest.approx(125)
    assert contact_rate("net", contacts=CONTACTS, orders=ORDERS).value == pytest.approx(50)


def test_the_gross_rate_has_a_poisson_interval() -> None:
    score = contact_rate("gross", contacts=800, orders=10_000)
    low, high = confint_poisson(800, 10_000, method="score")
    assert (score.low, score.high) == pytest.approx((100 * low, 100 * high))


def test_customers_may_be_the_base() -> None:
    assert contact_rate("gross", contacts=30, customers=20).value == pytest.approx(150)


def test_without_orders_there_is_no_rate() -> None:
    assert contact_rate("gross", contacts=0, orders=0).reason == "no_data"
    assert contact_rate("net", orders_with_contact=0, orders=0).reason == "no_data"


def test_more_orders_with_a_contact_than_orders_contradict() -> None:
    assert contact_rate("net", orders_with_contact=5, orders=4).reason == "inconsistent_input"
