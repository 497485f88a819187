"""The hub: whoever watches is told all that changed, late ones and slow ones too."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import psycopg

from ressenti.server.live.hub import LONGEST_QUEUE, Hub
from ressenti.server.live.subjects import Subject

MAP = 120
PATIENCE = 10


def told(frames: bytes) -> dict[str, str]:
    """Return what some frames say of each element, the last word of each."""
    lines = [line for line in frames.decode().splitlines() if line.startswith("data: ")]
    said = [json.loads(line.removeprefix("data: ")) for line in lines]
    return {one["id"]: one["html"] for one in said}


def subject(organisation: UUID) -> Subject:
    return Subject(organisation, None, "journey", "per=month", "fr")


@asynccontextmanager
async def listening(url: str, cells: Mapping[str, str]) -> AsyncIterator[Hub]:
    """Give a hub that paints these cells, whatever they are by then."""
    hub = Hub(url, lambda _subject, _tallies: dict(cells))
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()


async def next_of(queue: asyncio.Queue[bytes]) -> dict[str, str]:
    return told(await asyncio.wait_for(queue.get(), PATIENCE))


def notify(url: str, organisation: UUID) -> None:
    """Say what the tallier says when a tally changed."""
    notice = json.dumps({"o": str(organisation), "t": ["nps@0-10"]})
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_notify('ressenti_live', %s)", [notice])


def test_who_comes_late_to_a_large_map_is_told_all_of_it(server_database: str) -> None:
    cells = {f"cell-{number}": "31" for number in range(MAP)}
    own = subject(uuid4())

    async def watched() -> tuple[dict[str, str], dict[str, str]]:
        async with listening(server_database, cells) as hub, hub.watching(own) as first:
            early = await next_of(first)
            async with hub.watching(own) as second:
                return early, await next_of(second)

    assert asyncio.run(watched()) == (cells, cells)


def test_a_slow_reader_is_given_everything_as_it_is_in_the_end(server_database: str) -> None:
    cells = {f"cell-{number}": "0" for number in range(MAP)}
    own = subject(uuid4())

    async def watched() -> dict[str, str]:
        async with listening(server_database, cells) as hub, hub.watching(own) as slow:
            await next_of(slow)
            for _ in range(LONGEST_QUEUE):
                slow.put_nowait(b"")
            cells["cell-1"] = "1"
            notify(server_database, own.organisation)
            end = asyncio.get_running_loop().time() + PATIENCE
            while slow.full() and asyncio.get_running_loop().time() < end:
                await asyncio.sleep(0.05)
            return await next_of(slow)

    assert asyncio.run(watched()) == cells


def test_what_is_no_longer_on_a_page_is_told_to_nobody(server_database: str) -> None:
    cells = {"cell-1": "31", "cell-2": "32"}
    organisation = uuid4()

    async def watched() -> dict[str, str]:
        own = subject(organisation)
        async with listening(server_database, cells) as hub, hub.watching(own) as first:
            await next_of(first)
            del cells["cell-2"]
            cells["cell-1"] = "33"
            notify(server_database, organisation)
            await next_of(first)
            async with hub.watching(own) as second:
                return await next_of(second)

    assert asyncio.run(watched()) == {"cell-1": "33"}
