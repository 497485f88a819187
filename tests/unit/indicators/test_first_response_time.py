from __future__ import annotations

from typing import Any

import pytest

from ressenti.errors import InvalidArgument
from ressenti.indicators.first_response_time import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score

OFFICE = {"open": "09:00", "close": "18:00", "days": ["mon", "tue", "wed", "thu", "fri"]}


def response(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_the_90th_percentile_is_by_nearest_rank_and_the_median_between_the_middle_ones() -> None:
    minutes = list(range(1, 11))
    assert response("p90", minutes=minutes).value == 9
    assert response("median", minutes=minutes).value == 5.5
    assert response("mean", minutes=minutes).value == 5.5


def test_the_limits_of_the_median_are_order_statistics() -> None:
    # n = 100: ranks 40 and 61, David and Nagaraja, section 7.1
    score = response("median", minutes=list(range(1, 101)))
    assert (score.low, score.high) == (40, 61)


def test_requests_without_a_reply_count_as_missed_among_all_only() -> None:
    minutes = [60, 61, None]
    assert response("within_target_of_answered", minutes=minutes, target_minutes=60).value == 50
    of_all = response("within_target_of_all", minutes=minutes, target_minutes=60)
    assert of_all.value == pytest.approx(100 / 3)


def test_a_request_whose_target_has_not_elapsed_says_nothing_yet() -> None:
    tickets = [
        ["2024-03-01T09:00", "2024-03-01T09:30"],
        ["2024-03-01T09:00", None],
        ["2024-03-01T11:30", None],
    ]
    score = response(
        "within_target_of_all",
        tickets=tickets,
        target_minutes=60,
        observed_until="2024-03-01T12:00",
    )
    assert (score.value, score.n) == (50, 2)


def test_a_reply_before_its_request_is_invalid() -> None:
    tickets = [
        ["2024-03-01T09:00", "2024-03-01T08:00"],
        ["2024-03-01T09:00", "2024-03-01T09:10"],
    ]
    score = response("mean", tickets=tickets)
    assert (score.value, score.n, score.n_invalid) == (10, 1, 1)


def test_when_nobody_was_answered_the_mean_is_null_and_the_target_missed() -> None:
    parts = response("summary", minutes=[None, None], target_minutes=60).parts
    assert parts == {
        "n_answered": 0,
        "n_unanswered": 2,
        "mean": None,
        "median": None,
        "within_target_of_answered": None,
        "within_target_of_all": 0,
    }


def test_without_requests_there_is_no_time() -> None:
    for variant in ("summary", "median", "mean", "p90", "within_target_of_all"):
        assert response(variant, minutes=[], target_minutes=60).reason == "no_data"


def test_business_hours_are_those_of_the_desk_s_time_zone() -> None:
    # 08:30 UTC is 09:30 in Paris in winter, 30 minutes after the opening
    score = response(
        "business_hours",
        created="2024-03-04T07:00Z",
        first_reply="2024-03-04T08:30Z",
        time_zone="Europe/Paris",
        **OFFICE,
    )
    assert score.parts == {"business_minutes": 30, "calendar_minutes": 90}


def test_a_holiday_does_not_count_as_business_hours() -> None:
    score = response(
        "business_hours",
        created="2024-04-30T17:30",
        first_reply="2024-05-02T09:30",
        holidays=["2024-05-01"],
        **OFFICE,
    )
    assert score.parts["business_minutes"] == 60


def test_no_reply_yet_and_a_reply_before_the_request_have_their_reasons() -> None:
    created = "2024-03-04T09:15"
    waiting = response("business_hours", created=created, first_reply=None, **OFFICE)
    assert waiting.reason == "no_data"
    wrong = response("business_hours", created=created, first_reply="2024-03-01T17:30", **OFFICE)
    assert wrong.reason == "inconsistent_input"


def test_an_hour_that_is_none_is_refused_with_its_value() -> None:
    wrong = {**OFFICE, "open": "nine"}
    with pytest.raises(InvalidArgument, match="nine"):
        response("business_hours", created="2024-03-01", first_reply="2024-03-02", **wrong)
