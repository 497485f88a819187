"""Bounds of a body: what Django would first write to disk whole is refused before it is read.

Django takes a body in, however large, before any view or key is looked at.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ressenti.server.api.problems import PREFIX
from ressenti.server.importing.uploads import LARGEST_UPLOAD
from ressenti.server.intake.application import language_of
from ressenti.server.intake.exchange import (
    Receive,
    Scope,
    Send,
    problem_answer,
    send_answer,
    too_large,
)

# A form tells a few things beside its file.
MOST_BYTES = LARGEST_UPLOAD + 100_000
IMPORTS = f"{PREFIX}imports"
# What a document of the interface may weigh: as much as Django reads into memory.
MOST_DOCUMENT_BYTES = 2_621_440

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def bounded(application: Application) -> Application:
    """Return an application that never sees a body beyond its bounds."""

    async def within_bounds(scope: Scope, receive: Receive, send: Send) -> None:
        most = most_bytes(scope["path"])
        told = dict(scope["headers"]).get(b"content-length", b"0")
        if not told.isdigit() or int(told) > most:
            await _refuse(scope, send, most)
            return
        received = 0

        async def counted() -> Mapping[str, Any]:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            # To Django it looks as if the client had gone, so that it keeps nothing.
            return {"type": "http.disconnect"} if received > most else message

        await application(scope, counted, send)
        if received > most:
            await _refuse(scope, send, most)

    return within_bounds


def most_bytes(path: str) -> int:
    """Return how large a body sent to an address may be.

    Examples
    --------
    >>> most_bytes("/api/v1/customers"), most_bytes("/api/v1/imports")
    (2621440, 52528800)
    """
    is_document = path.startswith(PREFIX) and path != IMPORTS
    return MOST_DOCUMENT_BYTES if is_document else MOST_BYTES


async def _refuse(scope: Scope, send: Send, most: int) -> None:
    await send_answer(send, problem_answer(too_large(most), language_of(scope)))
