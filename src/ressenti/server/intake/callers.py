"""Callers: programs that speak for an organisation by an API key."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ressenti.channels.signed_context import token_digest
from ressenti.language import Text
from ressenti.server.intake.exchange import Request
from ressenti.server.intake.group_commit import Pool
from ressenti.server.intake.problems import Problem
from ressenti.server.intake.timed_cache import TimedCache
from ressenti.server.models import Scope

SCHEME = "bearer "
KEY_START = "rsk_"
LONGEST_KEY = 200

FOUND = """
SELECT key.id, key.organisation_id, key.scopes, unit.path,
       (SELECT array_agg(below.key) FROM ressenti_unit AS below
        WHERE below.organisation_id = key.organisation_id AND starts_with(below.path, unit.path)),
       unit.key
FROM ressenti_apikey AS key
LEFT JOIN ressenti_unit AS unit ON unit.id = key.unit_id
WHERE key.digest = %s AND key.revoked_at IS NULL
"""
USED = """
UPDATE ressenti_apikey SET last_used_on = current_date
WHERE id = %s AND last_used_on IS DISTINCT FROM current_date
"""


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that was recognised.

    Parameters
    ----------
    unit : str
        The unit its answers belong to unless they say which; empty for the whole organisation.
    units : frozenset of str or None
        The units it may speak for; None for all of them.
    """

    key: UUID
    organisation: UUID
    scopes: frozenset[str]
    unit: str
    units: frozenset[str] | None

    def require(self, scope: Scope) -> None:
        """Refuse what the key was not made for.

        Raises
        ------
        Problem
            403, naming the scope.
        """
        if scope not in self.scopes:
            raise scope_missing(scope)


@dataclass(slots=True)
class Callers:
    """The keys met lately, by the digest of what was shown."""

    pool: Pool
    known: TimedCache[bytes, Caller]

    async def caller_of(self, request: Request) -> Caller:
        """Return who calls.

        Raises
        ------
        Problem
            401, for a key that is missing, unknown or revoked: it does not tell which.
        """
        caller = await self.known.value(shown_digest(request.header(b"authorization")))
        if caller is None:
            raise unrecognised()
        return caller

    def fresh(self, request: Request) -> Caller | None:
        """Return who calls when it was met a moment ago, else None.

        Raises
        ------
        Problem
            401, when no key is shown.
        """
        return self.known.fresh(shown_digest(request.header(b"authorization")))


def shown_digest(authorization: str) -> bytes:
    """Return the digest of the key that an Authorization header shows.

    Looked up by digest, a key tells nothing by the time that takes.

    Raises
    ------
    Problem
        401, when it shows none.
    """
    key = authorization[len(SCHEME) :].strip()
    if not authorization.lower().startswith(SCHEME) or not key.startswith(KEY_START):
        raise unrecognised()
    return token_digest(key[:LONGEST_KEY])


def callers_of(pool: Pool) -> Callers:
    """Return the callers known to a database."""

    async def look_up(digest: bytes) -> Caller | None:
        async with pool.connection() as connection:
            cursor = await connection.execute(FOUND, (digest,))
            row = await cursor.fetchone()
            if row is None:
                return None
            await connection.execute(USED, (row[0],))
        return Caller(
            key=row[0],
            organisation=row[1],
            scopes=frozenset(row[2]),
            unit=row[5] or "",
            units=None if row[3] is None else frozenset(row[4]),
        )

    return Callers(pool, TimedCache(look_up))


def scope_missing(scope: Scope) -> Problem:
    """Return the refusal of what a key was not made for."""
    return Problem(
        403,
        "scope_missing",
        Text(
            en="This key lacks the scope {scope}.",
            fr="Cette clé n'a pas la permission {scope}.",
        ).format(scope=scope.value),
    )


def unrecognised() -> Problem:
    """Return the refusal of somebody who shows no key that holds."""
    return Problem(
        401,
        "key_refused",
        Text(
            en="Send a valid API key: Authorization: Bearer rsk_….",
            fr="Envoyez une clé d'API valable : Authorization: Bearer rsk_….",
        ),
    )
