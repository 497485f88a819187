"""Painting: the figures of a watched page as they are now, read and written in a thread."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from ressenti.errors import UndefinedResult, UsageError
from ressenti.server.cockpit.fragments import INDICATOR, VOICE, fragments_of_page
from ressenti.server.live.subjects import Subject
from ressenti.server.models import Measure
from ressenti.server.tallying.batches import COMMENTS


def painted(subject: Subject, tallies: frozenset[str] | None) -> Mapping[str, str]:
    """Return the markup of what changes on a page; nothing when it reads none of these tallies.

    A scorecard is painted whole: whether one of its changes is established depends on all of them.
    """
    try:
        if tallies is not None and not _reads(subject, tallies):
            return {}
        return fragments_of_page(
            subject.organisation, subject.unit, subject.page, subject.query, subject.language
        )
    except (UsageError, UndefinedResult, ObjectDoesNotExist):
        # The page itself has said what is wrong with its address.
        return {}
    finally:
        connection.close()


def _reads(subject: Subject, tallies: frozenset[str]) -> bool:
    if subject.page == VOICE:
        return COMMENTS in tallies
    if not subject.page.startswith(INDICATOR):
        shown = Measure.objects.filter(organisation=subject.organisation, is_shown=True)
        return shown.filter(tally__in=tallies).exists()
    asked = subject.page.removeprefix(INDICATOR)
    own = Measure.objects.filter(organisation=subject.organisation, tally__in=tallies)
    return asked.isdigit() and own.filter(pk=asked).exists()
