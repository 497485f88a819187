from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect
from playwright.sync_api import sync_playwright as playwright

from ressenti.channels.widget import Triggers
from tests.web.surveyed_site import QUESTIONNAIRE, SCRIPT, Host, surveyed_site

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AT_ONCE = Triggers(delay_s=0)
# Browser and page wait for each other far less than this.
PATIENCE = 5000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("not here: Chromium")
    with playwright() as engine:
        started = engine.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def host() -> Iterator[Host]:
    with surveyed_site() as host:
        host.triggers = AT_ONCE
        yield host


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 390, "height": 800})
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def dialog_of(page: Page) -> Locator:
    return page.locator("ressenti-widget dialog")


def stored(page: Page) -> dict[str, str]:
    return dict(page.evaluate("Object.assign({}, localStorage)"))


def agreed(page: Page) -> None:
    page.get_by_role("button", name="J'accepte et je réponds").click()


def sent_first_step(page: Page, level: str = "9") -> None:
    agreed(page)
    page.get_by_role("radio", name=level, exact=True).check()
    page.get_by_role("button", name="Suivant").click()


def focused(page: Page) -> str:
    """Return what has the focus inside the widget; empty when the focus is elsewhere."""
    return str(
        page.evaluate(
            """() => {
              const host = document.querySelector("ressenti-widget");
              const one = host && host.shadowRoot.activeElement;
              if (!one) return "";
              const label = one.closest("label");
              return one.getAttribute("aria-label") || (label || one).textContent || one.tagName;
            }"""
        )
    )


def tabbed_to(page: Page, text: str) -> None:
    for _ in range(30):
        if text in focused(page):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{text} cannot be reached by keyboard")


def test_the_script_is_small_and_makes_no_markup_of_text() -> None:
    source = SCRIPT.read_bytes()
    assert len(gzip.compress(source, 9)) < 9_000
    forbidden = (
        rb"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(|\?\.|\?\?"
    )
    assert re.search(forbidden, source) is None


def test_a_survey_is_answered_in_french_by_keyboard_alone(page: Page, host: Host) -> None:
    page.goto(f"{host.shop}/fr")
    expect(dialog_of(page)).to_be_visible()
    assert focused(page) == "Votre avis"
    tabbed_to(page, "J'accepte et je réponds")
    page.keyboard.press("Enter")
    tabbed_to(page, "pas du tout probable")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert focused(page) == "3"
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Pourquoi 3 ?")).to_be_visible()
    tabbed_to(page, "Pourquoi")
    page.keyboard.type("Trop cher, déçue 😞")
    tabbed_to(page, "Suivant")
    page.keyboard.press("Enter")
    tabbed_to(page, "très insatisfait")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tabbed_to(page, "Le prix")
    page.keyboard.press("Space")
    tabbed_to(page, "Combien")
    page.keyboard.type("12,50")
    tabbed_to(page, "J'accepte")
    page.keyboard.press("Space")
    tabbed_to(page, "Envoyer")
    page.keyboard.press("Enter")
    expect(dialog_of(page)).to_contain_text("Merci beaucoup !")
    assert host.given() == {
        "recommend": 3,
        "why": "Trop cher, déçue 😞",
        "speed": 2,
        "reasons": ["price"],
        "spent": 12.5,
        "call": 1,
    }
    entries = list(host.entries.values())
    assert [entry["is_final"] for entry in entries] == [False, False, True]
    assert [entry["response"] for entry in entries] == [None, "response-1", "response-1"]
    assert [entry["language"] for entry in entries] == ["fr"] * 3
    assert entries[2]["attributes"] == {"shop": "Lyon"}
    page.keyboard.press("Escape")
    expect(dialog_of(page)).not_to_be_visible()


def test_the_focus_stays_in_the_dialog_and_goes_back_where_it_was(page: Page, host: Host) -> None:
    host.triggers = Triggers(click="#opinion")
    page.goto(f"{host.shop}/en")
    page.get_by_role("button", name="Opinion").press("Enter")
    expect(dialog_of(page)).to_be_visible()
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") != "opinion"
    page.keyboard.press("Escape")
    expect(dialog_of(page)).not_to_be_visible()
    assert page.evaluate("document.activeElement.id") == "opinion"


def test_the_widget_speaks_english_where_the_page_does(page: Page, host: Host) -> None:
    page.goto(f"{host.shop}/en")
    page.get_by_role("button", name="I agree, let's answer").click()
    expect(page.get_by_role("group", name="Would you recommend")).to_be_visible()
    expect(page.get_by_role("radio", name="10 – extremely likely")).to_be_visible()


def test_a_strict_page_is_not_troubled_and_nobody_else_is_called(
    context: BrowserContext, host: Host
) -> None:
    page = context.new_page()
    troubles: list[str] = []
    called: set[str] = set()
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: called.add("/".join(request.url.split("/")[:3])))
    page.goto(f"{host.shop}/fr")
    sent_first_step(page)
    expect(page.get_by_role("group", name="Êtes-vous satisfaite ?")).to_be_visible()
    colour = "(button) => getComputedStyle(button).backgroundColor"
    assert page.get_by_role("button", name="Envoyer").evaluate(colour) == "rgb(10, 92, 145)"
    assert troubles == []
    assert called == {host.shop, host.origin}


def test_words_are_never_markup(page: Page, host: Host) -> None:
    page.goto(f"{host.shop}/fr")
    agreed(page)
    expect(dialog_of(page)).to_contain_text("Recommanderiez-vous <b>Lumière</b> ?")
    assert dialog_of(page).locator("b").count() == 0


def test_nothing_is_stored_before_the_visitor_has_chosen(page: Page, host: Host) -> None:
    page.goto(f"{host.shop}/fr")
    expect(dialog_of(page)).to_contain_text("Nous gardons un identifiant")
    assert stored(page) == {}
    assert "device" not in host.requests[-1]
    agreed(page)
    assert set(stored(page)) == {"ressenti.device"}
    page.reload()
    expect(dialog_of(page)).to_contain_text("Recommanderiez-vous")
    assert f"device={stored(page)['ressenti.device']}" in host.requests[-1]


def test_a_refusal_is_a_date_without_a_name_and_is_respected(page: Page, host: Host) -> None:
    page.goto(f"{host.shop}/fr")
    page.get_by_role("button", name="Non, merci").click()
    assert list(stored(page)) == ["ressenti.until.k7"]
    page.reload()
    page.wait_for_timeout(300)
    expect(dialog_of(page)).not_to_be_visible()
    assert host.entries == {}


def test_who_was_asked_lately_is_not_asked_but_may_still_speak(page: Page, host: Host) -> None:
    host.reason = "quarantine"
    host.triggers = Triggers(delay_s=0, click="#opinion")
    page.goto(f"{host.shop}/fr")
    page.wait_for_timeout(300)
    expect(dialog_of(page)).not_to_be_visible()
    page.get_by_role("button", name="Opinion").click()
    expect(dialog_of(page)).to_be_visible()


def test_an_answer_keeps_the_visitor_from_being_asked_again(page: Page, host: Host) -> None:
    page.goto(f"{host.shop}/fr")
    sent_first_step(page)
    expect(page.get_by_role("group", name="Êtes-vous satisfaite ?")).to_be_visible()
    page.reload()
    page.wait_for_timeout(300)
    expect(dialog_of(page)).not_to_be_visible()


def test_an_answer_given_offline_waits_in_sight_and_leaves_by_itself(
    context: BrowserContext, host: Host
) -> None:
    page = context.new_page()
    page.goto(f"{host.shop}/fr")
    agreed(page)
    context.set_offline(offline=True)
    page.get_by_role("radio", name="9", exact=True).check()
    page.get_by_role("button", name="Suivant").click()
    expect(dialog_of(page)).to_contain_text("Votre réponse est gardée ici")
    page.keyboard.press("Escape")
    notice = page.locator("ressenti-widget .notice")
    expect(notice).to_contain_text("1 réponse en attente d'envoi")
    (waiting,) = json.loads(stored(page)["ressenti.outbox.k7"])
    assert waiting["answers"] == {"recommend": 9}
    assert host.entries == {}
    context.set_offline(offline=False)
    expect(notice).not_to_be_visible()
    assert list(host.entries) == [waiting["idempotency_key"]]
    assert "ressenti.outbox.k7" not in stored(page)


def test_an_answer_that_could_not_leave_is_sent_by_the_next_page(
    context: BrowserContext, host: Host
) -> None:
    host.failures = 1
    page = context.new_page()
    page.goto(f"{host.shop}/fr")
    sent_first_step(page)
    expect(dialog_of(page)).to_contain_text("Vous êtes hors ligne")
    page.close()
    again = context.new_page()
    again.goto(f"{host.shop}/en")
    again.wait_for_function("localStorage.getItem('ressenti.outbox.k7') === null")
    assert host.given() == {"recommend": 9}


def test_an_answer_whose_receipt_was_lost_counts_once(page: Page, host: Host) -> None:
    lost: list[str] = []

    def lose_first_receipt(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            route.fetch()
            lost.append(route.request.post_data or "")
            route.abort()
        else:
            route.continue_()

    page.route(f"{host.origin}/w/k7", lose_first_receipt)
    page.goto(f"{host.shop}/fr")
    sent_first_step(page)
    expect(dialog_of(page)).to_contain_text("Vous êtes hors ligne")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.locator("ressenti-widget .notice")).not_to_be_visible()
    assert list(host.entries) == [json.loads(lost[0])["idempotency_key"]]


def test_a_browser_that_stores_nothing_still_sends_what_waits(page: Page, host: Host) -> None:
    page.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError'); };"
    )
    host.failures = 1
    page.goto(f"{host.shop}/fr")
    sent_first_step(page)
    expect(dialog_of(page)).to_contain_text("Gardez la page ouverte")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.locator("ressenti-widget .notice")).not_to_be_visible()
    assert host.given() == {"recommend": 9}


def test_a_refused_answer_that_had_waited_is_told(context: BrowserContext, host: Host) -> None:
    page = context.new_page()
    page.goto(f"{host.shop}/fr")
    entry = {
        "response": None,
        "idempotency_key": "old",
        "language": "fr",
        "page": "p1",
        "asked": ["recommend"],
        "answers": {"recommend": 99},
        "is_final": False,
    }
    page.evaluate(
        "(entry) => localStorage.setItem('ressenti.outbox.k7', JSON.stringify([entry]))", entry
    )
    again = context.new_page()
    host.triggers = Triggers()
    again.goto(f"{host.shop}/fr")
    notice = again.locator("ressenti-widget .notice")
    expect(notice).to_contain_text("Une réponse n'a pas pu être acceptée")
    notice.get_by_role("button", name="Fermer").click()
    expect(notice).not_to_be_visible()


def test_what_is_required_is_told_beside_the_question(page: Page, host: Host) -> None:
    page.goto(f"{host.shop}/fr")
    agreed(page)
    page.get_by_role("button", name="Suivant").click()
    group = page.get_by_role("group", name="Recommanderiez-vous")
    expect(group).to_contain_text("Merci de répondre à cette question.")
    expect(group).to_have_accessible_description("Merci de répondre à cette question.")
    assert focused(page) == "0 – pas du tout probable"
    assert host.entries == {}


def test_what_the_server_refuses_is_told_beside_the_question(page: Page, host: Host) -> None:
    def forge(route: Route) -> None:
        body = json.loads(route.request.post_data or "{}")
        route.continue_(post_data=json.dumps(body | {"answers": {"recommend": 99}}))

    page.route(f"{host.origin}/w/k7", forge)
    page.goto(f"{host.shop}/fr")
    sent_first_step(page)
    group = page.get_by_role("group", name="Recommanderiez-vous")
    expect(group).to_contain_text("99 ne fait pas partie des réponses proposées.")
    assert host.entries == {}


@pytest.mark.parametrize(
    ("triggers", "gesture"),
    [
        (Triggers(delay_s=0.05), "undefined"),
        (Triggers(scroll_share=0.5), "scrollTo(0, document.documentElement.scrollHeight)"),
        (
            Triggers(exit_intent=True),
            "document.dispatchEvent(new MouseEvent('mouseout', {clientY: -1}))",
        ),
        (Triggers(click="#opinion"), "document.getElementById('opinion').click()"),
        (Triggers(), "ressenti('open')"),
    ],
    ids=["delay", "scroll", "exit", "click", "event"],
)
def test_each_trigger_opens_the_widget(
    page: Page, host: Host, triggers: Triggers, gesture: str
) -> None:
    host.triggers = triggers
    with page.expect_response(re.compile(r"k7\.json")):
        page.goto(f"{host.shop}/fr")
    page.evaluate("document.getElementById('far').style.marginTop = '3000px'")
    if triggers.delay_s is None:
        page.wait_for_timeout(100)
        expect(dialog_of(page)).not_to_be_visible()
    page.evaluate(gesture)
    expect(dialog_of(page)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_step_passes_the_accessibility_rules(
    browser: Browser, host: Host, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{host.shop}/fr")
    expect(dialog_of(page)).to_be_visible()
    faults = violations(page)
    sent_first_step(page, "4")
    expect(page.get_by_role("textbox", name="Pourquoi")).to_be_visible()
    faults += violations(page)
    page.get_by_role("button", name="Suivant").click()
    expect(page.get_by_role("group", name="Êtes-vous satisfaite ?")).to_be_visible()
    page.get_by_role("button", name="Envoyer").click()
    faults += violations(page)
    context.close()
    assert faults == []


def violations(page: Page) -> list[str]:
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
    found = Axe().run(page, context="ressenti-widget", options=options).response
    assert found["passes"]
    return [one["id"] for one in found["violations"]]


@pytest.mark.parametrize("width", [390, 320])
def test_the_scale_fits_a_phone(browser: Browser, host: Host, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 700})
    page = context.new_page()
    page.goto(f"{host.shop}/fr")
    agreed(page)
    boxes = [radio.bounding_box() for radio in page.get_by_role("radio").all()]
    context.close()
    assert len(boxes) == len(QUESTIONNAIRE.by_id["recommend"].fields[0].levels)
    for box in boxes:
        assert box is not None
        assert box["width"] >= 42
        assert box["height"] >= 42
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
