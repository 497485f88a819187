"""The audit log: every change and export, in a chain whose breaks can be seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit_subjects import name_kept
from ressenti.server.models import AuditEntry, AuditHead, Organisation

AUDIT_LOCK = 7_205_219


def digest_of(entry: AuditEntry) -> bytes:
    """Return what seals an entry: a digest of all it says and of the entry before it."""
    said = [
        str(entry.organisation_id),
        entry.at.isoformat(),
        entry.actor,
        entry.actor_kind,
        entry.action,
        entry.subject_kind,
        entry.subject,
        entry.detail,
        bytes(entry.previous_digest).hex() if entry.previous_digest else None,
    ]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def recorded(
    viewer: Viewer,
    action: str,
    *,
    subject_kind: str = "",
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Return the new entry that says what a viewer did."""
    return entry_added(
        viewer.organisation,
        actor=viewer.actor,
        actor_kind="person" if viewer.person else "key",
        action=action,
        subject_kind=subject_kind,
        subject=subject,
        detail=detail,
    )


def entry_added(
    organisation: Organisation,
    *,
    actor: str,
    actor_kind: str,
    action: str,
    subject_kind: str = "",
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEntry:
    """Return a new entry at the end of an organisation's chain."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two entries written at once would both follow the same one.
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
                [AUDIT_LOCK, str(organisation.pk)],
            )
        last = (
            AuditEntry.objects.filter(organisation=organisation)
            .order_by("-id")
            .values_list("digest", flat=True)
            .first()
        )
        entry = AuditEntry(
            organisation=organisation,
            at=at or timezone.now(),
            actor=actor,
            actor_kind=actor_kind,
            action=action,
            subject_kind=subject_kind,
            subject=subject[:200],
            detail={**name_kept(organisation, subject_kind, subject), **(detail or {})},
            previous_digest=bytes(last) if last else None,
        )
        entry.digest = digest_of(entry)
        entry.save()
        AuditHead.objects.update_or_create(
            organisation=organisation, defaults={"entry": entry.pk, "digest": entry.digest}
        )
    return entry


def first_broken_entry(organisation: Organisation) -> int | None:
    """Return the id of the first entry that does not fit the chain; None when all do.

    An entry that was removed at the end is the one that the head still names.
    """
    before: bytes | None = None
    for entry in AuditEntry.objects.filter(organisation=organisation).order_by("id").iterator():
        previous = bytes(entry.previous_digest) if entry.previous_digest else None
        if previous != before or bytes(entry.digest) != digest_of(entry):
            return int(entry.pk)
        before = bytes(entry.digest)
    head = AuditHead.objects.filter(organisation=organisation).first()
    is_whole = before == (bytes(head.digest) if head else None)
    return None if is_whole else (head.entry if head else 0)
