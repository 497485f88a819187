from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import percentileofscore

from ressenti.indicators.mystery_shopping import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def visit(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_items_add_up_to_the_points_of_the_visit() -> None:
    items = [{"earned": 20, "possible": 25}, {"earned": 23, "possible": 25}]
    assert visit("points", items=items).value == visit("points", earned=43, possible=50).value


def test_an_item_that_does_not_apply_counts_on_neither_side() -> None:
    items = [{"earned": 9, "possible": 10}, {"earned": None, "possible": 90}]
    score = visit("points_with_na", items=items)
    assert (score.value, score.n_missing) == (pytest.approx(90), 1)


def test_a_section_that_does_not_apply_gives_up_its_weight() -> None:
    sections = [
        {"earned": 8, "possible": 10, "weight": 30},
        {"earned": 5, "possible": 10, "weight": 10},
        {"earned": None, "possible": 20, "weight": 60},
    ]
    # (30 · .8 + 10 · .5) / 40
    assert visit("weighted_sections", sections=sections).value == pytest.approx(72.5)
    sections[2] = {"items": [{"earned": None, "possible": 5}], "weight": 60}
    assert visit("weighted_sections", sections=sections).value == pytest.approx(72.5)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=40), st.integers(0, 100))
def test_the_rank_is_scipy_s_strict_percentile(scores: list[int], own: int) -> None:
    rank = visit("percentile_rank", score=own, all_scores=scores)
    assert rank.value == pytest.approx(percentileofscore(scores, own, kind="strict"))


@pytest.mark.parametrize(
    ("variant", "inputs", "reason"),
    [
        ("points", {"earned": 0, "possible": 0}, "no_data"),
        ("points", {"earned": None, "possible": 50}, "no_data"),
        ("points", {"earned": 51, "possible": 50}, "inconsistent_input"),
        (
            "points",
            {"items": [{"earned": 9, "possible": 5}, {"earned": 0, "possible": 50}]},
            "inconsistent_input",
        ),
        ("points_with_na", {"items": []}, "no_data"),
        ("points_with_na", {"items": [{"earned": None, "possible": 5}]}, "no_data"),
        ("weighted_sections", {"sections": []}, "no_data"),
        (
            "weighted_sections",
            {"sections": [{"earned": 1, "possible": 2, "weight": 0}]},
            "invalid_weights",
        ),
        ("percentile_rank", {"score": 86, "all_scores": []}, "no_data"),
        ("percentile_rank", {"score": None, "all_scores": [80]}, "no_data"),
    ],
)
def test_what_cannot_be_computed_is_null_with_its_reason(
    variant: str, inputs: dict[str, Any], reason: str
) -> None:
    score = visit(variant, **inputs)
    assert (score.value, score.reason) == (None, reason)
