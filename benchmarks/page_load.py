"""People on a survey page: each gets it, fills it in, sends it back, and begins again."""

from __future__ import annotations

import argparse
import json
import threading
import time
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

PEOPLE = 4
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def token_in(page: str) -> str:
    return page.partition('name="r" value="')[2].partition('"')[0]


def answered_until(address: str, path: str, end: float, done: list[float]) -> None:
    """Answer a page over and over on one connection; note how long each round took."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port)
    while time.perf_counter() < end:
        start = time.perf_counter()
        connection.request("GET", path)
        token = token_in(connection.getresponse().read().decode())
        form = {"r": token, "asked": "recommend,why", "recommend": "9", "why": "Très bien"}
        connection.request("POST", path, urlencode(form), FORM)
        reply = connection.getresponse()
        reply.read()
        if reply.status != 303:
            raise RuntimeError(f"the page was refused with {reply.status}")
        done.append(time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("public_key")
    parser.add_argument("--seconds", type=float, default=5.0)
    asked = parser.parse_args()
    done: list[float] = []
    start = time.perf_counter()
    people = [
        threading.Thread(
            target=answered_until,
            args=(asked.url, f"/s/{asked.public_key}", start + asked.seconds, done),
        )
        for _ in range(PEOPLE)
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    done.sort()
    elapsed = time.perf_counter() - start
    print(
        json.dumps({"per_second": len(done) / elapsed, "p99": 1000 * done[int(0.99 * len(done))]})
    )


if __name__ == "__main__":
    main()
