"""Group commit: one transaction for all who wait; a bad entry fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from tests.server.conftest import Tenant

Found = TypeVar("Found")


def with_journal(url: str, work: Callable[..., Awaitable[Found]], **settings: int) -> Found:
    """Return what comes of work on an open group commit."""
    from ressenti.server.intake.group_commit import GroupCommit

    async def run() -> Found:
        async with AsyncConnectionPool(
            url, connection_class=AsyncConnection, kwargs={"autocommit": True}, open=False
        ) as pool:
            journal = GroupCommit(pool, **settings)
            await journal.open()
            found = await work(journal)
            await journal.close()
            return found

    return asyncio.run(run())


def entry(tenant: Tenant, *, key: str | None = None, text: str = "x", request: str = "r"):  # type: ignore[no-untyped-def] # Django is not set up when this file is read
    from ressenti.server.intake.group_commit import Entry

    return Entry(
        organisation=tenant.organisation.pk,
        survey=None,
        response=uuid4(),
        kind=1,
        idempotency_key=key or uuid4().hex,
        request=request,
        received_at=datetime.now(UTC),
        payload=f'{{"text": "{text}", "request": "{request}"}}',
    )


def test_all_who_wait_share_one_transaction(server_database: str, tenant: Tenant) -> None:
    from ressenti.server.models import JournalEntry

    entries = [entry(tenant) for _ in range(200)]
    outcomes = with_journal(server_database, lambda journal: journal.committed_all(entries))
    assert [outcome.response for outcome in outcomes] == [one.response for one in entries]
    rows = JournalEntry.objects.filter(organisation_id=tenant.organisation.pk)
    assert rows.count() == 200
    assert rows.values("transaction").distinct().count() == 1


def test_a_bad_entry_fails_alone(server_database: str, tenant: Tenant) -> None:
    from ressenti.server.intake.problems import Problem
    from ressenti.server.models import JournalEntry

    # JSON may say NUL, which no jsonb can hold.
    entries = [entry(tenant), entry(tenant, text="\\u0000"), entry(tenant)]
    outcomes = with_journal(server_database, lambda journal: journal.committed_all(entries))
    assert [isinstance(outcome, Problem) for outcome in outcomes] == [False, True, False]
    assert outcomes[1].code == "not_storable"
    assert JournalEntry.objects.filter(organisation_id=tenant.organisation.pk).count() == 2


def test_the_same_key_twice_in_one_group_is_one_entry(server_database: str, tenant: Tenant) -> None:
    entries = [entry(tenant, key="k"), entry(tenant, key="k"), entry(tenant, key="k", request="s")]
    first, same, other = with_journal(
        server_database, lambda journal: journal.committed_all(entries)
    )
    assert (first.is_duplicate, same.is_duplicate, other.is_conflict) == (False, True, True)
    assert {one.response for one in (first, same, other)} == {entries[0].response}


def test_the_same_key_of_two_organisations_is_two_entries(
    server_database: str, tenant: Tenant, other_tenant: Tenant
) -> None:
    entries = [entry(tenant, key="k"), entry(other_tenant, key="k")]
    outcomes = with_journal(server_database, lambda journal: journal.committed_all(entries))
    assert [outcome.is_duplicate for outcome in outcomes] == [False, False]


def test_a_full_queue_refuses_at_once_and_keeps_nothing(
    server_database: str, tenant: Tenant
) -> None:
    from ressenti.server.intake.problems import Problem
    from ressenti.server.models import JournalEntry

    with pytest.raises(Problem) as refused:
        with_journal(
            server_database,
            lambda journal: journal.committed_all([entry(tenant) for _ in range(11)]),
            most_waiting=10,
        )
    assert (refused.value.status, refused.value.retry_after) == (503, 1)
    assert not JournalEntry.objects.filter(organisation_id=tenant.organisation.pk).exists()


def test_the_tallier_is_told_with_the_commit(server_database: str, tenant: Tenant) -> None:
    async def told(journal):  # type: ignore[no-untyped-def] # as above
        async with await AsyncConnection.connect(server_database, autocommit=True) as listener:
            await listener.execute("LISTEN ressenti_journal")
            await journal.committed(entry(tenant))
            async for notice in listener.notifies(timeout=10, stop_after=1):
                return notice.channel
        return None

    assert with_journal(server_database, told) == "ressenti_journal"
