"""The first owner of a new server: made once, by whoever holds the link the server printed."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from ressenti.channels.signed_context import new_token, token_digest
from ressenti.language import Language
from ressenti.server.accounts.audit import entry_added
from ressenti.server.accounts.naming import free_key
from ressenti.server.models import Membership, Organisation, Person, Role
from ressenti.server.running.secret_files import read_secret, write_secret

FILE = "first-owner.json"
VALID_HOURS = 24
START_LOCK = 7_205_220


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstOwner:
    """What the holder of the link says: the organisation, and who owns it."""

    organisation: str
    time_zone: str
    language: Language
    name: str
    email: str
    password: str


def start_link(folder: Path, now: datetime | None = None) -> str | None:
    """Return a new link for the first owner, valid a day; None once there is anybody.

    Each call makes the link of the one before stop working.

    Parameters
    ----------
    folder
        The data folder, where the digest of the token is kept until the link is used.
    """
    if Person.objects.exists():
        return None
    token = new_token()
    expires_at = (now or timezone.now()) + timedelta(hours=VALID_HOURS)
    kept = {"digest": token_digest(token).hex(), "expires_at": expires_at.isoformat()}
    write_secret(folder / FILE, json.dumps(kept))
    return f"{settings.BASE_URL}{reverse('start_link', args=[token])}"


def opens(folder: Path, digest: str, now: datetime | None = None) -> bool:
    """Return whether a token's digest is the one awaited, in time, on a server without people."""
    try:
        kept = json.loads(read_secret(folder / FILE))
    except FileNotFoundError:
        return False
    is_awaited = hmac.compare_digest(kept["digest"], digest)
    is_in_time = (now or timezone.now()) < datetime.fromisoformat(kept["expires_at"])
    return is_awaited and is_in_time and not Person.objects.exists()


def started(folder: Path, digest: str, told: FirstOwner) -> Person | None:
    """Return the new owner of the new organisation; None when somebody else was first."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [START_LOCK])
        if not opens(folder, digest):
            return None
        organisation = Organisation.objects.create(
            key=free_key(told.organisation, Organisation.objects.all(), otherwise="organisation"),
            name=told.organisation,
            time_zone=told.time_zone,
            language=told.language,
        )
        person = Person.objects.create_user(
            told.email, told.password, name=told.name, language=told.language
        )
        Membership.objects.create(organisation=organisation, person=person, role=Role.OWNER)
        entry_added(
            organisation,
            actor=person.email,
            actor_kind="person",
            action="organisation.created",
            subject_kind="organisation",
            subject=organisation.name,
        )
        transaction.on_commit(lambda: (folder / FILE).unlink(missing_ok=True))
    return person
