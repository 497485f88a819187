"""Sending: each due message claimed, sent once, and its fate written down before the next one.

A claim is committed before the message leaves. Whoever is killed in between leaves one claimed
message behind, of which nobody knows whether it arrived: it is shown and not sent again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from ressenti.channels.bounces import DEAD_REPLIES
from ressenti.channels.email_words import mailbox
from ressenti.channels.smtp import Delivery, MailServer, Stage, sent
from ressenti.errors import InvalidArgument, RessentiError
from ressenti.server.asking.decisions import refuses
from ressenti.server.asking.invitation_messages import Letter, letter_of, message_for
from ressenti.server.models import Campaign, Customer, Invitation, NotAskedReason

BATCH = 200
MOST_ATTEMPTS = 8
MOST_FAILURES_IN_A_ROW = 3
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_FAILURE = 200

CLAIM = """
UPDATE ressenti_invitation SET claimed_at = now(), attempts = attempts + 1
WHERE id = (
    SELECT invitation.id FROM ressenti_invitation AS invitation
    JOIN ressenti_campaign AS campaign ON campaign.id = invitation.campaign_id
    JOIN ressenti_survey AS survey ON survey.id = invitation.survey_id
    WHERE invitation.campaign_id = %s
      AND invitation.due_at <= now() AND invitation.claimed_at IS NULL
      AND invitation.not_sent_reason = '' AND invitation.revoked_at IS NULL
      AND invitation.finished_at IS NULL AND invitation.opted_out_at IS NULL
      AND invitation.bounced_at IS NULL
      AND (invitation.expires_at IS NULL OR invitation.expires_at > now())
      AND campaign.stopped_at IS NULL AND survey.state = 'live'
      AND (survey.closes_at IS NULL OR survey.closes_at > now())
    ORDER BY invitation.due_at LIMIT 1 FOR UPDATE OF invitation SKIP LOCKED
) AND claimed_at IS NULL
RETURNING id
"""


def send_due(campaign_id: UUID, server: MailServer, *, most: int = BATCH) -> int:
    """Send what is due of a campaign, at most so many messages; return how many were tried."""
    campaign = Campaign.objects.select_related("survey__organisation").get(pk=campaign_id)
    letter = letter_of(campaign)
    if letter is None:
        return 0
    waiting: deque[Invitation] = deque()
    failures = tried = 0
    for delivery in sent(_messages(letter, waiting, most), server):
        tried += 1
        write_down(letter.campaign, waiting.popleft(), delivery)
        failures = failures + 1 if delivery.stage is Stage.CONNECTION else 0
        if failures >= MOST_FAILURES_IN_A_ROW:
            break
    return tried


def _messages(letter: Letter, waiting: deque[Invitation], most: int) -> Iterator[EmailMessage]:
    for _ in range(most):
        invitation = claimed(letter.campaign.pk)
        if invitation is None:
            return
        try:
            message = _message(letter, invitation)
        except RessentiError:
            # What is wrong is not the person's fault: whoever mends it finds the message due.
            Invitation.objects.filter(pk=invitation.pk).update(claimed_at=None)
            raise
        if message is not None:
            waiting.append(invitation)
            yield message


def claimed(campaign_id: UUID) -> Invitation | None:
    """Return the next due invitation of a campaign, claimed for this worker alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, [campaign_id])
        row = cursor.fetchone()
    if row is None:
        return None
    return Invitation.objects.select_related("customer__unit").get(pk=row[0])


def _message(letter: Letter, invitation: Invitation) -> EmailMessage | None:
    """Return the message; None when the person can no longer be asked, which is written down."""
    customer = invitation.customer
    if customer is None or refuses(customer, invitation.channel):
        _withdrawn(invitation, NotAskedReason.REFUSED)
        return None
    if customer.bounced_at is not None or not customer.email:
        is_dead = customer.bounced_at is not None
        _withdrawn(invitation, NotAskedReason.BOUNCED if is_dead else NotAskedReason.NO_ADDRESS)
        return None
    try:
        mailbox("", customer.email)
    except InvalidArgument as error:
        _gave_up(invitation, error.message.en)
        return None
    return message_for(letter, invitation, attempt=attempt_of(invitation))


def attempt_of(invitation: Invitation) -> int:
    """Return which message comes next: 1 for the invitation, 2 for its first reminder."""
    return 1 if invitation.sent_at is None else invitation.reminders + 2


def write_down(campaign: Campaign, invitation: Invitation, delivery: Delivery) -> None:
    """Write down what became of a message, and when the next one is due."""
    if delivery.accepted:
        _accepted(campaign, invitation)
    elif delivery.permanent:
        _refused(invitation, delivery)
    elif invitation.attempts >= MOST_ATTEMPTS:
        _gave_up(invitation, _words(delivery))
    else:
        Invitation.objects.filter(pk=invitation.pk).update(
            claimed_at=None,
            due_at=timezone.now() + pause_after(invitation.attempts),
            failure=_words(delivery),
        )


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts.

    Examples
    --------
    >>> [pause_after(attempts).total_seconds() / 60 for attempts in (1, 2, 5, 20)]
    [2.0, 4.0, 32.0, 360.0]
    """
    return min(timedelta(minutes=2 ** min(attempts, 12)), LONGEST_PAUSE)


def _accepted(campaign: Campaign, invitation: Invitation) -> None:
    now = timezone.now()
    is_reminder = invitation.sent_at is not None
    reminders = invitation.reminders + is_reminder
    first = invitation.sent_at or now
    Invitation.objects.filter(pk=invitation.pk).update(
        claimed_at=None,
        sent_at=first,
        reminders=reminders,
        due_at=next_reminder(campaign.reminder_days, first, reminders),
        attempts=0,
        failure="",
    )


def next_reminder(
    reminder_days: Sequence[int], sent_at: datetime, reminders: int
) -> datetime | None:
    """Return when the next reminder is due; None when there is none.

    Parameters
    ----------
    reminder_days : sequence of int
        Days after the invitation, in order.
    reminders : int
        How many were sent.
    """
    if reminders >= len(reminder_days):
        return None
    return sent_at + timedelta(days=reminder_days[reminders])


def _refused(invitation: Invitation, delivery: Delivery) -> None:
    now = timezone.now()
    is_about_recipient = delivery.stage is Stage.RECIPIENT
    Invitation.objects.filter(pk=invitation.pk).update(
        claimed_at=None,
        due_at=None,
        bounced_at=now if is_about_recipient else None,
        failure=_words(delivery),
    )
    if is_about_recipient and delivery.code in DEAD_REPLIES:
        Customer.objects.filter(invitation=invitation).update(bounced_at=now)


def _withdrawn(invitation: Invitation, reason: NotAskedReason) -> None:
    """Take an invitation back: a person never asked keeps the reason, one asked no reminder."""
    told: dict[str, object] = {"claimed_at": None, "due_at": None}
    if invitation.sent_at is None:
        told["not_sent_reason"] = reason
    Invitation.objects.filter(pk=invitation.pk).update(**told)


def _gave_up(invitation: Invitation, failure: str) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(
        claimed_at=None, due_at=None, failure=failure[:LONGEST_FAILURE]
    )


def _words(delivery: Delivery) -> str:
    return f"{delivery.code or ''} {delivery.reply}".strip()[:LONGEST_FAILURE]
