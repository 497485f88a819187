"""The ways in and the owner's pages in Chromium: our policy lets them work, for everybody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import ARGUMENTS, CHROMIUM
from tests.server.accounts.conftest import PASSWORD
from tests.server.accounts.identity_provider import IdentityProvider
from tests.server.accounts.test_single_sign_on import claims_of, proven, provider

if TYPE_CHECKING:
    from tests.server.conftest import Tenant

__all__ = ["provider"]

pytestmark = pytest.mark.slow
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTHS = (390, 1440)


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
        """Say nothing."""


@pytest.fixture
def running(server_database: str, changed: Callable[..., None]) -> Iterator[str]:
    """Serve the pages on loopback; give the address."""
    from django.core.wsgi import get_wsgi_application

    changed(ALLOWED_HOSTS=["127.0.0.1", "testserver"])
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        # Playwright's own loop runs in this thread; nothing of Django's runs inside it.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Give a page that notes what its policy refused."""
    context = chromium.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
    context.set_default_timeout(10_000)
    page = context.new_page()
    yield page
    context.close()


def refusals(page: Page) -> list[str]:
    """Return the list to which Chromium will add what the content policy refuses."""
    found: list[str] = []
    page.on(
        "console",
        lambda message: found.append(message.text) if "Content Security" in message.text else None,
    )
    return found


def test_single_sign_on_passes_the_policy_and_works_without_scripts(
    chromium: Browser, running: str, provider: IdentityProvider, tenant: Tenant
) -> None:
    provider.claims = claims_of(proven(tenant.owner).email)
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    refused = refusals(page)
    page.goto(f"{running}/accounts/login/?next=/profile/")
    page.get_by_role("button", name="Sign in with Comptoir ID").click()
    # By way of another origin and back.
    page.wait_for_selector("details.person")
    page.goto(f"{running}/profile/")
    assert tenant.owner.email in page.inner_text("main")
    assert not refused
    context.close()


def test_signing_in_takes_a_keyboard_alone(page: Page, running: str, tenant: Tenant) -> None:
    refused = refusals(page)
    page.goto(f"{running}/accounts/login/?next=/profile/")
    page.focus("[name=login]")
    page.keyboard.type(tenant.owner.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{running}/profile/")
    assert not refused


def test_pages_fit_both_widths_and_pass_the_rules_of_accessibility(
    page: Page, running: str, tenant: Tenant, signed_in: Any
) -> None:
    from ressenti.server.models import Membership

    signed_in(tenant.owner).post(
        f"/o/{tenant.organisation.key}/people/", {"email": "d@example.com", "role": "manager"}
    )
    number = Membership.objects.get(person=tenant.reader).pk
    refused = refusals(page)
    home = f"{running}/o/{tenant.organisation.key}"
    entrance = [f"{running}/accounts/{name}/" for name in ("login", "password/reset")]
    own = [f"{running}/{name}/" for name in ("profile", "accounts/2fa", "accounts/password/change")]
    pages = ("people", f"people/{number}", "units", f"units/{tenant.nice.pk}", "keys")
    owners = [f"{home}/{name}/" for name in (*pages, "audit", "settings")]
    faults: list[Any] = []

    def look_at(addresses: list[str]) -> None:
        for address in addresses:
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(address)
                wide = page.evaluate("document.documentElement.scrollWidth")
                found = Axe().run(page, options=RULES).response["violations"]
                faults.extend([address, fault["id"], fault["nodes"][0]["html"]] for fault in found)
                if wide > width:
                    faults.append([address, "wider than", width])

    look_at(entrance)
    page.goto(f"{running}/accounts/login/")
    page.fill("[name=login]", tenant.owner.email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("details.person")
    look_at(own + owners)
    assert not faults
    assert not refused
