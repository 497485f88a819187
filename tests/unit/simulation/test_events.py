"""Every event stands after those that had to come before it."""

from __future__ import annotations

import pytest

from ressenti.simulation import Company
from tests.unit.simulation.conftest import Query


@pytest.mark.parametrize(
    ("fact", "earlier", "later"),
    [
        ("contacts", "offered_at", "answered_at"),
        ("contacts", "offered_at", "abandoned_at"),
        ("contacts", "answered_at", "resolved_at"),
        ("contacts", "resolved_at", "reopened_at"),
        ("subscriptions", "started_at", "ended_at"),
        ("invitations", "sent_at", "delivered_at"),
        ("invitations", "delivered_at", "opened_at"),
        ("invitations", "opened_at", "started_at"),
        ("invitations", "started_at", "finished_at"),
        ("invitations", "opened_at", "opted_out_at"),
    ],
)
def test_events_come_in_their_order(rows: Query, fact: str, earlier: str, later: str) -> None:
    ((both, wrong),) = rows(
        f"SELECT count(*), count(*) FILTER ({later} < {earlier}) FROM {fact} "
        f"WHERE {earlier} IS NOT NULL AND {later} IS NOT NULL"
    )
    assert both > 50
    assert wrong == 0


def test_a_later_event_never_lacks_the_earlier_one(rows: Query) -> None:
    assert rows(
        "SELECT count(*) FILTER (finished_at IS NOT NULL AND started_at IS NULL), "
        "count(*) FILTER (opened_at IS NOT NULL AND delivered_at IS NULL), "
        "count(*) FILTER (bounced_at IS NOT NULL AND delivered_at IS NOT NULL), "
        "count(*) FILTER ((sent_at IS NULL) <> (not_sent_reason IS NOT NULL)) FROM invitations"
    ) == [(0, 0, 0, 0)]


def test_a_contact_is_never_both_answered_and_abandoned(rows: Query) -> None:
    ((answered, abandoned, both),) = rows(
        "SELECT count(answered_at), count(abandoned_at), "
        "count(*) FILTER (answered_at IS NOT NULL AND abandoned_at IS NOT NULL) FROM contacts"
    )
    assert both == 0
    assert 0.02 < abandoned / (answered + abandoned) < 0.2


def test_nobody_orders_or_calls_after_leaving(rows: Query) -> None:
    for fact, at in (("orders", "ordered_at"), ("contacts", "offered_at")):
        ((after,),) = rows(
            f"SELECT count(*) FROM {fact} JOIN subscriptions USING (customer_id) "
            f"WHERE {at} >= ended_at"
        )
        assert after == 0


def test_one_response_is_one_person_at_one_instant(rows: Query) -> None:
    ((split, largest),) = rows(
        "SELECT count(*) FILTER (people > 1 OR instants > 1), max(questions) FROM ("
        "SELECT count(DISTINCT respondent_id) AS people, count(DISTINCT answered_at) AS instants, "
        "count(*) AS questions FROM answers GROUP BY response_id)"
    )
    assert split == 0
    assert largest >= 3


def test_those_who_finished_an_invitation_are_those_whose_answers_are_there(rows: Query) -> None:
    # Questions are skipped at random, so that a few of those who finished left nothing.
    ((finished, found),) = rows(
        "WITH done AS (SELECT respondent_id, survey, us(finished_at) AS at FROM invitations "
        "WHERE finished_at IS NOT NULL), given AS (SELECT DISTINCT respondent_id, survey, "
        "us(answered_at) AS at FROM answers) SELECT count(*), count(given.at) FROM done "
        "LEFT JOIN given ON done.respondent_id = given.respondent_id "
        "AND done.survey = given.survey AND abs(done.at - given.at) < 300000000"
    )
    assert finished > 5_000
    assert found / finished > 0.9


def test_employees_are_asked_in_every_shop_and_month(company: Company, rows: Query) -> None:
    ((shops, months, desk),) = rows(
        "SELECT count(DISTINCT shop), count(DISTINCT date_trunc('month', answered_at)), "
        "count(*) FILTER (shop IS NULL) FROM answers "
        "WHERE audience = 'employee' AND measure = 'enps'"
    )
    assert (shops, months) == (40, 24)
    assert desk > 100


def test_countries_regions_and_shops_nest(rows: Query) -> None:
    assert rows(
        "SELECT count(DISTINCT country), count(DISTINCT region), count(DISTINCT shop), "
        "count(DISTINCT (country, region, shop)) FROM orders"
    ) == [(3, 9, 40, 40)]
