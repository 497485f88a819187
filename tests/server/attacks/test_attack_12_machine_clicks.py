"""Attack 12: mail scanners that open every link of a message, run its scripts, and vote for nobody.

Requests without a browser are in `intake/test_respondents.py`; here Chromium opens the links of a
real message as a scanner does that runs scripts, and nothing counts until a form is sent.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from tests.server.attacks.markup import Markup
from tests.server.attacks.watching import watched
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by, filled, invited


@pytest.fixture
def letter(tenant: Tenant, running_web: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Asked, Any]:
    """Give a survey and the message by which somebody was invited to it."""
    from django.conf import settings

    from ressenti.server.asking.invitation_messages import letter_of, message_for
    from ressenti.server.asking.invitation_tokens import stored_digest
    from ressenti.server.models import Campaign

    monkeypatch.setattr(settings, "BASE_URL", running_web)
    asked = asked_by(tenant)
    invitation, _ = invited(asked)
    assert invitation.customer is not None
    invitation.customer.email = "ada@customers.example"
    invitation.token_digest = stored_digest(invitation.pk)
    invitation.save()
    found = letter_of(Campaign.objects.create(survey=asked.survey, name="Spring"))
    assert found is not None
    return asked, message_for(found, invitation, attempt=1)


def links_of(message: Any) -> list[str]:
    html = message.get_body(("html",)).get_content()
    return [link for link in Markup(html).links() if link.startswith("http")]


def test_a_scanner_that_runs_scripts_answers_nothing(
    letter: tuple[Asked, Any], browser: Browser
) -> None:
    from ressenti.server.models import Invitation

    asked, message = letter
    links = links_of(message)
    # Eleven levels, the link to the page, and the one to be left alone.
    assert len(set(links)) >= 13
    with watched(browser.new_context(locale="fr-FR")) as (page, watch):
        for link in links:
            page.goto(link, wait_until="load")
            # It moves, scrolls, presses keys that choose a level, and follows no form.
            page.mouse.move(100, 100)
            page.mouse.wheel(0, 2_000)
            page.keyboard.press("9")
            page.wait_for_timeout(50)
    assert watch.requests == []
    assert asked.entries() == []
    invitation = Invitation.objects.get(survey=asked.survey)
    assert invitation.finished_at is None
    assert invitation.opted_out_at is None
    assert invitation.customer is not None
    assert invitation.customer.refuses == []


@pytest.mark.parametrize("purpose", ["", "prefetch", "preview"])
@pytest.mark.parametrize("method", ["HEAD", "GET", "OPTIONS", "PROPFIND"])
def test_no_request_without_a_form_counts(
    web: httpx.Client, letter: tuple[Asked, Any], method: str, purpose: str
) -> None:
    asked, message = letter
    headers = {"sec-purpose": purpose, "x-purpose": purpose, "user-agent": "Mozilla/5.0"}
    for link in links_of(message):
        assert web.request(method, link, headers=headers).status_code < 500
    assert asked.entries() == []


def test_a_person_who_confirms_counts_once(web: httpx.Client, letter: tuple[Asked, Any]) -> None:
    asked, message = letter
    link = next(one for one in links_of(message) if "p=" in one)
    page = web.get(link).text
    assert 'value="0" required checked' in page or "checked" in page
    assert asked.entries() == []
    form = filled(page, recommend="7")
    assert web.post(link, data=form).is_redirect
    assert web.post(link, data=form).is_redirect
    assert [entry.payload["answers"][0]["l"] for entry in asked.entries()] == ["7"]
