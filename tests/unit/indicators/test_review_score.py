from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from ressenti.indicators.review_score import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def reviews(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_stars_are_averaged_and_what_is_no_star_is_left_out() -> None:
    score = reviews("mean", stars=[5, 4, 5, None, 6, "★★★★"])
    assert score.value == pytest.approx(4.5)
    assert (score.n, score.n_missing, score.n_invalid) == (4, 1, 1)


def test_another_scale_is_told_and_kept() -> None:
    assert reviews("mean", scores=[8, 10], scale=[0, 10]).value == pytest.approx(9)


@pytest.mark.parametrize(("positive", "total"), [(90, 100), (9, 10), (0, 4), (7, 7)])
def test_the_lower_bound_is_the_one_statsmodels_computes(positive: int, total: int) -> None:
    low, _ = proportion_confint(positive, total, method="wilson")
    score = reviews("wilson_lower_bound", positive=positive, total=total)
    assert score.value == pytest.approx(low, abs=1e-9)


def test_more_reviews_of_the_same_share_rank_higher_and_raw_stars_count_alike() -> None:
    many = reviews("wilson_lower_bound", counts={"5": 60, "4": 30, "2": 10})
    few = reviews("wilson_lower_bound", stars=[5] * 6 + [4] * 3 + [2])
    assert many.value == pytest.approx(0.82563434, abs=1e-6)
    assert few.value == pytest.approx(0.5958499, abs=1e-6)


def test_the_confidence_asked_for_moves_the_lower_bound() -> None:
    sure = reviews("wilson_lower_bound", positive=90, total=100, confidence=0.99)
    low, _ = proportion_confint(90, 100, alpha=0.01, method="wilson")
    assert sure.value == pytest.approx(low, abs=1e-9)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=30), st.floats(1, 5), st.floats(0.1, 50))
def test_the_drawn_mean_lies_between_the_reviews_and_the_prior(
    stars: list[int], prior: float, strength: float
) -> None:
    score = reviews("bayesian", stars=stars, prior_mean=prior, prior_weight=strength)
    mean = sum(stars) / len(stars)
    assert score.value is not None
    assert min(mean, prior) - 1e-9 <= score.value <= max(mean, prior) + 1e-9


def test_rows_counts_and_a_mean_with_its_n_give_the_same_drawn_mean() -> None:
    prior = {"prior_mean": 4.0, "prior_weight": 10}
    # (4 · 4.25 + 10 · 4) / 14
    for given_as in (
        {"stars": [5, 5, 4, 3]},
        {"counts": {"5": 2, "4": 1, "3": 1}},
        {"n": 4, "mean": 4.25},
    ):
        assert reviews("bayesian", **given_as, **prior).value == pytest.approx(57 / 14)


def test_without_reviews_the_prior_is_shown_as_a_prior_and_never_as_a_measure() -> None:
    score = reviews("bayesian", stars=[], prior_mean=4.0, prior_weight=20)
    assert (score.value, score.n) == (4.0, 0)
    assert "prior_only" in score.flags


@pytest.mark.parametrize(
    ("variant", "inputs", "reason"),
    [
        ("mean", {"scores": []}, "no_data"),
        ("wilson_lower_bound", {"positive": 0, "total": 0}, "no_data"),
        ("wilson_lower_bound", {"positive": 3, "total": 2}, "inconsistent_input"),
        ("bayesian", {"votes": [], "prior_mean": 4, "prior_weight": 0}, "no_data"),
        ("bayesian", {"votes": [5], "prior_mean": None, "prior_weight": 9}, "no_data"),
        (
            "bayesian",
            {"n": 3, "mean": None, "prior_mean": 4, "prior_weight": 9},
            "inconsistent_input",
        ),
    ],
)
def test_what_cannot_be_computed_is_null_with_its_reason(
    variant: str, inputs: dict[str, Any], reason: str
) -> None:
    score = reviews(variant, **inputs)
    assert (score.value, score.reason) == (None, reason)
