"""What the worker does for accounts: forget what served its time."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Q
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from ressenti.server.accounts.shared_cache import expired_entries_forgotten
from ressenti.server.models import MemberInvitation

EVERY_HOUR, EVERY_NIGHT = "23 * * * *", "41 2 * * *"
# Whom somebody wanted to invite is of no use to anybody after that; the log keeps what was done.
INVITATIONS_KEPT = timedelta(days=30)
HOURS_JOBS_ARE_KEPT = 30 * 24


@app.periodic(cron=EVERY_HOUR)
@app.task(name="accounts.forget_what_expired", pass_context=False)
def forget_what_expired(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Delete expired sessions, attempts that no longer count, and invitations long over."""
    SessionStore.clear_expired()
    expired_entries_forgotten()
    before = timezone.now() - INVITATIONS_KEPT
    over = Q(expires_at__lt=before) | Q(accepted_at__lt=before) | Q(revoked_at__lt=before)
    MemberInvitation.objects.filter(over).delete()


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="accounts.forget_old_jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - as above
    """Delete the jobs that ended a month ago, failed ones too."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=HOURS_JOBS_ARE_KEPT, include_failed=True, include_aborted=True
    )
