"""What every template may say: who looks at which organisation, in which language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ressenti.server.accounts.access import Viewer
from ressenti.server.models import Membership, Person


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page needs."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    memberships: list[Membership] = []
    user = getattr(request, "user", None)
    if isinstance(user, Person):
        memberships = list(Membership.objects.filter(person=user).select_related("organisation"))
    return {
        "viewer": viewer,
        "organisation": viewer.organisation if viewer else None,
        "memberships": memberships,
        "language": getattr(request, "LANGUAGE_CODE", "en"),
        "sends_mail": settings.SENDS_MAIL,
    }
