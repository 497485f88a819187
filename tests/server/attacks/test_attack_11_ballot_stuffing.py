"""Attack 11: one person who answers many times, and many who race for what there is once.

Five hundred who race on one link, and for the last place of a quota by page and by program, are in
`intake/test_races.py`. Here they come by every way at once, without cookies and with forged ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from tests.server.attacks.conftest import Tally
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by, filled, hidden, invited, web_process

RACERS = 60
PLACES = 3


def finished(asked: Asked) -> int:
    return sum(entry.payload["is_final"] for entry in asked.entries())


def together(racers: list[Callable[[], httpx.Response]]) -> Counter[int]:
    with ThreadPoolExecutor(len(racers)) as pool:
        replies = pool.map(lambda racer: racer(), racers)
        return Counter(reply.status_code for reply in replies)


def test_the_last_places_are_given_once_however_they_are_asked_for(
    running_web: str, tenant: Tenant
) -> None:
    """By page, widget, program and batch at once."""
    from ressenti.server.models import Quota

    asked = asked_by(tenant)
    quota = Quota.objects.create(survey=asked.survey, key="all", places=10, taken=10 - PLACES)
    with httpx.Client(base_url=running_web, timeout=60) as client:
        page = client.get(asked.page).text
        marks = {"recommend": "9"}
        widget = {"page": "p1", "answers": {"recommend": 9}, "is_final": True}
        sent = {"survey": asked.survey.key, "answers": {"recommend": 9}}
        ways: list[Callable[[], httpx.Response]] = [
            lambda: client.post(asked.page, data=filled(client.get(asked.page).text, **marks)),
            lambda: client.post(f"/w/{asked.survey.public_key}", json=widget),
            lambda: client.post("/api/v1/responses", json=sent, headers=asked.headers),
            lambda: client.post(
                "/api/v1/responses/batch", json={"responses": [sent]}, headers=asked.headers
            ),
        ]
        told = together([ways[number % len(ways)] for number in range(RACERS)])
    quota.refresh_from_db()
    assert (quota.taken, finished(asked)) == (10, PLACES)
    assert told[500] == told[503] == 0
    assert hidden(page, "r")


def test_an_invitation_counts_once_by_its_page_and_by_the_links_of_its_message(
    running_web: str, tenant: Tenant
) -> None:
    from django.conf import settings

    from ressenti.channels.link import Prefilled, prefill_proof

    asked = asked_by(tenant)
    _, token = invited(asked)
    key, until = settings.SECRET_KEY.encode(), datetime.now(UTC) + timedelta(days=1)

    def opened(mark: int) -> str:
        known = Prefilled(answers={"recommend": mark}, invitation=token)
        proof = prefill_proof(asked.survey.public_key, known, key=key, expires_at=until)
        return f"{asked.page}?p={proof}"

    def answer(address: str, mark: int) -> httpx.Response:
        # Somebody who cleared the cookies each time.
        with httpx.Client(base_url=running_web, timeout=60) as client:
            page = client.get(address).text
            return client.post(address, data=filled(page, recommend=str(mark)))

    told = together(
        [
            partial(answer, address, number % 11)
            for number in range(RACERS // 2)
            for address in (f"/i/{token}", opened(number % 11))
        ]
    )
    assert finished(asked) == 1
    assert set(told) <= {200, 303, 409, 410}


@pytest.mark.parametrize("forged", ["another's token", "an altered token", "a made-up response"])
def test_a_forged_identity_of_a_visit_is_none(web: httpx.Client, asked: Asked, forged: str) -> None:
    """Nobody goes on with, or replaces, a response that is not their own."""
    from uuid import uuid4

    first = web.get(asked.page)
    assert web.post(asked.page, data=filled(first.text, recommend="2")).is_redirect
    (entry,) = asked.entries()
    web.cookies.clear()
    second = web.get(asked.page).text
    own = hidden(second, "r")
    tokens = {
        "another's token": hidden(first.text, "r"),
        "an altered token": own[:-6] + ("AAAAAA" if own[-6:] != "AAAAAA" else "BBBBBB"),
        "a made-up response": uuid4().hex,
    }
    form = filled(second, recommend="10") | {
        "r": tokens[forged],
        "response": str(entry.response_id),
    }
    web.post(asked.page, data={name: form[name] for name in ("r", "asked", "recommend")})
    kept = {one.response_id: one.payload["answers"][0]["l"] for one in asked.entries()}
    assert kept[entry.response_id] == "2"
    assert len(kept) <= 2


def test_a_flood_without_cookies_is_flagged_and_can_be_set_apart(
    tenant: Tenant, tallied: Tally
) -> None:
    """Nothing is refused that may be a family or an office; a reader can leave it out."""
    from ressenti.server.models import Response

    asked = asked_by(tenant)
    # No proxy of ours stands at the attacker's address.
    with web_process(FORWARDED_ALLOW_IPS="192.0.2.254") as (base_url, _):
        for number in range(45):
            forged = {
                "user-agent": "Mozilla/5.0",
                "x-forwarded-for": f"192.0.2.{number}",
                "cookie": f"ressenti_answer=forged-{number}",
            }
            with httpx.Client(base_url=base_url, headers=forged) as client:
                page = client.get(asked.page)
                client.post(asked.page, data=filled(page.text, recommend="0"))
        headers = {"user-agent": "Mozilla/5.0"}
        with httpx.Client(base_url=base_url, headers=headers) as client:
            widget: dict[str, Any] = {"page": "p1", "answers": {"recommend": 0}}
            reply = client.post(f"/w/{asked.survey.public_key}", json=widget | {"device": "new"})
            assert reply.status_code == 201
    tallied()
    own = Response.objects.filter(survey=asked.survey)
    assert own.count() == 46
    assert own.filter(flags__contains=["flood_suspected"]).count() == 16
