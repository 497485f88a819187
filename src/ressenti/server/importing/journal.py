"""The journal as the interface writes it: whole entries, each once for its key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from ressenti.language import Text
from ressenti.server.asking.notifications import journal_written
from ressenti.server.intake.problems import Problem
from ressenti.server.models import EntryKind, JournalEntry

REUSED = Problem(
    409,
    "idempotency_key_reused",
    Text(
        en="This idempotency key was used for other content, which is kept as it was.",
        fr="Cette clé d'idempotence a servi pour un autre contenu, qui reste tel quel.",
    ),
)


def digest_of(value: object) -> str:
    """Return what tells the same content from another, however its JSON was written."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def written_once(
    organisation: UUID, kind: EntryKind, payload: Mapping[str, Any], *, key: str, request: str
) -> bool:
    """Write an entry and wake the tallier; tell whether it was new.

    Parameters
    ----------
    key : str
        The program's own name for this request; empty when it gave none.
    request : str
        Digest of what was sent.

    Raises
    ------
    Problem
        409, when the key was used for something else.
    """
    name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    own_key = f"{kind.name.lower()}:{name}" if key else None
    entry = JournalEntry(
        organisation_id=organisation,
        response_id=uuid4(),
        kind=kind,
        idempotency_key=own_key,
        received_at=timezone.now(),
        payload={**payload, "request": request},
    )
    # Two at once with one key: the second waits for the first, and finds its entry.
    JournalEntry.objects.bulk_create([entry], ignore_conflicts=True)
    if own_key is not None:
        kept = JournalEntry.objects.get(organisation_id=organisation, idempotency_key=own_key)
        if kept.payload.get("request") != request:
            raise REUSED
        if kept.response_id != entry.response_id:
            return False
    journal_written()
    return True
