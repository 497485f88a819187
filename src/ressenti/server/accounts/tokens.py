"""Secrets that stand in links and keys: random, shown once, kept only as digests."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 24


def new_token() -> str:
    """Return a token of 192 random bits, fit for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret; random ones need no salt and no slow hash.

    Examples
    --------
    >>> digest_of("one").hex()[:8], len(digest_of("one"))
    ('7692c3ad', 32)
    """
    return hashlib.sha256(secret.encode()).digest()
