"""Claims: an entry that uses up an invitation or takes the place of a quota, or neither of both.

The entry, the invitation and the places are one transaction: of five hundred who race for the last
place exactly one is written, and whoever is told that the answer counts is counted.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

from psycopg import DataError, OperationalError, Rollback
from psycopg_pool import PoolTimeout

from ressenti.language import Text
from ressenti.server.intake.acceptance import Accepted, quota_full
from ressenti.server.intake.group_commit import (
    ATTEMPTS,
    PAUSE_SECONDS,
    Acknowledgement,
    Connection,
    Outcome,
    Pool,
    refused_by_database,
    unreachable,
    written,
)
from ressenti.server.intake.problems import Problem

# An anonymous answer must not be recognised by the instant at which its invitation was used.
USED_INVITATION = """
UPDATE ressenti_invitation SET
    finished_at = CASE WHEN %(coarse)s THEN date_trunc('day', now()) ELSE now() END,
    started_at = coalesce(
        started_at, CASE WHEN %(coarse)s THEN date_trunc('day', now()) ELSE %(started)s END
    )
WHERE id = %(invitation)s AND finished_at IS NULL AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > now())
"""
BEGUN_INVITATION = """
UPDATE ressenti_invitation SET
    started_at = CASE WHEN %(coarse)s THEN date_trunc('day', now()) ELSE %(started)s END
WHERE id = %(invitation)s AND started_at IS NULL
"""
TAKEN_PLACES = """
UPDATE ressenti_quota SET taken = taken + 1
WHERE taken < places AND id IN (
    SELECT id FROM ressenti_quota WHERE id = ANY(%s) ORDER BY id FOR UPDATE
)
"""


async def note_begun(
    pool: Pool, invitation: UUID, *, started_at: datetime, is_anonymous: bool
) -> None:
    """Note that somebody has begun to answer, for the funnel of those who were asked."""
    values = {"invitation": invitation, "coarse": is_anonymous, "started": started_at}
    async with pool.connection() as connection:
        await connection.execute(BEGUN_INVITATION, values)


async def claimed(pool: Pool, accepted: Accepted) -> Acknowledgement:
    """Return the acknowledgement of an entry together with all that it claims.

    Raises
    ------
    Problem
        410 when the invitation was used, 409 when a quota is full, 503 when the database cannot
        be reached; nothing is kept then.
    """
    for attempt in range(ATTEMPTS):
        try:
            async with pool.connection() as connection:
                outcome = await _claimed_at_once(connection, accepted)
        except DataError:
            raise refused_by_database() from None
        except (OperationalError, PoolTimeout):
            await asyncio.sleep(PAUSE_SECONDS * (attempt + 1))
        else:
            if isinstance(outcome, Problem):
                raise outcome
            return outcome
    raise unreachable()


async def _claimed_at_once(connection: Connection, accepted: Accepted) -> Outcome:
    outcome: Outcome = unreachable()
    async with connection.transaction() as transaction:
        (outcome,) = await written(connection, [accepted.entry])
        if isinstance(outcome, Problem) or outcome.is_duplicate:
            raise Rollback(transaction)
        refusal = await _refusal(connection, accepted)
        if refusal is not None:
            outcome = refusal
            raise Rollback(transaction)
    return outcome


async def _refusal(connection: Connection, accepted: Accepted) -> Problem | None:
    if accepted.invitation is not None:
        used = await connection.execute(
            USED_INVITATION,
            {
                "invitation": accepted.invitation,
                "coarse": accepted.is_anonymous,
                "started": accepted.started_at,
            },
        )
        if used.rowcount == 0:
            return invitation_used()
    if accepted.quotas:
        taken = await connection.execute(TAKEN_PLACES, (list(accepted.quotas),))
        if taken.rowcount < len(accepted.quotas):
            return quota_full()
    return None


def invitation_used() -> Problem:
    """Return the refusal of an invitation that was used, withdrawn or has expired."""
    return Problem(
        410,
        "invitation_used",
        Text(
            en="This invitation was used already, or is no longer valid.",
            fr="Cette invitation a déjà servi, ou n'est plus valable.",
        ),
    )
