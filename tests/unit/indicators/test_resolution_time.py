from __future__ import annotations

from typing import Any

import pytest

from ressenti.indicators.resolution_time import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score


def resolution(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def history(*events: list[str]) -> Score:
    return resolution("first_and_full", created="2024-03-01T00:00", events=list(events))


def test_one_long_case_moves_the_mean_and_not_the_median() -> None:
    hours = [2, 3, 4, 5, 86]
    assert resolution("mean", hours=hours).value == 20
    assert resolution("median", hours=hours).value == 4
    assert resolution("p90", hours=hours).value == 86


def test_unsolved_tickets_are_missing() -> None:
    tickets = [["2024-03-01T00:00", "2024-03-01T06:00"], ["2024-03-01T00:00", None]]
    score = resolution("median", tickets=tickets)
    assert (score.value, score.n, score.n_missing) == (6, 1, 1)


def test_the_time_it_stood_solved_is_taken_away_once_per_reopening() -> None:
    # solved at 2, reopened at 4, solved at 5, reopened at 8, solved at 9: 9 − 2 − 3
    parts = history(
        ["solved", "2024-03-01T02:00"],
        ["reopened", "2024-03-01T04:00"],
        ["solved", "2024-03-01T05:00"],
        ["reopened", "2024-03-01T08:00"],
        ["solved", "2024-03-01T09:00"],
        ["closed", "2024-03-05T09:00"],
    ).parts
    assert parts == {
        "first_resolution_h": 2,
        "full_resolution_h": 9,
        "net_of_solved_time_h": 4,
        "reopens": 2,
    }


def test_the_order_in_which_events_are_listed_does_not_matter() -> None:
    events = [["solved", "2024-03-01T02:00"], ["reopened", "2024-03-01T03:00"]]
    assert history(*events).parts == history(*reversed(events)).parts


def test_a_reopened_request_has_no_full_time_yet() -> None:
    parts = history(["solved", "2024-03-01T02:00"], ["reopened", "2024-03-01T03:00"]).parts
    assert (parts["first_resolution_h"], parts["full_resolution_h"]) == (2, None)


def test_before_the_first_solution_nothing_is_defined() -> None:
    assert history().reason == "undefined"
    assert history(["assigned", "2024-03-01T02:00"]).reason == "undefined"


def test_an_event_before_the_creation_contradicts() -> None:
    assert history(["solved", "2024-02-28T02:00"]).reason == "inconsistent_input"


@pytest.mark.parametrize("variant", ["summary", "median", "mean", "p90"])
def test_without_solved_requests_there_is_no_time(variant: str) -> None:
    score = resolution(variant, hours=[None, None])
    assert (score.reason, score.n_missing) == ("no_data", 2)
