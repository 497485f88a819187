"""The tour: an account of the demonstration, and a link that signs it in without typing."""

from __future__ import annotations

import hmac
import json
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from ressenti.channels.signed_context import new_token, token_digest
from ressenti.server.models import Membership, Person
from ressenti.server.running.demonstrating import EDITION, TOUR_FILE
from ressenti.server.running.secret_files import read_secret, write_secret

TOUR_ADDRESS = "tour@maison-alba.example"


def announce_tour(password: str, *, edition: int = EDITION) -> None:
    """Write down how the demonstration is entered: a new link, the address and the password.

    Parameters
    ----------
    edition : int
        What was loaded when its folder was filled.
    """
    token = new_token()
    told = {
        "url": f"{settings.BASE_URL}{reverse('tour', args=[token])}",
        "address": TOUR_ADDRESS,
        "password": password,
        "digest": token_digest(token).hex(),
        "edition": edition,
    }
    write_secret(settings.SERVER.data / TOUR_FILE, json.dumps(told))


def read_tour() -> dict[str, Any]:
    """Return how the demonstration is entered."""
    told: dict[str, Any] = json.loads(read_secret(settings.SERVER.data / TOUR_FILE))
    return told


@require_GET
def tour(request: HttpRequest, token: str) -> HttpResponse:
    """Sign the tour account in; only a demonstration has one, and it listens on loopback alone."""
    if not settings.SERVER.is_demo:
        raise Http404
    if not hmac.compare_digest(read_tour()["digest"], token_digest(token).hex()):
        raise Http404
    person = Person.objects.get(email=TOUR_ADDRESS)
    membership = Membership.objects.select_related("organisation").get(person=person)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("scorecard", organisation=membership.organisation.key)
