from __future__ import annotations

from typing import Any

import pytest

from ressenti.indicators.global_resolution import INDICATOR
from ressenti.scores.judgement import score_of_example, scores_of_tallies
from ressenti.scores.score import Score
from ressenti.tallies.tally import Tally, TallyTable


def resolution(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_a_reopened_ticket_still_open_is_not_resolved() -> None:
    with_reopened = resolution(
        "cohort_still_resolved", created=500, resolved=430, reopened_and_open_at_cutoff=12
    )
    assert with_reopened.value == pytest.approx(83.6)
    assert with_reopened.parts == {"resolved": 418, "unresolved": 82}


def test_tickets_are_judged_by_their_status_at_the_cut_off() -> None:
    tickets = [
        {"status": "solved", "agent_replies": 3, "reopens": 1},
        {"status": "Closed", "agent_replies": 0},
        {"status": "pending"},
        {"status": "solved"},
        {"status": "spam"},
        {"status": None},
    ]
    score = resolution("tickets_resolved_share", tickets=tickets)
    assert (score.value, score.n, score.n_missing) == (50, 4, 1)


def test_a_flow_above_100_is_shown_with_a_flag_and_never_clipped() -> None:
    score = resolution("flow_ratio", resolved_in_period=520, created_in_period=500)
    assert (score.value, score.flags) == (104, ("above_100",))


@pytest.mark.parametrize(
    ("variant", "inputs"),
    [
        ("cohort_still_resolved", {"created": 10, "resolved": 11}),
        (
            "cohort_still_resolved",
            {"created": 10, "resolved": 2, "reopened_and_open_at_cutoff": 3},
        ),
        ("tickets_resolved_share", {"total": 10, "resolved": 11}),
    ],
)
def test_more_resolved_than_there_were_contradicts(variant: str, inputs: dict[str, Any]) -> None:
    assert resolution(variant, **inputs).reason == "inconsistent_input"


def test_nothing_received_has_no_rate() -> None:
    assert resolution("cohort_still_resolved", created=0, resolved=0).reason == "no_data"
    assert resolution("tickets_resolved_share", tickets=[]).reason == "no_data"
    flow = resolution("flow_ratio", resolved_in_period=0, created_in_period=0)
    assert flow.reason == "no_data"


def test_the_tickets_of_a_company_are_scored_by_how_they_ended() -> None:
    ends = {"one_touch": 30, "several_touches": 50, "reopened": 5, "open": 15}
    table = TallyTable.of({"all": Tally.of_counts(ends)})
    (score,) = scores_of_tallies(INDICATOR, INDICATOR.default, table)
    assert score.value == pytest.approx(80)
