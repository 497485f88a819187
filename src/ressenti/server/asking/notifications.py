"""Notifications: what the other processes are told once the transaction is committed."""

from __future__ import annotations

from django.db import connection

from ressenti.server.models import Survey

SURVEYS_CHANNEL = "ressenti_surveys"
JOURNAL_CHANNEL = "ressenti_journal"


def survey_changed(survey: Survey) -> None:
    """Tell whoever keeps surveys in memory that one of them is no longer as it was."""
    _notified(SURVEYS_CHANNEL, str(survey.pk))


def journal_written() -> None:
    """Wake the tallier."""
    _notified(JOURNAL_CHANNEL, "")


def _notified(channel: str, payload: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])
