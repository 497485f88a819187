"""Exchanges: a request read within its limits, and the answer to it, without Django in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from ressenti.language import LANGUAGES, Language, Text
from ressenti.server.intake.problems import PROBLEM_JSON, Problem

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

MOST_BYTES = 262_144
MOST_HEADER_BYTES = 16_384
MOST_FIELDS = 4_000
BODY_SECONDS = 15.0
HTML = b"text/html; charset=utf-8"
JSON = b"application/json"
NO_STORE = (b"cache-control", b"no-store, private")


@dataclass(frozen=True, slots=True)
class Request:
    """One request, its body read whole.

    Parameters
    ----------
    path : str
        Decoded.
    query : bytes
        As it was sent.
    address : str
        Of the client, or of the one the trusted proxy names; empty when there is none.
    """

    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]
    address: str
    body: bytes = b""

    def header(self, name: bytes) -> str:
        return self.headers.get(name, b"").decode("latin-1")

    def parameter(self, name: str) -> str:
        """Return a parameter of the address; empty when it is not there."""
        return self.parameters().get(name, "")

    def parameters(self) -> dict[str, str]:
        """Return the parameters of the address, the first value of each."""
        return {name: values[0] for name, values in fields_in(self.query).items()}

    def form(self) -> dict[str, list[str]]:
        """Return the fields of a form; several values of one name stay together."""
        return fields_in(self.body)

    def cookie(self, name: str) -> str:
        for part in self.header(b"cookie").split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
        return ""

    @property
    def language(self) -> Language:
        return accepted_language(self.header(b"accept-language")) or "en"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: a status, a body, and headers beside its type and length."""

    status: int
    body: bytes = b""
    content_type: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = field(default=())


def accepted_language(header: str, among: tuple[Language, ...] = LANGUAGES) -> Language | None:
    """Return the language an Accept-Language header likes best, None when it likes none of them.

    Examples
    --------
    >>> accepted_language("de, fr-CA;q=0.8, en;q=0.5"), accepted_language("fr;q=0, it")
    ('fr', None)
    """
    liked: list[tuple[float, Language]] = []
    for part in header[:200].split(","):
        name, _, quality = part.strip().lower().partition(";q=")
        known = next((one for one in among if name == one or name.startswith(f"{one}-")), None)
        weight = _quality(quality)
        if known is not None and weight > 0:
            liked.append((-weight, known))
    return min(liked, key=lambda pair: pair[0])[1] if liked else None


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def fields_in(encoded: bytes) -> dict[str, list[str]]:
    """Return the fields of a form or of an address.

    Raises
    ------
    Problem
        400, when they are not UTF-8 or too many.
    """
    if not encoded:
        return {}
    try:
        return parse_qs(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise Problem(
            400,
            "unreadable_form",
            Text(en="The form cannot be read.", fr="Le formulaire est illisible."),
        ) from error


async def request_of(scope: Scope, receive: Receive, *, most_bytes: int = MOST_BYTES) -> Request:
    """Return a request with its whole body, however slowly it came within the time there is.

    Raises
    ------
    Problem
        408, 413 or 431, when the client is too slow or sends too much.
    """
    headers = dict(scope["headers"])
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADER_BYTES:
        raise Problem(
            431,
            "headers_too_large",
            Text(en="The headers are too long.", fr="Les en-têtes sont trop longs."),
        )
    body = b""
    if scope["method"] not in ("GET", "HEAD"):
        told = headers.get(b"content-length", b"0")
        if not told.isdigit() or int(told) > most_bytes:
            raise too_large(most_bytes)
        body = await _body(receive, most_bytes)
    client = scope.get("client")
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"],
        headers=headers,
        address=client[0] if client else "",
        body=body,
    )


async def _body(receive: Receive, most_bytes: int) -> bytes:
    received: list[bytes] = []
    length = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                received.append(message.get("body", b""))
                length += len(received[-1])
                if length > most_bytes:
                    raise too_large(most_bytes)
                if not message.get("more_body", False):
                    return b"".join(received)
    except TimeoutError:
        raise too_slow() from None


class ClientGone(Exception):  # noqa: N818 - named after what happened
    """The client left before it had said everything: nobody waits for an answer."""


def too_slow() -> Problem:
    """Return the refusal of a body that does not end."""
    return Problem(
        408,
        "too_slow",
        Text(en="The request took too long to arrive.", fr="La requête a mis trop de temps."),
        closes=True,
    )


def too_large(most_bytes: int) -> Problem:
    """Return the refusal of a body that is too large."""
    return Problem(
        413,
        "too_large",
        Text(
            en="The body is too large; the most is {most} bytes.",
            fr="Le corps est trop volumineux ; le maximum est de {most} octets.",
        ).format(most=most_bytes),
        closes=True,
    )


def problem_answer(problem: Problem, language: Language) -> Answer:
    """Return a refusal as a program reads it."""
    return Answer(problem.status, problem.body(language), PROBLEM_JSON, problem.headers(language))


async def send_answer(send: Send, answer: Answer, *, is_head: bool = False) -> None:
    """Send an answer whole; only its headers to somebody who asked for no more."""
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [
                (b"content-type", answer.content_type),
                (b"content-length", b"%d" % len(answer.body)),
                *answer.headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": b"" if is_head else answer.body})
