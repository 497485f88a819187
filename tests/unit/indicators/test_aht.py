from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from ressenti.indicators.aht import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def aht(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_the_mean_of_times_has_student_s_interval() -> None:
    times = [100, 150, 200, 310]
    score = aht("from_handle_times", handle_times_s=times)
    low, high = stats.t.interval(0.95, 3, loc=np.mean(times), scale=stats.sem(times))
    assert score.value == pytest.approx(190)
    assert (score.low, score.high) == pytest.approx((low, high))


def test_totals_alone_have_no_interval() -> None:
    score = aht("standard", talk_s=10_000, hold_s=5000, wrap_s=6000, contacts=400)
    assert (score.value, score.low, score.high) == (52.5, None, None)


def test_a_contact_adds_its_hold_and_wrap_when_there_were_any() -> None:
    contacts = [{"talk_s": 100, "hold_s": None, "wrap_s": 20}, [200, 10, 10], [None, 5, 5]]
    score = aht("standard", contacts=contacts)
    assert (score.value, score.n, score.n_missing) == (170, 2, 1)


def test_a_negative_time_is_invalid_and_a_missing_one_missing() -> None:
    score = aht("from_handle_times", handle_times_s=[100, None, -5, 200])
    assert (score.value, score.n_missing, score.n_invalid) == (150, 1, 1)


def test_without_contacts_there_is_no_time_and_time_without_contacts_contradicts() -> None:
    nothing = aht("standard", talk_s=0, hold_s=0, wrap_s=0, contacts=0)
    assert nothing.reason == "no_data"
    assert aht("standard", talk_s=9, hold_s=0, wrap_s=0, contacts=0).reason == "inconsistent_input"
    assert aht("from_handle_times", handle_times_s=[]).reason == "no_data"


def test_short_is_not_good_in_itself() -> None:
    assert {str(variant.direction) for variant in INDICATOR.variants} == {"context"}
