"""The voice in Chromium by keyboard alone, in both languages, with a script and without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.chromium import ARGUMENTS, CHROMIUM
from tests.server.cockpit.test_emotion_samples import count
from tests.server.cockpit.writing import Writers, read_comments, writers
from tests.server.conftest import Tenant
from tests.server.importing.test_in_a_browser import tab_to
from tests.server.intake.conftest import running_web

__all__ = ["running_web", "writers"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
MILLISECONDS = 60_000
RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
Opened = Callable[..., AbstractContextManager[Page]]
WORDS = {
    "fr": {"said": "selon Alice", "worst": "très négatif", "done": "30 sur 30 annotés"},
    "en": {"said": "according to Alice", "worst": "very negative", "done": "30 of 30 marked"},
}


@pytest.fixture
def opened(server_database: str, tenant: Tenant, running_web: str) -> Opened:
    """Give what opens a page of the tenant in a browser of its own."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(tenant.owner)
    name = settings.SESSION_COOKIE_NAME
    session = {"name": name, "value": client.cookies[name].value, "url": running_web}

    @contextmanager
    def browse(path: str, language: str, **told: Any) -> Iterator[Page]:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
            context = browser.new_context(**told)
            context.add_cookies([session])  # type: ignore[list-item] # a plain mapping will do
            page = context.new_page()
            page.set_default_timeout(MILLISECONDS)
            faults: list[str] = []
            page.on("console", lambda one: faults.append(one.text) if one.type == "error" else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.goto(f"{running_web}/o/{tenant.organisation.key}/{path}?lang={language}")
            yield page
            assert faults == []
            browser.close()

    return browse


def shown_reason(page: Page) -> str:
    """Return what is shown under the words that have the focus."""
    told: str = page.evaluate("() => getComputedStyle(document.activeElement, '::after').content")
    return told


def say(writers: Writers, texts: list[str]) -> None:
    """Have texts written today: the server's own clock is not the test's."""
    for text in texts:
        writers.say(text, level=2, at=datetime.now(UTC))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_reasons_are_read_and_corrected_by_keyboard(
    writers: Writers, tenant: Tenant, opened: Opened, language: str
) -> None:
    say(writers, ["Livraison rapide mais personnel odieux, je résilie"])
    read_comments(tenant)
    with opened("voice/", language) as page:
        tab_to(page, "[data-why]")
        first = page.evaluate("() => document.activeElement.textContent")
        assert "%" in shown_reason(page)
        # One stop a comment: the arrows go on from there.
        page.keyboard.press("ArrowRight")
        second = page.evaluate("() => document.activeElement.textContent")
        assert second != first
        page.keyboard.press("Escape")
        assert shown_reason(page) == "none"
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.tagName") == "SUMMARY"
        page.keyboard.press("Enter")
        assert page.locator(".reasons").is_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert Axe().run(page, options=RULES).response["violations"] == []
        tab_to(page, ".comment-about a")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        tab_to(page, "[name=polarity]")
        page.keyboard.press("Space")
        tab_to(page, "[name=emotion]")
        page.keyboard.press("ArrowDown")
        tab_to(page, ".marking .button")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        person = page.locator(".person-said")
        assert WORDS[language]["worst"] in person.inner_text()
        assert WORDS[language]["said"] in person.inner_text()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_sample_is_drawn_and_marked_by_keyboard(
    writers: Writers, tenant: Tenant, opened: Opened, language: str
) -> None:
    from ressenti.server.models import EmotionMark

    say(writers, [f"Personnel odieux, caisse {number}" for number in range(30)])
    read_comments(tenant)
    count(tenant)
    with opened("voice/samples/", language) as page:
        tab_to(page, "form.search .button")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        tab_to(page, ".progress-line a")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("[data-why]").count() == 0
        for number in range(30):
            page.keyboard.press(str(1 + number % 5))
            with page.expect_navigation():
                page.keyboard.press("Enter")
        assert WORDS[language]["done"] in page.content()
    marks = EmotionMark.objects.filter(organisation=tenant.organisation)
    steps = sorted(marks.values_list("polarity", flat=True))
    assert steps == sorted([-1.0, -0.5, 0.0, 0.5, 1.0] * 6)


def test_reasons_open_and_corrections_are_kept_without_a_script(
    writers: Writers, tenant: Tenant, opened: Opened
) -> None:
    say(writers, ["Personnel odieux"])
    read_comments(tenant)
    with opened("voice/", "fr", java_script_enabled=False) as page:
        page.locator(".reading summary").click()
        assert page.locator(".reasons").is_visible()
        assert "odieux" in page.locator(".reasons").inner_text()
        page.locator(".comment-about a").last.click()
        page.locator("[name=polarity]").first.check()
        page.locator(".marking .button").click()
        assert "selon Alice" in page.locator(".person-said").inner_text()


def test_nothing_runs_off_the_side_of_a_telephone(
    writers: Writers, tenant: Tenant, opened: Opened
) -> None:
    say(writers, ["Livraison en retard, personnel odieux, je résilie " * 4] * 6)
    read_comments(tenant)
    for path in ("voice/", "voice/map/", "voice/themes/"):
        with opened(path, "fr", viewport={"width": 390, "height": 844}) as page:
            assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
