"""The ways in that are ours: single sign-on, and what is said to a forged form."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from ressenti.server.accounts.single_sign_on import StrictAdapter


@login_not_required  # type: ignore[untyped-decorator] # allauth publishes no types
def sign_on(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Lead to the provider by a page of our own.

    Our content policy lets no form lead elsewhere, not even by a redirection, so the page does.
    """
    try:
        view = OAuth2LoginView.adapter_view(StrictAdapter(request, provider))
        response: HttpResponseBase = view(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    target = response.headers.get("Location", "")
    if not urlsplit(target).netloc:
        return response
    return render(request, "ressenti/accounts/leaving.html", {"target": target})


@login_not_required  # type: ignore[untyped-decorator] # as above
def signed_on(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Take what the provider says of the person."""
    try:
        view = OAuth2CallbackView.adapter_view(StrictAdapter(request, provider))
        response: HttpResponseBase = view(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return response


def closed(_request: HttpRequest, **_parts: str) -> HttpResponseBase:
    """Tell that there is no such page: the library has it, this server does not."""
    raise Http404


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's
    """Say that a form did not come from our own page."""
    return render(request, "ressenti/accounts/forged.html", status=403)
