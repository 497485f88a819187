"""Programs learn what a survey takes, and invite customers over the one ledger of all channels."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.server.api.conftest import Program, codes, program_of
from tests.server.conftest import Tenant
from tests.server.intake.conftest import JOURNEY, Asked, asked_by


def invited(program: Program, asked: Asked, document: dict[str, Any], **headers: str) -> Any:
    path = f"/surveys/{asked.survey.key}/invitations"
    reply = program.post(path, document, **headers)
    assert reply.status_code == 200, reply.content
    return json.loads(reply.content)


@pytest.fixture
def customers(program: Program) -> list[str]:
    """Give three customers, the last one without an address."""
    program.post(
        "/customers",
        {
            "customers": [
                {"external_id": "C-1", "email": "ada@example.org"},
                {"external_id": "C-2", "email": "bob@example.org"},
                {"external_id": "C-3"},
            ]
        },
    )
    return ["C-1", "C-2", "C-3"]


def test_a_survey_says_field_by_field_what_it_takes(tenant: Tenant, program: Program) -> None:
    asked = asked_by(tenant, JOURNEY, attributes=["till"])
    reply = program.ask("GET", f"/surveys/{asked.survey.key}", headers={"accept-language": "en"})
    told = json.loads(reply.content)
    assert (told["state"], told["version"], told["attributes"]) == ("live", 1, ["till"])
    assert told["url"].endswith(asked.page)
    fields = {field["name"]: field for one in told["questions"] for field in one["fields"]}
    asked_for = {"recommend", "why", "quality.price", "quality.speed", "reasons"}
    assert asked_for <= fields.keys()
    assert [level["value"] for level in fields["recommend"]["levels"]] == list(range(11))
    assert fields["recommend"]["is_required"]
    assert {choice["id"] for choice in fields["reasons"]["choices"]} >= {"near", "team"}
    assert told["questions"][1]["show_if"] == {
        "question": "recommend", "is": "at_most", "value": 6,
    }  # fmt: skip


def test_what_a_survey_says_it_takes_is_taken(
    tenant: Tenant, program: Program, web: httpx.Client
) -> None:
    asked = asked_by(tenant, JOURNEY)
    told = json.loads(program.get(f"/surveys/{asked.survey.key}").content)
    answers: dict[str, Any] = {}
    for question in told["questions"]:
        for field in question["fields"]:
            if field["levels"]:
                answers[field["name"]] = field["levels"][0]["value"]
            elif field["choices"]:
                chosen = field["choices"][0]["id"]
                answers[field["name"]] = [chosen] if field["is_multiple"] else chosen
            elif field["is_required"]:
                answers[field["name"]] = "mot"
    body = {"survey": asked.survey.key, "answers": answers}
    reply = web.post("/api/v1/responses", json=body, headers=asked.headers)
    assert reply.status_code == 201, reply.text


def test_surveys_are_listed_by_key_page_by_page(tenant: Tenant, program: Program) -> None:
    made = sorted(asked_by(tenant).survey.key for _ in range(5))
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = json.loads(program.get("/surveys", limit=2, cursor=cursor).content)
        seen += [one["key"] for one in page["results"]]
        cursor = page["next"]
    assert seen == made


def test_a_link_opens_the_invitation_and_only_its_digest_is_kept(
    program: Program, asked: Asked, customers: list[str]
) -> None:
    from ressenti.server.models import Invitation

    told = invited(program, asked, {"customers": customers})
    assert (told["asked"], told["not_asked"], told["refused"]) == (3, 0, 0)
    link = told["results"][0]["link"]
    token = link.rpartition("/i/")[2]
    invitation = Invitation.objects.get(pk=told["results"][0]["invitation"])
    assert bytes(invitation.token_digest) == hashlib.sha256(token.encode()).digest()
    assert len(token) >= 32
    assert invitation.sent_at is not None
    assert invitation.due_at is None


def test_who_was_asked_rests_and_the_reason_is_kept(
    tenant: Tenant, program: Program, asked: Asked, customers: list[str]
) -> None:
    from ressenti.server.models import Invitation, PressureRule

    PressureRule.objects.create(organisation=tenant.organisation, key="rest", rest_days=30)
    invited(program, asked, {"customers": ["C-1"]})
    other = asked_by(tenant)
    told = invited(program, other, {"customers": customers, "channel": "email"})
    reasons = {one["customer"]: one["reason"] for one in told["results"]}
    assert reasons == {"C-1": "resting", "C-2": None, "C-3": "no_address"}
    assert told["results"][0]["next_at"] is not None
    assert all(one["link"] is None for one in told["results"] if one["reason"])
    lines = Invitation.objects.filter(survey=other.survey).exclude(not_sent_reason="")
    assert lines.count() == 2


def test_a_repeated_request_gives_the_same_links(
    tenant: Tenant, program: Program, asked: Asked, customers: list[str]
) -> None:
    from ressenti.server.models import Invitation, PressureRule

    PressureRule.objects.create(organisation=tenant.organisation, key="rest", rest_days=30)
    key = {"idempotency-key": "order-42"}
    first, again = (invited(program, asked, {"customers": ["C-1"]}, **key) for _ in range(2))
    assert first == again
    assert Invitation.objects.filter(survey=asked.survey).count() == 1


def test_strangers_and_other_units_are_refused_alike(
    tenant: Tenant, program: Program, asked: Asked
) -> None:
    program.post("/customers", {"external_id": "C-9", "unit": "nice"})
    of_lyon = program_of(tenant, unit=tenant.lyon)
    told = invited(of_lyon, asked, {"customers": ["C-9", "nobody"]})
    there, nowhere = told["results"]
    assert there["status"] == nowhere["status"] == "refused"
    assert there["problem"] == nowhere["problem"]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "customers"),
        ({"customers": []}, "customers"),
        ({"customers": ["C-1"] * 1_001}, "customers"),
        ({"customers": [7]}, "customers.0"),
        ({"customers": ["C-1"], "channel": "pigeon"}, "channel"),
        ({"customers": ["C-1"], "expires_after_days": 0}, "expires_after_days"),
        ({"customers": ["C-1"], "token_digest": "x"}, "token_digest"),
        ({"customers": ["C-1"], "campaign": "x"}, "campaign"),
    ],
)
def test_a_wrong_invitation_is_refused_by_its_field(
    program: Program, asked: Asked, document: dict[str, Any], field: str
) -> None:
    reply = program.post(f"/surveys/{asked.survey.key}/invitations", document)
    assert codes(reply) == (422, "invalid")
    assert {error["field"] for error in json.loads(reply.content)["errors"]} == {field}


@pytest.mark.parametrize(
    "fields", [{"state": "draft"}, {"closes_at": datetime(2020, 1, 1, tzinfo=UTC)}]
)
def test_nobody_is_invited_to_what_is_closed(
    tenant: Tenant, program: Program, fields: dict[str, Any]
) -> None:
    asked = asked_by(tenant, **fields)
    reply = program.post(f"/surveys/{asked.survey.key}/invitations", {"customers": ["C-1"]})
    assert codes(reply) == (409, "survey_not_live")


def test_a_campaign_under_way_takes_more_customers(
    tenant: Tenant, program: Program, asked: Asked, customers: list[str]
) -> None:
    from ressenti.server.models import Campaign, Invitation

    campaign = Campaign.objects.create(survey=asked.survey, name="Après achat")
    document = {"customers": ["C-1"], "campaign": str(campaign.pk)}
    path = f"/surveys/{asked.survey.key}/invitations"
    assert codes(program.post(path, document)) == (422, "invalid")
    campaign.launched_at = datetime.now(UTC) - timedelta(days=1)
    campaign.save()
    told = invited(program, asked, document)
    assert (told["asked"], told["results"][0]["link"]) == (1, None)
    line = Invitation.objects.get(campaign=campaign)
    assert line.due_at is not None
    assert line.sent_at is None
    other = asked_by(tenant)
    reply = program.post(f"/surveys/{other.survey.key}/invitations", document)
    assert codes(reply) == (404, "not_found")


def test_an_anonymous_survey_is_told_nothing_of_who_was_asked(
    tenant: Tenant, program: Program, customers: list[str], tally: Callable[[], None]
) -> None:
    from ressenti.server.models import Invitation

    asked = asked_by(tenant, is_anonymous=True, attributes=["plan"])
    program.post("/customers", {"external_id": "C-1", "attributes": {"plan": "gold"}})
    invited(program, asked, {"customers": ["C-1"]})
    assert Invitation.objects.get(survey=asked.survey).context == {"unit": ""}
