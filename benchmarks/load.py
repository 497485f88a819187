"""A load on a web server: so many connections, each sending the next request when it was answered.

It runs in a process of its own and does as little as it can, since it shares the machine with what
it measures: one thread, one `epoll`, requests written beforehand but for their key.
"""

from __future__ import annotations

import argparse
import json
import select
import socket
import time
from collections import Counter
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

KEY = b"KEY-OF-THIS-REQUEST-000000000000"
CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load.

    Parameters
    ----------
    per_second : float
        Requests answered with the status that was expected.
    p50, p99 : float
        Milliseconds from when a request was due to its answer.
    statuses : mapping
        How often each status came.
    """

    per_second: float
    p50: float
    p99: float
    statuses: dict[str, int]


def request_bytes(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """Return a request of HTTP/1.1; the key in it is replaced each time it is sent."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def loaded(
    url: str,
    request: bytes,
    *,
    seconds: float,
    rate: float | None = None,
    expected: int = 201,
    connections: int = CONNECTIONS,
) -> Load:
    """Return what comes of sending a request over and over.

    Parameters
    ----------
    rate : float or None
        Requests a second, each due at its own instant whether or not the one before was answered;
        None sends as fast as answers come.
    """
    parts = urlsplit(url)
    poll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    for _ in range(connections):
        one = socket.create_connection((parts.hostname, parts.port))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[one.fileno()] = one
        poll.register(one.fileno(), select.EPOLLIN)
    head, tail = request.split(KEY) if KEY in request else (request, b"")
    spare, due_at = list(sockets), {}
    received: dict[int, bytes] = {}
    taken: list[float] = []
    statuses: Counter[str] = Counter()
    sent, start = 0, time.perf_counter()
    end, stamp = start + seconds, f"{time.time_ns():024x}".encode()
    while (now := time.perf_counter()) < end or due_at:
        while spare and now < end:
            due = now if rate is None else start + sent / rate
            if due > now:
                break
            number = spare.pop()
            due_at[number] = due
            key = stamp + b"%08x" % sent if tail else b""
            sockets[number].sendall(head + key + tail)
            sent += 1
        wait = 0.001 if rate is not None else 0.2
        for number, _ in poll.poll(wait):
            answer = received.pop(number, b"") + sockets[number].recv(65_536)
            if not is_whole(answer):
                received[number] = answer
                continue
            statuses[answer[9:12].decode()] += 1
            taken.append(time.perf_counter() - due_at.pop(number))
            spare.append(number)
        if now > end + 10:
            raise SystemExit("the server stopped answering")
    elapsed = time.perf_counter() - start
    taken.sort()
    return Load(
        per_second=statuses[str(expected)] / elapsed,
        p50=1000 * taken[len(taken) // 2],
        p99=1000 * taken[int(len(taken) * 0.99)],
        statuses=dict(statuses),
    )


def is_whole(answer: bytes) -> bool:
    """Tell whether an answer has arrived with all of its body."""
    head, end, body = answer.partition(b"\r\n\r\n")
    _, _, after = head.lower().partition(b"content-length:")
    return bool(end) and len(body) >= int(after.split(b"\r\n", 1)[0])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("request", help="a file that holds the request")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--expected", type=int, default=201)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    asked = parser.parse_args()
    with open(asked.request, "rb") as file:
        request = file.read()
    found = loaded(
        asked.url,
        request,
        seconds=asked.seconds,
        rate=asked.rate,
        expected=asked.expected,
        connections=asked.connections,
    )
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
