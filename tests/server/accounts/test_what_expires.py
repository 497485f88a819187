"""The worker forgets what served its time: sessions, attempts, invitations and jobs."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ressenti.server.models import MemberInvitation
    from tests.server.conftest import Tenant

LONG = timedelta(days=31)
OLD_JOBS = """
INSERT INTO procrastinate_jobs (task_name, queue_name, status) VALUES ('old', %(mark)s, %(status)s)
RETURNING id
"""
ENDED = """
INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, %s, now() - interval '40 days')
"""


def invitation(tenant: Tenant, **told: object) -> MemberInvitation:
    from django.utils import timezone

    from ressenti.server.models import MemberInvitation

    columns = {"expires_at": timezone.now() + LONG, **told}
    return MemberInvitation.objects.create(
        organisation=tenant.organisation, email="new@example.com", role="consultant",
        token_digest=secrets.token_bytes(32), **columns,
    )  # fmt: skip


def test_what_expired_is_gone_within_the_hour_and_the_rest_is_there(tenant: Tenant) -> None:
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.cache import cache
    from django.utils import timezone

    from ressenti.server.accounts.tasks import forget_what_expired
    from ressenti.server.models import MemberInvitation, SharedEntry

    now = timezone.now()
    over, lives = SessionStore(), SessionStore()
    for session, seconds in ((over, -60), (lives, 60)):
        session["person"] = "somebody"
        session.set_expiry(now + timedelta(seconds=seconds))
        session.save()
    cache.set("attempts", [1.0], timeout=0.01)
    cache.set("others", [1.0], timeout=60)
    gone = [
        invitation(tenant, expires_at=now - LONG),
        invitation(tenant, accepted_at=now - LONG),
        invitation(tenant, revoked_at=now - LONG),
    ]
    kept = [invitation(tenant), invitation(tenant, expires_at=now - timedelta(days=2))]
    forget_what_expired(timestamp=0)
    assert [one.exists(one.session_key or "") for one in (over, lives)] == [False, True]
    assert not SharedEntry.objects.filter(expires_at__lte=now).exists()
    assert cache.get("others") == [1.0]
    left = set(MemberInvitation.objects.filter(organisation=tenant.organisation))
    assert left == set(kept)
    assert not left & set(gone)


@pytest.mark.parametrize(("status", "event"), [("failed", "failed"), ("succeeded", "succeeded")])
def test_jobs_that_ended_long_ago_are_forgotten(
    status: str, event: str, server_database: str
) -> None:
    from django.db import connection
    from procrastinate.contrib.django import app

    from ressenti.server.accounts.tasks import forget_old_jobs

    mark = secrets.token_hex(4)
    with connection.cursor() as cursor:
        for state in (status, "todo"):
            cursor.execute(OLD_JOBS, {"mark": mark, "status": state})
            (job,) = cursor.fetchone() or (None,)
            if state == status:
                cursor.execute(ENDED, [job, event])
        context: Any = SimpleNamespace(app=app)
        asyncio.run(forget_old_jobs.func(context, timestamp=0))
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE queue_name = %s", [mark])
        assert cursor.fetchall() == [("todo",)]
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queue_name = %s", [mark])


def test_the_worker_knows_of_both_and_of_their_hours(server_database: str) -> None:
    from procrastinate.contrib.django import app

    own: Any = app
    own.perform_import_paths()
    planned = {task.task.name: task.cron for task in own.periodic_registry.periodic_tasks.values()}
    assert planned["accounts.forget_what_expired"] == "23 * * * *"
    assert planned["accounts.forget_old_jobs"] == "41 2 * * *"
