"""The list of erasures, kept beside the database: a backup restored later knows whom to forget.

A line holds an organisation and the keyed digest of a customer, and names nobody.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

FILE = "erasures.jsonl"
PURPOSE = b"ressenti.erasure:"
ERASURE = 3

LISTED = "SELECT organisation_id::text, customer_digest FROM ressenti_erasure"
CUSTOMERS = """
SELECT id, organisation_id::text, external_id FROM ressenti_customer WHERE erased_at IS NULL
"""
BLANK = """
UPDATE ressenti_customer
SET external_id = id::text, email = '', phone = '', name = '', language = '', unit_id = NULL,
    attributes = '{}', refuses = '[]', bounced_at = NULL, erased_at = now()
WHERE id = %s
"""
BLANK_INVITATIONS = """
UPDATE ressenti_invitation SET context = '{}', revoked_at = coalesce(revoked_at, now())
WHERE customer_id = %s
"""
WRITE = """
INSERT INTO ressenti_journalentry (
    organisation_id, response_id, kind, idempotency_key, received_at, payload)
VALUES (%s, gen_random_uuid(), %s, %s, now(), %s)
ON CONFLICT (organisation_id, idempotency_key) DO NOTHING
"""
REMEMBER = """
INSERT INTO ressenti_erasure (organisation_id, customer_digest, asked_at, report)
VALUES (%s, %s, now(), %s)
"""

Listed = frozenset[tuple[str, bytes]]


def customer_digest(customer: UUID, *, key: bytes) -> bytes:
    """Return how the list calls a customer."""
    return hmac.digest(key, PURPOSE + customer.bytes, "sha256")


def keep_erasure(data: Path, organisation: UUID, digest: bytes) -> None:
    """Add a line to the list, on disk before this returns."""
    line = json.dumps({"organisation": str(organisation), "customer": digest.hex()})
    descriptor = os.open(data / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def listed_erasures(data: Path, url: str | None = None) -> Listed:
    """Return whom to forget: those of the list, and of the database that is to be replaced."""
    found: set[tuple[str, bytes]] = set()
    if (data / FILE).exists():
        for line in (data / FILE).read_text().splitlines():
            told = json.loads(line)
            found.add((told["organisation"], bytes.fromhex(told["customer"])))
    if url is not None:
        with psycopg.connect(url) as connection:
            is_ours = connection.execute("SELECT to_regclass('ressenti_erasure')").fetchone()
            if is_ours and is_ours[0]:
                found |= {(one, bytes(digest)) for one, digest in connection.execute(LISTED)}
    return frozenset(found)


def erasures_replayed(listed: Listed, *, key: bytes) -> Callable[[psycopg.Connection[Any]], None]:
    """Return what forgets them again in a database just restored.

    Customers are blanked at once; the tallier takes their answers away when it starts.
    """

    def replay(connection: psycopg.Connection[Any]) -> None:
        for customer, organisation, known_as in connection.execute(CUSTOMERS).fetchall():
            digest = customer_digest(customer, key=key)
            if (organisation, digest) in listed:
                _forget(connection, customer, organisation, known_as)
                connection.execute(REMEMBER, [organisation, digest, Jsonb({"replayed": True})])

    return replay


def _forget(
    connection: psycopg.Connection[Any], customer: UUID, organisation: str, known_as: str
) -> None:
    statements: Iterable[tuple[Any, list[Any]]] = (
        (BLANK, [customer]),
        (BLANK_INVITATIONS, [customer]),
        (
            WRITE,
            [
                organisation,
                ERASURE,
                f"erasure:{customer}",
                Jsonb({"customer": str(customer), "external_id": known_as}),
            ],
        ),
    )
    for statement, values in statements:
        connection.execute(statement, values)
