"""The page of the people: who is a member, who is invited, who no longer is."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ressenti.server.accounts import invitations, members
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.forms import InvitationForm, RoleForm
from ressenti.server.accounts.granting import Refusal
from ressenti.server.models import MemberInvitation, Membership, Role


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(Role.OWNER)
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the members and the invitations, and invite."""
    form = InvitationForm(request.POST or None, organisation=viewer.organisation)
    link = ""
    if request.method == "POST" and form.is_valid():
        found = invitations.invite(viewer, **form.cleaned_data)
        if isinstance(found, Refusal):
            messages.error(request, found.label)
            return redirect("people", organisation=viewer.organisation.key)
        invitation, token = found
        link = f"{settings.BASE_URL}{reverse('join_link', args=[token])}"
        if settings.SENDS_MAIL and invitations.mailed(invitation, link):
            messages.success(
                request, _("The invitation was sent to %(email)s.") % {"email": invitation.email}
            )
            return redirect("people", organisation=viewer.organisation.key)
        form = InvitationForm(organisation=viewer.organisation)
    of_organisation = Membership.objects.filter(organisation=viewer.organisation)
    waiting = invitations.pending().filter(organisation=viewer.organisation)
    page = {
        "form": form,
        "link": link,
        "days": invitations.VALID_DAYS,
        "members": of_organisation.select_related("person", "unit").order_by("person__email"),
        "invitations": waiting.select_related("unit", "invited_by").order_by("email"),
    }
    return render(request, "ressenti/accounts/people.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(Role.OWNER)
def member(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Show one member, and change the role or the unit."""
    found = viewer.own(Membership.objects.select_related("person", "unit"), pk=number)
    form = RoleForm(
        request.POST or None,
        organisation=viewer.organisation,
        initial={"role": found.role, "unit": found.unit},
    )
    if request.method == "POST" and form.is_valid():
        refusal = members.change(viewer, found, **form.cleaned_data)
        if refusal is None:
            messages.success(request, _("The change is in force."))
            return redirect("people", organisation=viewer.organisation.key)
        form.add_error("role", refusal.label)
    page = {"form": form, "member": found}
    return render(request, "ressenti/accounts/member.html", page)


@require_POST
@seen_by(Role.OWNER)
def remove_member(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Take a member's access away."""
    found = viewer.own(Membership.objects.select_related("person", "unit"), pk=number)
    keys = members.known_keys(viewer, found)
    refusal = members.remove(viewer, found)
    if refusal is not None:
        messages.error(request, refusal.label)
    else:
        messages.success(
            request,
            _("%(email)s no longer has access.") % {"email": found.person.email},
        )
        if keys:
            text = ngettext(
                "An API key that this person made still works: revoke it if need be.",
                "%(keys)d API keys that this person made still work: revoke them if need be.",
                keys,
            )
            messages.warning(request, text % {"keys": keys})
    return redirect("people", organisation=viewer.organisation.key)


@require_POST
@seen_by(Role.OWNER)
def revoke_invitation(request: HttpRequest, viewer: Viewer, identity: UUID) -> HttpResponse:
    """Make an invitation stop working."""
    found = viewer.own(MemberInvitation.objects.all(), pk=identity)
    invitations.revoke(viewer, found)
    messages.success(request, _("The invitation no longer works."))
    return redirect("people", organisation=viewer.organisation.key)
