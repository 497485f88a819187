"""Pages that belong to no part: the way in, refusals, and what machines ask about health."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from ressenti.reports.palette import stylesheet
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.models import Membership

SECONDS_BEHIND = 30.0


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the scorecard of the person's first organisation."""
    membership = (
        Membership.objects.filter(person=request.user.pk).select_related("organisation").first()
    )
    if membership is None:
        return render(request, "ressenti/no_organisation.html", status=403)
    return redirect("scorecard", organisation=membership.organisation.key)


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether the database answers and the tallier keeps up."""
    from ressenti.server.tallying.positions import lag

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    behind = lag()
    is_ready = behind.seconds is None or behind.seconds < SECONDS_BEHIND
    document = {
        "status": "ok" if is_ready else "late",
        "entries_behind": behind.entries,
        "seconds_behind": behind.seconds,
    }
    return JsonResponse(document, status=200 if is_ready else 503)


@require_safe
@cache_control(public=True, max_age=3600)
def palette(_request: HttpRequest) -> HttpResponse:
    """Give the colours, written once for charts and pages."""
    return HttpResponse(stylesheet(), content_type="text/css; charset=utf-8")


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's
    """Say that the role does not allow it, and write it down."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is not None:
        recorded(viewer, "refused", subject_kind="page", subject=request.path)
    return render(request, "ressenti/refused.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's
    """Say that there is no such page."""
    return render(request, "ressenti/not_found.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that something failed on our side."""
    return render(request, "ressenti/failed.html", {"base_url": settings.BASE_URL}, status=500)
