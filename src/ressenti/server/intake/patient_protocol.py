"""HTTP for impatient servers: a client that dribbles its headers, or sends too many, is let go.

The web server has limits for whole connections and none for a request whose headers never end;
without one, a few hundred such clients would hold every connection there is.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 10.0
MOST_HEADER_BYTES = 32_768


class PatientProtocol(HttpToolsProtocol):
    """Uvicorn's protocol with a time and a size for the headers of each request."""

    waiting: asyncio.TimerHandle | None = None
    header_bytes = 0
    is_in_headers = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.is_in_headers:
            self.header_bytes += len(data)
        super().data_received(data)
        if self.is_in_headers and self.header_bytes:
            if self.header_bytes > MOST_HEADER_BYTES:
                self._let_go()
            elif self.waiting is None:
                self._await_headers()

    def on_headers_complete(self) -> None:
        self._end_headers()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._begin_headers()
        super().on_message_complete()

    def _end_headers(self) -> None:
        self._stop_waiting()
        self.is_in_headers = False

    def _begin_headers(self) -> None:
        self.is_in_headers = True
        self.header_bytes = 0

    def _await_headers(self) -> None:
        self.waiting = self.loop.call_later(HEADER_SECONDS, self._let_go)

    def _stop_waiting(self) -> None:
        if self.waiting is not None:
            self.waiting.cancel()
            self.waiting = None

    def _let_go(self) -> None:
        self._stop_waiting()
        if not self.transport.is_closing():
            self.send_400_response("The headers did not arrive in time, or are too long.")
