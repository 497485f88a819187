"""Anonymity in the database itself: who was asked and what was answered share no mark.

An answer and the note that its invitation was used are one transaction, so that each counts once;
PostgreSQL writes the number of that transaction, and the order of arrival, into both. Here the
used invitations of anonymous surveys are written again, many at once and in random order, with no
instant but the one at which somebody was chosen: what remains tells only that each is one of many.
"""

from __future__ import annotations

from random import SystemRandom
from uuid import UUID

from django.db import connection, transaction

from ressenti.tallies.suppression import FLOOR

MOST_TOGETHER = 500
AMONG = 20
SURVEYS = """
SELECT survey.id FROM ressenti_survey AS survey
WHERE survey.is_anonymous AND EXISTS (
    SELECT FROM ressenti_invitation AS invitation
    WHERE invitation.survey_id = survey.id
      AND (started_at <> decided_at OR finished_at <> decided_at)
)
"""
NEW = """
SELECT id FROM ressenti_invitation
WHERE survey_id = %s AND (started_at <> decided_at OR finished_at <> decided_at)
LIMIT %s FOR UPDATE SKIP LOCKED
"""
EARLIER = """
SELECT id FROM ressenti_invitation
WHERE survey_id = %s AND num_nulls(started_at, finished_at) < 2 AND id <> ALL(%s)
ORDER BY random() LIMIT %s
"""
REWRITTEN = """
UPDATE ressenti_invitation SET
    started_at = CASE WHEN started_at IS NOT NULL THEN decided_at END,
    finished_at = CASE WHEN finished_at IS NOT NULL THEN decided_at END
WHERE id = %s
"""


def separate_used_invitations() -> int:
    """Write the newly used invitations of anonymous surveys again, so that nothing tells by whom.

    Fewer than twenty are written together with earlier ones of their survey; fewer than five in
    all wait for others.

    Returns
    -------
    int
        How many new ones were written.
    """
    with connection.cursor() as cursor:
        cursor.execute(SURVEYS)
        surveys = [row[0] for row in cursor.fetchall()]
    return sum(map(_separated, surveys))


def _separated(survey: UUID) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NEW, (survey, MOST_TOGETHER))
        new = [row[0] for row in cursor.fetchall()]
        cursor.execute(EARLIER, (survey, new, max(0, AMONG - len(new))))
        together = new + [row[0] for row in cursor.fetchall()]
        if not new or len(together) < FLOOR:
            return 0
        # Rows lie in the order in which they are written.
        SystemRandom().shuffle(together)
        cursor.executemany(REWRITTEN, [(invitation,) for invitation in together])
    return len(new)
