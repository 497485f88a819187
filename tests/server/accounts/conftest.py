"""People of every role in the organisation of a test, and what a page says."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from ressenti.server.models import Person, Unit
    from tests.server.conftest import Tenant

PASSWORD = "a quiet harbour at noon"
Member = Callable[..., "Person"]


@pytest.fixture
def member(server_database: str) -> Member:
    """Give somebody new, of a role in an organisation."""

    def of_role(tenant: Tenant, role: str, unit: Unit | None = None) -> Person:
        from ressenti.server.models import Membership, Person

        email = f"{role}-{secrets.token_hex(4)}@{tenant.organisation.key}.example"
        person = Person.objects.create_user(email, PASSWORD, name=role.title())
        Membership.objects.create(
            organisation=tenant.organisation, person=person, role=role, unit=unit
        )
        return person

    return of_role


@pytest.fixture
def browser(server_database: str) -> Callable[..., Client]:
    """Give a client nobody is signed in with, at an address of its own for the rate limits."""
    from django.test import Client

    def client_of(**options: Any) -> Client:
        address = "10." + ".".join(str(secrets.randbelow(254) + 1) for _ in range(3))
        return Client(REMOTE_ADDR=address, **options)

    return client_of


@pytest.fixture
def changed() -> Iterator[Callable[..., None]]:
    """Change settings of Django until the test ends."""
    from django.test import override_settings

    entered: list[override_settings] = []

    def change(**settings: Any) -> None:
        context = override_settings(**settings)
        context.enable()
        entered.append(context)

    yield change
    for context in reversed(entered):
        context.disable()
