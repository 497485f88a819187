from __future__ import annotations

from typing import Any

import pytest

from ressenti.indicators.fcr import INDICATOR as FCR
from ressenti.indicators.recontact import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score

LOG = [
    ["A", "login", "2024-03-01"],
    ["A", "login", "2024-03-05"],
    ["A", "login", "2024-03-10"],
    ["A", "billing", "2024-03-06"],
    ["B", "login", "2024-03-06"],
]


def recontact(**inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.default, inputs)


def test_each_contact_that_follows_another_is_a_repeat() -> None:
    # the second and third of customer A, out of five
    score = recontact(contacts=LOG, window_days=7)
    assert score.value == pytest.approx(40)
    assert score.parts == {"repeat": 2, "new": 3}


@pytest.mark.parametrize(("window", "repeats"), [(3, 0), (4, 1), (5, 2)])
def test_a_longer_window_finds_more_repeats_its_last_day_included(
    window: int, repeats: int
) -> None:
    assert recontact(contacts=LOG, window_days=window).parts["repeat"] == repeats


def test_new_contacts_are_the_issues_of_first_contact_resolution() -> None:
    issues = score_of_example(FCR, FCR.variant("repeat_window"), {"contacts": LOG}).parts
    assert recontact(contacts=LOG).parts["new"] == issues["issues_mature"]


def test_more_repeats_than_contacts_contradict() -> None:
    score = recontact(contacts=10, repeat_within_window=11, window_days=7)
    assert (score.value, score.reason) == (None, "inconsistent_input")


def test_without_contacts_there_is_no_rate() -> None:
    assert recontact(contacts=[]).reason == "no_data"
    assert recontact(contacts=0, repeat_within_window=0).reason == "no_data"
