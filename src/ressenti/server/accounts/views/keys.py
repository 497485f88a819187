"""The page of the API keys."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.forms import KeyForm
from ressenti.server.accounts.keys import new_key, revoke
from ressenti.server.models import ApiKey, Role, Scope


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(Role.OWNER)
def keys(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the keys, and make one: the answer shows its secret, and nothing shows it again."""
    form = KeyForm(request.POST or None, organisation=viewer.organisation)
    secret = ""
    if request.method == "POST" and form.is_valid():
        _key, secret = new_key(viewer, **form.cleaned_data)
        form = KeyForm(organisation=viewer.organisation)
    found = ApiKey.objects.filter(organisation=viewer.organisation)
    page = {
        "form": form,
        "secret": secret,
        "keys": [
            (key, [Scope(scope).label for scope in key.scopes])
            for key in found.select_related("unit", "created_by").order_by("-created_at")
        ],
    }
    return render(request, "ressenti/accounts/keys.html", page)


@require_POST
@seen_by(Role.OWNER)
def revoke_key(request: HttpRequest, viewer: Viewer, identity: UUID) -> HttpResponse:
    """End a key at once."""
    found = viewer.own(ApiKey.objects.all(), pk=identity)
    revoke(viewer, found)
    messages.success(request, _("The key no longer works."))
    return redirect("keys", organisation=viewer.organisation.key)
