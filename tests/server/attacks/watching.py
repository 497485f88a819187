"""Watching a real browser: what ran, what was asked for, and what a person could read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Route

PATIENCE = 15_000


@dataclass
class Watch:
    """What a browser did."""

    pages: dict[str, str] = field(default_factory=dict)
    stolen: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def heard(self, message: ConsoleMessage) -> None:
        """Note what a browser refused or stumbled over; a missing file is no attack."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def look_at(self, page: Page) -> None:
        """Note what ran in a page, and what it shows."""
        stolen = page.evaluate("window.stolen ?? null")
        if stolen is not None:
            self.stolen.add(str(stolen))
        fields = "[...document.querySelectorAll('input,textarea')].map(one => one.value).join(' ')"
        shown = page.evaluate(f"document.body.textContent + ' ' + {fields}")
        self.pages[page.url] = shown


@contextmanager
def watched(context: BrowserContext, *, own: str = "127.0.0.1") -> Iterator[tuple[Page, Watch]]:
    """Give a page of a browser that reaches this machine alone, and what it does."""
    watch = Watch()

    def met(dialog: Dialog) -> None:
        watch.dialogs.append(dialog.message)
        dialog.dismiss()

    def asked_for(route: Route) -> None:
        if urlsplit(route.request.url).hostname == own:
            route.continue_()
        else:
            watch.requests.append(route.request.url)
            route.abort()

    context.set_default_timeout(PATIENCE)
    context.route("**/*", asked_for)
    page = context.new_page()
    page.on("dialog", met)
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("console", watch.heard)
    try:
        yield page, watch
        if not page.is_closed() and page.url != "about:blank":
            watch.look_at(page)
    finally:
        context.close()
