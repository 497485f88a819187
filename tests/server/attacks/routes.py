"""Every address of an organisation that the server has, found by walking its own table of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.urls import URLPattern

HOME = "o/<slug:organisation>/"
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern of the table: its name, and the whole address with its parameters."""

    name: str
    pattern: str

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(name for _, name in PARAMETER.findall(self.pattern))

    def address(self, told: Mapping[str, object]) -> str:
        """Return the address for the values of its parameters."""
        return "/" + PARAMETER.sub(lambda found: str(told[found[2]]), self.pattern)


def routes(resolver: Any = None, prefix: str = "") -> Iterator[Route]:
    """Yield every route of the server, whichever part it belongs to."""
    from django.urls import URLPattern, get_resolver

    for entry in (resolver or get_resolver()).url_patterns:
        whole = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield Route(name_of(entry), whole)
        else:
            yield from routes(entry, whole)


def name_of(pattern: URLPattern) -> str:
    return str(pattern.name or getattr(pattern.callback, "__name__", ""))


def of_organisations() -> list[Route]:
    """Return the routes that are about one organisation."""
    return [route for route in routes() if route.pattern.startswith(HOME)]
