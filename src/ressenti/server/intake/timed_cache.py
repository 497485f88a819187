"""What was looked up a moment ago: a cache that forgets after seconds and asks once at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

SECONDS = 2.0
MOST_KEPT = 5_000


@dataclass(slots=True)
class TimedCache(Generic[Key, Value]):
    """Values looked up by key, each believed for two seconds.

    Parameters
    ----------
    look_up : callable
        Given a key, gives its value; None when there is nothing, which is remembered too.
    """

    look_up: Callable[[Key], Awaitable[Value | None]]
    seconds: float = SECONDS
    kept: dict[Key, tuple[float, Value | None]] = field(default_factory=dict)
    asking: dict[Key, asyncio.Future[Value | None]] = field(default_factory=dict)

    def fresh(self, key: Key) -> Value | None:
        """Return the value when it is known and fresh, else None."""
        known = self.kept.get(key)
        return known[1] if known is not None and known[0] > monotonic() else None

    async def value(self, key: Key) -> Value | None:
        """Return the value of a key; many who ask at once cause one look-up."""
        known = self.kept.get(key)
        if known is not None and known[0] > monotonic():
            return known[1]
        if key not in self.asking:
            self.asking[key] = asyncio.ensure_future(self._asked(key))
        return await asyncio.shield(self.asking[key])

    async def _asked(self, key: Key) -> Value | None:
        try:
            found = await self.look_up(key)
        finally:
            del self.asking[key]
        if len(self.kept) >= MOST_KEPT:
            # Guessed keys must not fill the memory; what is in use comes back by itself.
            self.kept.clear()
        self.kept[key] = (monotonic() + self.seconds, found)
        return found
