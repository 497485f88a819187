"""A web process of its own, and surveys that take answers, for the tests of the intake."""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.server.conftest import Tenant
from tests.services import free_port

if TYPE_CHECKING:
    from ressenti.server.models import Invitation, JournalEntry, Survey

START_SECONDS = 30.0

VISIT: dict[str, Any] = {
    "format": "ressenti.questionnaire/1",
    "title": {"fr": "Votre visite", "en": "Your visit"},
    "languages": ["fr", "en"],
    "introduction": {"fr": "Merci de votre visite.", "en": "Thank you for coming."},
    "thanks": {"fr": "Merci de votre avis !", "en": "Thank you for your opinion!"},
    "pages": [{"id": "p1", "questions": ["recommend", "why"]}],
    "questions": [
        {
            "id": "recommend",
            "type": "recommendation",
            "required": True,
            "label": {
                "fr": "Recommanderiez-vous notre boutique ?",
                "en": "Would you recommend our shop?",
            },
            "measure": "nps",
        },
        {"id": "why", "type": "comment", "label": {"fr": "Pourquoi ?", "en": "Why?"}},
    ],
}
JOURNEY: dict[str, Any] = {
    **VISIT,
    "pages": [
        {"id": "p1", "questions": ["recommend", "why"]},
        {"id": "p2", "questions": ["quality", "reasons"]},
    ],
    "questions": [
        VISIT["questions"][0],
        {
            **VISIT["questions"][1],
            "required": True,
            "show_if": {"question": "recommend", "is": "at_most", "value": 6},
        },
        {
            "id": "quality",
            "type": "satisfaction",
            "required": True,
            "label": {"fr": "Êtes-vous satisfait ?", "en": "Are you satisfied?"},
            "measure": "csat",
            "options": {
                "criteria": [
                    {"id": "price", "label": {"fr": "Prix", "en": "Price"}},
                    {"id": "speed", "label": {"fr": "Rapidité", "en": "Speed"}},
                ]
            },
        },
        {
            "id": "reasons",
            "type": "multiple_choice",
            "label": {"fr": "Pour quelles raisons ?", "en": "For what reasons?"},
            "options": {
                "choices": [
                    {"id": "near", "label": {"fr": "Proximité", "en": "Near"}},
                    {"id": "team", "label": {"fr": "Équipe", "en": "Team"}},
                ],
                "other": True,
            },
        },
    ],
}


@contextmanager
def web_process(**variables: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start the web process on loopback; give its address and the process."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    command = (
        sys.executable,
        "-m",
        "uvicorn",
        "ressenti.server.asgi:application",
        f"--port={port}",
        "--no-access-log",
        "--log-level=warning",
        "--http=ressenti.server.intake.direct_protocol:DirectProtocol",
    )
    environment = {**os.environ, "RESSENTI_BASE_URL": base_url, **variables}
    process = subprocess.Popen(command, env=environment)
    try:
        await_answer(base_url, process)
        yield base_url, process
    finally:
        process.terminate()
        process.wait(timeout=30)


def await_answer(base_url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a web process answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{base_url}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the web process did not start")


@pytest.fixture(scope="session")
def running_web(server_database: str) -> Iterator[str]:
    """Give the address of a web process on the session's database."""
    with web_process() as (base_url, _):
        yield base_url


@pytest.fixture
def web(running_web: str) -> Iterator[httpx.Client]:
    """Give a client of the web process that follows no redirection and speaks French."""
    with httpx.Client(
        base_url=running_web, headers={"accept-language": "fr", "user-agent": "Mozilla/5.0"}
    ) as client:
        yield client


@dataclass(frozen=True, slots=True)
class Asked:
    """A live survey of a tenant, and a program's key to it."""

    survey: Survey
    key: str

    @property
    def page(self) -> str:
        return f"/s/{self.survey.public_key}"

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}

    def entries(self) -> list[JournalEntry]:
        """Return what the journal holds of the survey, oldest first."""
        from ressenti.server.models import JournalEntry

        return list(JournalEntry.objects.filter(survey_id=self.survey.pk).order_by("id"))


def asked_by(tenant: Tenant, document: dict[str, Any] = VISIT, **fields: Any) -> Asked:
    """Return a new live survey of a tenant with a questionnaire, and a key for its answers."""
    from ressenti.server.models import Survey, SurveyVersion

    survey = Survey.objects.create(
        organisation=tenant.organisation,
        key=f"visit-{secrets.token_hex(3)}",
        name="Visite",
        draft=document,
        **{"state": "live", **fields},
    )
    SurveyVersion.objects.create(
        survey=survey, number=1, questionnaire=document, published_at=datetime.now(UTC)
    )
    return Asked(survey, new_key(tenant))


def new_key(tenant: Tenant, *scopes: str, **fields: Any) -> str:
    """Return a new key of a tenant; without scopes, one that sends answers."""
    from ressenti.server.models import ApiKey

    key = f"rsk_{secrets.token_hex(4)}_{secrets.token_urlsafe(24)}"
    ApiKey.objects.create(
        organisation=tenant.organisation,
        name="caisse",
        prefix=key[4:12],
        digest=hashlib.sha256(key.encode()).digest(),
        scopes=list(scopes or ("answers:write",)),
        **fields,
    )
    return key


def invited(asked: Asked, **fields: Any) -> tuple[Invitation, str]:
    """Return a new invitation to a survey and its token."""
    from ressenti.server.models import Customer, Invitation

    token = secrets.token_urlsafe(24)
    organisation = asked.survey.organisation
    customer = Customer.objects.create(
        organisation=organisation, external_id=secrets.token_hex(4), name="Ada Lovelace"
    )
    invitation = Invitation.objects.create(
        organisation=organisation,
        survey=asked.survey,
        customer=customer,
        channel="email",
        token_digest=hashlib.sha256(token.encode()).digest(),
        decided_at=datetime.now(UTC),
        **fields,
    )
    return invitation, token


@pytest.fixture
def asked(tenant: Tenant) -> Asked:
    """Give a live survey of one page."""
    return asked_by(tenant)


@pytest.fixture
def sends(web: httpx.Client, asked: Asked) -> Callable[..., httpx.Response]:
    """Give what sends one response to that survey as a program does."""

    def send(answers: dict[str, Any], **document: Any) -> httpx.Response:
        body = {"survey": asked.survey.key, "answers": answers, **document}
        return web.post("/api/v1/responses", json=body, headers=asked.headers)

    return send


def hidden(html: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    _, _, after = html.partition(f'name="{name}" value="')
    return after.partition('"')[0]


def filled(html: str, **answers: Any) -> dict[str, Any]:
    """Return the form of a page, filled in."""
    return {"r": hidden(html, "r"), "asked": hidden(html, "asked"), **answers}
