"""Demands 20 to 22: one ledger, independent clocks, and a reason for everybody not asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument
from ressenti.surveys.pressure import ALLOWING, REASONS, Asked, Rule, Scope, Verdict, decision
from ressenti.surveys.pressure_simulation import Campaign, Contact, simulation

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
EACH_INDICATOR = Rule(key="each_90", scope=Scope.INDICATOR, rest_days=90)
TWO_A_MONTH = Rule(key="two_a_month", scope=Scope.ALL, most=2, within_days=30)


def asked(day: int, *, survey: str = "relation", indicator: str | None = "nps") -> Asked:
    at = MARCH + timedelta(days=day)
    return Asked(contact="c", survey=survey, indicator=indicator, channel="email", at=at)


def on(day: int, rules: list[Rule], ledger: list[Asked], **changes: Any) -> Verdict:
    told: dict[str, Any] = {"survey": "relation", "indicator": "nps"} | changes
    told["at"] = MARCH + timedelta(days=day)
    return decision(ledger, rules, **told).verdict


def test_a_person_never_asked_may_be_asked() -> None:
    assert on(0, [EACH_INDICATOR, TWO_A_MONTH], []) is Verdict.ALLOWED


def test_rest_ends_at_its_very_last_moment() -> None:
    assert on(89, [EACH_INDICATOR], [asked(0)]) is Verdict.RESTING
    assert on(90, [EACH_INDICATOR], [asked(0)]) is Verdict.ALLOWED


def test_each_indicator_has_its_own_clock() -> None:
    ledger = [asked(0, survey="relation", indicator="nps")]
    assert on(10, [EACH_INDICATOR], ledger, survey="support", indicator="ces") is Verdict.ALLOWED
    assert on(10, [EACH_INDICATOR], ledger, survey="shops", indicator="nps") is Verdict.RESTING


def test_each_survey_has_its_own_clock() -> None:
    rule = Rule(key="each_survey", scope=Scope.SURVEY, rest_days=30)
    assert on(10, [rule], [asked(0, survey="shops")]) is Verdict.ALLOWED
    assert on(10, [rule], [asked(0, survey="relation", indicator="ces")]) is Verdict.RESTING


def test_a_rule_that_names_an_indicator_takes_the_place_of_the_general_one() -> None:
    often = Rule(key="ces_7", scope=Scope.INDICATOR, of="ces", rest_days=7)
    ledger = [asked(0, indicator="ces"), asked(0, indicator="nps")]
    rules = [EACH_INDICATOR, often]
    assert on(8, rules, ledger, indicator="ces") is Verdict.ALLOWED
    assert on(8, rules, ledger, indicator="nps") is Verdict.RESTING


def test_a_number_of_requests_is_counted_over_all_channels_and_surveys() -> None:
    ledger = [asked(0, survey="a", indicator="nps"), asked(5, survey="b", indicator="ces")]
    assert on(20, [TWO_A_MONTH], ledger) is Verdict.TOO_MANY
    assert on(30, [TWO_A_MONTH], ledger) is Verdict.ALLOWED


def test_a_reserved_slot_counts_as_asked() -> None:
    assert on(0, [EACH_INDICATOR], [asked(10)]) is Verdict.RESTING


def test_an_exempt_survey_is_asked_unless_the_person_refuses() -> None:
    rules = [EACH_INDICATOR, Rule(key="free", scope=Scope.SURVEY, of="relation", exempt=True)]
    assert on(1, rules, [asked(0)]) is Verdict.EXEMPT
    assert on(1, rules, [asked(0)], unsubscribed=True) is Verdict.REFUSED
    assert on(1, rules, [asked(0)], survey="shops") is Verdict.RESTING


def test_a_feedback_button_ignores_the_clock_and_does_not_wind_it() -> None:
    rules = [EACH_INDICATOR, TWO_A_MONTH]
    assert on(1, rules, [asked(0)], is_customer_initiated=True) is Verdict.CUSTOMER_INITIATED
    own = Asked(
        contact="c",
        survey="button",
        indicator="nps",
        channel="widget",
        at=MARCH,
        is_customer_initiated=True,
    )
    assert on(1, rules, [own]) is Verdict.ALLOWED


def test_addresses_come_before_clocks() -> None:
    assert on(0, [EACH_INDICATOR], [asked(0)], bounced=True) is Verdict.BOUNCED
    assert on(0, [EACH_INDICATOR], [asked(0)], has_address=False) is Verdict.NO_ADDRESS


def test_a_refusal_says_why_and_until_when() -> None:
    at = MARCH + timedelta(days=10)
    found = decision([asked(0)], [EACH_INDICATOR], survey="relation", indicator="nps", at=at)
    assert not found.is_allowed
    assert found.rule == "each_90"
    assert found.reason.fr == ("a été sollicité il y a moins de 90 jours (règle «\xa0each_90\xa0»)")
    assert found.next_at == datetime(2026, 5, 30, tzinfo=UTC)


RULES = st.lists(
    st.builds(
        Rule,
        key=st.just("rest"),
        scope=st.sampled_from(list(Scope)),
        rest_days=st.integers(1, 60),
    )
    | st.builds(
        Rule,
        key=st.just("cap"),
        scope=st.sampled_from(list(Scope)),
        most=st.integers(1, 3),
        within_days=st.integers(1, 60),
    ),
    max_size=3,
)
LEDGERS = st.lists(
    st.builds(
        asked,
        st.integers(-60, 20),
        survey=st.sampled_from(["relation", "shops"]),
        indicator=st.sampled_from(["nps", "ces", None]),
    ),
    max_size=6,
)


@given(RULES, LEDGERS)
def test_the_moment_told_is_the_first_one_at_which_asking_is_allowed(
    rules: list[Rule], ledger: list[Asked]
) -> None:
    def at(moment: datetime) -> bool:
        return decision(ledger, rules, survey="relation", indicator="nps", at=moment).is_allowed

    found = decision(ledger, rules, survey="relation", indicator="nps", at=MARCH)
    assert found.is_allowed == (found.next_at is None)
    if found.next_at is not None:
        assert at(found.next_at)
        assert not at(found.next_at - timedelta(seconds=1))


@given(RULES, LEDGERS)
def test_asking_more_never_allows_more(rules: list[Rule], ledger: list[Asked]) -> None:
    def is_allowed(lines: list[Asked]) -> bool:
        return decision(lines, rules, survey="relation", indicator="nps", at=MARCH).is_allowed

    assert is_allowed(ledger[1:]) or not is_allowed(ledger)


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"rest_days": 0},
        {"rest_days": -3},
        {"most": 2},
        {"within_days": 30},
        {"most": 0, "within_days": 30},
    ],
)
def test_a_rule_that_limits_nothing_is_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument, match="limits nothing"):
        Rule(key="empty", scope=Scope.ALL, **limits)


def test_every_verdict_has_its_reason() -> None:
    assert REASONS.keys() == set(Verdict)


def test_a_simulation_tells_everybody_apart_before_anything_is_sent() -> None:
    contacts = [
        Contact(key="free"),
        Contact(key="resting"),
        Contact(key="gone", unsubscribed=True),
        Contact(key="lost", bounced=True),
        Contact(key="free"),
    ]
    ledger = [
        Asked(contact="resting", survey="a", indicator="nps", channel="sms", at=MARCH),
    ]
    campaign = Campaign(survey="b", indicator="nps", channel="email", at=MARCH + timedelta(days=30))
    found = simulation(contacts, ledger, [EACH_INDICATOR], campaign)
    assert (found.n_contacts, found.n_asked) == (5, 1)
    assert found.n_not_asked == {Verdict.REFUSED: 1, Verdict.BOUNCED: 1, Verdict.RESTING: 2}
    assert found.n_asked + sum(found.n_not_asked.values()) == found.n_contacts
    assert [one.contact for one in found.examples] == ["free", "resting", "gone", "lost", "free"]


def test_a_simulation_shows_a_few_examples_of_each_kind() -> None:
    contacts = [Contact(key=str(i), unsubscribed=i % 2 == 0) for i in range(100)]
    campaign = Campaign(survey="b", indicator=None, channel="email", at=MARCH)
    found = simulation(contacts, [], [EACH_INDICATOR], campaign)
    assert len(found.examples) == 6
    assert found.n_asked == 50
    assert not ALLOWING & found.n_not_asked.keys()
