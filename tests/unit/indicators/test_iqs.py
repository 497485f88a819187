from __future__ import annotations

from typing import Any

import pytest
from scipy.stats import t

from ressenti.indicators.iqs import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def iqs(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def rating(score: float | None, high: int = 5, **more: Any) -> dict[str, Any]:
    return {"score": score, "min": 1, "max": high, "weight": 1} | more


def test_zendesk_s_printed_example_of_five_reviews() -> None:
    # https://support.zendesk.com/hc/en-us/articles/7043701093786 prints 52.97% for these
    printed = [100.00, 9.91, 63.96, 90.99, 0]
    reviews = [[{"score": score, "min": 0, "max": 100}] for score in printed]
    value = iqs("internal_quality_score", reviews=reviews).to_dict()["value"]
    assert value["iqs"] == pytest.approx(52.97, abs=0.005)


@pytest.mark.parametrize(("score", "expected"), [(1, 0.0), (2, 0.0), (3, 75.0), (5, 100.0)])
def test_a_critical_category_below_half_of_its_scale_fails_the_review(
    score: int, expected: float
) -> None:
    review = [rating(score, critical=True), rating(5)]
    assert iqs("internal_quality_score", reviews=[review]).parts["reviews"] == [expected]


def test_the_review_of_a_failed_critical_category_pulls_the_mean_down() -> None:
    passed = [rating(4), {"score": 2, "min": 0, "max": 2, "weight": 2}]
    failed = [*passed, {"score": 0, "min": 0, "max": 1, "weight": 1, "critical": True}]
    parts = iqs("internal_quality_score", reviews=[failed, [rating(4)]]).parts
    assert parts == {"reviews": [0, 75], "iqs": 37.5}


def test_a_review_where_nothing_applies_is_null_and_leaves_the_mean() -> None:
    score = iqs("internal_quality_score", reviews=[[rating(None)], [rating(3)], []])
    assert score.parts == {"reviews": [None, 50, None], "iqs": 50}
    assert (score.n, score.n_missing) == (1, 2)


def test_a_rating_off_its_scale_is_counted_and_never_clipped() -> None:
    score = iqs("internal_quality_score", reviews=[[rating(6), rating(3)]])
    assert (score.parts["iqs"], score.n_invalid) == (50, 1)
    assert "invalid_values" in score.flags


def test_the_mean_of_reviews_has_student_s_interval() -> None:
    reviews = [[rating(score)] for score in (5, 3, 4, 2)]  # 100, 50, 75, 25
    score = iqs("internal_quality_score", reviews=reviews)
    low, high = t.interval(0.95, 3, loc=62.5, scale=32.274861218 / 2)
    assert (score.low, score.high) == pytest.approx((low, high))


def test_a_standard_is_capped_at_its_target_whichever_way_is_better() -> None:
    criteria = [
        {"value": 200, "target": 100, "weight": 1},
        {"value": 50, "target": 40, "weight": 1, "direction": "lower_is_better"},
        {"value": 0, "target": 40, "weight": 1, "direction": "lower_is_better"},
        {"value": None, "target": 40, "weight": 5},
    ]
    # (1 + .8 + 1) / 3
    score = iqs("composite_service_quality", criteria=criteria)
    assert (score.value, score.n_missing) == (pytest.approx(280 / 3), 1)


@pytest.mark.parametrize(
    ("variant", "inputs", "reason"),
    [
        ("internal_quality_score", {"reviews": []}, "no_data"),
        ("internal_quality_score", {"reviews": [[rating(None)]]}, "no_data"),
        ("composite_service_quality", {"criteria": []}, "no_data"),
        (
            "composite_service_quality",
            {"criteria": [{"value": 1, "target": 2, "weight": 0}]},
            "invalid_weights",
        ),
    ],
)
def test_what_cannot_be_computed_is_null_with_its_reason(
    variant: str, inputs: dict[str, Any], reason: str
) -> None:
    score = iqs(variant, **inputs).to_dict()
    assert (score["value"], score["reason"]) == (None, reason)
