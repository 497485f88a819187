"""Tickets: how a listed ticket ended, for the indicators of resolution."""

from __future__ import annotations

from collections import Counter

from ressenti.facts.raw_values import number_in
from ressenti.facts.scales import Level
from ressenti.scores.inputs import Inputs
from ressenti.scores.rows import Row, rows_of
from ressenti.tallies.tally import Tally

TICKET_COLUMNS = {"agent_replies": ("replies",), "reopens": ("reopened",), "status": ()}
RESOLUTION_COLUMNS = {
    "offered_at": ("created", "created_at"),
    "resolved_at": ("resolved", "solved_at"),
}
SOLVED = frozenset({"solved", "closed", "resolved"})
NO_REQUEST = frozenset({"spam", "merged", "duplicate", "deleted"})


def tally_of_tickets(inputs: Inputs, *, needs_replies: bool) -> Tally:
    """Return the tally of tickets listed with their status at the cut-off.

    Its levels are ``one_touch`` (solved, one reply, never reopened), ``several_touches`` (solved
    otherwise), ``closed_unanswered`` and ``open``. Spam, merged and duplicate tickets are no
    requests.

    Parameters
    ----------
    needs_replies : bool
        A ticket whose number of replies is not told is missing, rather than merely solved.

    Examples
    --------
    >>> tickets = [{"status": "closed", "agent_replies": 1}, {"status": "open"}, {"status": None}]
    >>> tally = tally_of_tickets(Inputs({"tickets": tickets}), needs_replies=False)
    >>> sorted(tally.levels), tally.missing
    (['one_touch', 'open'], 1)
    """
    counts: Counter[Level] = Counter()
    missing = 0
    for row in rows_of(inputs, "tickets", TICKET_COLUMNS):
        status = None if row["status"] is None else str(row["status"]).lower()
        if status is None or (needs_replies and number_in(row["agent_replies"]) is None):
            missing += 1
        elif status not in NO_REQUEST:
            counts[_level(row) if status in SOLVED else "open"] += 1
    return Tally.of_counts(counts, missing=missing)


def _level(row: Row) -> str:
    replies = number_in(row["agent_replies"])
    if replies == 0:
        return "closed_unanswered"
    reopened = bool(row["reopens"])
    return "one_touch" if replies == 1 and not reopened else "several_touches"
