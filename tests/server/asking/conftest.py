"""Surveys, customers and a mail server of the tests of asking."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from tests.server.conftest import PASSWORD, Tenant
from tests.services import free_port

if TYPE_CHECKING:
    from django.test import Client

    from ressenti.server.models import Campaign, Customer, Person, Survey

VISIT: dict[str, Any] = {
    "format": "ressenti.questionnaire/1",
    "title": {"fr": "Votre visite", "en": "Your visit"},
    "languages": ["fr", "en"],
    "introduction": None,
    "thanks": {"fr": "Merci !", "en": "Thank you!"},
    "pages": [{"id": "p1", "questions": ["recommend", "why"], "show_if": None}],
    "questions": [
        {
            "id": "recommend",
            "type": "recommendation",
            "series": 1,
            "required": True,
            "label": {"fr": "Nous recommanderiez-vous ?", "en": "Would you recommend us?"},
            "help": None,
            "measure": "nps",
            "show_if": None,
            "options": {},
        },
        {
            "id": "why",
            "type": "comment",
            "series": 1,
            "required": False,
            "label": {"fr": "Pourquoi ?", "en": "Why?"},
            "help": None,
            "measure": None,
            "show_if": {"question": "recommend", "is": "at_most", "value": 6},
            "options": {},
        },
    ],
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody's browser on one organisation."""

    client: Client
    tenant: Tenant

    def address(self, path: str) -> str:
        return f"/o/{self.tenant.organisation.key}/{path}"

    def get(self, path: str, **told: Any) -> Any:
        return self.client.get(self.address(path), told)

    def post(self, path: str, **told: Any) -> Any:
        return self.client.post(self.address(path), told)

    def seal(self, path: str, marker: str = "") -> str:
        """Return the seal of the first form after a marker on a page."""
        page = self.get(path).content.decode()
        after = page[page.index(marker) :] if marker else page
        return after.split('name="seal" value="')[1].split('"')[0]


def member(tenant: Tenant, role: str, unit: Any = None) -> Person:
    """Return somebody who has a role in an organisation."""
    import secrets

    from ressenti.server.models import Membership, Person

    email = f"{role}-{secrets.token_hex(4)}@{tenant.organisation.key}.example"
    person = Person.objects.create_user(email, PASSWORD, language="en")
    Membership.objects.create(organisation=tenant.organisation, person=person, role=role, unit=unit)
    return person


@pytest.fixture
def desk(tenant: Tenant, signed_in: Callable[..., Client]) -> Desk:
    """Give the owner's browser, in English."""
    return Desk(signed_in(tenant.owner, accept_language="en"), in_english(tenant))


def in_english(tenant: Tenant) -> Tenant:
    tenant.owner.language = "en"
    tenant.owner.save()
    return tenant


def survey_of(tenant: Tenant, document: dict[str, Any] = VISIT, **told: Any) -> Survey:
    """Return a survey as a draft."""
    import secrets

    from ressenti.server.models import Survey

    key = f"visit-{secrets.token_hex(3)}"
    return Survey.objects.create(
        organisation=tenant.organisation, key=key, name="Visit", draft=document, **told
    )


def live_survey(tenant: Tenant, document: dict[str, Any] = VISIT, **told: Any) -> Survey:
    """Return a survey that takes answers."""
    from ressenti.server.accounts.access import viewer_of
    from ressenti.server.asking.publication import publish

    survey = survey_of(tenant, document, **told)
    publish(viewer_of(tenant.owner, tenant.organisation.key), survey, {})
    return survey


def customer_of(tenant: Tenant, identifier: str, **told: Any) -> Customer:
    """Return a customer with an address."""
    from ressenti.server.models import Customer

    # Tests share one server: a worker of one may send what another has left behind.
    email = f"{identifier.casefold()}@{tenant.organisation.key}.example"
    usual = {"email": email, "language": "fr"}
    return Customer.objects.create(
        organisation=tenant.organisation, external_id=identifier, **(usual | told)
    )


def campaign_of(survey: Survey, **told: Any) -> Campaign:
    """Return a campaign to every customer, not launched."""
    from ressenti.server.models import Campaign

    usual: dict[str, Any] = {
        "name": "Spring",
        "subject": {"fr": "Votre avis", "en": "Your opinion"},
        "message": {"fr": "Dites-nous tout.", "en": "Tell us all."},
        "selection": {"kind": "all"},
    }
    return Campaign.objects.create(survey=survey, **(usual | told))


@dataclass(slots=True)
class Mailbox:
    """What a mail server received: each message with its sender and its recipients."""

    url: str
    messages: list[Any] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        import asyncio
        from email import message_from_bytes
        from email.policy import default

        self.messages.append(message_from_bytes(envelope.content, policy=default))
        await asyncio.sleep(self.pause)
        return "250 Taken"

    def to(self, address: str) -> list[Any]:
        return [one for one in self.messages if one["To"].addresses[0].addr_spec == address]


@pytest.fixture
def mailbox(server_database: str) -> Iterator[Mailbox]:
    """Start a mail server on loopback and tell the server of it."""
    from django.conf import settings
    from django.test import override_settings

    port = free_port()
    box = Mailbox(f"smtp://127.0.0.1:{port}")
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    told = dataclasses.replace(settings.SERVER, smtp_url=box.url, mail_from="avis@shop.example")
    try:
        with override_settings(SERVER=told, BASE_URL="http://127.0.0.1:8000"):
            yield box
    finally:
        controller.stop()


def worked_off() -> None:
    """Run the worker for real, until nothing is left to do now."""
    from procrastinate.contrib.django import app

    own = app.with_connector(app.connector.get_worker_connector())
    own.run_worker(wait=False, listen_notify=False, install_signal_handlers=False)


def answered(survey: Survey) -> None:
    """Write an answer into the journal, as the intake does."""
    from ressenti.server.models import EntryKind, JournalEntry

    JournalEntry.objects.create(
        organisation_id=survey.organisation_id,
        survey_id=survey.pk,
        kind=EntryKind.RESPONSE,
        received_at=datetime.now(UTC),
        payload={"erased": True},
    )
