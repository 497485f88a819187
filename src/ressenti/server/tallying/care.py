"""Care of the tallies from outside: how far they are, whether they are right, and anew."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

import psycopg

from ressenti.errors import unknown_name
from ressenti.language import Text
from ressenti.server.tallying.batches import position
from ressenti.server.tallying.verification import differences, rebuild

ORGANISATIONS = "SELECT key, id FROM ressenti_organisation ORDER BY key"
BEHIND = """
SELECT count(*) FROM ressenti_journalentry
WHERE (transaction, id) > (%s::text::xid8, %s)
"""
SET_ASIDE = "SELECT count(*) FROM ressenti_rejectedentry"


def cared_for(url: str, action: str, organisation: str | None = None) -> dict[str, Any]:
    """Return a report on the tallies after verifying or rebuilding them.

    Parameters
    ----------
    action : str
        ``status``, ``verify`` or ``rebuild``; after a rebuild they are verified too.
    organisation : str or None
        The key of the only one to look at; None for all.

    Raises
    ------
    UnknownName
        R100, when there is no such organisation.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        known: dict[str, UUID] = dict(connection.execute(ORGANISATIONS).fetchall())
        if organisation is not None and organisation not in known:
            raise unknown_name(Text(en="organisation", fr="organisation"), organisation, known)
        chosen = known if organisation is None else {organisation: known[organisation]}
        rebuilt = list(chosen) if action == "rebuild" else []
        for key in rebuilt:
            rebuild(connection, chosen[key])
        verified = {} if action == "status" else chosen
        found = {key: differences(connection, one) for key, one in verified.items()}
        here = position(connection)
        return {
            "position": f"{here.transaction}:{here.entry}",
            "entries_behind": _count(connection, BEHIND, [here.transaction, here.entry]),
            "entries_set_aside": _count(connection, SET_ASIDE, []),
            "rebuilt": rebuilt,
            "verified": {key: len(cells) for key, cells in found.items()},
            "differences": [
                {"organisation": key, **asdict(one)} for key, own in found.items() for one in own
            ],
        }


def _count(connection: psycopg.Connection[Any], statement: Any, values: list[Any]) -> int:
    row = connection.execute(statement, values).fetchone()
    return 0 if row is None else int(row[0])
