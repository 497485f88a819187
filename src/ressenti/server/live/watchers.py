"""Who watches what: the same rules as for the page itself.

A stream's subject is written anew from what its address was understood to ask: what means nothing
to the page makes no other subject, which would have to be painted too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.exceptions import ValidationError
from django.http import Http404, QueryDict
from django.utils.crypto import constant_time_compare

from ressenti.errors import UsageError
from ressenti.language import LANGUAGES
from ressenti.server.accounts.access import Viewer, viewer_of
from ressenti.server.cockpit.choices import unlisted_choices
from ressenti.server.cockpit.filters import filters_of_query
from ressenti.server.cockpit.focus import WHOLE
from ressenti.server.cockpit.fragments import INDICATOR, JOURNEY, VOICE
from ressenti.server.cockpit.scope import Scope, scope_of_viewer
from ressenti.server.cockpit.voice_lists import question_asked
from ressenti.server.live.subjects import Subject
from ressenti.server.models import Measure, Person

SCORECARD = "scorecard"


@dataclass(frozen=True, slots=True)
class Watcher:
    """Somebody who may watch a subject."""

    person: Person | None
    subject: Subject


def person_of_session(key: str) -> Person | None:
    """Return who a session belongs to; None when it is over or the password changed since."""
    if not key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    try:
        person = Person.objects.get(pk=session.get(SESSION_KEY), is_active=True)
    except (Person.DoesNotExist, ValidationError):
        return None
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    seal = session.get(HASH_SESSION_KEY, "")
    return person if constant_time_compare(seal, person.get_session_auth_hash()) else None


def watcher_of(session: str, organisation: str, page: str, query: str) -> Watcher | None:
    """Return who watches what; None when whoever asks may not, or when there is no such page.

    Parameters
    ----------
    page : str
        ``scorecard``, ``indicator/12``, ``journey`` or ``voice``.
    query : str
        The filters, what else the page asks, and ``lang``.
    """
    viewer = _viewer(session, organisation)
    if viewer is None:
        return None
    asked = QueryDict(query)
    language = asked.get("lang", "")
    try:
        understood = _understood(viewer, page, asked)
    except UsageError:
        # The page itself has said what is wrong with its address.
        return None
    if understood is None:
        return None
    subject = Subject(
        organisation=viewer.organisation.pk,
        unit=viewer.unit.pk if viewer.unit else None,
        page=page,
        query=understood,
        language=next((known for known in LANGUAGES if known == language), "en"),
    )
    return Watcher(viewer.person, subject)


def still_watches(session: str, organisation: str, subject: Subject) -> bool:
    """Tell whether a session may go on watching: signed in, a member, and limited as before."""
    viewer = _viewer(session, organisation)
    if viewer is None:
        return False
    unit = viewer.unit.pk if viewer.unit else None
    return (viewer.organisation.pk, unit) == (subject.organisation, subject.unit)


def _viewer(session: str, organisation: str) -> Viewer | None:
    person = person_of_session(session)
    try:
        return None if person is None else viewer_of(person, organisation)
    except Http404:
        return None


def _understood(viewer: Viewer, page: str, asked: QueryDict) -> str | None:
    """Return what decides what a page shows, as its own address writes it; None for no page."""
    choices = unlisted_choices(viewer.organisation, viewer.unit)
    scope = scope_of_viewer(viewer, filters_of_query(asked, choices))
    own: Mapping[str, str] = {}
    if page == JOURNEY:
        own = _period_asked(scope, asked.get("at", ""))
    elif page == VOICE:
        own = question_asked(viewer.organisation, asked).told()
    elif page != SCORECARD and not _is_of_measure(viewer, page):
        return None
    return scope.filters.query(**own)


def _period_asked(scope: Scope, at: str) -> dict[str, str]:
    days = {day.isoformat() for day in scope.window().shown}
    return {"at": at} if at == WHOLE or at in days else {}


def _is_of_measure(viewer: Viewer, page: str) -> bool:
    if not page.startswith(INDICATOR):
        return False
    key = page.removeprefix(INDICATOR)
    own = Measure.objects.filter(organisation=viewer.organisation)
    # One address a measure: « 012 » is no other page.
    return key.isdecimal() and own.filter(pk=key[:18]).exists() and key == str(int(key))
