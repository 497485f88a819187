"""Attack 22: telling what few people said from the figures of many.

What must be hidden on one page is in `cockpit/test_protection.py` and `cockpit/test_figures.py`,
anonymity that is fixed in `asking/test_publishing.py`. Here somebody takes down every figure that
programs and pages give, by every filter, and subtracts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import permutations, product
from typing import Any

import httpx
import numpy as np
import psycopg
import pytest
import time_machine

from tests.server.asking.conftest import VISIT
from tests.server.attacks.conftest import SignedIn, Tally, member
from tests.server.cockpit.conftest import Record
from tests.server.conftest import Tenant, new_tenant
from tests.server.intake.conftest import asked_by, filled, hidden, invited, new_key

FLOOR = 5
SEEDS = (1, 2, 3)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = (date(2026, 9, 9), date(2026, 10, 14), date(2026, 11, 4), date(2026, 11, 18))
CHANNELS = ("link", "qr")
SHOPS = ("lyon", "nice")
UNITS = {"south": frozenset({"south", *SHOPS})} | {shop: frozenset({shop}) for shop in SHOPS}
EVERYWHERE = UNITS["south"]
GRAINS = ("day", "week", "month", "quarter", "year")


@pytest.fixture
def record(tenant: Tenant) -> Record:
    """Give the empty record of a live survey."""
    return Record(tenant, asked_by(tenant).survey)


@dataclass(frozen=True)
class Group:
    """The answers that a figure is about: where, by which way, from when until when."""

    units: frozenset[str]
    channels: frozenset[str]
    start: date
    end: date

    def holds(self, cell: tuple[str, str, date]) -> bool:
        unit, channel, day = cell
        return unit in self.units and channel in self.channels and self.start <= day < self.end


def answered_at_random(record: Record, seed: int) -> dict[tuple[str, str, date], int]:
    """Have few and many answer in each shop, by each way, on each day; return how many did."""
    chance = random.Random(seed)
    counts = {}
    for unit in (*SHOPS, "south"):
        for channel in CHANNELS:
            for day in DAYS:
                n = chance.choice((0, 0, 1, 2, 3, 7, 12, 20))
                if n:
                    marks = [float(chance.randint(0, 10)) for _ in range(n)]
                    record.answer(marks, day=day, unit=unit, channel=channel)
                    counts[unit, channel, day] = n
    return counts


def figures(client: Any, key: str) -> Iterator[Group]:
    """Yield the group of every figure that a program is given, by every filter there is."""
    headers = {"authorization": f"Bearer {key}"}
    for unit in ("", *UNITS):
        for channel in ("", *CHANNELS):
            for grain in GRAINS:
                told = {"measure": "nps", "per": grain, "start": "2026-09-01", "end": "2026-12-01"}
                told |= {"unit": unit} if unit else {}
                told |= {"channel": channel} if channel else {}
                reply = client.get("/api/v1/scores", told, headers=headers)
                if reply.status_code != 200:
                    continue
                for score in reply.json()["scores"]:
                    if score["value"] is not None or score["n"]:
                        yield Group(
                            UNITS[unit] if unit else EVERYWHERE,
                            frozenset({channel} if channel else CHANNELS),
                            date.fromisoformat(score["period"]["start"]),
                            date.fromisoformat(score["period"]["end"]),
                        )


Part = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True)
class Taken:
    """Every figure that somebody took down, and how many answered where."""

    shown: tuple[Group, ...]
    counts: dict[tuple[str, str, date], int]

    def people(self, group: Group) -> int:
        return sum(n for cell, n in self.counts.items() if group.holds(cell))

    def few_people(self) -> list[tuple[Group, Group]]:
        """Return the figures of one time whose difference is the answers of few people."""
        found = []
        for one, other in permutations(self.shown, 2):
            if (one.start, one.end) != (other.start, other.end):
                continue
            held = {cell for cell in self.counts if one.holds(cell)}
            rest = held - {cell for cell in self.counts if other.holds(cell)}
            is_within = sum(map(self.counts.__getitem__, held - rest)) == self.people(other)
            if is_within and 0 < sum(map(self.counts.__getitem__, rest)) < FLOOR:
                found.append((one, other))
        return found

    def few_people_over_time(self) -> list[tuple[Part, tuple[int, ...]]]:
        """Return the sums and differences of figures of one part that are about few people."""
        found = []
        for part in {(one.units, one.channels) for one in self.shown}:
            own = [one for one in self.shown if (one.units, one.channels) == part]
            sizes = np.array([self.people(Group(*part, day, day + DAY)) for day in DAYS])
            figures = np.unique(
                [[one.start <= day < one.end for day in DAYS] for one in own], axis=0
            )
            for signs in product((-1, 0, 1), repeat=len(figures)):
                left = np.array(signs) @ figures.astype(int)
                if 0 < sizes[left != 0].sum() < FLOOR:
                    found.append((part, signs))
        return found


@pytest.fixture(scope="module", params=["everything", "one region"])
def takings(server_database: str, request: pytest.FixtureRequest) -> list[Taken]:
    """Give what a program with a key takes down of answers given at random, three times."""
    return [taken(seed, request.param) for seed in SEEDS]


def taken(seed: int, sees: str) -> Taken:
    from django.test import Client

    tenant = new_tenant("counted")
    record = Record(tenant, asked_by(tenant).survey)
    record.follow()
    counts = answered_at_random(record, seed)
    limit = {} if sees == "everything" else {"unit": tenant.region}
    key = new_key(tenant, "scores:read", **limit)
    with time_machine.travel(NOW, tick=False):
        shown = set(figures(Client(), key))
    assert len(shown) > 5
    return Taken(tuple(shown), counts)


def test_no_figure_is_that_of_a_few_people(takings: list[Taken]) -> None:
    for taken in takings:
        assert all(taken.people(group) >= FLOOR for group in taken.shown)


def test_no_difference_of_two_parts_is_a_few_people(takings: list[Taken]) -> None:
    assert [taken.few_people() for taken in takings] == [[], [], []]


def test_no_sum_and_difference_of_stretches_of_time_is_a_few_people(takings: list[Taken]) -> None:
    assert [taken.few_people_over_time() for taken in takings] == [[], [], []]


def test_an_anonymous_answer_has_no_hour_no_order_and_no_link(
    web: httpx.Client, tenant: Tenant, tallied: Tally, server_database: str
) -> None:
    """Invited people answer one after the other; nothing that is kept tells who wrote what."""
    from ressenti.server.models import Invitation, Response

    asked = asked_by(tenant, is_anonymous=True)
    tokens = [invited(asked)[1] for _ in range(6)]
    for number, token in enumerate(tokens):
        web.cookies.clear()
        page = web.get(f"/i/{token}").text
        answered = web.post(f"/i/{token}", data=filled(page, recommend=str(number), why="x"))
        assert answered.is_redirect
    tallied()
    rows = Response.objects.filter(survey=asked.survey)
    assert rows.count() == 6
    assert {(row.customer_id, row.invitation_id) for row in rows} == {(None, None)}
    assert len({row.answered_at for row in rows}) == 1
    used = Invitation.objects.filter(survey=asked.survey)
    assert len({(one.started_at, one.finished_at) for one in used}) == 1
    with psycopg.connect(server_database) as connection:
        payloads = connection.execute(
            "SELECT payload::text, received_at FROM ressenti_journalentry WHERE survey_id = %s",
            [asked.survey.pk],
        ).fetchall()
    assert len({received for _, received in payloads}) == 1
    for one in used:
        assert not any(str(one.pk) in text or str(one.customer_id) in text for text, _ in payloads)


def test_programs_read_anonymous_answers_in_whole_groups_only(
    web: httpx.Client, tenant: Tenant, tallied: Tally
) -> None:
    """Whoever reads after each answer never sees one person more than the time before."""
    asked = asked_by(tenant, is_anonymous=True)
    key = new_key(tenant, "answers:read")
    limited = new_key(tenant, "answers:read", unit=tenant.lyon)
    headers = {"authorization": f"Bearer {key}"}
    where = f"/api/v1/responses?survey={asked.survey.key}"
    seen = []
    for _ in range(11):
        body = {"survey": asked.survey.key, "answers": {"recommend": 9, "why": "x"}}
        web.post("/api/v1/responses", json=body, headers=asked.headers)
        tallied()
        seen.append(len(web.get(where, headers=headers).json()["results"]))
    assert set(seen) == {0, 5, 10}
    for more in ("&unit=lyon", "&channel=api", "&since=2026-01-01T00:00:00Z", "&finished=true"):
        assert web.get(where + more, headers=headers).status_code == 403
    assert web.get(where, headers={"authorization": f"Bearer {limited}"}).status_code == 403
    # Without its name they are not there at all, and no stamp of time comes with them.
    assert web.get("/api/v1/responses", headers=headers).json()["results"] == []
    assert "T" not in str(web.get(where, headers=headers).json()["results"][0]["answered_at"] or "")


def test_anonymity_is_not_taken_back(
    tenant: Tenant, web: httpx.Client, signed_in: SignedIn
) -> None:
    asked = asked_by(tenant, VISIT, is_anonymous=True)
    page = web.get(asked.page).text
    assert web.post(asked.page, data=filled(page, recommend="9")).is_redirect
    owner = signed_in(tenant.owner)
    address = f"/o/{tenant.organisation.key}/surveys/{asked.survey.pk}/settings/"
    form = owner.get(address).content.decode()
    told = {"unit": "", "mode": "relational", "audience": "customer", "is_public": "on"}
    owner.post(address, told | {"seal": hidden(form, "seal")})
    asked.survey.refresh_from_db()
    assert asked.survey.is_anonymous


def test_whoever_is_limited_to_a_shop_learns_nothing_of_another(
    record: Record, signed_in: SignedIn
) -> None:
    record.follow()
    record.answer([10.0] * 20, unit="lyon")
    record.answer([0.0] * 20, unit="nice")
    reader = signed_in(member(record.tenant, "consultant", record.tenant.lyon))
    home = f"/o/{record.tenant.organisation.key}"
    with time_machine.travel(NOW, tick=False):
        pages = [
            reader.get(f"{home}/{page}", {name: "nice"}).content.decode()
            for page in ("scorecard/", "voice/", "journey/")
            for name in ("unit", "a", "b", "by")
        ]
    assert not any("−100" in page or "\N{MINUS SIGN}100" in page for page in pages)
