from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.indicators.enps import INDICATOR
from ressenti.indicators.nps import INDICATOR as NPS
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def enps(variant: str = "standard_0_10", **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=40))
def test_it_is_counted_as_the_customers_nps_is(scores: list[int]) -> None:
    customers = score_of_example(NPS, NPS.default, {"scores": scores})
    employees = enps(scores=scores)
    assert (employees.value, employees.low) == (customers.value, customers.low)


@pytest.mark.parametrize("scores", [[], [10], [10, 9, 2], [10, 9, 2, 1, None, 11]])
def test_fewer_answers_than_the_threshold_tell_nothing_at_all(scores: list[int | None]) -> None:
    score = enps("suppressed_small_group", scores=scores)
    assert (score.value, score.reason, score.n) == (None, "suppressed", 0)
    assert (score.n_missing, score.n_invalid) == (0, 0)
    assert "promoters" not in json.dumps(score.to_dict())


def test_a_group_at_the_threshold_is_shown() -> None:
    assert enps("suppressed_small_group", scores=[10, 10, 10, 8, 2]).value == pytest.approx(40)
    assert enps("suppressed_small_group", scores=[10, 10, 2], min_group=3).value is not None


def test_bands_follow_their_source_and_name_it() -> None:
    labels = {
        value: INDICATOR.band_of(value, "standard_0_10") for value in (-30.0, 0.0, 10.0, 45.0)
    }
    assert [band.label.en for band in labels.values() if band] == [
        "worrying",
        "normal",
        "good",
        "excellent",
    ]
    assert all(band and band.source.startswith("https://agendrix") for band in labels.values())
