"""Attack 1: scripts in whatever an author writes, read on every page, in mail, widget and poster.

The pages of respondents are opened in Chromium in `intake/test_pages_in_a_browser.py`; here it
opens everything that an organisation's own people see, what its customers get by mail, and the
widget on somebody else's page.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.server.attacks.conftest import Hostile
from tests.server.attacks.foreign import foreign_site
from tests.server.attacks.hostile import ATTACKER, AUTHOR, script
from tests.server.attacks.markup import FILES, Markup, is_page, walked
from tests.server.attacks.routes import of_organisations
from tests.server.attacks.watching import Watch, watched

LANGUAGES = ("fr", "en")
WORD_JOINER = "\N{WORD JOINER}"


def pages_of(hostile: Hostile, language: str) -> dict[str, Any]:
    """Return every page of the organisation: those that links lead to, and all others there are."""
    client = hostile.client
    home = f"/o/{hostile.target.tenant.organisation.key}/scorecard/?lang={language}"
    found = walked(client, home, language=language)
    for route in of_organisations():
        address = hostile.target.address(route)
        if address not in found and not address.endswith(FILES):
            found[address] = client.get(address)
    return found


def test_every_page_keeps_the_strict_policy_and_has_nothing_inline(hostile: Hostile) -> None:
    from ressenti.server.pages.policies import CONTENT_POLICY

    for language in LANGUAGES:
        found = pages_of(hostile, language)
        pages = {path: page for path, page in found.items() if is_page(page)}
        assert len(pages) > 30
        for path, page in pages.items():
            assert page.status_code < 500, path
            policy = page["Content-Security-Policy"]
            # The preview shows the draft in a frame of its own, and nothing else does.
            assert policy.startswith(CONTENT_POLICY) or "/preview/page/" in path, path
            assert "unsafe" not in policy, path
            assert page["X-Content-Type-Options"] == "nosniff", path
            markup = Markup(page.content.decode())
            assert markup.code() == [], path
            assert not any(tag == "img" and ATTACKER in str(own) for tag, own in markup.tags), path
            outside = [one for one in markup.fetched() if "//" in one]
            assert outside == [], path


def test_texts_of_authors_are_shown_and_do_nothing(hostile: Hostile, read: Watch) -> None:
    """In Chromium, every page: nothing ran, nothing was fetched, and the text can be read."""
    assert len(read.pages) > 30
    assert AUTHOR not in read.stolen
    assert not [address for address in read.requests if ATTACKER in address]
    assert read.dialogs == []
    assert read.errors == []
    assert sum(script(AUTHOR) in text for text in read.pages.values()) > 20


def test_a_campaign_is_text_in_the_message(
    hostile: Hostile, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail program that runs scripts finds none, in a page without any policy."""
    from django.conf import settings

    from ressenti.server.asking.invitation_messages import letter_of, trial_message
    from ressenti.server.models import Campaign

    # Posters and mail are refused from an address that nobody outside could open.
    monkeypatch.setattr(settings, "BASE_URL", hostile.base_url)
    campaign = Campaign.objects.get(survey=hostile.asked.survey)
    letter = letter_of(campaign)
    assert letter is not None
    for language in ("fr", "en"):
        message = trial_message(letter, "ada@customers.example", language)
        html = message.get_body(("html",))
        assert html is not None
        with watched(browser.new_context()) as (page, watch):
            page.set_content(html.get_content())
            # A word joiner keeps mail programs from making a link of a name with a dot.
            assert script(AUTHOR) in page.inner_text("body").replace(WORD_JOINER, "")
        assert (watch.stolen, watch.dialogs, watch.requests) == (set(), [], [])
        assert not any("\n" in value or "\r" in value for value in message.values())


def test_the_widget_writes_text_into_the_page_of_its_host(
    hostile: Hostile, browser: Browser
) -> None:
    survey = hostile.asked.survey
    survey.channels = {"widget": {"is_on": True, "triggers": {"delay_s": 0}, "origins": []}}
    survey.save()
    snippet = (
        f'<script src="{hostile.base_url}/widget.js" data-ressenti-survey="{survey.public_key}">'
        "</script>"
    )
    with (
        foreign_site({"/": f"<!doctype html><html lang=en><body>{snippet}</body></html>"}) as site,
        watched(browser.new_context()) as (page, watch),
    ):
        page.goto(site)
        dialog = page.locator("ressenti-widget dialog")
        dialog.wait_for(timeout=10_000)
        page.get_by_role("button", name="I agree").click()
        page.get_by_role("radio").first.wait_for(timeout=10_000)
        assert script(AUTHOR) in dialog.inner_text()
    assert watch.stolen == set()
    assert watch.dialogs == []
    assert not [address for address in watch.requests if ATTACKER in address]


def test_poster_and_code_hold_no_script(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "BASE_URL", hostile.base_url)
    home = f"/o/{hostile.target.tenant.organisation.key}/surveys/{hostile.asked.survey.pk}/share"
    client = hostile.client
    poster = client.get(f"{home}/poster.pdf")
    assert poster["Content-Type"] == "application/pdf"
    for name in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/EmbeddedFile"):
        assert name not in poster.content
    code = client.get(f"{home}/code.svg")
    assert Markup(code.content.decode()).code() == []
    for file in (poster, code):
        assert file["Content-Disposition"].startswith("attachment")
        assert "script" not in file["Content-Disposition"]
