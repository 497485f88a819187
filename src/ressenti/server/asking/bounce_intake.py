"""Bounces coming in: what did not arrive marks its invitation, a dead address its customer.

Anybody can send anything to the address that takes bounces; only a report that names a message of
ours, by an id that nobody can guess, changes anything.
"""

from __future__ import annotations

import hmac
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ressenti.channels.bounces import LARGEST_MESSAGE, Bounce, Kind, bounce_of
from ressenti.channels.email_invitation import invitation_of
from ressenti.server.asking.invitation_messages import message_domain
from ressenti.server.asking.refusals import refuse_by_invitation
from ressenti.server.models import Customer, Invitation, Organisation

PURPOSE = b"ressenti.bounces:"
DIGEST_LENGTH = 32
LONGEST_FAILURE = 200


def hook_token(organisation: Organisation) -> str:
    """Return the token of the address to which a mail server posts an organisation's bounces."""
    key = settings.SECRET_KEY.encode()
    digest = hmac.digest(key, PURPOSE + organisation.pk.bytes, "sha256")
    return f"{organisation.pk.hex}{digest.hex()[:DIGEST_LENGTH]}"


def organisation_of(token: str) -> Organisation:
    """Return the organisation of such a token.

    Raises
    ------
    Http404
        When it is none of ours; nothing tells why.
    """
    try:
        organisation = Organisation.objects.filter(pk=UUID(token[:DIGEST_LENGTH])).first()
    except ValueError:
        raise Http404 from None
    if organisation is None or not hmac.compare_digest(hook_token(organisation), token):
        raise Http404
    return organisation


@csrf_exempt
@require_POST
def bounce_hook(request: HttpRequest, token: str) -> HttpResponse:
    """Take a bounce as a mail server passes it on: the message itself as the body."""
    organisation = organisation_of(token)
    # The rest of a longer message says nothing that we read.
    raw = request.read(LARGEST_MESSAGE)
    was_ours = bounce_recorded(raw, organisation)
    return JsonResponse({"recorded": was_ours})


def bounce_recorded(raw: bytes, organisation: Organisation | None = None) -> bool:
    """Write down the bounce that a message reports; tell whether it was about a message of ours.

    Parameters
    ----------
    organisation : Organisation or None
        Only its messages count; None for those of every organisation, when the mail server is
        the installation's own.
    """
    bounce = bounce_of(raw)
    if bounce is None or bounce.message_id is None:
        return False
    key = invitation_of(bounce.message_id, message_domain())
    with transaction.atomic():
        invitation = _invitation(key, organisation)
        if invitation is None:
            return False
        _write_down(invitation, bounce)
    return True


def _invitation(key: str | None, organisation: Organisation | None) -> Invitation | None:
    try:
        identifier = UUID(key or "")
    except ValueError:
        return None
    found = Invitation.objects.select_for_update(of=("self",)).filter(pk=identifier)
    if organisation is not None:
        found = found.filter(organisation=organisation)
    return found.select_related("customer").first()


def _write_down(invitation: Invitation, bounce: Bounce) -> None:
    if bounce.kind is Kind.COMPLAINT:
        refuse_by_invitation(invitation, invitation.channel)
        return
    now = timezone.now()
    told: dict[str, object] = {"failure": bounce.diagnostic[:LONGEST_FAILURE]}
    if bounce.kind is Kind.HARD:
        told |= {"bounced_at": invitation.bounced_at or now, "due_at": None}
        Customer.objects.filter(invitation=invitation, bounced_at=None).update(bounced_at=now)
    Invitation.objects.filter(pk=invitation.pk).update(**told)
