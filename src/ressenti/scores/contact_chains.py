"""Contact chains: which contacts of a customer, for one reason, belong to the same issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ressenti.scores.inputs import Inputs
from ressenti.scores.rows import instant, rows_of

CONTACT_COLUMNS = {
    "customer_id": ("customer", "client"),
    "reason": ("motive", "topic"),
    "offered_at": ("at", "date", "created_at"),
}
WINDOW_DAYS = 7


@dataclass(frozen=True, slots=True)
class ContactLog:
    """The contacts of a worked example.

    Parameters
    ----------
    instants : mapping of (customer, reason) to instants, in order
    missing : int
        Contacts without a customer or a date, which nothing can be matched with.
    without_reason : bool
        Some contacts have no reason: they are matched by customer alone, among themselves.
    """

    instants: dict[tuple[str, str | None], list[datetime]]
    missing: int
    without_reason: bool

    @property
    def n(self) -> int:
        return sum(map(len, self.instants.values()))


def contact_log(inputs: Inputs, *, until: datetime | None = None) -> ContactLog:
    """Return the contacts listed as ``[customer, reason, date]`` rows, later ones ignored."""
    instants: dict[tuple[str, str | None], list[datetime]] = {}
    missing = 0
    for row in rows_of(inputs, "contacts", CONTACT_COLUMNS):
        at = instant(row["offered_at"])
        if at is None or row["customer_id"] is None:
            missing += 1
            continue
        if until is not None and at > until:
            continue
        reason = None if row["reason"] in (None, "") else str(row["reason"])
        instants.setdefault((str(row["customer_id"]), reason), []).append(at)
    for own in instants.values():
        own.sort()
    without_reason = any(reason is None for _, reason in instants)
    return ContactLog(instants, missing, without_reason)


def issues(instants: Sequence[datetime], window: timedelta) -> list[list[datetime]]:
    """Return the instants in chains: one at most a window after the previous one continues it.

    Parameters
    ----------
    instants : sequence of datetime
        Of one customer and one reason, in order.

    Examples
    --------
    >>> days = [datetime(2024, 3, day) for day in (1, 8, 16)]
    >>> [len(issue) for issue in issues(days, timedelta(days=7))]
    [2, 1]
    """
    chains: list[list[datetime]] = []
    for at in instants:
        if chains and at - chains[-1][-1] <= window:
            chains[-1].append(at)
        else:
            chains.append([at])
    return chains
