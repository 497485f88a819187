from __future__ import annotations

from typing import Any

import pytest

from ressenti.indicators.complaint_rate import INDICATOR
from ressenti.scores.judgement import score_of_example, scores_of_tallies
from ressenti.scores.score import Score
from ressenti.tallies.tally import Tally, TallyTable


def complaints(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


@pytest.mark.parametrize(
    ("variant", "expected"), [("percent", 0.25), ("per_1000", 2.5), ("per_10000", 25)]
)
def test_one_rate_is_told_in_three_units(variant: str, expected: float) -> None:
    assert complaints(variant, complaints=25, orders=10_000).value == pytest.approx(expected)


def test_complaints_of_one_case_count_once() -> None:
    cases = ["c1", "c1", "c2", None]
    assert complaints("percent", complaints=cases, customers=100).value == pytest.approx(2)


def test_no_complaint_is_a_real_zero_whose_interval_is_not() -> None:
    score = complaints("per_1000", complaints=0, orders=1000)
    # z² = 3.8415 events at most
    assert (score.value, score.low, score.high) == (0, 0, pytest.approx(3.8415, abs=1e-4))


def test_without_orders_there_is_no_rate() -> None:
    assert complaints("percent", complaints=0, orders=0).reason == "no_data"


def test_the_events_of_a_company_are_rated_on_its_orders() -> None:
    table = TallyTable.of({"all": Tally.of_counts({"event": 25, "exposure": 10_000})})
    (score,) = scores_of_tallies(INDICATOR, INDICATOR.variant("per_1000"), table)
    assert (score.value, score.n) == (pytest.approx(2.5), 10_000)
