"""What an attack needs: the real web process, a real browser, and an organisation worth attacking.

The organisation has one of everything that an address of the server may name, so that a sweep over
all addresses leaves none out.
"""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.server.asking.conftest import VISIT
from tests.server.attacks.markup import is_page, walked
from tests.server.attacks.routes import Route
from tests.server.attacks.watching import Watch, watched
from tests.server.conftest import PASSWORD, Tenant, new_tenant
from tests.server.intake.conftest import Asked, asked_by, web_process

if TYPE_CHECKING:
    from django.test import Client

    from ressenti.server.models import EmotionSample, Person, Response, Unit

SECONDS_TO_TALLY = 30
# What was recognised in a file of one column.
FOUND = {
    "format": {"en": "delimited text", "fr": "texte délimité"},
    "encoding": "utf-8",
    "separator": ",",
    "notes": [],
    "columns": [],
}
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SignedIn = Callable[..., "Client"]
Tally = Callable[[], None]


@pytest.fixture(scope="session")
def running_web(server_database: str) -> Iterator[str]:
    """Give the address of a web process on the session's database."""
    with web_process() as (base_url, _):
        yield base_url


@pytest.fixture
def web(running_web: str) -> Iterator[httpx.Client]:
    """Give a client of the web process that follows no redirection."""
    headers = {"accept-language": "en", "user-agent": "Mozilla/5.0"}
    with httpx.Client(base_url=running_web, headers=headers, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a real Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("not here: Chromium")
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        # Playwright's own loop runs in this thread; nothing of Django's runs inside it.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield started
        started.close()


@dataclass(frozen=True, slots=True)
class Target:
    """An organisation with one of everything."""

    tenant: Tenant
    asked: Asked
    things: dict[tuple[str, str] | str, object]

    def address(self, route: Route, organisation: str = "") -> str:
        """Return where a route leads to this organisation's things."""
        told = {
            name: self.things.get((route.name, name), self.things.get(name))
            for name in route.parameters
        }
        told["organisation"] = organisation or self.tenant.organisation.key
        missing = [name for name, value in told.items() if value is None]
        assert not missing, f"{route.name}: say in conftest.py what {missing} may be"
        return route.address(told)


def member(tenant: Tenant, role: str, unit: Unit | None = None) -> Person:
    """Return somebody new who has a role in an organisation."""
    from ressenti.server.models import Membership, Person

    email = f"{role}-{secrets.token_hex(4)}@{tenant.organisation.key}.example"
    person = Person.objects.create_user(email, PASSWORD, language="en")
    Membership.objects.create(organisation=tenant.organisation, person=person, role=role, unit=unit)
    return person


def target_of(tenant: Tenant) -> Target:
    """Return an organisation with one of everything."""
    from ressenti.server.models import (
        ApiKey,
        Campaign,
        Customer,
        FileImport,
        Measure,
        MemberInvitation,
        Membership,
        OutcomeDeclaration,
    )

    organisation = tenant.organisation
    asked = asked_by(tenant, VISIT)
    customer = Customer.objects.create(
        organisation=organisation, external_id="C-1", name="Ada", email="ada@customers.example"
    )
    invitation = MemberInvitation.objects.create(
        organisation=organisation,
        email="dora@example.com",
        role="consultant",
        token_digest=secrets.token_bytes(32),
        invited_by=tenant.owner,
        expires_at=datetime.now(UTC) + timedelta(days=1),
    )
    reader = Membership.objects.get(organisation=organisation, person=tenant.reader)
    measure = Measure.objects.create(
        organisation=organisation,
        indicator="nps",
        variant="standard_0_10",
        scale="0-10",
        tally="nps@0-10",
    )
    file = FileImport.objects.create(
        organisation=organisation,
        kind="answers",
        survey=asked.survey,
        source="poll",
        name="poll.csv",
        size=1,
        found=FOUND,
        state="imported",
        accepted=1,
        created_by=tenant.owner,
    )
    outcome = OutcomeDeclaration.objects.create(
        organisation=organisation,
        key="waiting",
        words={"en": "A short wait", "fr": "Une attente courte"},
        unit="minutes",
        expectation_source="customer",
    )
    comment = comment_of(asked, "The queue was long.")
    things: dict[tuple[str, str] | str, object] = {
        "survey": asked.survey.pk,
        "question": "why",
        "campaign": Campaign.objects.create(survey=asked.survey, name="Spring").pk,
        "customer": customer.pk,
        "measure": measure.pk,
        "number": reader.pk,
        "response": comment.pk,
        "kind": "csv",
        "chart": "trend",
        "file": file.pk,
        "sample": sample_of(comment, tenant).pk,
        "outcome": outcome.key,
        ("unit", "identity"): tenant.nice.pk,
        ("delete_unit", "identity"): tenant.nice.pk,
        ("revoke_invitation", "identity"): invitation.pk,
        ("revoke_key", "identity"): ApiKey.objects.get(organisation=organisation).pk,
    }
    return Target(tenant, asked, things)


def comment_of(asked: Asked, text: str, *, mark: int = 3, **told: Any) -> Response:
    """Return a response with a mark and a comment, in the record as the tallier leaves it."""
    from ressenti.server.models import Answer, Response

    now = datetime.now(UTC)
    whose = {"organisation": asked.survey.organisation, "survey": asked.survey}
    by = {"unit": "lyon", "touchpoint": "store", "channel": "link", "language": "en"} | told
    response = Response.objects.create(
        id=uuid.uuid4(),
        **whose,
        **by,
        version=1,
        is_finished=True,
        started_at=now,
        answered_at=now,
        day=now.date(),
        source_id=secrets.token_hex(8),
        last_entry=1,
    )
    common = {**whose, **by, "response": response, "survey_version": 1, "answered_at": now}
    common |= {"day": now.date(), "is_counted": True}
    Answer.objects.create(
        **common, question="recommend", tally="nps@0-10", level=str(mark), series=1
    )
    Answer.objects.create(**common, question="why", text=text)
    return response


def sample_of(response: Response, tenant: Tenant) -> EmotionSample:
    """Return a sample of one comment, which waits to be marked."""
    from ressenti.server.models import EmotionSample, SampledComment

    day, now = response.day, response.answered_at
    sample = EmotionSample.objects.create(
        organisation=tenant.organisation, start=day, end=day, size=1, drawn_at=now
    )
    SampledComment.objects.create(sample=sample, place=1, response=response, question="why")
    return sample


@pytest.fixture
def asked(tenant: Tenant) -> Asked:
    """Give a live survey of one page."""
    return asked_by(tenant)


@pytest.fixture
def target(tenant: Tenant) -> Target:
    """Give an organisation with one of everything."""
    return target_of(tenant)


@pytest.fixture
def tallied(server_database: str) -> Callable[[], None]:
    """Give what has everything tallied that waits in the journal."""
    return partial(all_tallied, server_database)


def all_tallied(url: str) -> None:
    """Tally everything that waits in the journal."""
    from ressenti.server.tallying.positions import lag
    from ressenti.server.tallying.statements import FIRST_POSITION
    from ressenti.server.tallying.tallier import tally_batch

    end = time.monotonic() + SECONDS_TO_TALLY
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FIRST_POSITION)
        while tally_batch(connection, most=2_000) or (lag().entries and time.monotonic() < end):
            pass


def state_of(tenant: Tenant, *left_out: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row that belongs to an organisation, by the name of its model."""
    from django.apps import apps

    paths = {"SurveyVersion": "survey", "Quota": "survey", "Campaign": "survey"}
    state = {"Organisation": rows_of("Organisation", pk=tenant.organisation.pk)}
    for model in apps.get_app_config("ressenti").get_models():
        name = model.__name__
        names = {field.name for field in model._meta.get_fields()}
        if "organisation" in names:
            state[name] = rows_of(name, organisation=tenant.organisation.pk)
        elif name in paths:
            state[name] = rows_of(name, survey__organisation=tenant.organisation.pk)
    return {name: rows for name, rows in state.items() if name not in left_out}


def rows_of(model: str, **where: Any) -> list[tuple[Any, ...]]:
    from django.apps import apps

    found = apps.get_model("ressenti", model)._default_manager.filter(**where)
    return sorted(found.values_list(), key=str)


@dataclass(frozen=True, slots=True)
class Hostile:
    """An organisation full of scripts, and somebody who reads all of it."""

    target: Target
    asked: Asked
    base_url: str
    session: str

    @property
    def client(self) -> Client:
        from django.test import Client

        client = Client()
        client.force_login(self.target.tenant.owner)
        return client


@pytest.fixture(scope="session")
def hostile(running_web: str, server_database: str) -> Hostile:
    """Give an organisation in which everybody wrote scripts, tallied."""
    from tests.server.attacks.hostile import hostile_target

    tenant = new_tenant("hostile")
    headers = {"accept-language": "en", "user-agent": "Mozilla/5.0"}
    with httpx.Client(base_url=running_web, headers=headers, timeout=30) as web:
        target, asked = hostile_target(tenant, web)
    all_tallied(server_database)
    made = Hostile(target, asked, running_web, "")
    return replace(made, session=made.client.cookies["ressenti_session"].value)


@pytest.fixture(scope="session")
def read(hostile: Hostile) -> Watch:
    """Read every page of the hostile organisation in a real browser, once for all who ask."""
    if not CHROMIUM.exists():
        pytest.skip("not here: Chromium")
    addresses = pages_to_read(hostile)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        context = started.new_context(locale="fr-FR")
        cookie = {"name": "ressenti_session", "value": hostile.session, "url": hostile.base_url}
        context.add_cookies([cookie])  # type: ignore[list-item] # a plain dictionary will do
        with watched(context) as (page, watch):
            for address in addresses:
                page.goto(f"{hostile.base_url}{address}", wait_until="load")
                watch.look_at(page)
        started.close()
    return watch


def pages_to_read(hostile: Hostile) -> list[str]:
    """Return the addresses of all pages that links lead to; files are no pages."""
    home = f"/o/{hostile.target.tenant.organisation.key}/scorecard/"
    found = walked(hostile.client, home, language="fr")
    return [path for path, page in found.items() if is_page(page) and page.status_code == 200]
