"""A comment posted, to its reading committed and the NES painted in a real browser."""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from collections.abc import Iterator
from itertools import cycle

import psycopg
from playwright.sync_api import sync_playwright

from benchmarks.live import (
    CHROMIUM,
    FLAGS,
    PAGE,
    Demonstration,
    demonstration,
    key_of,
    quantile,
)
from benchmarks.rounds import Claim, Result

COMMENTS = 60
SECONDS_TO_READ = 300
SECONDS_BETWEEN = 0.7
TEXTS = (
    "Livraison rapide, équipe adorable, merci !",
    "Deux semaines de retard et personne ne répond, je suis furieux.",
    "Le produit est conforme, rien à signaler.",
    "Service client à l'écoute mais le site plante sans arrêt",
    "Très déçue, je résilie.",
)
WATCH = """
measure => new Promise(done => {
  const told = () => document.querySelector(`[data-measure="${measure}"]`).dataset.n;
  const before = told();
  const look = () => told() === before ? requestAnimationFrame(look) : done(Date.now());
  look();
})
"""
BACKLOG = "SELECT count(*) FROM ressenti_unreadresponse"
NES = "SELECT id FROM ressenti_measure WHERE tally = 'nes/mean_polarity'"
IS_READ = "SELECT 1 FROM ressenti_reading WHERE response_id = %s"


def result(*, rows: int | None, quick: bool) -> Result:
    """Return the delays from posting a comment to its reading and to the painted figure."""
    del rows
    with demonstration() as place:
        seconds, read_before = read_history(place)
        committed, painted = delays(place, 10 if quick else COMMENTS)
    return Result(
        "A comment posted, to its reading in the record and the NES painted in Chromium",
        {},
        [
            Claim("reading committed, p95", quantile(committed, 0.95), 2000.0, unit="ms"),
            Claim("reading committed, median", quantile(committed, 0.5), 2000.0, unit="ms"),
            Claim("NES painted, p95", quantile(painted, 0.95), 2000.0, unit="ms"),
            Claim("NES painted, median", quantile(painted, 0.5), 2000.0, unit="ms"),
            Claim(f"{read_before} comments of the past read", seconds, SECONDS_TO_READ, unit="s"),
        ],
    )


def read_history(place: Demonstration) -> tuple[float, int]:
    """Return how long the history of the demonstration still took to be read, and its comments."""
    started = time.monotonic()
    with psycopg.connect(place.database, autocommit=True) as connection:
        while _number(connection, BACKLOG) and time.monotonic() < started + SECONDS_TO_READ:
            time.sleep(0.2)
        return time.monotonic() - started, _number(
            connection, "SELECT count(*) FROM ressenti_reading"
        )


def delays(place: Demonstration, n_comments: int) -> tuple[list[float], list[float]]:
    """Return milliseconds from posting a comment to its reading and to the painted figure."""
    secret, committed, painted = key_of(place), [], []
    with (
        sync_playwright() as playwright,
        psycopg.connect(place.database, autocommit=True) as connection,
    ):
        measure = _number(connection, NES)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page()
        page.goto(json.loads((place.data / "tour.json").read_text())["url"])
        page.goto(f"http://127.0.0.1:{place.port}{PAGE}")
        page.locator("[data-live-state=live]").wait_for()
        for text in _some(n_comments):
            watching = page.evaluate_handle(f"measure => ({{ seen: ({WATCH})(measure) }})", measure)
            sent = time.time()
            response = posted(place.port, secret, text)
            while not _number(connection, IS_READ, response):
                time.sleep(0.005)
            committed.append(1000 * (time.time() - sent))
            painted.append(watching.evaluate("one => one.seen") - 1000 * sent)
            time.sleep(SECONDS_BETWEEN)
        browser.close()
    return committed, painted


def posted(port: int, secret: str, text: str) -> str:
    """Return the response that a comment came in with."""
    answers = {"recommend": 9, "satisfaction": 5, "comment": text}
    body = {"survey": "purchase", "answers": answers, "language": "fr", "is_final": True}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/responses",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            "Idempotency-Key": uuid.uuid4().hex,
        },
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        told: str = json.load(response)["response"]
    return told


def _some(n: int) -> Iterator[str]:
    for number, text in zip(range(n), cycle(TEXTS), strict=False):
        yield f"{text} ({number})"


def _number(connection: psycopg.Connection, statement: str, *values: str) -> int:
    row = connection.execute(statement, values).fetchone()
    return 0 if row is None else int(row[0])
