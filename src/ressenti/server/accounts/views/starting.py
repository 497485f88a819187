"""The way in of the first owner and of invited people: links that work once."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ressenti.channels.signed_context import token_digest
from ressenti.server.accounts import first_owner, invitations
from ressenti.server.accounts.forms import FirstOwnerForm, NewPersonForm, time_zones
from ressenti.server.models import MemberInvitation, Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
START, INVITATION = "start_digest", "invitation"


@require_safe
def start_link(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token out of addresses from here on, so that no log or referrer has it."""
    digest = token_digest(token).hex()
    if not first_owner.opens(settings.SERVER.data, digest):
        raise Http404
    request.session[START] = digest
    return redirect("start")


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Make the organisation and its owner, once."""
    digest = request.session.get(START, "")
    if not first_owner.opens(settings.SERVER.data, digest):
        raise Http404
    form = FirstOwnerForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        page = {"form": form, "time_zones": time_zones()}
        return render(request, "ressenti/accounts/start.html", page)
    person = first_owner.started(
        settings.SERVER.data, digest, first_owner.FirstOwner(**form.cleaned_data)
    )
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    return redirect("home")


@require_safe
def join_link(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token out of addresses from here on, so that no log or referrer has it."""
    invitation = invitations.pending().filter(token_digest=token_digest(token)).first()
    if invitation is None:
        return render(request, "ressenti/accounts/join_over.html", status=404)
    request.session[INVITATION] = str(invitation.pk)
    return redirect("join")


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Let somebody join: with the account they have, or with a new one."""
    kept = str(request.session.get(INVITATION, uuid4()))
    pending = invitations.pending().select_related("organisation", "unit", "invited_by")
    invitation = pending.filter(pk=kept).first()
    if invitation is None:
        return render(request, "ressenti/accounts/join_over.html", status=404)
    person = request.user if isinstance(request.user, Person) else None
    if person is None and Person.objects.filter(email__iexact=invitation.email).exists():
        return _page(request, invitation, "sign_in")
    if person is None:
        return _joined_as_new(request, invitation)
    if person.email.casefold() != invitation.email.casefold():
        return _page(request, invitation, "other_account")
    if request.method != "POST":
        return _page(request, invitation, "confirm")
    return _joined(request, invitation, person)


def _joined_as_new(request: HttpRequest, invitation: MemberInvitation) -> HttpResponse:
    form = NewPersonForm(request.POST or None, address=invitation.email)
    if request.method != "POST" or not form.is_valid():
        return _page(request, invitation, "new_account", form)
    person = invitations.new_person(invitation, **form.cleaned_data)
    if person is None:
        return render(request, "ressenti/accounts/join_over.html", status=404)
    login(request, person, backend=BACKEND)
    return redirect("home")


def _joined(request: HttpRequest, invitation: MemberInvitation, person: Person) -> HttpResponse:
    membership = invitations.join(invitation, person)
    del request.session[INVITATION]
    if membership is None:
        return render(request, "ressenti/accounts/join_over.html", status=404)
    return redirect("scorecard", organisation=membership.organisation.key)


def _page(
    request: HttpRequest,
    invitation: MemberInvitation,
    case: str,
    form: NewPersonForm | None = None,
) -> HttpResponse:
    page = {"invitation": invitation, "case": case, "form": form}
    return render(request, "ressenti/accounts/join.html", page)
