from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.indicators.churn import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def churn(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_three_bases_give_three_rates_of_the_same_customers() -> None:
    ids = {"start_ids": list("abcdefghij"), "end_ids": list("abcdefgh")}
    assert churn("start_base", **ids).value == pytest.approx(20)
    assert churn("end_base", **ids).value == pytest.approx(25)
    assert churn("average_base", **ids).value == pytest.approx(200 / 9)


def test_only_the_start_base_is_a_proportion_and_has_an_interval() -> None:
    assert churn("start_base", start=100, lost=10).low is not None
    assert churn("end_base", end=100, lost=10).low is None


def test_losing_more_than_remain_is_flagged() -> None:
    score = churn("end_base", lost=60, end=40)
    assert (score.value, score.flags) == (pytest.approx(150), ("above_100",))


def test_accounts_tell_what_was_churned_contracted_and_expanded() -> None:
    # 350 at the start: 100 churned, 50 contracted, 30 expanded; new accounts do not count
    accounts = [[100, 0], [200, 150], [50, 80], [0, 10], [None, 5]]
    parts = churn("revenue", accounts=accounts).parts
    assert parts["gross_churn"] == pytest.approx(100 * 150 / 350)
    assert parts["nrr"] == pytest.approx(100 * 230 / 350)


def test_net_churn_is_negative_when_the_kept_grow_more() -> None:
    parts = churn("revenue", start_mrr=100, churned=5, contraction=0, expansion=10).parts
    assert parts["net_churn"] == pytest.approx(-5)


@given(st.floats(0, 100))
def test_twelve_equal_months_are_the_year_of_one(rate: float) -> None:
    year = churn("annualise", monthly_churn=[rate] * 12).value
    assert churn("annualise", monthly_churn=rate).value == pytest.approx(year, abs=1e-6)
    assert 0 <= year <= 100


@pytest.mark.parametrize(
    ("variant", "inputs"),
    [
        ("start_base", {"start": 10, "lost": 11}),
        ("average_base", {"start": 10, "end": 5, "lost": 11}),
        ("end_base", {"start": 10, "end": 5, "lost": 11}),
        ("revenue", {"start_mrr": 10, "churned": 8, "contraction": 3, "expansion": 0}),
        ("annualise", {"monthly_churn": 120}),
    ],
)
def test_losing_more_than_there_was_contradicts(variant: str, inputs: dict[str, Any]) -> None:
    assert churn(variant, **inputs).reason == "inconsistent_input"


@pytest.mark.parametrize(
    ("variant", "inputs"),
    [
        ("start_base", {"start": 0, "lost": 0}),
        ("end_base", {"lost": 0, "end": 0}),
        ("average_base", {"start": 0, "end": 0, "lost": 0}),
        ("revenue", {"start_mrr": 0, "churned": 0, "contraction": 0, "expansion": 0}),
        ("annualise", {"start": 0, "lost": 0}),
    ],
)
def test_without_a_base_there_is_no_rate(variant: str, inputs: dict[str, Any]) -> None:
    assert churn(variant, **inputs).reason == "no_data"
