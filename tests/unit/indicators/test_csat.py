from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from ressenti.errors import InvalidArgument, NotComparable
from ressenti.facts.scales import FOUR_LEVELS, THREE_SMILEYS
from ressenti.indicators.csat import INDICATOR, top_two_minus_bottom_two
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score

COUNTS = {"1": 5, "2": 5, "3": 10, "4": 40, "5": 40}


def csat(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_the_neutral_level_counts_in_the_base_and_not_among_the_satisfied() -> None:
    # 4 and 5 out of 3, 4, 5
    assert csat("top2_box_5pt", scores=[3, 4, 5]).value == pytest.approx(200 / 3)


def test_blanks_are_missing_and_values_off_the_scale_are_invalid_never_clipped() -> None:
    score = csat("top2_box_5pt", scores=[5, 4, 1, None, 6, 0, 4.5])
    assert (score.n, score.n_missing, score.n_invalid) == (3, 1, 3)
    assert score.value == pytest.approx(200 / 3)
    assert "invalid_values" in score.flags


def test_the_share_has_wilson_s_interval_as_statsmodels_computes_it() -> None:
    low, high = proportion_confint(60, 100, method="wilson")
    score = csat("top2_box_5pt", positive=60, total=100)
    assert (score.low, score.high) == pytest.approx((100 * low, 100 * high), abs=1e-6)
    limits = csat("wilson_ci", positive=60, total=100).to_dict()["value"]
    assert (limits["ci_low"], limits["ci_high"]) == pytest.approx((100 * low, 100 * high), abs=1e-6)


def test_counts_and_the_answers_they_count_give_the_same_score() -> None:
    answers = [int(level) for level, n in COUNTS.items() for _ in range(n)]
    for variant in ("top2_box_5pt", "top_box_5pt", "mean", "net_satisfaction", "mean_over_max"):
        assert csat(variant, counts=COUNTS).value == pytest.approx(
            csat(variant, scores=answers).value
        )


def test_the_same_answers_have_four_names_and_four_values() -> None:
    values = [csat(key, counts=COUNTS).value for key in ("top2_box_5pt", "mean", "mean_over_max")]
    assert values == pytest.approx([80, 4.05, 81])
    assert csat("mean_rescaled_0_100", counts=COUNTS).value == pytest.approx(76.25)


def test_a_bare_sum_gives_a_mean_without_interval_on_the_scale_told() -> None:
    score = csat("mean", sum=6865, n=1000, scale=[1, 10])
    assert score.value == pytest.approx(6.865)
    assert score.low is None
    rescaled = csat("mean_rescaled_0_100", sum=90, n=20, scale=[1, 5])
    assert rescaled.value == pytest.approx(87.5)  # 100 · (4.5 − 1) / 4
    assert csat("mean_over_max", sum=90, n=20).value == pytest.approx(90)


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"positive": 0, "total": 0}, "no_data"),
        ({"scores": []}, "no_data"),
        ({"scores": [None, "not concerned"]}, "no_data"),
        ({"positive": None, "total": 10}, "no_data"),
        ({"positive": 11, "total": 10}, "inconsistent_input"),
        ({"scores": [8, 9], "scale": [1, 10]}, "scale_mismatch"),
    ],
)
def test_a_share_that_cannot_be_computed_is_null_with_its_reason(
    inputs: dict[str, Any], reason: str
) -> None:
    score = csat("top2_box_5pt", **inputs)
    assert (score.value, score.reason) == (None, reason)


def test_satisfied_answers_without_their_total_are_refused_instead_of_read_as_everyone() -> None:
    with pytest.raises(InvalidArgument, match="total"):
        csat("top2_box_5pt", positive=60)


def test_a_sum_no_scale_allows_is_a_contradiction() -> None:
    assert csat("mean", sum=60, n=10, scale=[1, 5]).reason == "inconsistent_input"


def test_weights_move_the_share_and_the_effective_size() -> None:
    answers = [{"score": 5, "weight": 3}, {"score": 1, "weight": 1}]
    score = csat("top2_box_5pt", answers=answers)
    assert score.value == pytest.approx(75)
    assert score.n == 2
    assert score.n_effective is not None
    assert score.n_effective <= 1.6 + 1e-9  # Kish: 4² / (3² + 1²)


def test_the_four_level_scale_reads_french_answers_in_full() -> None:
    score = csat("top2_box_4level", scores=["Très satisfait", "satisfaite", "Peu satisfait", "NSP"])
    assert (score.value, score.n_missing) == (pytest.approx(200 / 3), 1)


def test_two_best_and_two_worst_levels_do_not_overlap_on_three_levels() -> None:
    assert top_two_minus_bottom_two(FOUR_LEVELS).coefficients == {1: -1, 2: -1, 3: 1, 4: 1}
    with pytest.raises(NotComparable, match="at least 4"):
        top_two_minus_bottom_two(THREE_SMILEYS)


def test_acsi_is_the_mean_of_the_respondents_indices() -> None:
    complete = {"overall": 10, "expectancy": 10, "ideal": 10}  # 100
    poor = {"overall": 1, "expectancy": 1, "ideal": 1}  # 0
    unusable = [complete | {"ideal": None}, complete | {"ideal": 11}]
    score = csat("acsi_unweighted", answers=[complete, poor, *unusable])
    assert (score.value, score.n, score.n_missing, score.n_invalid) == (50, 2, 1, 1)


@pytest.mark.parametrize("weights", [[0.5, 0.3, 0.1], [0.5, 0.5], [1.2, -0.1, -0.1], [None] * 3])
def test_acsi_weights_that_do_not_total_one_are_rejected(weights: list[float | None]) -> None:
    score = csat("acsi_weighted", overall=8, expectancy=7, ideal=7, weights=weights)
    assert (score.value, score.reason) == (None, "invalid_weights")


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_every_variant_stays_between_its_bounds_and_inside_its_interval(scores: list[int]) -> None:
    for variant in INDICATOR.variants[:1] + INDICATOR.variants[2:7]:
        score = csat(variant.key, scores=scores)
        assert score.value is not None
        assert score.low is not None
        assert score.high is not None
        assert score.low <= score.value + 1e-9
        assert score.high >= score.value - 1e-9
        assert score.low < score.high
