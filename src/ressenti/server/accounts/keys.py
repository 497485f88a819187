"""API keys: how they are made, and what is kept of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.utils import timezone

from ressenti.channels.signed_context import token_digest
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.models import ApiKey, Scope, Unit

__all__ = ["new_key", "new_secret", "revoke", "token_digest"]

PREFIX_BYTES = 4
SECRET_BYTES = 24


def new_secret() -> tuple[str, str]:
    """Return the public prefix of a new key and the whole secret, ``rsk_<prefix>_<secret>``.

    The prefix lets people tell their keys apart, and scanners find one that was published.
    """
    prefix = secrets.token_hex(PREFIX_BYTES)
    return prefix, f"rsk_{prefix}_{secrets.token_hex(SECRET_BYTES)}"


def new_key(
    viewer: Viewer, *, name: str, scopes: Sequence[Scope], unit: Unit | None
) -> tuple[ApiKey, str]:
    """Return a new key and its secret, which can never be shown again."""
    prefix, secret = new_secret()
    key = ApiKey.objects.create(
        organisation=viewer.organisation,
        name=name,
        prefix=prefix,
        digest=token_digest(secret),
        scopes=[scope.value for scope in scopes],
        unit=unit,
        created_by=viewer.person,
    )
    recorded(
        viewer,
        "key.created",
        subject_kind="key",
        subject=name,
        detail={"prefix": prefix, "scopes": key.scopes, "unit": unit.key if unit else ""},
    )
    return key, secret


def revoke(viewer: Viewer, key: ApiKey) -> None:
    """End a key at once; a second time changes nothing."""
    if key.revoked_at is not None:
        return
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    recorded(
        viewer, "key.revoked", subject_kind="key", subject=key.name, detail={"prefix": key.prefix}
    )
