"""Facts from programs: strict by column, each row on its own, and the same row only once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.server.api.conftest import Program, codes, program_of
from tests.server.conftest import Tenant

ORDER: dict[str, Any] = {
    "order_id": "42",
    "customer_id": "C-1",
    "ordered_at": "2026-03-01T10:00:00+01:00",
    "amount": 59.9,
    "currency": "EUR",
    "source": "till",
    "source_id": "42",
}
CONTACT: dict[str, Any] = {
    "contact_id": "7",
    "offered_at": "2026-03-01T10:00:00Z",
    "talk_s": 120,
    "transferred": False,
    "direction": "inbound",
    "source": "desk",
    "source_id": "7",
}
SUBSCRIPTION: dict[str, Any] = {
    "customer_id": "C-1",
    "started_at": "2026-01-01T00:00:00Z",
    "ended_at": "2027-01-01T00:00:00Z",
    "source": "crm",
    "source_id": "1",
}
OUTCOME: dict[str, Any] = {
    "outcome": "delivery",
    "occurred_at": "2026-03-01T10:00:00Z",
    "actual": 3,
    "expected": 2,
    "unit": "days",
    "importance": 2,
    "belongs_to": "lyon",
    "source": "wms",
    "source_id": "1",
}
FACTS = {
    "orders": ORDER,
    "contacts": CONTACT,
    "subscriptions": SUBSCRIPTION,
    "outcomes": OUTCOME,
}


def entries(tenant: Tenant) -> list[Any]:
    from ressenti.server.models import JournalEntry

    return list(JournalEntry.objects.filter(organisation_id=tenant.organisation.pk, kind=2))


def rows_of(tenant: Tenant, fact: str) -> list[Any]:
    from ressenti.server.models import EVENT_MODELS

    model: Any = EVENT_MODELS[fact]
    return list(model.objects.filter(organisation_id=tenant.organisation.pk))


def faults_of(program: Program, fact: str, row: Any) -> dict[str, str]:
    reply = program.post(f"/facts/{fact}", {"rows": [row]})
    assert reply.status_code == 200, reply.content
    (result,) = json.loads(reply.content)["results"]
    if result["status"] == "accepted":
        return {}
    return {error["field"]: error["message"] for error in result["problem"]["errors"]}


@pytest.mark.parametrize("fact", list(FACTS))
def test_a_row_of_each_fact_reaches_its_table(
    tenant: Tenant, program: Program, tally: Callable[[], None], fact: str
) -> None:
    reply = program.post(f"/facts/{fact}", {"rows": [FACTS[fact]]})
    assert json.loads(reply.content)["accepted"] == 1
    tally()
    (row,) = rows_of(tenant, fact)
    assert row.source_id == FACTS[fact]["source_id"]


def test_the_unit_of_measure_and_the_unit_of_the_company_stay_apart(
    tenant: Tenant, program: Program, tally: Callable[[], None]
) -> None:
    program.post("/facts/outcomes", {"rows": [OUTCOME]})
    tally()
    (row,) = rows_of(tenant, "outcomes")
    assert (row.unit, row.belongs_to, row.actual) == ("days", "lyon", 3.0)


@pytest.mark.parametrize(
    ("fact", "change", "field"),
    [
        ("orders", {"order_id": None}, "order_id"),
        ("orders", {"order_id": " "}, "order_id"),
        ("orders", {"source_id": None}, "source_id"),
        ("orders", {"ordered_at": "2026-03-01T10:00:00"}, "ordered_at"),
        ("orders", {"ordered_at": "01/03/2026"}, "ordered_at"),
        ("orders", {"ordered_at": "2926-03-01T10:00:00Z"}, "ordered_at"),
        ("orders", {"ordered_at": 1_772_000_000}, "ordered_at"),
        ("orders", {"amount": "59.9"}, "amount"),
        ("orders", {"amount": True}, "amount"),
        ("orders", {"amount": 10**400}, "amount"),
        ("orders", {"currency": None}, "currency"),
        ("orders", {"currency": "euro"}, "currency"),
        ("orders", {"tenant": "other"}, "tenant"),
        ("orders", {"organisation_id": "x"}, "organisation_id"),
        ("orders", {"unit": "lyon"}, "unit"),
        ("orders", {"belongs_to": "paris"}, "belongs_to"),
        ("orders", {"category": "a\x00"}, "category"),
        ("orders", {"category": "x" * 501}, "category"),
        ("orders", {"category": {"$ne": 1}}, "category"),
        ("contacts", {"talk_s": -1}, "talk_s"),
        ("contacts", {"transferred": "false"}, "transferred"),
        ("contacts", {"direction": "sideways"}, "direction"),
        ("outcomes", {"importance": 0}, "importance"),
        ("outcomes", {"importance": -2}, "importance"),
    ],
)
def test_a_row_that_says_something_else_is_refused(
    tenant: Tenant, program: Program, fact: str, change: dict[str, Any], field: str
) -> None:
    assert set(faults_of(program, fact, FACTS[fact] | change)) == {field}
    assert entries(tenant) == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_of_json_is_refused_whole(program: Program, number: str) -> None:
    body = json.dumps({"rows": [ORDER]}).replace("59.9", number)
    assert codes(program.post("/facts/orders", body)) == (400, "unreadable_json")


@pytest.mark.parametrize("number", ["1e309", "-1e309"])
def test_a_number_beyond_arithmetic_is_refused(program: Program, number: str) -> None:
    body = json.dumps({"rows": [ORDER]}).replace("59.9", number)
    told = json.loads(program.post("/facts/orders", body).content)
    assert told["results"][0]["problem"]["errors"][0]["field"] == "amount"


def test_accepted_rows_are_one_entry_and_refused_ones_say_why_in_french(
    tenant: Tenant, program: Program
) -> None:
    rows = [ORDER, ORDER | {"amount": -1e309}, "row", ORDER | {"order_id": "43", "source_id": "43"}]
    body = json.dumps({"rows": rows}).replace("-Infinity", "-1e309")
    reply = program.post("/facts/orders", body, **{"accept-language": "fr"})
    told = json.loads(reply.content)
    assert [one["status"] for one in told["results"]] == [
        "accepted", "refused", "refused", "accepted",
    ]  # fmt: skip
    assert told["results"][1]["problem"]["errors"] == [
        {"field": "amount", "message": "il faut ici un nombre fini."}
    ]
    (entry,) = entries(tenant)
    assert [row["order_id"] for row in entry.payload["rows"]] == ["42", "43"]


def test_only_declared_segments_are_taken(
    tenant: Tenant, program: Program, tally: Callable[[], None]
) -> None:
    tenant.organisation.segments = ["country", "vip"]
    tenant.organisation.save()
    assert set(faults_of(program, "orders", ORDER | {"planet": "Mars"})) == {"planet"}
    for wrong in ("", "x" * 121, {"a": 1}, 1e300, "a\x00"):
        assert set(faults_of(program, "orders", ORDER | {"country": wrong})) == {"country"}
    assert faults_of(program, "orders", ORDER | {"country": "FR", "vip": True}) == {}
    tally()
    (row,) = rows_of(tenant, "orders")
    assert row.segments == {"country": "FR", "vip": "true"}


def test_the_same_row_told_twice_is_there_once(
    tenant: Tenant, program: Program, tally: Callable[[], None]
) -> None:
    for amount in (59.9, 12.5):
        program.post("/facts/orders", {"rows": [ORDER | {"amount": amount}]})
    tally()
    (row,) = rows_of(tenant, "orders")
    assert row.amount == 12.5


def test_a_repeated_request_is_one_entry_and_a_reused_key_a_conflict(
    tenant: Tenant, program: Program
) -> None:
    key = {"idempotency-key": "night-7"}
    told = [
        json.loads(program.post("/facts/orders", {"rows": [ORDER]}, **key).content)
        for _ in range(2)
    ]
    assert [one["duplicate"] for one in told] == [False, True]
    assert len(entries(tenant)) == 1
    reply = program.post("/facts/orders", {"rows": [ORDER | {"amount": 1}]}, **key)
    assert codes(reply) == (409, "idempotency_key_reused")
    assert len(entries(tenant)) == 1


def test_a_key_of_one_unit_speaks_for_that_unit_alone(
    tenant: Tenant, tally: Callable[[], None]
) -> None:
    of_lyon = program_of(tenant, "facts:write", unit=tenant.lyon)
    assert set(faults_of(of_lyon, "orders", ORDER | {"belongs_to": "nice"})) == {"belongs_to"}
    assert faults_of(of_lyon, "orders", ORDER) == {}
    tally()
    (row,) = rows_of(tenant, "orders")
    assert row.belongs_to == "lyon"


@pytest.mark.parametrize("body", [{}, {"rows": []}, {"rows": 7}, {"rows": [], "tenant": 1}])
def test_a_body_without_rows_is_refused(program: Program, body: Any) -> None:
    assert codes(program.post("/facts/orders", body)) == (422, "invalid")


@pytest.mark.parametrize("fact", ["answers", "emotions", "invitations", "orders;drop"])
def test_only_events_are_facts_that_programs_send(program: Program, fact: str) -> None:
    assert codes(program.post(f"/facts/{fact}", {"rows": [ORDER]})) == (422, "invalid")


def test_an_event_is_never_in_the_future_though_a_subscription_may_end_there(
    program: Program,
) -> None:
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert faults_of(program, "subscriptions", SUBSCRIPTION) == {}
    assert set(faults_of(program, "subscriptions", SUBSCRIPTION | {"started_at": soon})) == {
        "started_at"
    }
