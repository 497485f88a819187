"""Attack 23: whatever costs the server much and the attacker little.

Slow and endless headers are in `intake/test_slow_clients.py`, deep and large bodies for programs in
`intake/test_programs.py`. Here the attack goes on at every door while somebody answers a survey, as
the service itself starts the process.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.server.attacks.conftest import SignedIn, Target, member
from tests.server.intake.conftest import VISIT, Asked, asked_by, filled, new_key

QUICKLY = 5.0
MEGABYTE = 1 << 20


@contextmanager
def answers_go_on(base_url: str, asked: Asked) -> Iterator[list[float]]:
    """Have somebody answer again and again meanwhile; give how long each answer took."""
    taken: list[float] = []
    is_over = threading.Event()

    def answer() -> None:
        body = {"survey": asked.survey.key, "answers": {"recommend": 9}}
        with httpx.Client(base_url=base_url, timeout=30) as client:
            while not is_over.is_set():
                start = time.perf_counter()
                sent = client.post("/api/v1/responses", json=body, headers=asked.headers)
                assert sent.status_code == 201
                taken.append(time.perf_counter() - start)
                is_over.wait(0.05)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield taken
    finally:
        is_over.set()
        thread.join()


def test_the_service_starts_its_web_process_with_patience_for_nobody(server_database: str) -> None:
    """A protocol without a limit for headers would keep every slow client for ever."""
    from django.conf import settings

    from ressenti.server.running.service import web_child

    command = web_child(settings.SERVER, os.environ).command
    protocol = command[command.index("--http") + 1]
    assert protocol == "ressenti.server.intake.direct_protocol:DirectProtocol"


@pytest.mark.parametrize("way", ["page", "widget", "program"])
def test_a_comment_of_ten_megabytes_is_refused_at_once(
    web: httpx.Client, asked: Asked, way: str
) -> None:
    text = "x" * (10 * MEGABYTE)
    answers = {"recommend": 9, "why": text}

    def send() -> int:
        if way == "page":
            form = {"r": "", "asked": "recommend,why", "recommend": "9", "why": text}
            return web.post(asked.page, data=form).status_code
        if way == "widget":
            return web.post(f"/w/{asked.survey.public_key}", json={"answers": answers}).status_code
        body = {"survey": asked.survey.key, "answers": answers}
        return web.post("/api/v1/responses", json=body, headers=asked.headers).status_code

    start = time.perf_counter()
    try:
        status = send()
    except httpx.WriteError:
        # Refused and closed while it was still being sent.
        status = 413
    assert status == 413
    assert time.perf_counter() - start < QUICKLY
    assert asked.entries() == []


def chunks(most: int) -> Iterator[bytes]:
    for _ in range(most):
        yield b"x" * MEGABYTE


@pytest.mark.parametrize("address", ["/accounts/login/", "/api/hooks/bounces/x", "/s/x"])
def test_a_body_without_an_end_is_not_read_to_it(running_web: str, address: str) -> None:
    """Sent in pieces without saying how many, to whoever takes a form."""
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for piece in chunks(400):
            sent += len(piece)
            yield piece

    with httpx.Client(base_url=running_web, timeout=60) as client:
        try:
            reply = client.post(address, content=endless())
            assert reply.status_code in {400, 404, 411, 413}
        except (httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError):
            pass
    assert sent < 200 * MEGABYTE


@pytest.mark.parametrize("depth", [7, 1_000, 100_000])
def test_deep_documents_are_refused_at_every_door(
    web: httpx.Client, target: Target, signed_in: SignedIn, depth: int
) -> None:
    deep = "[" * depth + "]" * depth
    asked, key = target.asked, new_key(target.tenant, "answers:write", "facts:write")
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    body = f'{{"survey": "{asked.survey.key}", "answers": {{"recommend": {deep}}}}}'
    start = time.perf_counter()
    for address in ("responses", "responses/batch", "customers", "facts/orders"):
        reply = web.post(f"/api/v1/{address}", content=body.encode(), headers=headers)
        assert reply.status_code in {400, 413, 422}, address
    widget = f'{{"page": "p1", "answers": {{"recommend": {deep}}}}}'
    reply = web.post(f"/w/{asked.survey.public_key}", content=widget.encode())
    assert reply.status_code in {400, 413, 422}
    owner = signed_in(target.tenant.owner)
    file = SimpleUploadedFile("q.json", f'{{"questions": {deep}}}'.encode(), "application/json")
    answer = owner.post(f"/o/{target.tenant.organisation.key}/surveys/import/", {"file": file})
    assert answer.status_code in {200, 422}
    assert time.perf_counter() - start < QUICKLY
    assert asked.entries() == []


def test_ten_thousand_choices_are_refused_or_drawn_in_time(
    web: httpx.Client, target: Target, signed_in: SignedIn
) -> None:
    words = {"fr": "x", "en": "x"}
    choices = [{"id": f"c{number}", "label": words} for number in range(10_000)]
    question = {
        "id": "pick",
        "type": "multiple_choice",
        "label": words,
        "options": {"choices": choices},
    }
    document = VISIT | {
        "pages": [{"id": "p1", "questions": ["pick"]}],
        "questions": [question],
    }
    owner = signed_in(target.tenant.owner)
    file = SimpleUploadedFile("q.json", json.dumps(document).encode(), "application/json")
    address = f"/o/{target.tenant.organisation.key}/surveys/import/"
    start = time.perf_counter()
    assert owner.post(address, {"file": file}).status_code == 422
    assert time.perf_counter() - start < QUICKLY
    # And of a question that has two, ten thousand are not chosen.
    asked = asked_by(target.tenant)
    body = {"survey": asked.survey.key, "answers": {"recommend": ["9"] * 10_000}}
    reply = web.post("/api/v1/responses", json=body, headers=asked.headers)
    assert reply.status_code == 422
    fields = {f"field{number}": "x" for number in range(5_000)}
    assert web.post(asked.page, data=fields).status_code == 400


def test_wide_ranges_of_days_are_refused_before_anything_is_read(
    target: Target, signed_in: SignedIn, web: httpx.Client
) -> None:
    owner = signed_in(target.tenant.owner)
    home = f"/o/{target.tenant.organisation.key}"
    measure = target.things["measure"]
    headers = {"authorization": f"Bearer {new_key(target.tenant, 'scores:read')}"}
    for first, last in (("1990-01-01", "2199-12-31"), ("0001-01-01", "9999-12-31")):
        told = {"per": "day", "from": first, "to": last}
        for page in ("scorecard/", "journey/", f"indicators/{measure}/", "scorecard/export.csv"):
            start = time.perf_counter()
            assert owner.get(f"{home}/{page}", told).status_code == 400, page
            assert time.perf_counter() - start < QUICKLY
        asked = {"measure": "nps", "per": "day", "start": first, "end": last}
        reply = web.get("/api/v1/scores", params=asked, headers=headers)
        assert reply.status_code in {400, 422}


@pytest.mark.parametrize(
    "words", ["a" * 50_000, "(a+)+$" * 500, "%" * 5_000, "!&|()<->" * 900, "\\" * 999]
)
def test_searches_that_explode_elsewhere_end_here(
    target: Target, signed_in: SignedIn, words: str
) -> None:
    owner = signed_in(target.tenant.owner)
    home = f"/o/{target.tenant.organisation.key}"
    for page in ("voice/", "customers/", "surveys/new/", "audit/"):
        start = time.perf_counter()
        answer = owner.get(f"{home}/{page}", {"q": words, "actor": words})
        assert answer.status_code < 500, page
        assert time.perf_counter() - start < QUICKLY, page


def test_collection_goes_on_while_exports_are_stormed(
    running_web: str, target: Target, signed_in: SignedIn
) -> None:
    session = signed_in(target.tenant.owner).cookies["ressenti_session"].value
    home = f"/o/{target.tenant.organisation.key}"
    headers = {"cookie": f"ressenti_session={session}"}

    def export(number: int) -> int:
        part = ("voice", "scorecard", "journey")[number % 3]
        with httpx.Client(base_url=running_web, timeout=60, headers=headers) as client:
            return client.get(f"{home}/{part}/export.xlsx").status_code

    with answers_go_on(running_web, target.asked) as taken, ThreadPoolExecutor(12) as pool:
        told = list(pool.map(export, range(60)))
    assert set(told) <= {200, 429}
    assert told.count(429) >= 20
    assert len(taken) > 3
    assert max(taken) < QUICKLY


def test_collection_goes_on_while_slow_clients_hold_on(running_web: str, asked: Asked) -> None:
    """Two hundred who never finish their request, at the intake and behind it."""
    port = int(running_web.rpartition(":")[2])
    held: list[socket.socket] = []
    starts = (
        f"POST {asked.page} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nr=".encode(),
        b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow",
    )
    with answers_go_on(running_web, asked) as taken:
        for number in range(200):
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            connection.sendall(starts[number % 3])
            held.append(connection)
        page = httpx.get(f"{running_web}{asked.page}", timeout=QUICKLY)
        assert page.status_code == 200
        form = filled(page.text, recommend="9")
        sent = httpx.post(f"{running_web}{asked.page}", data=form, timeout=QUICKLY)
        assert sent.is_redirect
        assert httpx.get(f"{running_web}/accounts/login/", timeout=QUICKLY).status_code == 200
    for connection in held:
        connection.close()
    assert max(taken) < QUICKLY


def test_streams_are_bounded_by_session_and_by_person(
    running_web: str, target: Target, signed_in: SignedIn
) -> None:
    """Whoever opens page after page is refused the next stream, and has it once one is closed."""
    from ressenti.server.live.allowances import MOST_BY_PERSON, MOST_BY_SESSION

    owner = target.tenant.owner
    sessions = [signed_in(owner) for _ in range(MOST_BY_PERSON // MOST_BY_SESSION + 1)]
    cookies = [one.cookies["ressenti_session"].value for one in sessions]
    where = f"/live/{target.tenant.organisation.key}/scorecard"
    held: list[socket.socket] = []
    for cookie in cookies[:-1]:
        for _ in range(MOST_BY_SESSION):
            stream, head = opened_stream(running_web, where, cookie)
            held.append(stream)
            assert head.startswith(b"HTTP/1.1 200")
        refused, head = opened_stream(running_web, where, cookie)
        refused.close()
        assert head.startswith(b"HTTP/1.1 429")
        assert b"retry-after: 60" in head.lower()
    refused, head = opened_stream(running_web, where, cookies[-1])
    refused.close()
    assert head.startswith(b"HTTP/1.1 429")
    # Somebody else of the organisation is not told no.
    colleague = signed_in(member(target.tenant, "consultant")).cookies["ressenti_session"].value
    stream, head = opened_stream(running_web, where, colleague)
    stream.close()
    assert head.startswith(b"HTTP/1.1 200")
    for stream in held:
        stream.close()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        stream, head = opened_stream(running_web, where, cookies[0])
        stream.close()
        if head.startswith(b"HTTP/1.1 200"):
            return
        time.sleep(0.2)
    pytest.fail("closed streams go on counting")


def opened_stream(base_url: str, where: str, cookie: str) -> tuple[socket.socket, bytes]:
    """Return a connection on which a stream was asked for, and how the reply begins."""
    host = base_url.removeprefix("http://")
    connection = socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), timeout=30)
    head = f"GET {where} HTTP/1.1\r\nHost: {host}\r\nCookie: ressenti_session={cookie}\r\n\r\n"
    connection.sendall(head.encode())
    return connection, connection.recv(4096)
