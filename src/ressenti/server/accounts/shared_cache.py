"""The cache in which attempts to sign in are counted: a table, so that every process sees it.

What is written stays written whatever becomes of the request: each statement is a transaction of
its own, on a connection apart. Nothing that takes answers in reads or writes it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connections

from ressenti.channels.signed_context import token_digest

CONNECTION = "apart"
"""The connection that knows of no request's transaction."""

GET = """
SELECT value FROM ressenti_sharedentry WHERE key_digest = %s AND expires_at > clock_timestamp()
"""
SET = """
INSERT INTO ressenti_sharedentry (key_digest, value, expires_at) VALUES (%s, %s, %s)
ON CONFLICT (key_digest) DO UPDATE SET value = EXCLUDED.value, expires_at = EXCLUDED.expires_at
"""
# One that has expired makes room; of several who add at once, one does.
ADD = f"{SET} WHERE ressenti_sharedentry.expires_at <= clock_timestamp()"
TOUCH = """
UPDATE ressenti_sharedentry SET expires_at = %s
WHERE key_digest = %s AND expires_at > clock_timestamp()
"""
DELETE = "DELETE FROM ressenti_sharedentry WHERE key_digest = %s"
CLEAR = "DELETE FROM ressenti_sharedentry"
FORGET = "DELETE FROM ressenti_sharedentry WHERE expires_at <= clock_timestamp()"
NEVER = datetime.max.replace(tzinfo=UTC)


class SharedCache(BaseCache):
    """Keeps values that JSON can write."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        with connections[CONNECTION].cursor() as cursor:
            cursor.execute(GET, [self._digest(key, version)])
            row = cursor.fetchone()
        return default if row is None else json.loads(row[0])

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        self._run(SET, [self._digest(key, version), json.dumps(value), self._expiry(timeout)])

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        values = [self._digest(key, version), json.dumps(value), self._expiry(timeout)]
        return self._run(ADD, values) > 0

    def touch(
        self,
        key: str,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        return self._run(TOUCH, [self._expiry(timeout), self._digest(key, version)]) > 0

    def delete(self, key: str, version: int | None = None) -> bool:
        return self._run(DELETE, [self._digest(key, version)]) > 0

    def clear(self) -> None:
        self._run(CLEAR, [])

    def _digest(self, key: str, version: int | None) -> bytes:
        return token_digest(self.make_key(key, version=version))

    def _expiry(self, timeout: float | None) -> datetime:
        moment = self.get_backend_timeout(timeout)
        return NEVER if moment is None else datetime.fromtimestamp(moment, UTC)

    @staticmethod
    def _run(statement: str, values: list[Any]) -> int:
        with connections[CONNECTION].cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)


def expired_entries_forgotten() -> int:
    """Return how many entries that nobody reads any more were deleted."""
    with connections[CONNECTION].cursor() as cursor:
        cursor.execute(FORGET)
        return int(cursor.rowcount)
