"""Whatever is killed while answers come in, each acknowledged answer is there exactly once."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from http.client import HTTPException

import psycopg
import pytest

from ressenti.server.tallying.care import cared_for
from tests.server.whole.conftest import Product

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("product")]

VICTIMS = ("web", "tallier", "worker", "postgres", "tallier", "web")
COMMENTS = ("Livraison rapide, merci !", "Personnel odieux, je suis furieux.")
SENDERS = 4
SECONDS_BETWEEN_KILLS = 2.0
SECONDS_OF_PATIENCE = 60.0


@dataclass(slots=True)
class Sender:
    """Sends answers one after the other, again where no acknowledgement came, and notes them."""

    url: str
    key: str
    survey: str
    acknowledged: dict[str, str] = field(default_factory=dict)
    n_failures: int = 0
    last_failure: str = ""

    def send_until(self, stopping: threading.Event) -> None:
        draw = random.Random(self.survey)
        while not stopping.is_set():
            idempotency_key = uuid.uuid4().hex
            answers = {
                "recommend": draw.randint(0, 10),
                "satisfaction": draw.randint(1, 5),
                "comment": draw.choice(COMMENTS),
            }
            body = {"survey": self.survey, "answers": answers, "is_final": True, "language": "fr"}
            # The same request again until it is acknowledged: what a careful program does.
            end = time.monotonic() + SECONDS_OF_PATIENCE
            while idempotency_key not in self.acknowledged and time.monotonic() < end:
                try:
                    self.acknowledged[idempotency_key] = self._sent(body, idempotency_key)
                except (urllib.error.URLError, OSError, HTTPException, ValueError) as error:
                    self.n_failures += 1
                    self.last_failure = repr(error)
                    time.sleep(0.1)

    def _sent(self, body: dict[str, object], idempotency_key: str) -> str:
        request = urllib.request.Request(
            f"{self.url}/api/v1/responses",
            data=json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.key}",
                "Content-Type": "application/json",
                "Idempotency-Key": idempotency_key,
            },
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            told: str = json.load(response)["response"]
        return told


def process_of(product: Product, name: str) -> int | None:
    """Return the number of a process of the product, by what it runs."""
    marks = {
        "web": b"ressenti.server.asgi",
        # Its recounts end with a word more.
        "tallier": b"-m\0ressenti.server.tallying\0",
        "worker": b"ressenti.server\0worker",
    }
    if name == "postgres":
        return int((product.data / "postgres" / "postmaster.pid").read_text().split()[0])
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    command = file.read()
                with open(f"/proc/{entry}/environ", "rb") as file:
                    environment = file.read()
            except OSError:
                continue
            is_recount = command.endswith(b"\0recount\0")
            if (
                marks[name] in command
                and not is_recount
                and f"RESSENTI_DATA={product.data}".encode() in environment
            ):
                return int(entry)
    return None


def new_key(product: Product) -> str:
    """Return an API key that may send answers."""
    import hashlib

    secret = "rsk_test0000_" + uuid.uuid4().hex
    with psycopg.connect(product.database) as connection:
        connection.execute(
            "INSERT INTO ressenti_apikey (id, organisation_id, name, prefix, digest, scopes, "
            "created_at) SELECT gen_random_uuid(), id, 'test', 'rsk_test0000', %s, "
            "ARRAY['answers:write'], now() FROM ressenti_organisation",
            [hashlib.sha256(secret.encode()).digest()],
        )
    return secret


def test_every_acknowledged_answer_is_there_exactly_once(product: Product) -> None:
    survey = str(product.rows("SELECT key FROM ressenti_survey WHERE key = 'purchase'")[0][0])
    senders = [Sender(product.url, new_key(product), survey) for _ in range(SENDERS)]
    stopping = threading.Event()
    threads = [threading.Thread(target=one.send_until, args=(stopping,)) for one in senders]
    for thread in threads:
        thread.start()
    try:
        for victim in VICTIMS:
            time.sleep(SECONDS_BETWEEN_KILLS)
            if (process := process_of(product, victim)) is not None:
                os.kill(process, signal.SIGKILL)
        time.sleep(SECONDS_BETWEEN_KILLS)
    finally:
        stopping.set()
        for thread in threads:
            thread.join(timeout=60)
    acknowledged = {response for one in senders for response in one.acknowledged.values()}
    sent = sum(len(one.acknowledged) for one in senders)
    assert sent == len(acknowledged) > 100, {one.last_failure for one in senders}
    assert sum(one.n_failures for one in senders) > 0, "nothing was interrupted"

    end = time.monotonic() + 60
    counted: list[tuple[object, ...]] = []
    while time.monotonic() < end and len(counted) < sent:
        time.sleep(0.5)
        try:
            counted = product.rows(
                "SELECT r.id, count(*) FROM ressenti_response AS r JOIN ressenti_answer AS a "
                "ON a.response_id = r.id AND a.is_counted WHERE r.channel = 'api' GROUP BY 1"
            )
        except psycopg.OperationalError:
            continue
    told = (product.data / "errors").read_text()[-2000:]
    assert {str(response) for response, _ in counted} == acknowledged, told

    read: list[tuple[object, ...]] = []
    while time.monotonic() < end + 60 and len(read) < sent:
        time.sleep(0.5)
        read = product.rows(
            "SELECT r.id, count(reading.id), count(DISTINCT entry.id) FROM ressenti_response AS r "
            "JOIN ressenti_reading AS reading ON reading.response_id = r.id AND reading.is_counted "
            "JOIN ressenti_journalentry AS entry ON entry.response_id = r.id AND entry.kind = 5 "
            "WHERE r.channel = 'api' GROUP BY 1"
        )
    # Each comment was read once, by one entry: whoever was killed while it read left nothing.
    assert {(str(response), n, entries) for response, n, entries in read} == {
        (response, 1, 1) for response in acknowledged
    }
    # Others go on answering meanwhile: only what is tallied is compared.
    assert cared_for(product.database, "verify")["differences"] == []
    assert {n for _, n in counted} == {2}
    entries = product.rows(
        "SELECT count(*), count(DISTINCT response_id) FROM ressenti_journalentry "
        "WHERE payload ->> 'channel' = 'api'"
    )
    assert entries == [(sent, sent)]
