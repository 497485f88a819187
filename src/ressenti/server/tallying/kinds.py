"""What an entry of the journal may say, and which facts are events."""

from __future__ import annotations

from enum import IntEnum


class EntryKind(IntEnum):
    """What an entry of the journal says: answers, events, whom or what to forget, readings."""

    RESPONSE = 1
    FACTS = 2
    ERASURE = 3
    REMOVAL = 4
    READING = 5


EMPLOYEES = "employee"
"""The audience whose comments are read and counted nowhere."""
EVENT_FACTS = ("contacts", "subscriptions", "orders", "outcomes")
ANSWERS = "answers"
EVERYTHING = (ANSWERS, *EVENT_FACTS)
"""What can be asked to be counted anew."""
EVENT_DIMENSIONS = {"unit": "belongs_to", "touchpoint": "touchpoint", "channel": "channel"}
"""Where an event holds the dimensions of tallies; events know no other."""
