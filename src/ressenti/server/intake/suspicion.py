"""Suspicion: what makes an answer look like a machine's or like ballot stuffing, kept as flags.

A flag refuses nothing: offices, families and kiosks share an address, and quick people exist. It
lets a reader set such answers apart. Addresses are forgotten: only a digest with a salt of the day
is held, in memory.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

MACHINE = "machine_suspected"
FLOOD = "flood_suspected"
TOO_FAST = "too_fast"
FASTEST_SECONDS = 1.0
MOST_FROM_ONE_ADDRESS = 30
MOST_REMEMBERED = 100_000
SCANNER: Final = re.compile(
    r"bot\b|crawl|spider|scan|preview|proofpoint|mimecast|barracuda|safelinks|headless|python-|curl"
    r"|wget|java/|go-http",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Visits:
    """How many answers each address gave to each survey today, by a digest nobody can undo.

    Examples
    --------
    >>> visits = Visits(most=1)
    >>> [visits.is_flood("k7", "192.0.2.1"), visits.is_flood("k7", "192.0.2.1")]
    [False, True]
    """

    most: int = MOST_FROM_ONE_ADDRESS
    today: Callable[[], date] = lambda: datetime.now(UTC).date()
    day: date | None = None
    salt: bytes = b""
    counts: dict[bytes, int] = field(default_factory=dict)

    def is_flood(self, survey: str, address: str) -> bool:
        """Count one answer, and tell whether its address gave more than a group would."""
        today = self.today()
        if today != self.day or len(self.counts) >= MOST_REMEMBERED:
            self.day, self.salt, self.counts = today, secrets.token_bytes(32), {}
        key = hashlib.blake2b(f"{survey} {address}".encode(), key=self.salt).digest()
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.counts[key] > self.most


def flags_of(*, agent: str, seconds: float, is_flood: bool) -> tuple[str, ...]:
    """Return the flags of an answer given on a page.

    Parameters
    ----------
    agent : str
        What the browser calls itself; looked at, never kept.
    seconds : float
        From the page's being drawn to the answer.

    Examples
    --------
    >>> flags_of(agent="Mozilla/5.0", seconds=12.0, is_flood=False)
    ()
    >>> flags_of(agent="curl/8", seconds=0.1, is_flood=False)
    ('machine_suspected', 'too_fast')
    """
    told = (
        (MACHINE, not agent or SCANNER.search(agent) is not None),
        (TOO_FAST, seconds < FASTEST_SECONDS),
        (FLOOD, is_flood),
    )
    return tuple(flag for flag, holds in told if holds)
