from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.indicators.ces import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Direction, Score

SEVEN = st.lists(st.integers(1, 7), min_size=1, max_size=80)


def ces(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_ease_is_better_high_and_effort_better_low() -> None:
    directions = {variant.key: variant.direction for variant in INDICATOR.variants}
    low = {key for key, direction in directions.items() if direction is Direction.LOW}
    assert low == {"v1_mean_effort_1_5", "net_effort_1_7"}


@given(SEVEN)
def test_net_easy_is_the_opposite_of_net_effort_on_the_same_answers(scores: list[int]) -> None:
    easy = ces("net_easy_score_bt", scores=scores)
    effort = ces("net_effort_1_7", scores=scores)
    assert easy.value == pytest.approx(-(effort.value or 0.0))
    assert (easy.low, easy.high) == pytest.approx((-(effort.high or 0), -(effort.low or 0)))


@given(SEVEN)
def test_the_mean_of_the_reversed_marks_is_the_reverse_of_the_mean(scores: list[int]) -> None:
    turned = ces("reverse_scale", effort_scores=scores).to_dict()["value"]["ease_scores"]
    assert sum(turned) / len(turned) == pytest.approx(8 - sum(scores) / len(scores))


def test_reversed_marks_keep_a_place_for_what_is_no_mark() -> None:
    score = ces("reverse_scale", effort_scores=[1, None, 9, 5], scale=[1, 5])
    assert score.parts["ease_scores"] == [5, None, None, 1]
    assert (score.n, score.n_missing, score.n_invalid) == (2, 1, 1)


def test_three_formulas_called_ces_2_give_three_figures() -> None:
    counts = {"1": 80, "2": 210, "3": 140, "4": 110, "5": 160, "6": 180, "7": 120}
    keys = ("v2_mean_ease_1_7", "v2_percent_agree_5_7", "v2_index_67_minus_123")
    assert [ces(key, counts=counts).value for key in keys] == pytest.approx([4.08, 46, -13])


def test_classes_already_counted_give_the_same_net_as_the_marks() -> None:
    assert ces("net_effort_1_7", low=50, moderate=20, high=30).value == pytest.approx(-20)
    assert ces("net_easy_score_bt", easy=50, neutral=20, difficult=30).value == pytest.approx(20)
    assert ces("v2_percent_agree_5_7", agree=46, total=100).value == pytest.approx(46)


def test_a_sum_gives_the_mean_the_scale_allows_and_refuses_another() -> None:
    assert ces("v1_mean_effort_1_5", sum=65, n=30).value == pytest.approx(65 / 30)
    assert ces("v1_mean_effort_1_5", sum=160, n=30).reason == "inconsistent_input"
    assert ces("v1_mean_effort_1_5", sum=0, n=0).reason == "no_data"


@pytest.mark.parametrize("variant", [variant.key for variant in INDICATOR.variants])
def test_no_answer_is_null_and_not_zero(variant: str) -> None:
    name = "effort_scores" if variant == "reverse_scale" else "scores"
    score = ces(variant, **{name: [None, ""]}).to_dict()
    assert (score["value"], score["reason"], score["n_missing"]) == (None, "no_data", 2)


def test_the_scale_belongs_to_the_variant() -> None:
    assert ces("v1_mean_effort_1_5", scores=[1, 7], scale=[1, 7]).reason == "scale_mismatch"


def test_both_languages_warn_that_net_easy_is_not_net_emotion() -> None:
    note = INDICATOR.variant("net_easy_score_bt").note
    assert note is not None
    assert "Net Emotion Score" in note.en
    assert "score net d'émotion" in note.fr
