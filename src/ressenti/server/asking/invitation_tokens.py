"""Invitation tokens: what stands in a link, and how a reminder can say the same one again.

A token is a keyed digest of the invitation's random id: 192 bits that nobody can guess without
the server's key, and that need not be kept. What is kept, its digest, opens nothing.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from uuid import UUID

from django.conf import settings

from ressenti.channels.signed_context import token_digest

PURPOSE = b"ressenti.invitation:"
TOKEN_BYTES = 24


def invitation_token(invitation: UUID) -> str:
    """Return the token of an invitation."""
    key = settings.SECRET_KEY.encode()
    digest = hmac.digest(key, PURPOSE + invitation.bytes, "sha256")
    return urlsafe_b64encode(digest[:TOKEN_BYTES]).decode("ascii")


def stored_digest(invitation: UUID) -> bytes:
    """Return what is kept of an invitation's token."""
    return token_digest(invitation_token(invitation))
