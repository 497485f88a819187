"""An answer posted, to the figure painted in a real browser, with five hundred cockpits open."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path

import psycopg
from playwright.sync_api import sync_playwright

from benchmarks.rounds import Claim, Result
from ressenti.server.live.allowances import MOST_BY_SESSION
from tests.services import free_port

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
COCKPITS = 500
ANSWERS = 40
SECONDS_TO_START = 180
SECONDS_TO_SETTLE = 15
PAGE = "/o/demo/scorecard/?lang=fr"
WATCH = """
() => new Promise(done => {
  const watched = document.querySelector("[data-live]");
  const seen = new MutationObserver(() => requestAnimationFrame(() => {
    seen.disconnect();
    done(Date.now());
  }));
  seen.observe(watched, {childList: true, subtree: true});
})
"""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A running demonstration whose customers are paused."""

    data: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def database(self) -> str:
        password = (self.data / "postgres.password").read_text().strip()
        port = (self.data / "postgres.port").read_text().strip()
        return f"postgresql://ressenti:{password}@127.0.0.1:{port}/ressenti"


def parent_of(process: int) -> int:
    try:
        told = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0
    return int(told.rpartition(")")[2].split()[1])


def proportional_size(process: int) -> int:
    """Return the proportional set size: shared pages are counted once over all processes."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(one.split()[1]) * 1024 for one in lines if one.startswith("Pss:")), 0)


@dataclass(slots=True)
class Streams:
    """Open streams, and when each last received a frame with a figure."""

    received: dict[int, float] = field(default_factory=dict)

    async def watch(self, number: int, port: int, cookie: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            f"GET /live/demo/scorecard?lang=fr HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Cookie: {cookie}\r\n\r\n".encode()
        )
        while line := await reader.readline():
            if line.startswith(b"event: figure"):
                self.received[number] = time.time()


def result(*, rows: int | None, quick: bool) -> Result:
    """Return the delays from posting an answer to the painted figure, and of the fan-out."""
    del rows
    n_open, n_answers = (50, 10) if quick else (COCKPITS, ANSWERS)
    idle, alone = idle_memory()
    with demonstration() as place:
        painted, fanned = delays(place, n_open, n_answers)
    return Result(
        f"An answer posted, to the figure painted in Chromium, {n_open} cockpits open",
        {},
        [
            Claim("painted, p95", quantile(painted, 0.95), 1000.0, unit="ms"),
            Claim("painted, median", quantile(painted, 0.5), 1000.0, unit="ms"),
            Claim("the last open cockpit has it, p95", quantile(fanned, 0.95), 1000.0, unit="ms"),
            Claim("memory of the idle server, the embedded PostgreSQL apart", alone, 250.0, "MB"),
            Claim("memory of the idle server and its PostgreSQL", idle, 250.0, "MB"),
        ],
    )


def idle_memory() -> tuple[float, float]:
    """Return what a server that has just started takes, in MB: with its database, and without."""
    with tempfile.TemporaryDirectory(prefix="ressenti-idle-", ignore_cleanup_errors=True) as name:
        port = free_port()
        command = [sys.executable, "-m", "ressenti", "serve", "--port", str(port), "--data", name]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            await_answer(port)
            time.sleep(SECONDS_TO_SETTLE)
            return memory(process.pid), memory(process.pid, without=b"postgres")
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def await_answer(port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("the server did not start")


def memory(root: int, *, without: bytes | None = None) -> float:
    """Return what a process and all it started take, in MB, but for those called otherwise."""
    own = {root}
    parents = {int(p): parent_of(int(p)) for p in os.listdir("/proc") if p.isdigit()}
    for _ in range(4):
        own |= {child for child, parent in parents.items() if parent in own}
    return sum(proportional_size(one) for one in own if not is_called(one, without)) / 1e6


def is_called(process: int, name: bytes | None) -> bool:
    try:
        return name is not None and name in Path(f"/proc/{process}/comm").read_bytes()
    except OSError:
        return False


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextmanager
def demonstration() -> Iterator[Demonstration]:
    """Run a demonstration on loopback, its customers paused, all of its history counted."""
    with tempfile.TemporaryDirectory(prefix="ressenti-live-", ignore_cleanup_errors=True) as name:
        port = free_port()
        command = [
            sys.executable, "-m", "ressenti", "demo", "--port", str(port), "--no-browser",
            "--data", name, "--answers", "20000",
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        place = Demonstration(Path(name), port, process)
        try:
            assert process.stdout is not None
            # It speaks once everything is counted.
            process.stdout.readline()
            process.stdout.readline()
            with psycopg.connect(place.database) as connection:
                connection.execute("UPDATE ressenti_organisation SET is_lively = false")
            time.sleep(5)
            yield place
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def delays(place: Demonstration, n_open: int, n_answers: int) -> tuple[list[float], list[float]]:
    """Return milliseconds to the painted figure, and until every open stream had it."""
    secret = key_of(place)
    cookies = [session_of(place) for _ in range(n_open // MOST_BY_SESSION + 1)]
    streams = Streams()
    loop = asyncio.new_event_loop()

    async def keep_open() -> None:
        await asyncio.gather(
            *(
                streams.watch(i, place.port, cookies[i // MOST_BY_SESSION])
                for i in range(n_open - 1)
            )
        )

    holder = threading.Thread(target=lambda: loop.run_until_complete(keep_open()), daemon=True)
    holder.start()
    painted, fanned = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page()
        page.goto(json.loads((place.data / "tour.json").read_text())["url"])
        page.goto(f"http://127.0.0.1:{place.port}{PAGE}")
        page.locator("[data-live-state=live]").wait_for()
        time.sleep(5)
        for _ in range(n_answers):
            watching = page.evaluate_handle(f"() => ({{ seen: ({WATCH})() }})")
            sent = time.time()
            post(place.port, secret)
            seen = watching.evaluate("one => one.seen")
            painted.append(1000 * (seen / 1000 - sent))
            time.sleep(0.6)
            fanned.append(1000 * (max(streams.received.values()) - sent))
        browser.close()
    return painted, fanned


def key_of(place: Demonstration) -> str:
    prefix = "rsk_benchmark"
    secret = f"{prefix}_{uuid.uuid4().hex}"
    with psycopg.connect(place.database) as connection:
        connection.execute(
            "INSERT INTO ressenti_apikey (id, organisation_id, name, prefix, digest, scopes, "
            "created_at) SELECT gen_random_uuid(), id, 'benchmark', %s, %s, "
            "ARRAY['answers:write'], now() FROM ressenti_organisation",
            [prefix[:12], hashlib.sha256(secret.encode()).digest()],
        )
    return secret


def session_of(place: Demonstration) -> str:
    """Return the cookie of a signed-in person."""
    path = urllib.parse.urlsplit(json.loads((place.data / "tour.json").read_text())["url"]).path
    connection = http.client.HTTPConnection("127.0.0.1", place.port)
    connection.request("GET", path)
    response = connection.getresponse()
    told = SimpleCookie()
    for name, value in response.getheaders():
        if name.lower() == "set-cookie":
            told.load(value)
    return "; ".join(f"{name}={one.value}" for name, one in told.items())


def post(port: int, secret: str) -> None:
    body = {"survey": "purchase", "answers": {"recommend": 9, "satisfaction": 5}, "language": "fr"}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/responses",
        data=json.dumps({**body, "is_final": True}).encode(),
        headers={
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            "Idempotency-Key": uuid.uuid4().hex,
        },
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        response.read()
