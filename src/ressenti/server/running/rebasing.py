"""Rebasing: a journal restored on another cluster, whose transactions are numbered afresh.

The tallier reads in the order of transaction numbers. Those of the cluster that was saved mean
nothing where the backup is restored: a new entry could bear a lower one, and would be passed by.
"""

from __future__ import annotations

from typing import Any

import psycopg

# What was tallied comes first, what was not yet comes after it, and both before what is new.
RENUMBER = """
UPDATE ressenti_journalentry AS entry
SET transaction = CASE
    WHEN (entry.transaction, entry.id) <= (position.transaction::text::xid8, position.entry)
    THEN '1'::xid8 ELSE '2'::xid8 END
FROM ressenti_tallyposition AS position
WHERE position.name = 'tallier'
"""
REPOSITION = """
UPDATE ressenti_tallyposition
SET transaction = 1,
    entry = coalesce((SELECT max(id) FROM ressenti_journalentry WHERE transaction = '1'), 0)
WHERE name = 'tallier'
"""


def rebase_journal(connection: psycopg.Connection[Any]) -> None:
    """Renumber the transactions of a restored journal so that what comes next comes after."""
    connection.execute(RENUMBER)
    connection.execute(REPOSITION)
