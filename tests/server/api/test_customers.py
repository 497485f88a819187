"""Programs make and change customers, one by one or many at once, and have them forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.server.api.conftest import Program, codes, fields_refused, program_of
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked

ADA = {
    "external_id": "C-1",
    "email": "ada@example.org",
    "name": "Ada",
    "language": "fr",
    "unit": "lyon",
    "attributes": {"plan": "gold"},
}


def stored(tenant: Tenant, external_id: str = "C-1") -> Any:
    from ressenti.server.models import Customer

    return Customer.objects.get(organisation=tenant.organisation, external_id=external_id)


def test_a_customer_is_made_then_changed_then_the_same(tenant: Tenant, program: Program) -> None:
    replies = [
        program.post("/customers", ADA),
        program.post("/customers", {"external_id": "C-1", "attributes": {"age": "40"}}),
        program.post("/customers", {"external_id": "C-1"}),
    ]
    assert [reply.status_code for reply in replies] == [201, 200, 200]
    statuses = [json.loads(reply.content)["status"] for reply in replies]
    assert statuses == ["created", "changed", "unchanged"]
    customer = stored(tenant)
    assert (customer.email, customer.name, customer.unit.key) == ("ada@example.org", "Ada", "lyon")
    assert customer.attributes == {"plan": "gold", "age": "40"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation", "other"),
        ("organisation_id", "8f14e45f-ceea-467f-a8f8-1b9e5d2f0b11"),
        ("id", "8f14e45f-ceea-467f-a8f8-1b9e5d2f0b11"),
        ("created_at", "2020-01-01T00:00:00Z"),
        ("erased_at", None),
        ("bounced_at", None),
        ("refuses", []),
    ],
)
def test_protected_fields_are_refused_and_nothing_is_kept(
    tenant: Tenant, program: Program, field: str, value: object
) -> None:
    from ressenti.server.models import Customer

    reply = program.post("/customers", ADA | {field: value})
    assert codes(reply) == (422, "invalid")
    assert fields_refused(reply) == {field}
    assert not Customer.objects.filter(organisation=tenant.organisation).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"external_id": ""}, "external_id"),
        ({"external_id": 12}, "external_id"),
        ({"external_id": "x" * 121}, "external_id"),
        ({"external_id": "a\x00"}, "external_id"),
        ({"external_id": "a\ud800"}, "external_id"),
        ({"email": "nobody"}, "email"),
        ({"language": "de"}, "language"),
        ({"unit": "nowhere"}, "unit"),
        ({"attributes": {"plan": 1}}, "attributes.plan"),
        ({"attributes": {"Plan A": "x"}}, "attributes.Plan A.[key]"),
        ({"attributes": []}, "attributes"),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(
    program: Program, change: dict[str, Any], field: str
) -> None:
    reply = program.post("/customers", ADA | change)
    assert codes(reply) == (422, "invalid")
    assert fields_refused(reply) == {field}


def test_each_customer_of_a_batch_has_its_own_result(tenant: Tenant, program: Program) -> None:
    reply = program.post(
        "/customers",
        {"customers": [ADA, {"external_id": "C-2"}, {"external_id": "C-2"}, 7, {"email": "x"}]},
    )
    told = json.loads(reply.content)
    assert reply.status_code == 200
    assert [one["status"] for one in told["results"]] == [
        "created", "created", "refused", "refused", "refused",
    ]  # fmt: skip
    assert (told["created"], told["refused"]) == (2, 3)
    assert told["results"][2]["problem"]["errors"][0]["message"] == "already on line 2"
    assert stored(tenant, "C-2").attributes == {}


def test_a_batch_is_never_empty_nor_endless(program: Program) -> None:
    for customers in ([], [{"external_id": "a"}] * 5_001, "C-1"):
        assert codes(program.post("/customers", {"customers": customers})) == (422, "invalid")


def test_a_key_of_one_unit_reaches_no_customer_of_another(tenant: Tenant, program: Program) -> None:
    of_nice = program_of(tenant, "facts:write", unit=tenant.nice)
    program.post("/customers", ADA)
    for reply in (
        of_nice.post("/customers", {"external_id": "C-1", "email": "eve@example.org"}),
        of_nice.post("/customers", {"external_id": "C-2", "unit": "lyon"}),
    ):
        assert codes(reply) == (422, "invalid")
    assert codes(of_nice.delete("/customers/C-1")) == (404, "not_found")
    assert stored(tenant).email == "ada@example.org"
    of_nice.post("/customers", {"external_id": "C-3"})
    assert stored(tenant, "C-3").unit == tenant.nice


def test_a_person_who_is_forgotten_leaves_nothing(
    tenant: Tenant, program: Program, asked: Asked, tally: Callable[[], None]
) -> None:
    from ressenti.server.models import EVENT_MODELS, Customer, JournalEntry, Response

    program.post("/customers", ADA | {"external_id": "shop/é 1"})
    answers = b"source_id,answered_at,recommend,customer\n1,2026-03-01 10:00,9,shop/\xc3\xa9 1\n"
    program.upload("a.csv", answers, kind="answers", survey=asked.survey.key)
    order = {
        "order_id": "1",
        "customer_id": "shop/é 1",
        "ordered_at": "2026-03-01T10:00:00Z",
        "source": "till",
        "source_id": "1",
    }
    program.post("/facts/orders", {"rows": [order]})
    tally()
    mine = {"organisation_id": tenant.organisation.pk}
    assert Response.objects.filter(**mine).count() == 1
    reply = program.delete("/customers/shop%2F%C3%A9%201")
    assert reply.status_code == 202
    tally()
    assert not Response.objects.filter(**mine).exists()
    assert not EVENT_MODELS["orders"].objects.filter(**mine).exists()  # type: ignore[attr-defined] # made at run time
    customer = Customer.objects.get(**mine)
    assert (customer.email, customer.name, customer.attributes) == ("", "", {})
    texts = [json.dumps(entry.payload) for entry in JournalEntry.objects.filter(**mine, kind=1)]
    assert texts == ['{"erased": true}']
    assert codes(program.delete("/customers/shop%2F%C3%A9%201")) == (404, "not_found")
    again = program.post("/customers", {"external_id": str(customer.pk), "name": "Ada"})
    assert codes(again) == (422, "invalid")
