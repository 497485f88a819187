"""The one page of the demonstration itself: whether its customers go on answering."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.models import Role


@require_POST
@seen_by(Role.OWNER)
def pause(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Let the simulated customers answer, or stop them."""
    organisation = viewer.organisation
    if not organisation.is_demo:
        raise Http404
    organisation.is_lively = request.POST.get("lively") == "yes"
    organisation.save(update_fields=["is_lively"])
    action = "demonstration.resumed" if organisation.is_lively else "demonstration.paused"
    recorded(viewer, action, subject_kind="organisation", subject=organisation.name)
    return redirect("scorecard", organisation=organisation.key)
