"""The first owner: made once, by who holds the link."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

TOLD = {
    "organisation": "Le Comptoir",
    "time_zone": "Europe/Paris",
    "language": "fr",
    "name": "Alice",
    "email": "alice@comptoir.example",
    "password": "une longue phrase tranquille",
}


@pytest.fixture
def empty(server_database: str) -> Path:
    """Give the data folder of a server that has nobody: every test makes people of its own."""
    from django.conf import settings

    from ressenti.server.models import Membership, Person

    Membership.objects.all().delete()
    Person.objects.all().delete()
    folder: Path = settings.SERVER.data
    return folder


def token_of(folder: Path, **options: Any) -> str:
    from ressenti.server.accounts.first_owner import start_link

    link = start_link(folder, **options)
    assert link is not None
    assert link.startswith("http://testserver/start/")
    return link.rpartition("/")[2]


def test_the_link_makes_the_organisation_and_its_owner_signed_in(
    empty: Path, browser: Callable[..., Any]
) -> None:
    from ressenti.server.models import Membership

    token = token_of(empty)
    client = browser()
    response = client.get(f"/start/{token}")
    assert (response.status_code, response["Location"]) == (302, "/start/")
    assert client.get("/start/").status_code == 200
    response = client.post("/start/", TOLD)
    assert (response.status_code, response["Location"]) == (302, "/")
    membership = Membership.objects.get(person__email="alice@comptoir.example")
    key = membership.organisation.key
    assert (membership.role, key[:11]) == ("owner", "le-comptoir")
    assert client.get(f"/o/{key}/people/").status_code == 200
    # The link is used: not for the same browser, not for another one.
    assert client.get("/start/").status_code == 404
    assert browser().get(f"/start/{token}").status_code == 404
    assert not (empty / "first-owner.json").exists()


def test_a_guessed_or_late_token_opens_nothing(empty: Path, browser: Callable[..., Any]) -> None:
    from django.utils import timezone

    token = token_of(empty)
    assert len(token) * 6 >= 128
    assert browser().get(f"/start/{'a' * len(token)}").status_code == 404
    assert browser().get("/start/").status_code == 404
    late = token_of(empty, now=timezone.now() - timedelta(hours=25))
    assert browser().get(f"/start/{late}").status_code == 404
    # A newer link ends the older one.
    assert browser().get(f"/start/{token}").status_code == 404


def test_the_token_itself_is_kept_nowhere(empty: Path) -> None:
    token = token_of(empty)
    assert token not in (empty / "first-owner.json").read_text()


def test_of_two_first_owners_at_once_one_is(empty: Path, browser: Callable[..., Any]) -> None:
    from django.db import connections

    from ressenti.server.models import Person

    token = token_of(empty)
    clients = [browser() for _ in range(6)]
    for client in clients:
        client.get(f"/start/{token}")
    statuses: list[int] = []

    def begin(number: int) -> None:
        told = {**TOLD, "email": f"owner{number}@comptoir.example"}
        statuses.append(clients[number].post("/start/", told).status_code)
        connections.close_all()

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302] + [404] * 5
    assert Person.objects.count() == 1


def test_a_server_with_people_prints_no_link(tenant: Any) -> None:
    from django.conf import settings

    from ressenti.server.accounts.first_owner import start_link

    assert start_link(settings.SERVER.data) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Europe/Atlantis"),
        ("password", "1234567890"),
        ("password", "alice@comptoir.example"),
        ("organisation", "Two\r\nlines"),
        ("email", "nobody"),
    ],
)
def test_what_makes_no_sense_is_told_and_makes_nobody(
    field: str, value: str, empty: Path, browser: Callable[..., Any]
) -> None:
    from ressenti.server.models import Person

    client = browser()
    client.get(f"/start/{token_of(empty)}")
    response = client.post("/start/", {**TOLD, field: value})
    assert response.status_code == 200
    assert b"errorlist" in response.content
    assert not Person.objects.exists()
