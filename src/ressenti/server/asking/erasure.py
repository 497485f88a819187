"""Erasure: a person who asked to be forgotten leaves nothing but an empty row and a proof."""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.asking.notifications import journal_written
from ressenti.server.models import Customer, EntryKind, Erasure, Invitation, JournalEntry, Response
from ressenti.server.running.erasures import customer_digest as keyed_digest
from ressenti.server.running.erasures import keep_erasure

REPORT_PURPOSE = b"ressenti.erasure-report:"


def customer_digest(customer: UUID) -> bytes:
    """Return how the list of erasures calls a customer: keyed, so that it names nobody."""
    return keyed_digest(customer, key=settings.SECRET_KEY.encode())


def erase(viewer: Viewer, customer: Customer) -> Erasure:
    """Forget a customer, locked by the caller: here at once, and in the record by the tallier."""
    now = timezone.now()
    known_as = customer.external_id
    _blank(customer, now)
    invitations = Invitation.objects.filter(customer=customer)
    count = invitations.count()
    invitations.update(context={}, failure="", language="", due_at=None)
    invitations.filter(finished_at=None, revoked_at=None).update(revoked_at=now)
    JournalEntry.objects.create(
        organisation_id=viewer.organisation.pk,
        kind=EntryKind.ERASURE,
        idempotency_key=f"erasure:{customer.pk}",
        received_at=now,
        payload={"customer": str(customer.pk), "external_id": known_as},
    )
    journal_written()
    erasure = Erasure.objects.create(
        organisation_id=viewer.organisation.pk,
        customer_digest=customer_digest(customer.pk),
        asked_at=now,
        report={"invitations": count, "asked_by": viewer.actor},
    )
    # A backup taken before, and restored later, must know whom to forget again.
    transaction.on_commit(
        lambda: keep_erasure(
            settings.SERVER.data, viewer.organisation.pk, bytes(erasure.customer_digest)
        )
    )
    recorded(viewer, "customer.erased", subject_kind="customer", subject=str(customer.pk))
    return erasure


def _blank(customer: Customer, now: datetime) -> None:
    # The identifier is unique in an organisation, and must say nothing any more.
    customer.external_id = str(customer.pk)
    customer.email = customer.phone = customer.name = customer.language = ""
    customer.unit = None
    customer.attributes, customer.refuses = {}, []
    customer.bounced_at = None
    customer.erased_at = now
    customer.save()


def erasure_of(customer: Customer) -> Erasure | None:
    """Return the erasure of a customer; None when nobody asked for it."""
    return (
        Erasure.objects.filter(
            organisation_id=customer.organisation_id,
            customer_digest=customer_digest(customer.pk),
        )
        .order_by("asked_at")
        .first()
    )


def is_done(customer: Customer) -> bool:
    """Tell whether the record has nothing of the customer any more."""
    return not Response.objects.filter(customer=customer).exists()


def report_signature(erasure: Erasure) -> str:
    """Return the seal of an erasure's report: this server alone can have written it.

    Covers the organisation, the keyed digest of the customer and the moment.
    """
    said = b"|".join(
        (
            str(erasure.organisation_id).encode(),
            bytes(erasure.customer_digest),
            erasure.asked_at.isoformat().encode(),
        )
    )
    return hmac.digest(settings.SECRET_KEY.encode(), REPORT_PURPOSE + said, "sha256").hex()
