from __future__ import annotations

from typing import Any

import pytest
from statsmodels.stats.proportion import proportion_confint

from ressenti.indicators.employee_engagement import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def engagement(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_every_item_weighs_the_same_however_many_answered_it() -> None:
    # Means 5 and 2: 3.5, where the mean of all answers would be 2.75
    score = engagement("grand_mean", item_scores=[[5], [1, 2, 3, None]])
    assert score.value == pytest.approx(3.5)


def test_items_without_answers_or_off_the_scale_are_left_out_and_counted() -> None:
    score = engagement("grand_mean", item_means=[4, None, 2, 7])
    assert (score.value, score.n, score.n_missing, score.n_invalid) == (3, 2, 1, 1)


def test_the_ratio_s_interval_is_wilson_s_turned_into_odds() -> None:
    low, high = proportion_confint(30, 48, method="wilson")
    score = engagement("engaged_ratio", engaged=30, not_engaged=52, actively_disengaged=18)
    assert score.value == pytest.approx(30 / 18)
    assert (score.low, score.high) == pytest.approx((low / (1 - low), high / (1 - high)))


def test_people_are_classed_by_a_rule_that_is_said_and_can_be_changed() -> None:
    means = [4.5, 4.0, 3.0, 2.0, None]
    assert engagement("engaged_ratio", employee_means=means).value == pytest.approx(2)
    assert engagement("engaged_ratio", employee_means=means, engaged_from=4.2).value == 1


@pytest.mark.parametrize(
    ("variant", "inputs", "reason"),
    [
        (
            "engaged_ratio",
            {"engaged": 30, "not_engaged": 5, "actively_disengaged": 0},
            "undefined",
        ),
        ("engaged_ratio", {"engaged": 0, "not_engaged": 0, "actively_disengaged": 0}, "no_data"),
        ("engaged_ratio", {"employee_means": []}, "no_data"),
        ("grand_mean", {"item_means": []}, "no_data"),
        ("grand_mean", {"item_scores": [[None], []]}, "no_data"),
    ],
)
def test_what_cannot_be_computed_is_null_with_its_reason(
    variant: str, inputs: dict[str, Any], reason: str
) -> None:
    score = engagement(variant, **inputs)
    assert (score.value, score.reason) == (None, reason)
