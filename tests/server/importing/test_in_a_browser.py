"""A file imported in Chromium with the keyboard alone, in French, on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.server.accounts.test_in_a_browser import ARGUMENTS, CHROMIUM, RULES, refusals
from tests.server.asking.conftest import worked_off
from tests.server.importing.conftest import EXPORT
from tests.server.importing.test_long_and_simultaneous_imports import answers
from tests.server.intake.conftest import asked_by, running_web

if TYPE_CHECKING:
    from tests.server.conftest import Tenant

__all__ = ["running_web"]

pytestmark = pytest.mark.slow
MOST_TABS = 80
MILLISECONDS = 30_000


@pytest.fixture
def phone(server_database: str, tenant: Tenant, running_web: str) -> Iterator[Page]:
    """Give a narrow page of the list of imports on which the owner is signed in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(tenant.owner)
    name = settings.SESSION_COOKIE_NAME
    session = {"name": name, "value": client.cookies[name].value, "url": running_web}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
        context.add_cookies([session])  # type: ignore[list-item] # a plain mapping will do
        page = context.new_page()
        page.set_default_timeout(MILLISECONDS)
        # From the start on, for a dialog that opens before somebody listens is lost.
        page.on("filechooser", lambda _: None)
        page.goto(f"{running_web}/o/{tenant.organisation.key}/imports/?lang=fr")
        yield page
        browser.close()


def tab_to(page: Page, selector: str) -> None:
    """Press the tab key until something has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def send(page: Page, content: str) -> None:
    """Send a file of answers to the only survey, by keyboard."""
    tab_to(page, "#survey")
    page.keyboard.type("Visite")
    tab_to(page, "#source")
    page.keyboard.type("sondage")
    tab_to(page, "#file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    file = {"name": "février.csv", "mimeType": "text/csv", "buffer": content.encode("cp1252")}
    chooser.value.set_files(file)  # type: ignore[arg-type] # a plain mapping will do
    tab_to(page, "main form button.primary")
    page.keyboard.press("Enter")


def press(page: Page, address: str) -> None:
    tab_to(page, f"form[action$='{address}/'] button")
    page.keyboard.press("Enter")


def violations(page: Page) -> list[str]:
    told = Axe().run(page, options=RULES).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [one["id"] for one in told] + (["too wide"] if wide else [])


def test_a_file_is_imported_and_taken_back_by_keyboard(tenant: Tenant, phone: Page) -> None:
    asked = asked_by(tenant)
    refused = refusals(phone)
    phone.reload()
    assert violations(phone) == []
    send(phone, EXPORT)
    phone.get_by_role("heading", name="Ce que ferait l'import").wait_for()
    assert violations(phone) == []
    press(phone, "bring-in")
    phone.get_by_role("heading", name="Ce qu'a fait l'import").wait_for()
    assert violations(phone) == []
    assert len(asked.entries()) == 4
    press(phone, "take-back")
    phone.locator(".badge", has_text="retiré").wait_for()
    phone.get_by_role("link", name="Importer").last.click()
    phone.get_by_role("row").filter(has_text="février.csv").filter(has_text="retiré").wait_for()
    assert refused == []


def test_a_long_file_shows_its_progress_until_it_is_there(tenant: Tenant, phone: Page) -> None:
    asked_by(tenant)
    phone.reload()
    send(phone, answers())
    phone.get_by_role("progressbar").wait_for()
    assert violations(phone) == []
    with ThreadPoolExecutor(1) as thread:
        thread.submit(worked_off).result()
    phone.get_by_role("heading", name="Ce que ferait l'import").wait_for()
    phone.get_by_role("button", name="Importer 4 000 enregistrements").wait_for()
