"""The page of an organisation's own settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.forms import OrganisationForm, time_zones, told_of
from ressenti.server.accounts.organisations import change
from ressenti.server.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(Role.OWNER)
def organisation_settings(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show and change what holds for the whole organisation."""
    form = OrganisationForm(request.POST or None, initial=told_of(viewer.organisation))
    if request.method == "POST" and form.is_valid():
        if change(viewer, form.cleaned_data):
            messages.info(request, _("The tallies are being counted again; this takes a while."))
        messages.success(request, _("The settings were saved."))
        return redirect("settings", organisation=viewer.organisation.key)
    page = {"form": form, "time_zones": time_zones()}
    return render(request, "ressenti/accounts/settings.html", page)
