"""A real server for the tests: PostgreSQL on loopback, Django set up, three people who differ.

Alice owns an organisation, Bob reads in one of its shops, Charlie owns another one and must never
see the first. Each test has organisations of its own, so that tests share one database as tenants
share a server.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.services import postgres, postgres_folders

if TYPE_CHECKING:
    from django.test import Client

    from ressenti.server.models import Organisation, Person, Unit

PASSWORD = "a quiet harbour at noon"
PROCESS_VARIABLES = ("DATABASE_URL", "RESSENTI_DATA", "RESSENTI_BASE_URL", "RESSENTI_SECRET_KEY")


@pytest.fixture(scope="session")
def server_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start an empty PostgreSQL, tell Django of it, and migrate it."""
    folder: Path = tmp_path_factory.mktemp("server")
    (folder / "static").mkdir()
    with postgres(postgres_folders()[0]) as url:
        os.environ |= {
            "DATABASE_URL": url,
            "RESSENTI_DATA": str(folder),
            "RESSENTI_BASE_URL": "http://testserver",
            "RESSENTI_SECRET_KEY": "only-for-tests-" + "0" * 40,
            "DJANGO_SETTINGS_MODULE": "ressenti.server.django_settings",
            # A browser of another test keeps an event loop in this thread, where nobody waits.
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        import django
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        # Every test makes people: their passwords need not cost what an attacker should pay.
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        call_command("migrate", verbosity=0)
        yield url
        connections.close_all()
        for connection in connections.all():
            connection.close_pool()  # type: ignore[attr-defined] # PostgreSQL's only
        for name in PROCESS_VARIABLES:
            os.environ.pop(name, None)


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organisation of one region with two shops, its owner, and a reader of one shop."""

    organisation: Organisation
    region: Unit
    lyon: Unit
    nice: Unit
    owner: Person
    reader: Person


def new_tenant(name: str) -> Tenant:
    """Return an organisation of its own, with people nobody else has."""
    from ressenti.server.models import Membership, Organisation, Person, Role, Unit

    key = f"{name}-{secrets.token_hex(4)}"
    organisation = Organisation.objects.create(
        key=key, name=name.title(), language="fr", time_zone="Europe/Paris"
    )
    region = Unit.objects.create(organisation=organisation, key="south", name="Sud", kind="region")
    lyon, nice = (
        Unit.objects.create(
            organisation=organisation, parent=region, key=shop, name=shop.title(), kind="shop"
        )
        for shop in ("lyon", "nice")
    )
    owner = Person.objects.create_user(f"owner@{key}.example", PASSWORD, name="Alice")
    reader = Person.objects.create_user(f"reader@{key}.example", PASSWORD, name="Bob")
    Membership.objects.create(organisation=organisation, person=owner, role=Role.OWNER)
    Membership.objects.create(
        organisation=organisation, person=reader, role=Role.CONSULTANT, unit=lyon
    )
    return Tenant(organisation, region, lyon, nice, owner, reader)


@pytest.fixture
def tenant(server_database: str) -> Tenant:
    """Give an organisation that no other test knows."""
    return new_tenant("boutique")


@pytest.fixture
def other_tenant(server_database: str) -> Tenant:
    """Give a second organisation, which must not see the first."""
    return new_tenant("rivale")


@pytest.fixture
def signed_in(server_database: str) -> Callable[[Person], Client]:
    """Give the browser-like client of a person."""
    from django.test import Client

    def client_of(person: Person, **headers: Any) -> Client:
        client = Client(headers=headers)
        client.force_login(person)
        return client

    return client_of
