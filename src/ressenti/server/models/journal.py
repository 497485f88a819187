"""The journal: everything that was taken in, once, in the order in which it was committed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Func

from ressenti.server.tallying.kinds import EntryKind


class TransactionIdField(models.TextField):  # type: ignore[type-arg] # not generic when it runs
    """PostgreSQL's own 64-bit number of the transaction that wrote a row, never reused."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002 - only PostgreSQL
        return "xid8"


class CurrentTransaction(Func):
    """The number of the transaction that is writing."""

    function = "pg_current_xact_id"
    output_field = TransactionIdField()


class JournalEntry(models.Model):
    """One thing taken in: a page of answers, a batch of facts, the erasure of a person, readings.

    A row is written when its intake is acknowledged and never changed; the tallier projects it
    into the record and the tallies. ``idempotency_key`` makes a repeated request the same one.
    """

    id = models.BigAutoField(primary_key=True)
    transaction = TransactionIdField(db_default=CurrentTransaction(), editable=False)
    organisation_id = models.UUIDField()
    survey_id = models.UUIDField(null=True)
    response_id = models.UUIDField(default=uuid.uuid4)
    kind = models.SmallIntegerField(choices=[(kind.value, kind.name.title()) for kind in EntryKind])
    # Nulls never collide in the constraint below, empty texts would.
    idempotency_key = models.CharField(max_length=80, null=True)  # noqa: DJ001 - see above
    received_at = models.DateTimeField()
    payload = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation_id", "idempotency_key"], name="entry_counts_once"
            ),
        )
        indexes = (
            models.Index(fields=["transaction", "id"], name="journal_in_commit_order"),
            models.Index(fields=["response_id"], name="journal_by_response"),
        )

    def __str__(self) -> str:
        return f"{self.pk}"
