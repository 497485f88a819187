from __future__ import annotations

import pytest

from ressenti.errors import UnknownName
from ressenti.indicators import catalogue
from ressenti.studies.choosing import Role, choice
from ressenti.studies.objectives import GUARD_RAILS, OBJECTIVES, STEPS


def keys(found: object) -> list[str]:
    return [one.indicator.key for one in found.recommended]  # type: ignore[attr-defined]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_names_indicators_of_the_catalogue(objective: str) -> None:
    goal = OBJECTIVES[objective]
    assert {*goal.first, *goal.add, *goal.avoid_alone} <= set(catalogue())


def test_guard_rails_are_indicators() -> None:
    assert {*GUARD_RAILS, *GUARD_RAILS.values()} <= set(catalogue())


def test_every_step_of_an_indicator_is_a_step_of_the_journey() -> None:
    assert {step for one in catalogue().values() for step in one.steps} <= set(STEPS)


def test_effort_is_asked_by_email_after_support_and_log_facts_complete_it() -> None:
    found = choice("friction", step="support", channel="email", data=["contacts"])
    assert keys(found)[:2] == ["ces", "recontact"]
    assert found.recommended[0].role is Role.FIRST


def test_an_indicator_without_its_facts_is_refused_with_the_missing_columns() -> None:
    found = choice("contact_centre_quality", data=["contacts.offered_at"])
    reasons = {one.indicator.key: one.reason.en for one in found.refused}
    assert reasons["fcr"] == "missing: contacts.customer_id"
    assert "contacts.answered_at" in reasons["service_level"]


def test_nobody_to_ask_means_that_survey_indicators_are_refused() -> None:
    found = choice("word_of_mouth", channel=None)
    assert "nps" in {one.indicator.key for one in found.refused}
    assert keys(found) == []


def test_no_more_than_two_questions_are_put_on_one_step() -> None:
    found = choice("employees", channel="email")
    assert sum(one.n is not None for one in found.recommended) <= 2


def test_handling_time_comes_with_its_guard_rail() -> None:
    found = choice("contact_centre_quality", data=["contacts"])
    assert "aht" in [one.key for one in found.avoid_alone]
    assert {"fcr", "recontact"} <= set(keys(found))


def test_the_number_of_answers_is_that_of_five_points_at_worst() -> None:
    # A share at worst: 1.96² · 0.25 / 0.05² = 384.1, rounded up.
    found = choice("overall_satisfaction", channel="web")
    assert found.recommended[0].n == 385


def test_an_unknown_objective_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="friction"):
        choice("frictions")
