"""Attack 22 on the map of emotions: subtracting its cells, its filters and its periods.

The groups that speak of a theme have sizes of which no two sums are alike, 1, 2, 4, 8 and so on:
how many a figure counts tells which groups it is made of. Somebody takes down every cell by every
filter and every window, and subtracts.
"""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from tests.server.attacks.conftest import SignedIn
from tests.server.cockpit.conftest import NOW, Record, record
from tests.server.conftest import Tenant

if TYPE_CHECKING:
    from django.test import Client

__all__ = ["record"]
FLOOR = 5
THEME = "delivery.delay"
CHANNELS, STEPS = ("link", "qr"), ("deliver", "buy")
DAYS = (date(2026, 9, 9), date(2026, 11, 4), date(2026, 11, 18))
FEELINGS = ("anger", "joy")
WINDOWS = (
    {"per": "year"},
    {"per": "quarter"},
    {"per": "month"},
    {"per": "month", "from": "2026-09-01", "to": "2026-10-31"},
    {"per": "month", "from": "2026-11-01", "to": "2026-11-30"},
    {"per": "week", "from": "2026-11-02", "to": "2026-11-08"},
    {"per": "day", "from": "2026-11-04", "to": "2026-11-04"},
    {"per": "day", "from": "2026-11-01", "to": "2026-11-18"},
)
Place = tuple[str, str, date, str]
Group = frozenset[int]


def spoken(record: Record, sizes: dict[Place, int]) -> None:
    """Have as many people of each place speak of a theme, with what was read in their words."""
    from django.db import connection

    from ressenti.server.models import Reading, Response

    organisation = record.tenant.organisation
    responses, readings = [], []
    for (channel, step, day, feeling), n in sizes.items():
        at = datetime.combine(day, time(12), UTC)
        for _ in range(n):
            response = Response(
                id=uuid.uuid4(), organisation=organisation, survey=record.survey, version=1,
                is_finished=True, started_at=at, answered_at=at, day=day, unit="lyon",
                touchpoint=step, channel=channel, language="fr", source_id=str(uuid.uuid4()),
                last_entry=1,
            )  # fmt: skip
            polarity = 1.0 if feeling == "joy" else -1.0
            clause = {"start": 0, "end": 4, "polarity": polarity, "themes": [THEME], "words": []}
            responses.append(response)
            readings.append(
                Reading(
                    organisation=organisation, response=response, question="why", engine="test/1",
                    tone="mixed", polarity=polarity, intensity=1.0, emotions=[feeling],
                    themes=[THEME], clauses=[clause], read_at=at,
                )
            )  # fmt: skip
    Response.objects.bulk_create(responses)
    Reading.objects.bulk_create(readings)
    with connection.cursor() as cursor:
        # What a database does by itself within a minute: the pages would wait for its plans.
        cursor.execute("ANALYZE ressenti_reading, ressenti_response")


def numbers(client: Client, address: str, asked: dict[str, str]) -> Iterator[int]:
    """Yield how many respondents each cell of a page counts."""
    page = client.get(address, asked).content.decode()
    for n in re.findall(r'<span class="heat-n">n ([^<]*)</span>', page):
        yield int(re.sub(r"\D", "", n))


def taken_down(client: Client, address: str, filters: Iterable[dict[str, str]]) -> set[Group]:
    """Return the groups that every figure is made of: the binary digits of its number."""
    with time_machine.travel(NOW, tick=False):
        found = {
            n
            for asked, window in product(filters, WINDOWS)
            for n in numbers(client, address, asked | window)
        }
    return {frozenset(bit for bit in range(n.bit_length()) if n >> bit & 1) for n in found}


def people(group: Group) -> int:
    return sum(1 << bit for bit in group)


def small_remainders(figures: set[Group]) -> list[tuple[Any, ...]]:
    """Return what is left of figures, one or two others subtracted, that is few people."""
    found: list[tuple[Any, ...]] = []
    for whole in figures:
        parts = [one for one in figures if one < whole]
        found += [(whole, one) for one in parts if people(whole - one) < FLOOR]
        found += [
            (whole, one, other)
            for one, other in combinations(parts, 2)
            if not one & other and 0 < people(whole - one - other) < FLOOR
        ]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_filter_step_or_window_gives_few_people_away(
    record: Record, tenant: Tenant, signed_in: SignedIn, seed: int
) -> None:
    places: list[Place] = [
        (channel, step, day, "anger") for channel, step, day in product(CHANNELS, STEPS, DAYS)
    ]
    random.Random(seed).shuffle(places)
    record.follow()
    record.answer([9.0], channel="link", touchpoint="deliver")
    record.answer([9.0], channel="qr", touchpoint="buy")
    spoken(record, {place: 1 << bit for bit, place in enumerate(places)})
    filters = [
        {name: value for name, value in (("channel", channel), ("touchpoint", step)) if value}
        for channel, step in product(("", *CHANNELS), ("", *STEPS))
    ]
    address = f"/o/{tenant.organisation.key}/voice/map/"
    figures = taken_down(signed_in(tenant.owner), address, filters)
    assert len(figures) > 4
    assert min(map(people, figures)) >= FLOOR
    assert small_remainders(figures) == []


@pytest.mark.parametrize("seed", range(3))
def test_no_emotion_gives_the_few_away_who_did_not_feel_it(
    record: Record, tenant: Tenant, signed_in: SignedIn, seed: int
) -> None:
    places: list[Place] = [
        ("link", step, day, feeling) for step, day, feeling in product(STEPS, DAYS, FEELINGS)
    ]
    random.Random(seed).shuffle(places)
    record.follow()
    record.answer([9.0], touchpoint="deliver")
    record.answer([9.0], touchpoint="buy")
    spoken(record, {place: 1 << bit for bit, place in enumerate(places)})
    filters = [
        {name: value for name, value in (("emotion", feeling), ("touchpoint", step)) if value}
        for feeling, step in product(("", *FEELINGS), ("", *STEPS))
    ]
    address = f"/o/{tenant.organisation.key}/voice/map/"
    figures = taken_down(signed_in(tenant.owner), address, filters)
    assert len(figures) > 4
    assert min(map(people, figures)) >= FLOOR
    assert small_remainders(figures) == []
