"""What the worker does for asking: decide campaigns, send what is due, end what has expired.

Every minute it looks for what is left undone, so that nothing waits for a worker that was killed.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from ressenti.server.asking.anonymity import separate_used_invitations
from ressenti.server.asking.campaigns import decide
from ressenti.server.asking.mail_servers import mail_obstacle, own_mail_server
from ressenti.server.asking.sending import BATCH, send_due
from ressenti.server.models import Campaign, Invitation

EVERY_MINUTE = "* * * * *"
# Whoever answered, refused or cannot be reached waits for no message, whoever wrote that down.
OVER = (
    Q(finished_at__isnull=False)
    | Q(opted_out_at__isnull=False)
    | Q(bounced_at__isnull=False)
    | Q(revoked_at__isnull=False)
)


@app.task(name="asking.decide_campaign")
def decide_campaign(campaign: str) -> None:
    """Write the ledger of a campaign, then send."""
    decide(UUID(campaign))
    send_campaign.defer(campaign=campaign)


@app.task(name="asking.send_campaign")
def send_campaign(campaign: str) -> None:
    """Send a batch of a campaign's due messages, and come back for the next one."""
    server = None if mail_obstacle() else own_mail_server()
    if server is not None and send_due(UUID(campaign), server) >= BATCH:
        send_campaign.defer(campaign=campaign)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="asking.look_after_campaigns", pass_context=False)
def look_after_campaigns(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Take up what is left undone: undecided campaigns, due messages, expired invitations."""
    now = timezone.now()
    over = Invitation.objects.filter(OVER | Q(expires_at__lte=now), due_at__isnull=False)
    over.update(due_at=None)
    undecided = Campaign.objects.filter(
        Q(starts_at=None) | Q(starts_at__lte=now),
        launched_at__isnull=False,
        decided_at=None,
        stopped_at=None,
    )
    for key in undecided.values_list("pk", flat=True):
        decide_campaign.defer(campaign=str(key))
    for key in campaigns_with_due_messages():
        send_campaign.defer(campaign=str(key))


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="asking.keep_answers_anonymous", pass_context=False)
def keep_answers_anonymous(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Take away what tells which invitation an anonymous answer came by."""
    separate_used_invitations()


def campaigns_with_due_messages() -> list[UUID]:
    """Return the campaigns that have something to send now."""
    due = Invitation.objects.filter(
        due_at__lte=timezone.now(), claimed_at=None, campaign__isnull=False
    )
    return list(due.values_list("campaign", flat=True).distinct())
