"""What is acknowledged is committed: after a kill -9 under load every 201 is there exactly once."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from uuid import uuid4

import httpx
import pytest

from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by, web_process

SENDERS = 24
SECONDS_OF_LOAD = 2.0


async def acknowledged_until_killed(
    base_url: str, asked: Asked, is_over: threading.Event
) -> tuple[set[str], set[str]]:
    """Send answers one after another over many connections; give the keys sent and acknowledged."""
    sent: set[str] = set()
    acknowledged: set[str] = set()

    async def send_on(client: httpx.AsyncClient) -> None:
        while not is_over.is_set():
            key = uuid4().hex
            sent.add(key)
            body = {
                "survey": asked.survey.key,
                "answers": {"recommend": 9, "why": key},
                "idempotency_key": key,
            }
            try:
                reply = await client.post("/api/v1/responses", json=body)
            except httpx.TransportError:
                return
            if reply.status_code == 201:
                acknowledged.add(key)

    async with httpx.AsyncClient(base_url=base_url, headers=asked.headers, timeout=20) as client:
        await asyncio.gather(*(send_on(client) for _ in range(SENDERS)))
    return sent, acknowledged


def comments(asked: Asked) -> Counter[str]:
    return Counter(
        answer["x"]
        for entry in asked.entries()
        for answer in entry.payload["answers"]
        if answer["q"] == "why"
    )


@pytest.mark.slow
def test_every_acknowledged_answer_survives_the_killing_of_the_web_process(
    tenant: Tenant,
) -> None:
    asked = asked_by(tenant)
    with web_process() as (base_url, process):
        is_over = threading.Event()

        def kill() -> None:
            time.sleep(SECONDS_OF_LOAD)
            process.kill()
            is_over.set()

        killer = threading.Thread(target=kill)
        killer.start()
        sent, acknowledged = asyncio.run(acknowledged_until_killed(base_url, asked, is_over))
        killer.join()
    kept = comments(asked)
    assert len(acknowledged) > SENDERS
    assert acknowledged <= kept.keys() <= sent
    assert set(kept.values()) == {1}
    # Whoever was not told sends again with the same key, and still counts once.
    with web_process() as (base_url, _), httpx.Client(base_url=base_url) as client:
        for key in sent - acknowledged:
            body = {
                "survey": asked.survey.key,
                "answers": {"recommend": 9, "why": key},
                "idempotency_key": key,
            }
            reply = client.post("/api/v1/responses", json=body, headers=asked.headers)
            assert reply.status_code == (200 if key in kept else 201)
    assert comments(asked) == Counter(sent)


@pytest.mark.slow
def test_a_polite_stop_answers_whoever_was_waiting(tenant: Tenant) -> None:
    asked = asked_by(tenant)
    with web_process() as (base_url, process):
        is_over = threading.Event()

        def stop() -> None:
            time.sleep(1.0)
            is_over.set()
            process.terminate()

        stopper = threading.Thread(target=stop)
        stopper.start()
        _, acknowledged = asyncio.run(acknowledged_until_killed(base_url, asked, is_over))
        stopper.join()
        assert process.wait(timeout=20) in (0, -15)
    assert acknowledged <= comments(asked).keys()
