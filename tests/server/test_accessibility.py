"""Every page that the server has passes the rules of accessibility, light and dark, in Chromium.

The pages are those of the server's own table of addresses: one that is added is looked at, and one
whose address cannot be filled in here fails the test.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import ARGUMENTS, CHROMIUM
from tests.server.api.conftest import program_of, tally
from tests.server.asking.conftest import Desk, campaign_of, customer_of
from tests.server.attacks.conftest import sample_of
from tests.server.attacks.routes import Route, routes
from tests.server.cockpit.writing import read_comments
from tests.server.conftest import PASSWORD
from tests.server.importing.conftest import EXPORT, Counter
from tests.server.intake.conftest import JOURNEY, asked_by, invited, running_web

if TYPE_CHECKING:
    from django.test import Client

    from ressenti.server.models import Person
    from tests.server.conftest import Tenant

__all__ = ["running_web", "tally"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES: dict[str, Any] = {"runOnly": STANDARD, "resultTypes": ["violations"]}
# What a theme may change.
COLOURS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
WIDTHS = (390, 1440)
AXE = Axe()
# Answers by programs are no pages; the demonstration's tour signs somebody else in; signing out
# and the single sign-on lead away.
ELSEWHERE = ("api/", "tour/", "accounts/oidc/", "accounts/social/")
LEAVING = {"account_logout"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        # Playwright's own loop runs in this thread; nothing of Django's runs inside it.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


def looked_at(page: Page, name: str, *, width: int, language: str) -> list[Any]:
    """Return what is wrong with the page that is open, light and then dark."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="light")
    light = AXE.run(page, options=RULES).response["violations"]
    page.emulate_media(color_scheme="dark")
    # The page still has the program that the first look brought.
    dark = page.evaluate("options => axe.run(options)", COLOURS)["violations"]
    return [
        (name, language, theme, width, fault["id"], node["html"][:200])
        for theme, found in (("light", light), ("dark", dark))
        for fault in found
        for node in fault["nodes"][:3]
    ]


@pytest.fixture
def filled(
    tenant: Tenant, signed_in: Callable[..., Client], tally: Callable[[], None]
) -> dict[str, object]:
    """Give a company with something on every page: what stands for the parts of its addresses."""
    from ressenti.server.asking.publication import ensure_measures
    from ressenti.server.models import Measure, Membership, Response
    from ressenti.surveys.questionnaire import questionnaire_of

    asked = asked_by(tenant, JOURNEY, touchpoint="buy")
    ensure_measures(asked.survey, questionnaire_of(JOURNEY))
    program = program_of(tenant)
    lines = ["source_id,answered_at,recommend,why,unit"]
    today = datetime.now(UTC)
    lines += [
        f"a{i},{today.year - (i % 2)}-{1 + i % 9:02d}-03 10:00,{(10, 9, 3, 8)[i % 4]},Très bien,"
        f"{('lyon', 'nice')[i % 3 == 0]}"
        for i in range(120)
    ]
    program.upload("a.csv", "\n".join(lines).encode(), kind="answers", survey=asked.survey.key)
    tally()
    desk = Desk(signed_in(tenant.owner), tenant)
    imported = Counter(desk, asked).checked(EXPORT)
    read_comments(tenant)
    said = Response.objects.filter(survey=asked.survey).latest("answered_at")
    customer = customer_of(tenant, "C-1", name="Ada Lovelace", unit=tenant.lyon)
    campaign = campaign_of(asked.survey)
    desk.post("people/", email="new@example.com", role="manager")
    desk.post("keys/", name="Caisse", scopes=["answers:write"])
    return {
        "organisation": tenant.organisation.key,
        "survey": asked.survey.pk,
        "question": "why",
        "campaign": campaign.pk,
        "customer": customer.pk,
        "file": imported.pk,
        "response": said.pk,
        "sample": sample_of(said, tenant).pk,
        "outcome": "waiting",
        "measure": Measure.objects.get(organisation=tenant.organisation, indicator="nps").pk,
        "identity": tenant.nice.pk,
        "number": Membership.objects.get(person=tenant.reader).pk,
        "chart": "trend",
        "kind": "svg",
        "token": secrets.token_urlsafe(12),
        "key": "Mw:1abcde:x",
        "asked": asked.page,
    }


def pages_of_ours() -> list[Route]:
    """Return the routes that may be pages, whatever part of the server they belong to."""
    return [
        route
        for route in routes()
        if not route.pattern.startswith(ELSEWHERE)
        # The library's expressions; the one that is a page is named below.
        and "^" not in route.pattern
        and route.name not in LEAVING
    ]


def is_page(browser: Page, address: str) -> bool:
    """Tell whether an address answers with a page of its own: no file, no other page."""
    answer = browser.request.get(address, max_redirects=0)
    return answer.status == 200 and answer.headers["content-type"].startswith("text/html")


def test_every_page_of_the_server_passes(
    chromium: Browser,
    running_web: str,
    filled: dict[str, object],
    tenant: Tenant,
    signed_in: Callable[[Person], Client],
) -> None:
    addresses = {route.address(filled) for route in pages_of_ours()} | {"/no/such/page/"}
    context = chromium.new_context()
    context.set_default_timeout(20_000)
    client = signed_in(tenant.owner)
    # Who gave the password a moment ago is not asked for it again before the second step's pages.
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    key = client.cookies["ressenti_session"].value
    context.add_cookies([{"name": "ressenti_session", "value": key, "url": running_web}])
    page = context.new_page()
    faults: list[Any] = []
    seen: set[str] = set()
    samples = cycle((width, language) for language in ("fr", "en") for width in WIDTHS)
    for address in sorted(addresses):
        if not is_page(page, f"{running_web}{address}") and address != "/no/such/page/":
            continue
        width, language = next(samples)
        page.goto(f"{running_web}{address}?lang={language}")
        faults += looked_at(page, address, width=width, language=language)
        seen.add(address)
    context.close()
    assert not faults
    home = f"/o/{filled['organisation']}"
    # What this test would say nothing of if nothing answered.
    told = {f"{home}/scorecard/", f"{home}/voice/", f"{home}/surveys/"}
    assert told | {"/profile/", "/accounts/2fa/totp/activate/"} <= seen
    assert len(seen) > 35


def test_the_ways_in_pass(
    chromium: Browser, running_web: str, tenant: Tenant, filled: dict[str, object]
) -> None:
    from ressenti.server.accounts.forgotten_passwords import reset_link

    link = reset_link(tenant.owner.email) or ""
    ways = [
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/inactive/",
        link.removeprefix("http://testserver"),
        "/start/nothing",
        "/join/nothing",
    ]
    context = chromium.new_context()
    page = context.new_page()
    faults: list[Any] = []
    for address, language in zip(ways, cycle(("fr", "en")), strict=False):
        page.goto(f"{running_web}{address}?lang={language}")
        faults += looked_at(page, address, width=390, language=language)
    context.close()
    assert not faults


def with_every_type() -> dict[str, Any]:
    """Return a questionnaire that asks one question of every type there is."""
    from ressenti.surveys.questionnaire import document_of
    from ressenti.surveys.questions import question_types
    from ressenti.surveys.templates import templates

    found: dict[str, Any] = {}
    for template in templates().values():
        document: Any = document_of(template.questionnaire)
        for question in document["questions"]:
            found.setdefault(question["type"], question | {"show_if": None, "measure": None})
    for kind in question_types():
        found.setdefault(kind, {"type": kind, "label": {"fr": "Dites-nous", "en": "Tell us"}})
    questions = [question | {"id": f"q_{kind}"} for kind, question in found.items()]
    page = {"id": "p1", "questions": [question["id"] for question in questions]}
    return JOURNEY | {"pages": [page], "questions": questions}


def test_the_pages_of_respondents_pass_with_every_type_of_question(
    chromium: Browser, running_web: str, tenant: Tenant
) -> None:
    asked = asked_by(tenant, with_every_type())
    _invitation, token = invited(asked)
    context = chromium.new_context()
    page = context.new_page()
    faults: list[Any] = []
    ways = (
        asked.page,
        f"/i/{token}",
        f"{asked.page}?channel=kiosk",
        f"/u/{token}",
        "/u/nothing",
        "/s/nothing",
        "/i/nothing",
    )
    for address, language in zip(ways, cycle(("fr", "en")), strict=False):
        mark = "&" if "?" in address else "?"
        page.goto(f"{running_web}{address}{mark}lang={language}")
        faults += looked_at(page, address, width=390, language=language)
    context.close()
    assert not faults


def test_a_link_is_copied_where_the_script_runs(
    chromium: Browser,
    running_web: str,
    filled: dict[str, object],
    tenant: Tenant,
    signed_in: Callable[[Person], Client],
) -> None:
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    key = signed_in(tenant.owner).cookies["ressenti_session"].value
    context.add_cookies([{"name": "ressenti_session", "value": key, "url": running_web}])
    page = context.new_page()
    page.goto(f"{running_web}/o/{filled['organisation']}/surveys/{filled['survey']}/share/?lang=en")
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_text("Copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{running_web}{filled['asked']}"
    context.close()
