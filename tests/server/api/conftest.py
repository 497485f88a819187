"""Programs with keys of their own, and a tallier that catches up when it is asked to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by, new_key, running_web, web

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

__all__ = ["running_web", "web"]

SCOPES = ("answers:write", "facts:write", "scores:read", "answers:read", "surveys:write")


@dataclass(frozen=True, slots=True)
class Program:
    """A program that shows its key with every request."""

    client: Client
    key: str

    def ask(self, method: str, path: str, **more: Any) -> HttpResponse:
        headers = {"authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        return self.client.generic(method, f"/api/v1{path}", headers=headers, **more)  # type: ignore[return-value] # the stubs say less

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.ask("GET", path, query_params=query)

    def post(self, path: str, document: Any, **headers: str) -> HttpResponse:
        body = document if isinstance(document, str | bytes) else json.dumps(document)
        return self.ask("POST", path, data=body, content_type="application/json", headers=headers)

    def delete(self, path: str) -> HttpResponse:
        return self.ask("DELETE", path)

    def upload(self, name: str, content: bytes, **fields: str) -> HttpResponse:
        """Send a file as a form with fields."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        headers = {"authorization": f"Bearer {self.key}"}
        data = {"file": SimpleUploadedFile(name, content), **fields}
        return self.client.post("/api/v1/imports", data=data, headers=headers)  # type: ignore[return-value] # the stubs say less


def program_of(tenant: Tenant, *scopes: str, **fields: Any) -> Program:
    """Return a program of a tenant; without scopes, one that may do everything."""
    from django.test import Client

    return Program(Client(), new_key(tenant, *(scopes or SCOPES), **fields))


@pytest.fixture
def program(tenant: Tenant) -> Program:
    """Give a program that may do everything in the whole organisation."""
    return program_of(tenant)


@pytest.fixture
def asked(tenant: Tenant) -> Asked:
    """Give a live survey of one page."""
    return asked_by(tenant)


@pytest.fixture
def tally(server_database: str) -> Iterator[Callable[[], None]]:
    """Give what tallies everything that waits."""
    from ressenti.server.tallying.positions import lag
    from ressenti.server.tallying.statements import FIRST_POSITION
    from ressenti.server.tallying.tallier import tally_batch

    with psycopg.connect(server_database, autocommit=True) as connection:
        connection.execute(FIRST_POSITION)

        def catch_up() -> None:
            deadline = time.monotonic() + 30
            while tally_batch(connection, most=2_000) or lag().entries:
                assert time.monotonic() < deadline, "the tallier does not catch up"

        yield catch_up


def codes(reply: HttpResponse) -> tuple[int, str]:
    """Return the status and the code of a problem."""
    assert reply["content-type"] == "application/problem+json", reply.content
    return reply.status_code, json.loads(reply.content)["code"]


def fields_refused(reply: HttpResponse) -> set[str]:
    """Return the fields that a problem names."""
    return {error["field"] for error in json.loads(reply.content)["errors"]}
