"""Races: of five hundred who post at once exactly one counts, and the others are told why."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by, filled, invited

RACERS = 500
TOGETHER = 100


async def posted_together(
    base_url: str, path: str, bodies: Sequence[dict[str, Any]], headers: dict[str, str]
) -> list[httpx.Response]:
    """Post all bodies at once over many connections."""
    limits = httpx.Limits(max_connections=TOGETHER)
    async with httpx.AsyncClient(
        base_url=base_url, limits=limits, timeout=60, headers=headers
    ) as client:
        is_form = "r" in bodies[0]
        return list(
            await asyncio.gather(
                *(
                    client.post(path, data=body) if is_form else client.post(path, json=body)
                    for body in bodies
                )
            )
        )


def final_entries(asked: Asked) -> int:
    return sum(entry.payload["is_final"] for entry in asked.entries())


def test_an_invitation_counts_once_however_many_post_it(
    running_web: str, web: httpx.Client, asked: Asked
) -> None:
    invitation, token = invited(asked)
    path = f"/i/{token}"
    # Every racer has a page of their own, as somebody who cleared the cookies each time.
    pages = [web.get(path, params={"lang": "fr"}).text for _ in range(25)]
    bodies = [filled(pages[i % 25], recommend=str(i % 11)) for i in range(RACERS)]
    replies = asyncio.run(posted_together(running_web, path, bodies, {"accept-language": "fr"}))
    told = Counter(reply.status_code for reply in replies)
    assert final_entries(asked) == 1
    assert set(told) <= {303, 410}
    (entry,) = asked.entries()
    # Whoever sends the very same page again is thanked again; everybody else is refused in words.
    winners = [body for body, reply in zip(bodies, replies, strict=True) if reply.is_redirect]
    assert len({body["r"] for body in winners}) == 1
    refused = next(reply for reply in replies if reply.status_code == 410)
    assert "invitation" in refused.text
    invitation.refresh_from_db()
    assert invitation.finished_at is not None
    assert entry.payload["invitation"] == str(invitation.pk)


@pytest.mark.parametrize("way", ["page", "api"])
def test_the_last_place_is_given_once(
    running_web: str, web: httpx.Client, tenant: Tenant, way: str
) -> None:
    from ressenti.server.models import Quota

    asked = asked_by(tenant)
    quota = Quota.objects.create(survey=asked.survey, key="all", places=3, taken=2)
    if way == "page":
        bodies = [filled(web.get(asked.page).text, recommend="9") for _ in range(RACERS // 10)] * 10
        replies = asyncio.run(posted_together(running_web, asked.page, bodies, {}))
    else:
        document = {"survey": asked.survey.key, "answers": {"recommend": 9}}
        replies = asyncio.run(
            posted_together(running_web, "/api/v1/responses", [document] * RACERS, asked.headers)
        )
    told = Counter(reply.status_code for reply in replies)
    quota.refresh_from_db()
    assert quota.taken == 3
    assert final_entries(asked) == 1
    assert set(told) <= {201, 303, 409}
    assert told[409] >= RACERS - 10
    assert any(
        "quota_full" in reply.text or "répondu" in reply.text or "answered" in reply.text
        for reply in replies
    )


def test_only_responses_that_fit_take_a_place(web: httpx.Client, tenant: Tenant) -> None:
    from ressenti.server.models import Quota

    asked = asked_by(tenant)
    condition = {"answers": {"question": "recommend", "is": "at_least", "value": 9}}
    quota = Quota.objects.create(
        survey=asked.survey, key="promoters", places=1, condition=condition
    )
    statuses = [
        web.post(
            "/api/v1/responses",
            json={"survey": asked.survey.key, "answers": {"recommend": mark}},
            headers=asked.headers,
        ).status_code
        for mark in (9, 10, 3)
    ]
    quota.refresh_from_db()
    assert (statuses, quota.taken) == ([201, 409, 201], 1)


def test_a_double_click_on_the_last_place_takes_it_once(web: httpx.Client, tenant: Tenant) -> None:
    from ressenti.server.models import Quota

    asked = asked_by(tenant)
    Quota.objects.create(survey=asked.survey, key="all", places=5)
    form = filled(web.get(asked.page).text, recommend="9")
    assert [web.post(asked.page, data=form).status_code for _ in range(2)] == [303, 303]
    assert Quota.objects.get(survey=asked.survey).taken == 1
