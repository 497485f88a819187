"""Reading pages and mail as a browser and a person would."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from html.parser import HTMLParser
from typing import Any

from tests.services import free_port


class Marks(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def inline_code(self) -> list[tuple[str, dict[str, str | None]]]:
        """Return the tags that a strict content policy would not let act."""
        return [
            (tag, attributes)
            for tag, attributes in self.tags
            if tag == "style"
            or (tag == "script" and not attributes.get("src"))
            or any(name == "style" or name.startswith("on") for name in attributes)
            or any((value or "").strip().startswith("javascript:") for value in attributes.values())
        ]


def text_of(response: Any) -> str:
    """Return the words of a page, blanks made one."""
    return " ".join(Marks(response.content.decode()).text.split())


class Mailbox:
    """What a real SMTP server on loopback took."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - the library's
        self.messages.append(email.message_from_bytes(envelope.content))
        return "250 OK"

    def body(self) -> str:
        """Return the text of the last message."""
        payload = self.messages[-1].get_payload(decode=True)
        assert isinstance(payload, bytes)
        return payload.decode()

    def link(self) -> str:
        """Return the first link of the last message that leads to a page."""
        found = re.search(r"https?://\S+/\S+", self.body())
        assert found is not None
        return found.group()


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    """Start a mail server; give what it takes, and its port."""
    from aiosmtpd.controller import Controller

    mailbox = Mailbox()
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, port
    finally:
        controller.stop()
