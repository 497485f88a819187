"""Attack 9: a client that leaves out everything a browser would have checked.

Each rule is broken on the page without a script, in the widget, by a program and in a batch.
`intake/test_respondents.py` and `intake/test_programs.py` hold further single cases.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.server.conftest import Tenant
from tests.server.intake.conftest import JOURNEY, Asked, asked_by, filled

ONE_PAGE: dict[str, Any] = {
    **JOURNEY,
    "pages": [{"id": "p1", "questions": [one["id"] for one in JOURNEY["questions"]]}],
}
GOOD: dict[str, Any] = {"recommend": 9, "quality.price": 4, "quality.speed": 5}
Send = Callable[[httpx.Client, Asked, dict[str, Any]], bool]


def by_page(web: httpx.Client, asked: Asked, answers: dict[str, Any]) -> bool:
    page = web.get(asked.page).text
    told = {
        name: value if isinstance(value, list) else str(value) for name, value in answers.items()
    }
    form = filled(page, **told) | {"asked": ",".join(one["id"] for one in JOURNEY["questions"])}
    return web.post(asked.page, data=form).is_redirect


def by_widget(web: httpx.Client, asked: Asked, answers: dict[str, Any]) -> bool:
    body = {"page": "p1", "answers": answers, "is_final": True}
    reply = web.post(f"/w/{asked.survey.public_key}", json=body)
    return reply.status_code == 201


def by_program(web: httpx.Client, asked: Asked, answers: dict[str, Any]) -> bool:
    body = {"survey": asked.survey.key, "answers": answers}
    return web.post("/api/v1/responses", json=body, headers=asked.headers).status_code == 201


def by_batch(web: httpx.Client, asked: Asked, answers: dict[str, Any]) -> bool:
    body = {"responses": [{"survey": asked.survey.key, "answers": answers}]}
    reply = web.post("/api/v1/responses/batch", json=body, headers=asked.headers)
    return bool(reply.json().get("accepted"))


@pytest.fixture(params=[by_page, by_widget, by_program, by_batch])
def send(request: pytest.FixtureRequest) -> Send:
    way: Send = request.param
    return way


def finished(asked: Asked) -> int:
    return sum(entry.payload["is_final"] for entry in asked.entries())


BROKEN = {
    "a required question is left out": {"quality.price": 4, "quality.speed": 5},
    "a required question is blank": GOOD | {"recommend": ""},
    "a line of a grid is left out": {"recommend": 9, "quality.price": 4},
    "a level is above the scale": GOOD | {"recommend": 11},
    "a level is between two": GOOD | {"recommend": "9.5"},
    "a choice is none": GOOD | {"reasons": ["free_beer"]},
    "a choice is there twice": GOOD | {"reasons": ["near", "near"]},
    "a question that is shown and required is left out": GOOD | {"recommend": 3},
    "a text is too long": GOOD | {"recommend": 3, "why": "x" * 20_001},
    "a question is none": GOOD | {"nothing": 3},
    "a part of a question is none": GOOD | {"quality.beer": 3},
}


def test_what_a_browser_would_have_refused_does_not_count(
    web: httpx.Client, tenant: Tenant, send: Send
) -> None:
    asked = asked_by(tenant, ONE_PAGE)
    for broken, answers in BROKEN.items():
        web.cookies.clear()
        send(web, asked, answers)
        assert finished(asked) == 0, broken
    web.cookies.clear()
    assert send(web, asked, GOOD)
    assert finished(asked) == 1


def test_what_was_answered_to_a_hidden_question_is_not_kept(
    web: httpx.Client, tenant: Tenant, send: Send
) -> None:
    asked = asked_by(tenant, ONE_PAGE)
    assert send(web, asked, GOOD | {"why": "It is hidden above 6."})
    (entry,) = asked.entries()
    assert "It is hidden" not in repr(entry.payload)


def test_a_survey_that_is_not_open_takes_nothing(
    web: httpx.Client, tenant: Tenant, send: Send
) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    for told in ({"state": "draft"}, {"state": "closed"}, {"closes_at": past}):
        asked = asked_by(tenant, ONE_PAGE, **told)
        assert not send(web, asked, GOOD), told
        assert asked.entries() == []


def test_a_full_quota_is_full_by_every_way(web: httpx.Client, tenant: Tenant, send: Send) -> None:
    from ressenti.server.models import Quota

    asked = asked_by(tenant, ONE_PAGE)
    Quota.objects.create(survey=asked.survey, key="all", places=2, taken=2)
    assert not send(web, asked, GOOD)
    assert finished(asked) == 0


def test_a_survey_by_invitation_is_not_answered_without_one(
    web: httpx.Client, tenant: Tenant
) -> None:
    """A program that holds a key speaks for the organisation, and may."""
    asked = asked_by(tenant, ONE_PAGE, is_public=False)
    assert web.get(asked.page).status_code == 404
    assert web.post(asked.page, data={"r": "", "asked": "recommend", "recommend": "9"}).is_error
    assert not by_widget(web, asked, GOOD)
    assert asked.entries() == []


def test_the_address_of_a_customer_is_checked_here(
    web: httpx.Client, tenant: Tenant, signed_in: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from ressenti.server.models import Customer

    file = b"external_id,email\nC-1,not an address\nC-2,a@b.example\\r\\nBcc:x@y.example\n"
    owner = signed_in(tenant.owner)
    home = f"/o/{tenant.organisation.key}/customers"
    owner.post(f"{home}/import/", {"file": SimpleUploadedFile("c.csv", file)})
    owner.post(f"{home}/import/confirm/")
    assert not Customer.objects.filter(organisation=tenant.organisation).exists()
