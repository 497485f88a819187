from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ressenti.indicators.service_level import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score

CALLS = [
    {"wait_s": 20, "answered": True},
    {"wait_s": 21, "answered": True},
    {"wait_s": 5, "answered": False},
    {"wait_s": 20, "answered": False},
    {"wait_s": 90, "answered": False},
]


def level(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("f1_count_quick_abandons_as_met", 60),
        ("f2_answered_only", 50),
        ("f3_all_abandons_fail", 20),
        ("f4_ignore_quick_abandons", 100 / 3),
        ("f5_short_abandons_as_met", 40),
    ],
)
def test_five_calls_give_five_levels_and_a_wait_equal_to_the_target_is_met(
    variant: str, expected: float
) -> None:
    score = level(variant, calls=CALLS, target_s=20, short_s=5)
    assert score.value == pytest.approx(expected)


@given(*[st.integers(0, 300)] * 5)
def test_the_formulas_always_stand_in_the_same_order(
    within: int, late: int, short: int, quick: int, abandoned_after: int
) -> None:
    assume(within + late + abandoned_after > 0)
    inputs = {
        "answered": within + late,
        "abandoned": short + quick + abandoned_after,
        "answered_within": within,
        "abandoned_within": short + quick,
        "abandoned_after": abandoned_after,
        "abandoned_short": short,
    }
    values = {variant.key[:2]: level(variant.key, **inputs).value for variant in INDICATOR.variants}
    assert values["f3"] <= values["f5"] + 1e-9 <= values["f1"] + 2e-9
    assert values["f3"] <= values["f4"] + 1e-9


def test_a_formula_asks_only_for_the_counts_it_needs() -> None:
    score = level("f3_all_abandons_fail", answered=90, abandoned=10, answered_within=80)
    assert score.value == pytest.approx(80)
    quick = level(
        "f4_ignore_quick_abandons",
        answered=90,
        answered_within=80,
        abandoned_within=4,
        abandoned_after=10,
    )
    assert quick.value == pytest.approx(80)


@pytest.mark.parametrize(
    "inputs",
    [
        {"answered": 10, "abandoned": 2, "answered_within": 11},
        {
            "answered": 10,
            "abandoned": 9,
            "answered_within": 5,
            "abandoned_within": 2,
            "abandoned_after": 4,
        },
        {
            "answered": 10,
            "abandoned": 9,
            "answered_within": 5,
            "abandoned_within": 2,
            "abandoned_short": 3,
        },
    ],
)
def test_calls_that_do_not_add_up_contradict(inputs: dict[str, Any]) -> None:
    assert level("f1_count_quick_abandons_as_met", **inputs).reason == "inconsistent_input"


def test_without_answered_calls_the_answered_only_level_is_not_zero() -> None:
    score = level("f2_answered_only", answered=0, abandoned=5, answered_within=0)
    assert (score.value, score.reason) == (None, "no_data")
