from __future__ import annotations

from typing import Any

import pytest

from ressenti.indicators.employee_satisfaction import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def satisfaction(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_favourable_answers_are_a_share_of_the_participants() -> None:
    score = satisfaction("percent_favourable", positive=80, participants=100)
    assert score.value == pytest.approx(80)
    assert score.low is not None
    assert score.low < 80


def test_raw_answers_and_counts_agree() -> None:
    raw = satisfaction("percent_favourable", scores=[5, 4, 3, 2, None, 7])
    counted = satisfaction("percent_favourable", counts={"5": 1, "4": 1, "3": 1, "2": 1})
    assert raw.value == counted.value == pytest.approx(50)
    assert (raw.n_missing, raw.n_invalid) == (1, 1)


def test_three_ways_of_giving_the_same_marks_give_the_same_index() -> None:
    # 175 points out of 50 · 5
    counts = {"5": 10, "4": 20, "3": 10, "2": 5, "1": 5}
    scores = [int(level) for level, n in counts.items() for _ in range(n)]
    assert satisfaction("score_over_maximum", counts=counts, max=5).value == pytest.approx(70)
    assert satisfaction("score_over_maximum", scores=scores, max=5).value == pytest.approx(70)
    assert satisfaction("score_over_maximum", sum=175, n=50, max=5).value == pytest.approx(70)


def test_a_mark_above_the_maximum_is_invalid() -> None:
    score = satisfaction("score_over_maximum", scores=[5, 6], max=5)
    assert (score.value, score.n_invalid) == (100, 1)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"sum": 7500, "n": 200, "max": 10}, "inconsistent_input"),
        ({"sum": 0, "n": 0, "max": 5}, "no_data"),
        ({"scores": [], "max": 5}, "no_data"),
        ({"sum": None, "n": 10, "max": 5}, "no_data"),
        ({"sum": 10, "n": 10, "max": None}, "no_data"),
    ],
)
def test_impossible_or_absent_marks_are_null_with_their_reason(
    inputs: dict[str, Any], reason: str
) -> None:
    score = satisfaction("score_over_maximum", **inputs)
    assert (score.value, score.reason) == (None, reason)
