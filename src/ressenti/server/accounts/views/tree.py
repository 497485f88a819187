"""The page of the units: regions, shops and teams, as the tree they are."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ressenti.server.accounts import units as changes
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.forms import UnitForm
from ressenti.server.models import Role, Unit


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(Role.OWNER)
def units(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the tree, and add a unit to it."""
    form = UnitForm(request.POST or None, organisation=viewer.organisation)
    if request.method == "POST" and form.is_valid():
        found = changes.add(viewer, **form.cleaned_data)
        if isinstance(found, Unit):
            messages.success(request, _("%(name)s was added.") % {"name": found.name})
            return redirect("units", organisation=viewer.organisation.key)
        form.add_error("parent", found.label)
    tree = [
        (unit, changes.level(unit))
        for unit in Unit.objects.filter(organisation=viewer.organisation).order_by("path")
    ]
    return render(request, "ressenti/accounts/units.html", {"form": form, "tree": tree})


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(Role.OWNER)
def unit(request: HttpRequest, viewer: Viewer, identity: UUID) -> HttpResponse:
    """Show one unit; rename or move it."""
    found = viewer.own(Unit.objects.select_related("parent"), pk=identity)
    form = UnitForm(
        request.POST or None,
        organisation=viewer.organisation,
        initial={"name": found.name, "kind": found.kind, "parent": found.parent},
    )
    if request.method == "POST" and form.is_valid():
        misplaced = changes.change(viewer, found, **form.cleaned_data)
        if misplaced is None:
            messages.success(request, _("The change is in force."))
            return redirect("units", organisation=viewer.organisation.key)
        form.add_error("parent", misplaced.label)
    page = {"form": form, "unit": found, "uses": changes.uses(found)}
    return render(request, "ressenti/accounts/unit.html", page)


@require_POST
@seen_by(Role.OWNER)
def delete_unit(request: HttpRequest, viewer: Viewer, identity: UUID) -> HttpResponse:
    """Delete a unit that nothing uses."""
    found = viewer.own(Unit.objects.all(), pk=identity)
    name, uses = found.name, changes.delete(viewer, found)
    if uses:
        messages.error(
            request,
            _("%(name)s is still used by: %(uses)s.") % {"name": name, "uses": ", ".join(uses)},
        )
    else:
        messages.success(request, _("%(name)s was deleted.") % {"name": name})
    return redirect("units", organisation=viewer.organisation.key)
