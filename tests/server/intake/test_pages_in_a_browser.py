"""The respondent's page in a real browser: small, accessible, by keyboard, in French, no script."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, sync_playwright

from tests.chromium import ARGUMENTS, CHROMIUM
from tests.server.conftest import Tenant
from tests.server.intake.conftest import JOURNEY, Asked, asked_by, invited

PHONE = {"width": 390, "height": 844}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LARGEST_FIRST_PAGE = 20_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        # Playwright's own loop runs in this thread; nothing of Django's runs inside it.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a French phone, with scripts and without."""
    context = browser.new_context(java_script_enabled=request.param, locale="fr-FR", viewport=PHONE)
    # Everything that people wait for is on this machine.
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def levels(asked: Asked) -> list[tuple[str, str]]:
    last = asked.entries()[-1].payload
    return [(answer["q"], answer["l"] or answer["x"]) for answer in last["answers"]]


def test_a_survey_is_answered_in_french_by_keyboard_alone(
    page: Page, running_web: str, tenant: Tenant
) -> None:
    asked = asked_by(tenant, JOURNEY)
    page.goto(f"{running_web}{asked.page}")
    assert page.locator("html").get_attribute("lang") == "fr"
    # Past the link to English, into the first group, nine steps along it.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("textarea")
    page.locator('input[name="recommend"]:checked').focus()
    page.keyboard.press("Tab")
    page.keyboard.type("L'attente était longue.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#q-quality")
    page.locator('input[name="quality.price"]').first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Merci de votre avis")
    assert levels(asked) == [
        ("recommend", "3"),
        ("why", "L'attente était longue."),
        ("quality", "1"),
        ("quality", "1"),
        ("reasons", "?missing"),
    ]


def test_the_back_button_loses_nothing(page: Page, running_web: str, tenant: Tenant) -> None:
    asked = asked_by(tenant, JOURNEY)
    page.goto(f"{running_web}{asked.page}")
    page.locator("label", has_text="8").first.click()
    page.locator("form button").click()
    page.wait_for_selector("#q-quality")
    page.go_back()
    page.wait_for_selector("#q-recommend")
    assert page.locator('input[name="recommend"]:checked').input_value() == "8"
    page.locator("form button").click()
    page.wait_for_selector("#q-quality")
    assert [entry.payload["answers"][0]["l"] for entry in asked.entries()][-1] == "8"


@pytest.mark.parametrize("way", ["first", "faults", "second", "thanks", "closed", "unsubscribe"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(
    browser: Browser, running_web: str, tenant: Tenant, way: str, scheme: str
) -> None:
    asked = asked_by(tenant, JOURNEY, state="closed" if way == "closed" else "live")
    context = browser.new_context(locale="fr-FR", viewport=PHONE, color_scheme=scheme)
    page = context.new_page()
    address = asked.page
    if way == "unsubscribe":
        address = f"/u/{invited(asked)[1]}"
    page.goto(f"{running_web}{address}" + ("?done=1" if way == "thanks" else ""))
    if way in ("faults", "second"):
        if way == "second":
            page.locator("label", has_text="8").first.click()
        page.locator("form button").click()
        page.wait_for_selector(".errors" if way == "faults" else "#q-quality")
    found = Axe().run(page, options=RULES)
    context.close()
    assert found.violations_count == 0, found.generate_report()


def test_a_fault_is_led_to_from_the_top(browser: Browser, running_web: str, asked: Asked) -> None:
    context = browser.new_context(locale="fr-FR", viewport=PHONE)
    page = context.new_page()
    page.goto(f"{running_web}{asked.page}")
    page.locator("form button").click()
    page.wait_for_selector(".errors")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.locator(".errors a").click()
    assert page.evaluate("document.activeElement.id") == "f-recommend"
    assert page.title().endswith("Boutique") or " – " in page.title()
    context.close()


def test_number_keys_choose_a_level(browser: Browser, running_web: str, asked: Asked) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{running_web}{asked.page}")
    page.locator('input[name="recommend"]').first.focus()
    for key, level in (("7", "7"), ("10", "10")):
        page.wait_for_timeout(900)
        for digit in key:
            page.keyboard.press(digit)
        assert page.locator('input[name="recommend"]:checked').input_value() == level
    context.close()


def test_the_first_page_is_small_and_comes_from_one_place(
    browser: Browser, running_web: str, tenant: Tenant
) -> None:
    asked = asked_by(tenant, JOURNEY)
    context = browser.new_context(locale="fr-FR", viewport=PHONE)
    page = context.new_page()
    replies: list[Response] = []
    page.on("response", lambda reply: replies.append(reply))
    page.goto(f"{running_web}{asked.page}", wait_until="networkidle")
    sizes = {urlsplit(reply.url).path: len(reply.body()) for reply in replies}
    hosts = {urlsplit(reply.url).netloc for reply in replies if reply.url.startswith("http")}
    context.close()
    assert hosts == {urlsplit(running_web).netloc}
    assert {"/palette.css", "/static/ressenti/respondent.css", asked.page} <= sizes.keys()
    assert sum(sizes.values()) < LARGEST_FIRST_PAGE, sizes


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_targets_are_large_and_nothing_is_cut(
    browser: Browser, running_web: str, tenant: Tenant, width: int
) -> None:
    asked = asked_by(tenant, JOURNEY)
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{running_web}{asked.page}")
    boxes = [label.bounding_box() for label in page.locator(".levels label").all()]
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()
    assert overflow <= 0
    assert all(box and box["width"] >= 24 and box["height"] >= 24 for box in boxes)


def test_nothing_an_author_writes_becomes_markup(
    browser: Browser, running_web: str, tenant: Tenant
) -> None:
    script = "<img src=x onerror=document.title='stolen'><script>document.title='stolen'</script>"
    words = {"fr": script, "en": script}
    document = {**JOURNEY, "title": words, "introduction": words, "thanks": words}
    asked = asked_by(tenant, document)
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    for address in (asked.page, f"{asked.page}?done=1"):
        page.goto(f"{running_web}{address}")
        assert page.locator("main img, main script:not([src])").count() == 0
        assert not page.title().startswith("stolen")
    context.close()
