"""How far the tallier has come, and how much of the journal still waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

LAG = """
SELECT count(*), min(e.received_at)
FROM ressenti_journalentry AS e, ressenti_tallyposition AS p
WHERE p.name = 'tallier'
  AND (e.transaction, e.id) > (p.transaction::text::xid8, p.entry)
"""


@dataclass(frozen=True, slots=True)
class Lag:
    """What the tallier has still to add: entries, and the age of the oldest in seconds."""

    entries: int
    seconds: float | None


def lag(now: datetime | None = None) -> Lag:
    """Return how far the tallier is behind the journal."""
    with connection.cursor() as cursor:
        cursor.execute(LAG)
        row = cursor.fetchone()
    entries, oldest = row if row is not None else (0, None)
    if oldest is None:
        return Lag(int(entries), None)
    return Lag(int(entries), ((now or timezone.now()) - oldest).total_seconds())
