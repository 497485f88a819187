from __future__ import annotations

from typing import Any

import pytest

from ressenti.indicators.fcr import INDICATOR
from ressenti.scores.judgement import score_of_example, scores_of_tallies
from ressenti.scores.score import Score
from ressenti.tallies.tally import Tally, TallyTable

TEN_CONTACTS = [
    ["A", "billing", "2024-03-01"],
    ["A", "billing", "2024-03-05"],
    ["B", "billing", "2024-03-02"],
    ["B", "delivery", "2024-03-04"],
    ["C", "delivery", "2024-03-03"],
    ["C", "delivery", "2024-03-12"],
    ["D", "billing", "2024-03-29"],
    ["E", "login", "2024-03-06"],
    ["E", "login", "2024-03-07"],
    ["E", "login", "2024-03-20"],
]


def fcr(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_a_wider_window_makes_fewer_and_longer_issues() -> None:
    # 30 days: A (2), B billing, B delivery, C (2), D, E (3): three of six with one contact
    parts = fcr("repeat_window", contacts=TEN_CONTACTS, window_days=30).parts
    assert parts == {"issues_mature": 6, "resolved_first": 3, "immature": 0, "value": 50.0}


@pytest.mark.parametrize(("second", "issues"), [("2024-03-08", 1), ("2024-03-09", 2)])
def test_a_contact_exactly_at_the_end_of_the_window_is_a_repeat(second: str, issues: int) -> None:
    contacts = [["A", "login", "2024-03-01"], ["A", "login", second]]
    parts = fcr("repeat_window", contacts=contacts, window_days=7).parts
    assert parts["issues_mature"] == issues


def test_the_window_runs_from_the_previous_contact_of_the_chain() -> None:
    # day 13 is 12 days after the first contact and 6 after the second
    days = ("2024-03-01", "2024-03-07", "2024-03-13")
    contacts = [["A", "login", day] for day in days]
    parts = fcr("repeat_window", contacts=contacts).parts
    assert (parts["issues_mature"], parts["resolved_first"]) == (1, 0)


@pytest.mark.parametrize(("until", "mature"), [("2024-03-07", 0), ("2024-03-08", 1)])
def test_an_issue_is_mature_once_its_whole_window_was_observed(until: str, mature: int) -> None:
    log = [["A", "login", "2024-03-01"], ["B", "login", "2024-02-01"]]
    score = fcr("repeat_window", contacts=log, window_days=7, observed_until=until)
    assert score.parts["issues_mature"] == 1 + mature
    assert score.parts["immature"] == 1 - mature


def test_contacts_after_the_end_of_observation_are_ignored() -> None:
    log = [["A", "login", "2024-03-01"], ["A", "login", "2024-03-05"]]
    score = fcr("repeat_window", contacts=log, window_days=2, observed_until="2024-03-04")
    assert score.parts["issues_mature"] == 1


def test_contacts_without_a_reason_are_matched_by_customer_and_flagged() -> None:
    log = [["A", None, "2024-03-01"], ["A", None, "2024-03-02"], ["B", "login", "2024-03-02"]]
    score = fcr("repeat_window", contacts=log)
    assert score.parts["resolved_first"] == 1
    assert "customer_only" in score.flags


def test_anonymous_contacts_are_missing() -> None:
    score = fcr("repeat_window", contacts=[[None, "login", "2024-03-01"]])
    assert (score.value, score.reason, score.n_missing) == (None, "no_data", 1)


def test_the_same_shape_serves_the_tallies_of_a_company() -> None:
    table = TallyTable.of(
        {"Lyon": Tally.of_counts({"resolved_first": 5, "repeated": 2, "immature": 1})}
    )
    (score,) = scores_of_tallies(INDICATOR, INDICATOR.variant("repeat_window"), table)
    example = fcr(
        "repeat_window", contacts=TEN_CONTACTS, window_days=7, observed_until="2024-03-31"
    )
    assert score.parts == example.parts
    assert (score.low, score.high, score.n) == (example.low, example.high, example.n)


def test_gross_and_net_differ_by_what_level_one_could_never_resolve() -> None:
    judged = [
        {"resolved_first": True},
        {"resolved_first": False},
        {"resolved_first": False, "resolvable_at_level_one": False},
        {"resolved_first": None},
    ]
    assert fcr("gross", contacts=judged).value == pytest.approx(100 / 3)
    assert fcr("net", contacts=judged).value == pytest.approx(50)


@pytest.mark.parametrize(
    ("variant", "inputs"),
    [
        ("gross", {"resolved_first": 11, "contacts": 10}),
        ("net", {"resolved_first": 8, "contacts": 10, "not_resolvable_at_level_one": 3}),
        ("net", {"resolved_first": 0, "contacts": 10, "not_resolvable_at_level_one": 11}),
        ("ticket_one_touch_no_reopen", {"one_touch": 4, "solved": 3}),
    ],
)
def test_counts_that_contradict_each_other_have_no_rate(
    variant: str, inputs: dict[str, Any]
) -> None:
    assert fcr(variant, **inputs).reason == "inconsistent_input"


def test_who_did_not_answer_is_missing_and_the_customer_s_verdict_has_a_published_band() -> None:
    score = fcr("survey_yes_share", scores=["oui", "yes", "non", 1, None, "ne sait pas"])
    assert (score.value, score.n, score.n_missing) == (pytest.approx(75), 4, 2)
    assert score.level is not None
    assert score.level.label.en == "good"


def test_only_solved_tickets_make_the_base_of_one_touch() -> None:
    tickets = [
        {"agent_replies": 1, "reopens": 0, "status": "closed"},
        {"agent_replies": 0, "reopens": 0, "status": "closed"},
        {"agent_replies": 1, "reopens": 0, "status": "pending"},
        {"agent_replies": None, "reopens": 0, "status": "closed"},
    ]
    score = fcr("ticket_one_touch_no_reopen", tickets=tickets)
    assert (score.value, score.n, score.n_missing) == (50, 2, 1)
