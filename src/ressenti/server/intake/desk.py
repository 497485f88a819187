"""The desk of a process: everything its requests share, opened with it and closed with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from psycopg_pool import AsyncConnectionPool

from ressenti.server.intake.acceptance import Accepted
from ressenti.server.intake.callers import Callers, callers_of
from ressenti.server.intake.catalogue import Catalogue, catalogue_of
from ressenti.server.intake.claims import claimed
from ressenti.server.intake.group_commit import Acknowledgement, Connection, GroupCommit, Pool
from ressenti.server.intake.limits import API_RATE, GUESS_RATE, PAGE_RATE, RateLimit
from ressenti.server.intake.suspicion import Visits

MOST_CONNECTIONS = 8
# Long enough for a database that is started again, short enough for somebody who waits.
POOL_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What takes answers in.

    Parameters
    ----------
    signing_key : bytes
        Signs the tokens by which a response is continued, and the contexts of links.
    base_url : str
        The configured one, without a final slash.
    shells : dict
        Pages drawn for anybody, each but for its token.
    """

    pool: Pool
    journal: GroupCommit
    catalogue: Catalogue
    callers: Callers
    signing_key: bytes
    base_url: str
    visits: Visits
    api_limit: RateLimit
    page_limit: RateLimit
    guess_limit: RateLimit
    shells: dict[tuple[object, ...], str] = field(default_factory=dict)

    async def kept(self, accepted: Accepted) -> Acknowledgement:
        """Return the acknowledgement of an accepted submission once it is durable."""
        if accepted.claims_something:
            return await claimed(self.pool, accepted)
        return await self.journal.committed(accepted.entry)


def desk_of(database_url: str, *, signing_key: str, base_url: str) -> Desk:
    """Return the desk of a process; nothing is opened yet."""
    pool: Pool = AsyncConnectionPool(
        database_url,
        connection_class=Connection,
        kwargs={"autocommit": True},
        min_size=2,
        max_size=MOST_CONNECTIONS,
        timeout=POOL_SECONDS,
        open=False,
        name="intake",
    )
    return Desk(
        pool=pool,
        journal=GroupCommit(pool),
        catalogue=catalogue_of(pool),
        callers=callers_of(pool),
        signing_key=signing_key.encode(),
        base_url=base_url,
        visits=Visits(),
        api_limit=RateLimit(API_RATE),
        page_limit=RateLimit(PAGE_RATE),
        guess_limit=RateLimit(GUESS_RATE),
    )


async def opened(desk: Desk) -> None:
    """Open a desk; a database that is away is waited for by each request, not by the start."""
    await desk.pool.open(wait=False)
    await desk.journal.open()


async def closed(desk: Desk) -> None:
    """Close a desk after everything it took is durable."""
    await desk.journal.close()
    await desk.pool.close()
