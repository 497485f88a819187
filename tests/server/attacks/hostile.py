"""An organisation in which everybody wrote scripts wherever they could write anything."""

from __future__ import annotations

import json
import secrets
from typing import Any

import httpx

from ressenti.surveys.questionnaire import document_of, questionnaire_of
from tests.server.attacks.conftest import Target, target_of
from tests.server.conftest import Tenant
from tests.server.intake.conftest import JOURNEY, Asked, asked_by, filled, hidden, invited

ATTACKER = "evil.example"
AUTHOR = "author"
RESPONDENT = "respondent"


def script(who: str) -> str:
    """Return a text that runs in a page that takes it for markup, whatever it stands in."""
    return (
        f"\"'></title><img src=//{ATTACKER}/{who} onerror=stolen='{who}'><script>stolen=1</script>"
    )


def with_words(document: Any, words: str) -> Any:
    """Return a document with every text that somebody reads replaced."""
    if isinstance(document, dict):
        if document.keys() and document.keys() <= {"fr", "en"}:
            return dict.fromkeys(document, words)
        return {name: with_words(value, words) for name, value in document.items()}
    if isinstance(document, list):
        return [with_words(value, words) for value in document]
    return document


def hostile_target(tenant: Tenant, web: httpx.Client) -> tuple[Target, Asked]:
    """Return an organisation whose authors, customers and respondents are hostile.

    The survey that comes with it has twelve answers, as many ways to answer as there are.
    """
    from ressenti.server.models import ApiKey, Campaign, Customer, FileImport, KnownEvent, Quota

    words = script(AUTHOR)
    target = target_of(tenant)
    organisation = tenant.organisation
    organisation.name = words
    organisation.segments = ["plan"]
    organisation.save()
    for thing in (tenant.lyon, tenant.nice, tenant.region):
        thing.name = words
        thing.save()
    tenant.owner.name = words
    tenant.owner.save()
    document: Any = document_of(questionnaire_of(with_words(JOURNEY, words)))
    asked = asked_by(tenant, document, attributes=["plan"], touchpoint=words[:60])
    asked.survey.name = words
    asked.survey.save()
    Quota.objects.create(survey=asked.survey, key="all", places=500)
    both = {"fr": words, "en": words}
    Campaign.objects.create(survey=asked.survey, name=words, subject=both, message=both)
    ApiKey.objects.filter(organisation=organisation).update(name=words[:80])
    KnownEvent.objects.create(organisation=organisation, day=asked.survey.created_at, label=words)
    _answered_by_everybody(web, asked)
    file = FileImport.objects.filter(organisation=organisation)
    file.update(name=words[:200], source=words[:60], fault=both, state="left")
    Customer.objects.filter(organisation=organisation).update(
        name=script(RESPONDENT), attributes={"city": script(RESPONDENT)}, phone=script("x")[:40]
    )
    return target, asked


def _answered_by_everybody(web: httpx.Client, asked: Asked) -> None:
    """Have every way of answering tell scripts: texts, headers, parameters and identifiers."""
    words = script(RESPONDENT)
    headers = {
        "user-agent": words,
        "referer": f"https://{ATTACKER}/{words}",
        "x-forwarded-for": words,
    }
    first = {"recommend": "2", "why": words}
    second = {
        "quality.price": "1",
        "quality.speed": "2",
        "reasons": "other",
        "reasons.other": words,
    }
    for number in range(6):
        web.cookies.clear()
        _, token = invited(asked)
        where = f"/i/{token}" if number % 2 else asked.page
        told = {"plan": words, "utm_source": words, "channel": words}
        _walk(web, where, first | second, told, headers)
    for _ in range(6):
        body = {
            "survey": asked.survey.key,
            "answers": json.loads(json.dumps(first | second)) | {"reasons": ["other"]},
            "attributes": {"plan": words},
            "touchpoint": words,
            "source": words,
            "source_id": f"{secrets.token_hex(4)}{words}"[:120],
        }
        sent = web.post("/api/v1/responses", json=body, headers=asked.headers | headers)
        assert sent.status_code == 201, sent.text


def _walk(
    web: httpx.Client,
    where: str,
    answers: dict[str, str],
    told: dict[str, str],
    headers: dict[str, str],
) -> None:
    """Answer page after page until there is none."""
    page = web.get(where, params=told, headers=headers)
    while put := hidden(page.text, "asked"):
        own = {name: value for name, value in answers.items() if name.split(".")[0] in put}
        sent = web.post(where, params=told, data=filled(page.text, **own), headers=headers)
        assert sent.is_redirect, sent.text
        page = web.get(sent.headers["location"], headers=headers)
