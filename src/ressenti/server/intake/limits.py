"""Rate limits: so many requests at once and so many a second, for each key or address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from time import monotonic

from ressenti.language import Text
from ressenti.server.intake.problems import Problem

MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """How much is let through: ``burst`` at once, then ``per_second``."""

    burst: float
    per_second: float


API_RATE = Rate(burst=100_000, per_second=50_000)
# A stadium behind one address, all its telephones and kiosks, stays well below.
PAGE_RATE = Rate(burst=5_000, per_second=500)
# What an address may ask for in vain before it looks like guessing.
GUESS_RATE = Rate(burst=60, per_second=1)


@dataclass(slots=True)
class RateLimit:
    """Buckets of tokens, one for each key, in the memory of one process.

    Examples
    --------
    >>> now = [0.0]
    >>> limit = RateLimit(Rate(burst=2, per_second=1), clock=lambda: now[0])
    >>> limit.delay("a"), limit.delay("a"), limit.delay("a"), limit.delay("b")
    (0.0, 0.0, 1.0, 0.0)
    >>> now[0] = 1.0
    >>> limit.delay("a")
    0.0
    """

    rate: Rate
    clock: Callable[[], float] = monotonic
    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def delay(self, key: str, cost: float = 1.0) -> float:
        """Return 0 and take the tokens, or the seconds to wait until there are enough."""
        now = self.clock()
        tokens, since = self.buckets.get(key, (self.rate.burst, now))
        tokens = min(self.rate.burst, tokens + (now - since) * self.rate.per_second)
        if tokens < min(cost, self.rate.burst):
            return (cost - tokens) / self.rate.per_second
        if len(self.buckets) >= MOST_REMEMBERED and key not in self.buckets:
            self._forget_full(now)
        self.buckets[key] = (tokens - cost, now)
        return 0.0

    def require(self, key: str, cost: float = 1.0) -> None:
        """Take the tokens.

        Raises
        ------
        Problem
            429, with the seconds to wait.
        """
        seconds = self.delay(key, cost)
        if seconds:
            raise Problem(
                429,
                "too_many_requests",
                Text(
                    en="Too many requests at once; try again in {seconds} s.",
                    fr="Trop de requêtes à la fois ; réessayez dans {seconds} s.",
                ).format(seconds=ceil(seconds)),
                retry_after=ceil(seconds),
            )

    def _forget_full(self, now: float) -> None:
        """Forget whoever waited long enough to have a full bucket again, else the oldest half."""
        rate = self.rate
        left = {
            key: (tokens, since)
            for key, (tokens, since) in self.buckets.items()
            if tokens + (now - since) * rate.per_second < rate.burst
        }
        if len(left) >= MOST_REMEMBERED:
            newest = sorted(left.items(), key=lambda item: item[1][1])[MOST_REMEMBERED // 2 :]
            left = dict(newest)
        self.buckets = left
