"""The whole path in a real browser: make a survey, answer it by keyboard, watch the figure move."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.server.whole.conftest import Product

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("product")]

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 1_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def owner(browser: Browser, product: Product) -> Iterator[Page]:
    """Give a page on which the tour account is signed in, in French."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.goto(product.tour["url"])
    yield page
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """Give a customer's phone, in French, which never signed in."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="fr-FR", has_touch=True, is_mobile=True
    )
    yield context.new_page()
    context.close()


def published_address(owner: Page, product: Product, template: str) -> str:
    """Make a survey from a template, publish it, and return the address of its page."""
    owner.goto(f"{product.url}/o/demo/surveys/new/?lang=fr")
    owner.locator(f"button[name=template][value={template}]").click()
    owner.get_by_role("link", name="Publier").click()
    owner.get_by_role("button", name="Publier").click()
    expect(owner).to_have_url(re.compile("/share/$"))
    found = re.search(r"https?://[^\s\"'<]+/s/[\w-]+", owner.content())
    assert found
    return found[0]


def let_nobody_else_answer(product: Product) -> None:
    with psycopg.connect(product.database) as connection:
        connection.execute("UPDATE ressenti_organisation SET is_lively = false")


def wait_for_the_tallier(product: Product) -> None:
    """Wait until the tallies hold everything that was taken in and read, and the page shows it."""
    behind = (
        "SELECT count(*) + (SELECT count(*) FROM ressenti_unreadresponse) "
        "FROM ressenti_journalentry AS e, ressenti_tallyposition AS p "
        "WHERE (e.transaction, e.id) > (p.transaction::text::xid8, p.entry)"
    )
    end = time.monotonic() + 90
    while product.rows(behind) != [(0,)] and time.monotonic() < end:
        time.sleep(0.5)
    time.sleep(3)


def test_an_answer_typed_on_a_phone_moves_the_scorecard(
    owner: Page, phone: Page, product: Product
) -> None:
    let_nobody_else_answer(product)
    address = published_address(owner, product, "nps")
    owner.goto(f"{product.url}/o/demo/scorecard/?lang=fr")
    row = owner.locator("section", has_text="Score net de recommandation").first
    expect(owner.locator("[data-live-state=live]")).to_be_visible(timeout=20 * SECONDS)
    wait_for_the_tallier(product)
    emotions = owner.locator("section", has_text="Score net d'émotion").first
    before, read = (int(one.get_attribute("data-n") or 0) for one in (row, emotions))

    phone.goto(address)
    assert phone.locator("html").get_attribute("lang") == "fr"
    # By keyboard alone: to the scale, to its end, to the comment, to the button.
    for _ in range(20):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.type") == "radio":
            break
    phone.keyboard.press("End")
    for _ in range(10):
        phone.keyboard.press("ArrowRight")
        if phone.evaluate("document.activeElement.value") == "10":
            break
    phone.keyboard.press("Space")
    phone.keyboard.press("Tab")
    phone.keyboard.type("Accueil chaleureux, réponse immédiate.")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Merci")).to_be_visible(timeout=10 * SECONDS)

    expect(row).not_to_have_attribute("data-n", str(before), timeout=10 * SECONDS)
    changed = owner.locator("section", has_text="Score net de recommandation").first
    assert int(changed.get_attribute("data-n") or 0) == before + 1
    tallied = product.rows(
        "SELECT count(*) FROM ressenti_answer WHERE text = 'Accueil chaleureux, réponse immédiate.'"
    )
    assert tallied == [(1,)]
    # What was read in the comment follows by itself, within the patience of whoever looks.
    expect(emotions).to_have_attribute("data-n", str(read + 1), timeout=20 * SECONDS)


def test_a_comment_waits_until_it_is_asked_for_while_the_map_moves_by_itself(
    owner: Page, phone: Page, product: Product
) -> None:
    let_nobody_else_answer(product)
    wait_for_the_tallier(product)
    ((key,),) = product.rows("SELECT public_key FROM ressenti_survey WHERE key = 'purchase'")
    owner.goto(f"{product.url}/o/demo/voice/?lang=fr")
    journey = owner.context.new_page()
    journey.goto(f"{product.url}/o/demo/journey/?lang=fr")
    for page in (owner, journey):
        expect(page.locator("[data-live-state=live]")).to_be_visible(timeout=20 * SECONDS)
    cell = journey.locator("td[data-live-name='NPS, Achat'] desc")
    before, first = cell.text_content(), owner.locator(".comment").first.get_attribute("id")

    phone.goto(f"{product.url}/s/{key}")
    phone.locator("input[type=radio][value='9']").check()
    phone.locator("textarea").fill("Écrivez à marie.roy@example.org, elle fut parfaite.")
    phone.locator("form button").last.click()
    expect(phone.get_by_role("heading", name="Merci")).to_be_visible(timeout=10 * SECONDS)

    button = owner.get_by_role("status").get_by_role("button", name="1 nouveau commentaire")
    expect(button).to_be_visible(timeout=20 * SECONDS)
    assert owner.locator(".comment").first.get_attribute("id") == first
    button.click()
    arrived = owner.locator(".comment").first
    expect(arrived).to_contain_text("elle fut parfaite.")
    expect(arrived).not_to_contain_text("marie.roy")
    expect(arrived).to_be_focused()
    expect(button).to_have_count(0)
    expect(cell).not_to_have_text(before or "", timeout=20 * SECONDS)
