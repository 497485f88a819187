"""Who watches what: the same rules as for the page itself."""

from __future__ import annotations

from importlib import import_module
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.crypto import constant_time_compare

from ressenti.language import LANGUAGES
from ressenti.server.accounts.access import viewer_of
from ressenti.server.live.subjects import Subject
from ressenti.server.models import Person

NO_FILTER = frozenset({"lang"})


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


def subject_seen(
    session: str, organisation: str, page: str, query: str, language: str
) -> Subject | None:
    """Return what a stream shows; None when whoever asks may not see it."""
    person = person_of_session(session)
    if person is None:
        return None
    try:
        viewer = viewer_of(person, organisation)
    except Http404:
        return None
    filters = sorted(pair for pair in parse_qsl(query) if pair[0] not in NO_FILTER)
    return Subject(
        organisation=viewer.organisation.pk,
        unit=viewer.unit.pk if viewer.unit else None,
        page=page.strip("/"),
        query=urlencode(filters),
        language=next((known for known in LANGUAGES if known == language), "en"),
    )
