"""Single responses of programs, answered on the connection itself.

A server that calls an application gives each request a task, events and messages to and fro; a
response needs none of them, for it is checked in one go and acknowledged by the group it is
written with. Whatever else is asked goes the ordinary way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Protocol

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ressenti.server.intake.exchange import (
    BODY_SECONDS,
    MOST_BYTES,
    Answer,
    Request,
    problem_answer,
    too_slow,
)
from ressenti.server.intake.patient_protocol import PatientProtocol

STATE_KEY = "direct_intake"
PATH = b"/api/v1/responses"
STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
CLOSE = (b"connection", b"close")


class Intake(Protocol):
    """What takes a response, and calls back with the answer to it."""

    def take(
        self, request: Request, answered: Callable[[Answer], None]
    ) -> Coroutine[None, None, None] | None: ...


class DirectProtocol(PatientProtocol):
    """The web server's protocol with a short way for ``POST /api/v1/responses``."""

    body: list[bytes] | None = None
    body_waiting: asyncio.TimerHandle | None = None
    is_answering = False
    keeps_alive = True

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.body is not None and self.body_waiting is None:
            self.body_waiting = self.loop.call_later(BODY_SECONDS, self._give_up)

    def on_headers_complete(self) -> None:
        if self.is_answering:
            # Nobody sends a request before the POST ahead of it was answered (RFC 9112, section
            # 9.3.2); who does is answered that one, and asks again on another connection.
            self.keeps_alive = False
        elif self._is_direct():
            self._end_headers()
            self.body = []
            self.keeps_alive = self.parser.should_keep_alive()
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if self.body is not None:
            self.body.append(body)
        elif not self.is_answering:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self.body is not None:
            self._begin_headers()
            self._take(self._end_request())
        elif not self.is_answering:
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting_for_body()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        if self.is_answering:
            self.keeps_alive = False
        else:
            super().shutdown()

    def _is_direct(self) -> bool:
        if self.url != PATH or STATE_KEY not in self.app_state:
            return False
        # None until the first request that went the ordinary way.
        cycle: RequestResponseCycle | None = self.cycle
        is_idle = cycle is None or cycle.response_complete
        lengths = [value for name, value in self.headers if name == b"content-length"]
        return (
            is_idle
            and self.parser.get_method() == b"POST"
            and len(lengths) == 1
            and lengths[0].isdigit()
            and int(lengths[0]) <= MOST_BYTES
            and self.parser.get_http_version() == "1.1"
            and not self.expect_100_continue
            and not self.parser.should_upgrade()
        )

    def _end_request(self) -> Request:
        self._stop_waiting_for_body()
        body, self.body = b"".join(self.body or ()), None
        self.is_answering = True
        return Request("POST", PATH.decode(), b"", dict(self.headers), "", body)

    def _stop_waiting_for_body(self) -> None:
        if self.body_waiting is not None:
            self.body_waiting.cancel()
            self.body_waiting = None

    def _give_up(self) -> None:
        request = self._end_request()
        self._answer(problem_answer(too_slow(), request.language))

    def _take(self, request: Request) -> None:
        intake: Intake = self.app_state[STATE_KEY]
        rest = intake.take(request, self._answer)
        if rest is not None:
            task = self.loop.create_task(rest)
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def _answer(self, answer: Answer) -> None:
        self.is_answering = False
        if self.transport.is_closing():
            return
        if CLOSE in answer.headers:
            self.keeps_alive = False
        self.transport.write(self._message(answer))
        if self.keeps_alive:
            self.on_response_complete()
        else:
            self.transport.close()

    def _message(self, answer: Answer) -> bytes:
        lines = [STATUS_LINES[answer.status]]
        headers = [*self.server_state.default_headers, *answer.headers]
        if not self.keeps_alive and CLOSE not in headers:
            headers.append(CLOSE)
        lines += [b"%b: %b\r\n" % header for header in headers]
        lines.append(b"content-type: %b\r\n" % answer.content_type)
        lines.append(b"content-length: %d\r\n\r\n" % len(answer.body))
        lines.append(answer.body)
        return b"".join(lines)
