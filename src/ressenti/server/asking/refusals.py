"""Refusals: a person who does not want to be asked, told by a link, a complaint or a colleague."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from ressenti.server.asking.decisions import ALL_CHANNELS
from ressenti.server.models import Customer, Invitation


def refuse(customer: Customer, channel: str = ALL_CHANNELS) -> None:
    """Write down that a customer refuses to be asked; what waits to be sent is withdrawn."""
    with transaction.atomic():
        own = Customer.objects.select_for_update().get(pk=customer.pk)
        if channel not in own.refuses:
            own.refuses = sorted({*own.refuses, channel})
            own.save(update_fields=["refuses", "changed_at"])
        waiting = Invitation.objects.filter(customer=own, due_at__isnull=False)
        if channel != ALL_CHANNELS:
            waiting = waiting.filter(channel=channel)
        # A link that was sent stays good: whoever refuses more of them may still answer.
        waiting.filter(sent_at=None).update(revoked_at=timezone.now())
        waiting.update(due_at=None)


def accept_again(customer: Customer) -> None:
    """Write down that a customer agrees to be asked again, on every channel."""
    Customer.objects.filter(pk=customer.pk).update(refuses=[], changed_at=timezone.now())


def refuse_by_invitation(invitation: Invitation, channel: str = ALL_CHANNELS) -> None:
    """Write down a refusal told by the link of an invitation; telling it twice changes nothing."""
    with transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk, opted_out_at=None).update(
            opted_out_at=timezone.now(), due_at=None
        )
        if invitation.customer is not None:
            refuse(invitation.customer, channel)
