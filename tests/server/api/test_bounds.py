"""A body without end is refused before anything of it is kept."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.server.api.conftest import SCOPES
from tests.server.conftest import Tenant
from tests.server.intake.conftest import new_key

CHUNK = b"x" * 65_536


def endless() -> Iterator[bytes]:
    while True:
        yield CHUNK


@pytest.mark.parametrize("path", ["/api/v1/customers", "/api/v1/facts/orders"])
def test_a_body_without_length_ends_at_the_bound(
    tenant: Tenant, web: httpx.Client, path: str
) -> None:
    headers = {"authorization": f"Bearer {new_key(tenant, *SCOPES)}"}
    try:
        reply = web.post(path, content=endless(), headers=headers)
    except httpx.TransportError:
        # The connection was closed while we were still sending; without a bound we still would.
        return
    assert reply.status_code == 413
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_length_beyond_the_bound_is_refused_unread(running_web: str) -> None:
    place = urlsplit(running_web)
    head = (
        f"POST /api/v1/imports HTTP/1.1\r\nHost: {place.netloc}\r\n"
        "Content-Length: 99999999999\r\n\r\n"
    )
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        connection.sendall(head.encode())
        reply = connection.recv(65_536)
    assert reply.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in reply


def test_what_is_within_the_bound_passes(tenant: Tenant, web: httpx.Client) -> None:
    headers = {"authorization": f"Bearer {new_key(tenant, *SCOPES)}"}
    document = {"customers": [{"external_id": f"C-{i}", "name": "é" * 100} for i in range(2_000)]}
    reply = web.post("/api/v1/customers", json=document, headers=headers)
    assert (reply.status_code, reply.json()["created"]) == (200, 2_000)
    files = {"file": ("a.csv", b"external_id\n" + b"C-1\n" * 800_000)}
    fields = {"kind": "customers", "dry_run": "true"}
    reply = web.post("/api/v1/imports", files=files, data=fields, headers=headers, timeout=60)
    assert reply.status_code in (200, 413)
