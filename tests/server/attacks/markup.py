"""Pages as a browser takes them: what would run by itself, where they lead, and all that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from django.test import Client

MOST_PAGES = 150
# Signing out would end the walk; files have tests of their own.
NOT_WALKED = ("/accounts/logout/", "/static/", "/live/")
FILES = (".csv", ".xlsx", ".svg", ".png", ".pdf", ".json", ".css")
CODE = ("javascript:", "vbscript:", "data:text/html")


@dataclass
class Markup(HTMLParser):
    """What stands in a page."""

    text: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def code(self) -> list[tuple[str, dict[str, str]]]:
        """Return the tags that a strict content policy must keep from acting."""
        return [
            (tag, attributes)
            for tag, attributes in self.tags
            if tag in {"style", "base", "object", "embed", "meta-refresh"}
            or (tag == "script" and not attributes.get("src"))
            or any(name == "style" or name.startswith("on") for name in attributes)
            or any(value.strip().lower().startswith(CODE) for value in attributes.values())
        ]

    def fetched(self) -> list[str]:
        """Return every address that the page itself loads or posts to."""
        return [
            attributes[name]
            for tag, attributes in self.tags
            for name in ("src", "srcset", "action", "formaction", "data", "poster", "href")
            if name in attributes and not (name == "href" and tag not in {"link", "use", "image"})
        ]

    def links(self) -> list[str]:
        """Return where a person may follow the page to."""
        return [own["href"] for tag, own in self.tags if tag in {"a", "area"} and own.get("href")]


def walked(client: Client, start: str, *, language: str) -> dict[str, Any]:
    """Return every page that follows from one by links of its own, by its path."""
    found: dict[str, Any] = {}
    waiting = [start]
    while waiting and len(found) < MOST_PAGES:
        address = waiting.pop(0)
        path = urlsplit(address).path
        if path in found or path.startswith(NOT_WALKED) or path.endswith(FILES):
            continue
        headers: Mapping[str, str] = {"accept-language": language}
        page = client.get(address, headers=headers)
        found[path] = page
        if page.status_code in {301, 302}:
            waiting.append(urljoin(address, page["Location"]))
        elif is_page(page):
            links = Markup(page.content.decode()).links()
            waiting += [urljoin(address, link) for link in links if not urlsplit(link).netloc]
    return found


def is_page(response: Any) -> bool:
    return str(response.headers.get("Content-Type", "")).startswith("text/html")
