"""Invitations to join an organisation: a link that works once, for one address, for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPException

import structlog
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from ressenti.channels.signed_context import new_token, token_digest
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import entry_added, recorded
from ressenti.server.accounts.granting import Grant, Refusal, refusal
from ressenti.server.models import (
    MemberInvitation,
    Membership,
    Organisation,
    Person,
    Role,
    Unit,
)

VALID_DAYS = 7

log = structlog.get_logger("ressenti.accounts")


def invite(
    viewer: Viewer, *, email: str, role: Role, unit: Unit | None
) -> tuple[MemberInvitation, str] | Refusal:
    """Return a new invitation and its token, or why nobody is invited.

    An earlier invitation of the same address no longer works.
    """
    found = refusal(Grant(by=viewer.role, before=None, after=role))
    if found is not None:
        detail = {"reason": found.value, "role": role.value}
        recorded(viewer, "refused", subject_kind="person", subject=email, detail=detail)
        return found
    now = timezone.now()
    pending(now).filter(organisation=viewer.organisation, email__iexact=email).update(
        revoked_at=now
    )
    token = new_token()
    invitation = MemberInvitation.objects.create(
        organisation=viewer.organisation,
        email=email,
        role=role,
        unit=unit,
        token_digest=token_digest(token),
        invited_by=viewer.person,
        expires_at=now + timedelta(days=VALID_DAYS),
    )
    detail = {"role": role.value, "unit": unit.key if unit else ""}
    recorded(viewer, "member.invited", subject_kind="person", subject=email, detail=detail)
    return invitation, token


def pending(now: datetime | None = None) -> QuerySet[MemberInvitation]:
    """Return the invitations that still work."""
    return MemberInvitation.objects.filter(
        accepted_at=None, revoked_at=None, expires_at__gt=now or timezone.now()
    )


def revoke(viewer: Viewer, invitation: MemberInvitation) -> None:
    """Make an invitation stop working; one that was accepted stays as it is."""
    if not pending().filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        return
    recorded(viewer, "invitation.revoked", subject_kind="person", subject=invitation.email)


def revoke_all_of(organisation: Organisation, person: Person) -> None:
    """Make the invitations of somebody who no longer decides stop working."""
    given = pending().filter(organisation=organisation, invited_by=person)
    given.update(revoked_at=timezone.now())


@transaction.atomic
def join(invitation: MemberInvitation, person: Person) -> Membership | None:
    """Return the membership that an invitation gives to its address; None when it gives none.

    Of two who come at once one joins. A member keeps the role they have.
    """
    still = pending().select_for_update().filter(pk=invitation.pk).first()
    if still is None or still.email.casefold() != person.email.casefold():
        return None
    still.accepted_at = timezone.now()
    still.save(update_fields=["accepted_at"])
    membership, is_new = Membership.objects.get_or_create(
        organisation=still.organisation,
        person=person,
        defaults={"role": still.role, "unit": still.unit},
    )
    if is_new:
        entry_added(
            still.organisation,
            actor=person.email,
            actor_kind="person",
            action="member.joined",
            subject_kind="person",
            subject=person.email,
            detail={"role": still.role, "unit": still.unit.key if still.unit else ""},
        )
    return membership


@transaction.atomic
def new_person(
    invitation: MemberInvitation, *, name: str, password: str, language: str
) -> Person | None:
    """Return the new person of an invitation, a member already; None when it gives nothing.

    A link that only the mailbox was given proves the address of whoever came by it.
    """
    still = pending().select_for_update().filter(pk=invitation.pk).first()
    if still is None or Person.objects.filter(email__iexact=still.email).exists():
        return None
    person = Person.objects.create_user(still.email, password, name=name, language=language)
    EmailAddress.objects.create(
        user=person, email=person.email, verified=still.mailed_at is not None, primary=True
    )
    join(still, person)
    return person


def mailed(invitation: MemberInvitation, link: str) -> bool:
    """Return whether the mail server took the link of an invitation."""
    told = {"invitation": invitation, "link": link, "days": VALID_DAYS}
    with override(invitation.organisation.language):
        subject = render_to_string("ressenti/accounts/invitation_subject.txt", told)
        body = render_to_string("ressenti/accounts/invitation_message.txt", told)
    # A name may hold what a header may not.
    message = EmailMessage(" ".join(subject.split()), body.strip(), to=[invitation.email])
    try:
        message.send()
    except (OSError, SMTPException) as error:
        log.error("mail.failed", message="invitation", reason=type(error).__name__)
        return False
    MemberInvitation.objects.filter(pk=invitation.pk).update(mailed_at=timezone.now())
    return True
