"""Facts that are there already: in the record, or in the journal on their way to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from ressenti.facts.schemas import ColumnKind, Fact
from ressenti.server.importing.fact_rows import BELONGS_TO
from ressenti.server.models import EVENT_MODELS, EntryKind

FactRow = dict[str, Any]
Origin = tuple[str, str]
Said = tuple[object, ...]

# What waits was written in this order, and is added to the record in it.
WAITING = """
SELECT row
FROM ressenti_journalentry AS e
CROSS JOIN jsonb_array_elements(e.payload->'rows') WITH ORDINALITY AS told(row, place)
WHERE (e.transaction, e.id) > (
    SELECT coalesce(max(transaction::text), '0')::xid8, coalesce(max(entry), 0)
    FROM ressenti_tallyposition WHERE name = 'tallier')
  AND e.organisation_id = %s AND e.kind = %s AND e.payload->>'fact' = %s
  AND row->>'source_id' = ANY(%s)
ORDER BY e.transaction, e.id, place
"""


def rows_there(organisation: UUID, fact: Fact, rows: Sequence[FactRow]) -> dict[Origin, Said]:
    """Return what is said already of the events that some rows are about."""
    names = sorted({row["source_id"] for row in rows})
    columns = [column.key for column in fact.columns]
    own = EVENT_MODELS[fact.key]._default_manager.filter(
        organisation_id=organisation, source_id__in=names
    )
    there = {
        origin_of(row): said_of(row, fact)
        for row in own.values(*columns, BELONGS_TO, "segments").iterator()
    }
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [organisation, EntryKind.FACTS.value, fact.key, names])
        waiting = [_document(told) for (told,) in cursor.fetchall()]
    return there | {origin_of(row): said_of(row, fact) for row in waiting}


def origin_of(row: Mapping[str, Any]) -> Origin:
    """Return what makes a row the same one: where it comes from, and its identifier there."""
    return row["source"], row["source_id"]


def said_of(row: Mapping[str, Any], fact: Fact) -> Said:
    """Return all that a row says, alike however it is written.

    Examples
    --------
    >>> from ressenti.facts.schemas import FACTS
    >>> rows = ({"ordered_at": f"2026-03-01T{hour}", "amount": 7} for hour in ("10Z", "11+01:00"))
    >>> len({said_of(row, FACTS["orders"]) for row in rows})
    1
    """
    own = (_value(row.get(column.key), column.kind) for column in fact.columns)
    segments = tuple(sorted((row.get("segments") or {}).items()))
    return (*own, row.get(BELONGS_TO) or "", segments)


def _value(value: Any, kind: ColumnKind) -> object:
    if value is None:
        return None
    if kind is ColumnKind.INSTANT and isinstance(value, str):
        return datetime.fromisoformat(value)
    return float(value) if kind is ColumnKind.NUMBER else value


def _document(told: Any) -> FactRow:
    row: FactRow = json.loads(told) if isinstance(told, str) else told
    return row
