from __future__ import annotations

from typing import Any

import pytest

from ressenti.indicators.answer_rate import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score

NINE = "2024-03-01T09:00:00"
CALLS = [
    {"offered_at": NINE, "answered_at": "2024-03-01T09:00:10"},
    {"offered_at": NINE, "answered_at": "2024-03-01T09:03:00"},
    {"offered_at": NINE, "abandoned_at": "2024-03-01T09:00:05"},
    {"offered_at": NINE, "abandoned_at": "2024-03-01T09:01:00"},
    {"offered_at": NINE},
    {"offered_at": NINE, "answered_at": "2024-03-01T08:59:00"},
    {"answered_at": NINE},
]


def answer_rate(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_calls_still_ringing_or_with_a_broken_clock_leave_the_base() -> None:
    score = answer_rate("all_calls", calls=CALLS)
    assert (score.value, score.n, score.n_missing, score.n_invalid) == (50, 4, 1, 1)


def test_an_abandon_exactly_at_the_limit_is_short() -> None:
    score = answer_rate("excluding_short_abandons", calls=CALLS, short_s=5)
    assert score.value == pytest.approx(200 / 3)
    longer = answer_rate("excluding_short_abandons", calls=CALLS, short_s=4)
    assert longer.value == pytest.approx(50)


def test_received_calls_may_end_otherwise_than_answered_or_abandoned() -> None:
    score = answer_rate("all_calls", received=100, answered=85, abandoned=10)
    assert score.value == pytest.approx(85)


def test_the_published_bands_belong_to_all_calls() -> None:
    score = answer_rate("all_calls", received=100, answered=91)
    assert score.level is not None
    assert score.level.label.fr == "objectif atteint"
    assert answer_rate("all_calls", received=100, answered=80).level is None


@pytest.mark.parametrize(
    ("variant", "inputs"),
    [
        ("all_calls", {"received": 10, "answered": 11}),
        ("all_calls", {"received": 10, "answered": 8, "abandoned": 3}),
        ("excluding_short_abandons", {"answered": 10, "abandoned": 5, "short_abandons": 6}),
    ],
)
def test_calls_that_do_not_add_up_contradict(variant: str, inputs: dict[str, Any]) -> None:
    assert answer_rate(variant, **inputs).reason == "inconsistent_input"


def test_without_calls_there_is_no_rate() -> None:
    assert answer_rate("all_calls", received=0, answered=0).reason == "no_data"
    assert answer_rate("all_calls", calls=[]).reason == "no_data"
