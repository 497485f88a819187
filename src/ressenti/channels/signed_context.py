"""Signed contexts: what a link says, so that nobody else can have said it; and random tokens.

A signed context is ``payload.signature``, both in URL-safe Base64. The payload is canonical JSON
that holds the context, the purpose and the expiry, so a proof made for one purpose is worth
nothing for another; the signature is its HMAC-SHA256. Nothing in a proof says how to check it:
there is one way.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as InvalidBase64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ressenti.errors import InvalidArgument, InvalidProof
from ressenti.language import Text

Keys = bytes | tuple[bytes, ...]

TOKEN_BYTES = 24
SHORTEST_KEY = 32
LONGEST_PROOF = 8192


def new_token() -> str:
    """Return an unguessable token of 192 random bits, fit for a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> bytes:
    """Return the SHA-256 of a token: what is stored in its place.

    A token is random and long, so a plain digest cannot be searched; a password's could.

    Examples
    --------
    >>> token_digest("abc").hex()[:16]
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def signed(context: Mapping[str, Any], *, key: Keys, purpose: str, expires_at: datetime) -> str:
    """Return the proof of a context for one purpose until an instant.

    Parameters
    ----------
    context : mapping of str to JSON values
        Readable by whoever holds the proof: it is signed, not hidden.
    key : bytes or tuple of bytes
        At least 32 bytes each; the first one signs.
    purpose : str
        What the proof is good for, such as ``survey.prefill``.
    expires_at : aware datetime
        From this second on the proof is worth nothing.

    Raises
    ------
    InvalidArgument
        R102, for a short key, a naive instant or a value that JSON cannot hold.

    References
    ----------
    Krawczyk, Bellare and Canetti (1997), RFC 2104.
    """
    claims = {"context": dict(context), "expires": seconds(expires_at), "purpose": purpose}
    try:
        payload = json.dumps(claims, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(
            Text(
                en=f"this context cannot be signed: {error}.",
                fr=f"ce contexte ne peut pas être signé : {error}.",
            )
        ) from error
    body = payload.encode("ascii")
    return f"{_base64(body)}.{_base64(_signature(body, _checked_keys(key)[0]))}"


def verified(token: str, *, key: Keys, purpose: str, now: datetime) -> Mapping[str, Any]:
    """Return the context of a proof that one of the keys signed for this purpose.

    Raises
    ------
    InvalidProof
        R106, for a proof that is altered, unsigned, expired or for another purpose; it does not
        tell which, so that nobody learns from it.
    InvalidArgument
        R102, for a short key or a naive instant.
    """
    keys = _checked_keys(key)
    instant = seconds(now)
    body = _signed_body(token, keys)
    # Only what a key of ours has signed is ever read as JSON.
    claims = json.loads(body) if body is not None else {}
    if claims.get("purpose") != purpose or instant >= claims["expires"]:
        raise invalid_proof()
    context: dict[str, Any] = claims["context"]
    return context


def invalid_proof() -> InvalidProof:
    """Return the one refusal of every proof that is not good, whatever is wrong with it."""
    return InvalidProof(
        Text(
            en="this link is not valid, or no longer.",
            fr="ce lien n'est pas valable, ou ne l'est plus.",
        ),
        hint=Text(en="Ask for a new one.", fr="Demandez-en un nouveau."),
    )


def seconds(instant: datetime) -> int:
    """Return an aware instant as whole seconds since 1970.

    Raises
    ------
    InvalidArgument
        R102, for an instant without time zone.
    """
    if instant.tzinfo is None:
        raise InvalidArgument(
            Text(
                en=f"the instant {instant.isoformat()} has no time zone.",
                fr=f"l'instant {instant.isoformat()} n'a pas de fuseau horaire.",
            ),
            hint=Text(en="Give it one, such as UTC.", fr="Donnez-en un, par exemple UTC."),
        )
    return int(instant.timestamp())


def _signed_body(token: str, keys: tuple[bytes, ...]) -> bytes | None:
    parts = token.split(".") if len(token) <= LONGEST_PROOF else []
    try:
        body, signature = (urlsafe_b64decode(f"{part}{'=' * (-len(part) % 4)}") for part in parts)
    except (ValueError, InvalidBase64):
        return None
    # Base64 has several spellings of the same bytes; only ours is taken.
    is_ours = f"{_base64(body)}.{_base64(signature)}" == token
    # Every key is tried, so that the time taken does not tell which one fits.
    matches = [hmac.compare_digest(_signature(body, key), signature) for key in keys]
    return body if is_ours and any(matches) else None


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, body, "sha256")


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _checked_keys(key: Keys) -> tuple[bytes, ...]:
    keys = (key,) if isinstance(key, bytes) else key
    if not keys or any(len(one) < SHORTEST_KEY for one in keys):
        raise InvalidArgument(
            Text(
                en=f"a signing key has at least {SHORTEST_KEY} bytes.",
                fr=f"une clé de signature compte au moins {SHORTEST_KEY} octets.",
            )
        )
    return keys
