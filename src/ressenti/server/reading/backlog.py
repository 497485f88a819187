"""How many responses wait to be read, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Min
from django.utils import timezone

from ressenti.server.models import UnreadResponse


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the reader has still to read: responses, and the age of the oldest in seconds."""

    responses: int
    seconds: float | None


def backlog() -> Backlog:
    """Return how far the reader is behind what was written."""
    found = UnreadResponse.objects.aggregate(n=Count("pk"), oldest=Min("queued_at"))
    oldest = found["oldest"]
    seconds = None if oldest is None else (timezone.now() - oldest).total_seconds()
    return Backlog(found["n"], seconds)
