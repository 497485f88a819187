"""What belongs to somebody else is not there: the same answer, word for word, as for nothing."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.server.api.conftest import Program, program_of
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked


@pytest.fixture
def rival(other_tenant: Tenant) -> Program:
    """Give a program that may do everything in another organisation."""
    return program_of(other_tenant)


@pytest.fixture
def belongings(program: Program, asked: Asked, tally: Callable[[], None]) -> dict[str, str]:
    """Give the names of what an organisation has: a survey, a customer, a response, a campaign."""
    from ressenti.server.models import Campaign

    program.post("/customers", {"external_id": "C-1", "email": "ada@example.org"})
    content = b"source_id,answered_at,recommend,customer\n1,2026-03-01 10:00,9,C-1\n"
    program.upload("a.csv", content, kind="answers", survey=asked.survey.key)
    tally()
    campaign = Campaign.objects.create(
        survey=asked.survey, name="Après achat", launched_at=datetime.now(UTC)
    )
    return {
        "survey": asked.survey.key,
        "customer": "C-1",
        "response": str(asked.entries()[0].response_id),
        "campaign": str(campaign.pk),
    }


Attempt = Callable[[Program, dict[str, str]], Any]
ATTEMPTS: dict[str, Attempt] = {
    "survey": lambda one, of: one.get(f"/surveys/{of['survey']}"),
    "invitations": lambda one, of: one.post(
        f"/surveys/{of['survey']}/invitations", {"customers": ["C-1"]}
    ),
    "customer": lambda one, of: one.delete(f"/customers/{of['customer']}"),
    "response": lambda one, of: one.delete(f"/responses/{of['response']}"),
    "responses": lambda one, of: one.get("/responses", survey=of["survey"]),
    "import": lambda one, of: one.upload(
        "a.csv", b"source_id,answered_at\n", kind="answers", survey=of["survey"]
    ),
}


@pytest.mark.parametrize("name", list(ATTEMPTS))
def test_another_organisations_object_is_not_there(
    rival: Program, belongings: dict[str, str], name: str
) -> None:
    nothing = {"survey": "none", "customer": "C-0", "response": str(uuid.uuid4()), "campaign": ""}
    foreign, absent = (ATTEMPTS[name](rival, of) for of in (belongings, nothing))
    assert foreign.status_code == absent.status_code == 404
    assert foreign.content == absent.content


def test_nothing_was_done_to_it(
    tenant: Tenant, rival: Program, belongings: dict[str, str], tally: Callable[[], None]
) -> None:
    from ressenti.server.models import Customer, Invitation, Response

    for attempt in ATTEMPTS.values():
        attempt(rival, belongings)
    tally()
    mine = {"organisation": tenant.organisation}
    assert Customer.objects.get(**mine).erased_at is None
    assert Response.objects.filter(**mine).count() == 1
    assert not Invitation.objects.filter(**mine).exists()


def test_lists_and_batches_hold_nothing_of_others(
    rival: Program, other_tenant: Tenant, belongings: dict[str, str]
) -> None:
    from tests.server.intake.conftest import asked_by

    own = asked_by(other_tenant)
    for path in ("/surveys", "/responses", "/measures"):
        text = rival.get(path).content.decode()
        assert not re.search("|".join(map(re.escape, belongings.values())), text)
    told = rival.post(f"/surveys/{own.survey.key}/invitations", {"customers": ["C-1"]})
    assert json.loads(told.content)["refused"] == 1
    document = {"customers": ["C-1"], "campaign": belongings["campaign"]}
    reply = rival.post(f"/surveys/{own.survey.key}/invitations", document)
    assert reply.status_code == 404
    content = b"source_id,answered_at,recommend,customer\n1,2026-03-01 10:00,9,C-1\n"
    told = rival.upload("a.csv", content, kind="answers", survey=own.survey.key)
    assert json.loads(told.content)["refused"] == 1


def test_the_same_identifier_is_another_customer_elsewhere(
    tenant: Tenant, other_tenant: Tenant, rival: Program, belongings: dict[str, str]
) -> None:
    from ressenti.server.models import Customer

    reply = rival.post("/customers", {"external_id": "C-1", "email": "eve@example.org"})
    assert reply.status_code == 201
    emails = Customer.objects.filter(external_id="C-1", organisation=tenant.organisation)
    assert [one.email for one in emails] == ["ada@example.org"]
