"""Slow clients: one that dribbles its headers or its body is let go, and others are served on."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from tests.server.intake.conftest import Asked, web_process


def opened(base_url: str) -> socket.socket:
    parts = urlsplit(base_url)
    return socket.create_connection((parts.hostname, parts.port), timeout=25)


def answer_of(connection: socket.socket) -> bytes:
    """Return what comes until the server closes."""
    received = b""
    while chunk := connection.recv(65_536):
        received += chunk
    return received


@pytest.mark.slow
def test_unfinished_headers_and_bodies_are_let_go(running_web: str, asked: Asked) -> None:
    start = b"POST /api/v1/responses HTTP/1.1\r\nHost: x\r\n"
    with opened(running_web) as headers, opened(running_web) as body:
        headers.sendall(start)
        body.sendall(start + b"Content-Length: 100\r\n\r\n{")
        began = time.monotonic()
        assert httpx.get(f"{running_web}/healthz").status_code == 200
        assert answer_of(headers).startswith(b"HTTP/1.1 400")
        assert time.monotonic() - began < 14
        assert answer_of(body).startswith(b"HTTP/1.1 408")
        assert time.monotonic() - began < 20


def test_endless_headers_are_let_go(running_web: str) -> None:
    with opened(running_web) as connection:
        connection.sendall(b"GET /s/x HTTP/1.1\r\n" + b"X-Filler: " + b"y" * 40_000)
        assert answer_of(connection).startswith(b"HTTP/1.1 400")


def test_too_many_headers_are_refused(running_web: str, asked: Asked) -> None:
    headers = {f"x-filler-{i}": "y" * 100 for i in range(200)}
    reply = httpx.get(f"{running_web}{asked.page}", headers=headers)
    assert reply.status_code == 431


def test_whoever_guesses_invitations_is_made_to_wait(server_database: str) -> None:
    # A process of its own: nobody else shall wait for what is guessed here.
    with web_process() as (base_url, _), httpx.Client(base_url=base_url) as client:
        told = [client.get(f"/i/guess-{i}").status_code for i in range(80)]
    assert told[0] == 404
    assert told[-1] == 429
