from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from ressenti.indicators.churn import INDICATOR as CHURN
from ressenti.indicators.crr import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score

CUSTOMERS = st.lists(st.sampled_from("abcdefghij"), unique=True)


def retention(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_retention_is_a_proportion_of_the_starters_with_wilson_s_interval() -> None:
    score = retention("standard", start=200, end=220, new=40)
    low, high = proportion_confint(180, 200, method="wilson")
    assert (score.value, score.n) == (90, 200)
    assert (score.low, score.high) == pytest.approx((100 * low, 100 * high))


@given(CUSTOMERS, CUSTOMERS)
def test_retention_and_churn_of_one_cohort_make_100(start: list[str], end: list[str]) -> None:
    inputs = {"start_ids": start, "end_ids": end}
    kept = retention("cohort", **inputs)
    lost = score_of_example(CHURN, CHURN.variant("start_base"), inputs)
    assert kept.reason == lost.reason
    if kept.value is not None and lost.value is not None:
        assert kept.value + lost.value == pytest.approx(100)
    assert retention("standard", **inputs).value == kept.value


def test_above_100_is_flagged_without_an_interval_and_never_clipped() -> None:
    score = retention("standard", start=100, end=130, new=20)
    assert (score.value, score.low, score.flags) == (pytest.approx(110), None, ("above_100",))


def test_the_same_customer_listed_twice_is_one_and_null_is_missing() -> None:
    score = retention("cohort", start_ids=["a", "a", "b", None], end_ids=["a"])
    assert (score.value, score.n, score.n_missing) == (50, 2, 1)


@pytest.mark.parametrize(
    ("variant", "inputs"),
    [
        ("standard", {"start": 100, "end": 10, "new": 20}),
        ("cohort", {"start": 10, "kept": 11}),
        ("cohort", {"start": 10, "lost": 11}),
        (
            "join_and_leave_in_period",
            {"start": 10, "end": 10, "acquired": 3, "acquired_and_left": 4},
        ),
    ],
)
def test_counts_that_contradict_each_other_have_no_rate(
    variant: str, inputs: dict[str, Any]
) -> None:
    assert retention(variant, **inputs).reason == "inconsistent_input"


def test_nobody_at_the_start_is_no_data() -> None:
    assert retention("standard", start=0, end=10, new=10).reason == "no_data"
    assert retention("cohort", start_ids=[], end_ids=["a"]).reason == "no_data"
