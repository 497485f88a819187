from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.indicators.abandonment_rate import INDICATOR
from ressenti.indicators.answer_rate import INDICATOR as ANSWER_RATE
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def abandonment(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


@given(st.integers(0, 5000), st.integers(0, 500), st.integers(0, 500))
def test_with_the_answer_rate_it_makes_100(answered: int, long: int, short: int) -> None:
    inputs = {"answered": answered, "abandoned": long + short, "short_abandons": short}
    for variant in ("all_calls", "excluding_short_abandons"):
        mine = abandonment(variant, **inputs)
        other = score_of_example(ANSWER_RATE, ANSWER_RATE.variant(variant), inputs)
        assert mine.reason == other.reason
        if mine.value is not None and other.value is not None:
            assert mine.value + other.value == pytest.approx(100)


def test_the_calls_received_and_abandoned_tell_the_answered_ones() -> None:
    score = abandonment("excluding_short_abandons", received=100, abandoned=10, short_abandons=2)
    assert score.value == pytest.approx(100 * 8 / 98)


@pytest.mark.parametrize(
    "inputs",
    [
        {"received": 10, "abandoned": 11},
        {"answered": 5, "abandoned": 2, "short_abandons": 3},
        {"received": 6, "answered": 5, "abandoned": 2},
    ],
)
def test_calls_that_do_not_add_up_contradict(inputs: dict[str, Any]) -> None:
    assert abandonment("excluding_short_abandons", **inputs).reason == "inconsistent_input"


def test_listed_calls_give_the_same_rate_as_their_counts() -> None:
    calls = [
        {"wait_s": wait, "answered": answered}
        for wait, answered in ((3, True), (40, True), (2, False), (30, False))
    ]
    listed = abandonment("all_calls", calls=calls)
    counted = abandonment("all_calls", answered=2, abandoned=2)
    assert (listed.value, listed.low) == (counted.value, counted.low)


def test_without_calls_there_is_no_rate() -> None:
    assert abandonment("all_calls", received=0, abandoned=0).reason == "no_data"
