"""The streams of the cockpit: a small ASGI part beside Django, which keeps thousands open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Any

from asgiref.sync import sync_to_async

from ressenti.server.live.allowances import MOST_BY_PERSON, MOST_BY_SESSION, Allowance
from ressenti.server.live.frames import HEARTBEAT, RETRY
from ressenti.server.live.hub import Hub
from ressenti.server.live.subjects import Subject
from ressenti.server.live.watchers import still_watches, watcher_of

SECONDS_BETWEEN_HEARTBEATS = 15.0
TOO_MANY_REQUESTS = 429
PREFIX = "/live/"

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

STREAM_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, private"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


class LiveStreams:
    """``GET /live/<organisation>/<page>?<filters>``: the figures of that page, as they change.

    Parameters
    ----------
    most_by_person : int or None
        None where many sign in as the same person, as in the demonstration.
    """

    def __init__(self, hub: Hub, *, most_by_person: int | None = MOST_BY_PERSON) -> None:
        self.hub = hub
        self.by_session = Allowance(MOST_BY_SESSION)
        self.by_person = Allowance(most_by_person)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        organisation, _, page = scope["path"].removeprefix(PREFIX).partition("/")
        if scope["method"] != "GET" or not page:
            await _refuse(send, 404)
            return
        session = session_key(scope)
        if not session:
            await _refuse(send, 403)
            return
        with self.by_session.taken(session) as is_allowed:
            if not is_allowed:
                await _refuse(send, TOO_MANY_REQUESTS)
                return
            asked = scope["query_string"].decode("latin-1")
            watcher = await sync_to_async(watcher_of)(session, organisation, page, asked)
            if watcher is None:
                await _refuse(send, 404)
                return
            with self.by_person.taken(watcher.person) as is_allowed:
                if not is_allowed:
                    await _refuse(send, TOO_MANY_REQUESTS)
                    return
                may_go_on = partial(still_watches, session, organisation, watcher.subject)
                await self._stream(watcher.subject, may_go_on, receive, send)

    async def _stream(
        self, subject: Subject, may_go_on: Callable[[], bool], receive: Receive, send: Send
    ) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
        await send({"type": "http.response.body", "body": RETRY, "more_body": True})
        gone = asyncio.create_task(_disconnected(receive))
        try:
            async with self.hub.watching(subject) as queue:
                while not gone.done():
                    body = await _next_frame(queue, gone)
                    if body is HEARTBEAT and not await sync_to_async(may_go_on)():
                        # Signed out, removed or limited since: the stream ends.
                        break
                    await send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            gone.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _next_frame(queue: asyncio.Queue[bytes], gone: asyncio.Task[None]) -> bytes:
    """Return the frames that wait, or a heartbeat when none comes for a while."""
    getter = asyncio.create_task(queue.get())
    done, _ = await asyncio.wait(
        {getter, gone}, timeout=SECONDS_BETWEEN_HEARTBEATS, return_when=asyncio.FIRST_COMPLETED
    )
    if getter not in done:
        getter.cancel()
        return HEARTBEAT
    frames = [getter.result()]
    while not queue.empty():
        frames.append(queue.get_nowait())
    return b"".join(frames)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"0")]
    if status == TOO_MANY_REQUESTS:
        headers.append((b"retry-after", b"60"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def session_key(scope: Scope) -> str:
    """Return the key of the session that a request carries; empty when it carries none."""
    from django.conf import settings

    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                cookies = SimpleCookie(value.decode("latin-1"))
            except CookieError:
                return ""
            morsel = cookies.get(settings.SESSION_COOKIE_NAME)
            return "" if morsel is None else morsel.value
    return ""
