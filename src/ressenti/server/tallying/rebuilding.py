"""Rebuilding: tallies counted anew because what they are kept by, or the days, changed."""

from __future__ import annotations

from django.db import connection

from ressenti.server.models import Organisation
from ressenti.server.tallying.kinds import EVERYTHING
from ressenti.server.tallying.statements import ASK_RECOUNT


def rebuild_asked(organisation: Organisation) -> None:
    """Have the tallier count all tallies of an organisation anew, soon after this is committed."""
    with connection.cursor() as cursor:
        for fact in EVERYTHING:
            cursor.execute(ASK_RECOUNT, [organisation.pk, fact])
