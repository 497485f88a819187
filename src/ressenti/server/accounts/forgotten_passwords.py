"""A forgotten password where no mail is sent: a link from whoever runs the server."""

from __future__ import annotations

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from ressenti.server.accounts.audit import entry_added
from ressenti.server.models import Membership, Person

ACTOR = "server"


@transaction.atomic
def reset_link(email: str) -> str | None:
    """Return a link by which somebody chooses a new password, once, within three days.

    None when nobody signs in by that address. A second step stays what it is, and the log of every
    organisation of that person says that the link was made.
    """
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        return None
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(person)
    for membership in Membership.objects.filter(person=person).select_related("organisation"):
        entry_added(
            membership.organisation,
            actor=ACTOR,
            actor_kind="server",
            action="person.reset_link_made",
            subject_kind="person",
            subject=person.email,
        )
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(person), "key": token},
    )
    return f"{settings.BASE_URL}{path}"
