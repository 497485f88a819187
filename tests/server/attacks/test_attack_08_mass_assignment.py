"""Attack 8: keys that nobody declared, and keys that only the server may set.

The intake's own documents are tried key by key in `intake/test_programs.py`,
`intake/test_widget_addresses.py` and `intake/test_respondents.py`.
"""

from __future__ import annotations

from typing import Any

import httpx

from tests.server.attacks.bodies import EVERYTHING, PROTECTED
from tests.server.attacks.conftest import SignedIn, Target, state_of
from tests.server.attacks.routes import of_organisations
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by, filled

# What the journal says of a response: the contract with the tallier, and nothing else.
PAYLOAD = frozenset(
    {
        "survey", "survey_key", "version", "is_final", "channel", "language", "customer",
        "invitation", "unit", "touchpoint", "segments", "weight", "started_at", "answered_at",
        "source", "source_id", "flags", "covers", "answers", "request",
    }
)  # fmt: skip


def test_no_form_sets_what_only_the_server_may_set(target: Target, signed_in: SignedIn) -> None:
    """The owner posts every protected name to every address, beside what the form takes."""
    owner = signed_in(target.tenant.owner)
    for route in of_organisations():
        answer = owner.post(target.address(route), EVERYTHING | PROTECTED)
        assert answer.status_code < 500, route.name
    owner.post("/profile/", EVERYTHING | PROTECTED)
    told = repr(state_of(target.tenant))
    for value in ("1999", "00000000-0000-4000-8000", "/taken/"):
        assert value not in told
    target.tenant.organisation.refresh_from_db()
    assert not target.tenant.organisation.is_demo
    target.tenant.owner.refresh_from_db()
    assert not hasattr(target.tenant.owner, "is_superuser")


def test_a_form_never_moves_a_thing_to_another_organisation(
    target: Target, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    before = state_of(other_tenant)
    told = EVERYTHING | dict.fromkeys(
        ("organisation", "organisation_id", "tenant"), str(other_tenant.organisation.pk)
    )
    owner = signed_in(target.tenant.owner)
    for route in of_organisations():
        owner.post(target.address(route), told)
    assert state_of(other_tenant) == before


def test_parameters_of_an_address_that_nobody_declared_are_not_kept(
    web: httpx.Client, tenant: Tenant
) -> None:
    asked = asked_by(tenant, attributes=["plan"])
    told = {**PROTECTED, "utm_source": "x", "customer": "C-1", "unit": "nice", "plan": "gold"}
    page = web.get(asked.page, params=told)
    assert page.status_code == 200
    assert web.post(asked.page, params=told, data=filled(page.text, recommend="9")).is_redirect
    (entry,) = asked.entries()
    assert entry.payload.keys() == PAYLOAD
    assert entry.payload["segments"] == {"plan": "gold"}
    assert (entry.payload["customer"], entry.payload["unit"]) == (None, "")


def test_protected_keys_are_refused_from_programs_and_from_the_widget(
    web: httpx.Client, target: Target
) -> None:
    asked = target.asked
    answers: dict[str, Any] = {"recommend": 9}
    for name, value in PROTECTED.items():
        bodies: list[dict[str, Any]] = [
            {"answers": answers, name: value},
            {"answers": answers | {name: value}},
            {"answers": answers, "attributes": {name: value}},
        ]
        for body in bodies:
            sent = web.post(
                "/api/v1/responses", json={"survey": asked.survey.key} | body, headers=asked.headers
            )
            widget = web.post(f"/w/{asked.survey.public_key}", json={"page": "p1"} | body)
            for reply in (sent, widget):
                assert reply.status_code == 422, body
                assert name in reply.text
    assert asked.entries() == []


def test_what_an_answer_counts_for_is_decided_here(web: httpx.Client, target: Target) -> None:
    """An answer is a level; its measure, scale, series and tally are those of the question."""
    forged = {
        "value": 10,
        "m": "csat",
        "t": "csat@1-5",
        "s": 99,
        "scale": "1-5",
        "is_counted": True,
    }
    body = {"survey": target.asked.survey.key, "answers": {"recommend": forged}}
    sent = web.post("/api/v1/responses", json=body, headers=target.asked.headers)
    assert sent.status_code == 422
    assert kept(target.asked) == []


def kept(asked: Asked) -> list[Any]:
    return [entry.payload["answers"] for entry in asked.entries()]
