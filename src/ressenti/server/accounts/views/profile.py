"""The page of a person: what they say of themselves, and how they sign in."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from ressenti.server.accounts.forms import ProfileForm
from ressenti.server.accounts.providers import PROVIDER_ID
from ressenti.server.models import Person
from ressenti.server.pages.languages import COOKIE

YEAR = 31_536_000


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change a person's own settings."""
    person = request.user
    assert isinstance(person, Person)  # noqa: S101 - login_required saw to it
    told = {"name": person.name, "language": person.language, "theme": person.theme}
    form = ProfileForm(request.POST or None, initial=told)
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(person, name, value)
        person.save(update_fields=list(form.cleaned_data))
        with override(person.language):
            messages.success(request, _("Your settings were saved."))
        response = redirect("profile")
        # What an address once asked for no longer goes before what the person says here.
        response.set_cookie(COOKIE, person.language, max_age=YEAR, samesite="Lax", httponly=True)
        return response
    page = {
        "form": form,
        "has_two_steps": is_mfa_enabled(person),
        "provider": provider_name(),
        "provider_id": PROVIDER_ID,
        "is_connected": SocialAccount.objects.filter(user=person).exists(),
    }
    return render(request, "ressenti/accounts/profile.html", page)


def provider_name() -> str:
    """Return what the outside service that people may sign in with is called; empty for none."""
    applications = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", ())
    return next((str(application["name"]) for application in applications), "")
