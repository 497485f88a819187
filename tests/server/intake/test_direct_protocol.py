"""The short way of a single response, seen from the wire: it keeps the promises of the long one."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.server.intake.conftest import Asked, web_process


@pytest.fixture
def connection(running_web: str) -> Iterator[socket.socket]:
    parts = urlsplit(running_web)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as opened:
        yield opened


def told(connection: socket.socket) -> tuple[int, dict[str, str], dict[str, object]]:
    """Return the status, the headers and the document of the next answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers["content-length"]):
        body += connection.recv(65_536)
    return int(first.split()[1]), headers, json.loads(body)


def request(asked: Asked, *, head: str = "", **document: object) -> bytes:
    """Return a response as a program writes it on the wire."""
    sent = {"survey": asked.survey.key, "answers": {"recommend": 9}, **document}
    body = json.dumps(sent).encode()
    lines = [
        "POST /api/v1/responses HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {asked.key}",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, *([head] if head else []), "", ""]).encode() + body


def test_one_connection_takes_many_responses_and_other_requests(
    connection: socket.socket, asked: Asked
) -> None:
    for number in range(5):
        connection.sendall(request(asked, idempotency_key=f"visit-{number}"))
        status, headers, document = told(connection)
        assert (status, document["status"]) == (201, "accepted")
        assert headers["content-type"] == "application/json"
        assert "date" in headers
    connection.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert told(connection)[0] == 200
    connection.sendall(request(asked, idempotency_key="visit-3"))
    status, _, document = told(connection)
    assert (status, document["status"]) == (200, "duplicate")
    assert len(asked.entries()) == 5


def test_a_request_in_single_bytes_is_one_request(connection: socket.socket, asked: Asked) -> None:
    for byte in request(asked):
        connection.sendall(bytes([byte]))
    assert told(connection)[0] == 201
    assert len(asked.entries()) == 1


def test_what_is_wrong_is_told_and_the_connection_stays(
    connection: socket.socket, asked: Asked
) -> None:
    connection.sendall(request(asked))
    told(connection)
    connection.sendall(request(asked, answers={"recommend": 11}, head="Accept-Language: fr"))
    status, headers, document = told(connection)
    assert (status, document["code"]) == (422, "invalid")
    assert (headers["content-type"], headers["content-language"]) == (
        "application/problem+json",
        "fr",
    )
    connection.sendall(request(asked))
    assert told(connection)[0] == 201
    assert len(asked.entries()) == 2


def test_who_wants_the_connection_closed_has_it_closed(
    connection: socket.socket, asked: Asked
) -> None:
    connection.sendall(request(asked, head="Connection: close"))
    status, headers, _ = told(connection)
    assert (status, headers["connection"]) == (201, "close")
    assert connection.recv(1) == b""


def test_requests_sent_ahead_of_the_answer_are_not_taken_and_not_confused(
    connection: socket.socket, asked: Asked
) -> None:
    # The first is met for the first time, so that it waits for the database; all arrive together.
    first, second = (request(asked, idempotency_key=key) for key in ("one", "two"))
    page = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    connection.sendall(first + second + page)
    status, headers, document = told(connection)
    assert (status, headers["connection"]) == (201, "close")
    assert connection.recv(1) == b""
    assert [str(entry.response_id) for entry in asked.entries()] == [document["response"]]


def test_a_client_that_leaves_has_its_response_kept(running_web: str, asked: Asked) -> None:
    parts = urlsplit(running_web)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as waiting:
        waiting.sendall(request(asked))
        told(waiting)
        for number in range(20):
            with socket.create_connection((parts.hostname, parts.port), timeout=20) as leaving:
                leaving.sendall(request(asked, idempotency_key=f"left-{number}"))
        # Whatever was sent before it on this process is in its group or in an earlier one.
        waiting.sendall(request(asked))
        assert told(waiting)[0] == 201
    deadline = time.monotonic() + 10
    while len(asked.entries()) < 22 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(asked.entries()) == 22


@pytest.mark.parametrize("length", ["x", "-1", "300000"])
def test_an_impossible_length_is_refused_as_elsewhere(
    connection: socket.socket, asked: Asked, length: str
) -> None:
    head, _, _ = request(asked).partition(b"Content-Length")
    connection.sendall(head + f"Content-Length: {length}\r\n\r\n".encode())
    received = connection.recv(65_536)
    assert received.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))
    assert asked.entries() == []


def test_stopping_answers_what_is_under_way(asked: Asked) -> None:
    with web_process() as (base_url, process):
        parts = urlsplit(base_url)
        with socket.create_connection((parts.hostname, parts.port), timeout=20) as opened:
            opened.sendall(request(asked))
            told(opened)
            opened.sendall(request(asked))
            process.terminate()
            status, _, _ = told(opened)
            assert status == 201
            assert opened.recv(1) == b""
    assert len(asked.entries()) == 2
