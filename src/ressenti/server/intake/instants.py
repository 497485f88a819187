"""Instants: now, and those that somebody tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
CLOCK_DIFFERENCE = timedelta(minutes=5)


def this_instant() -> datetime:
    return datetime.now(UTC)


def instant_in(text: object, *, now: datetime) -> datetime | None:
    """Return an instant somebody tells, None unless it has an offset and lies in its bounds.

    Examples
    --------
    >>> now = datetime(2026, 3, 2, tzinfo=UTC)
    >>> instant_in("2026-03-01T10:00:00+01:00", now=now).isoformat()
    '2026-03-01T09:00:00+00:00'
    >>> [instant_in(text, now=now) for text in ("2026-03-01T10:00:00", "2030-01-01T00:00:00Z")]
    [None, None]
    """
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        told = datetime.fromisoformat(text)
        instant = None if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if instant is None or not EARLIEST <= instant <= now + CLOCK_DIFFERENCE:
        return None
    return instant
