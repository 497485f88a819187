"""Attack 20: another site that posts, reads, frames or speaks to ours, in a real browser.

A visitor is signed in here and opens a page there. Forms are also tried one by one in
`asking/test_access.py` and `accounts/test_sign_in.py`, the widget's origins in
`intake/test_widget_addresses.py`.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext

from tests.server.attacks.bodies import EVERYTHING
from tests.server.attacks.conftest import SignedIn, Target, state_of
from tests.server.attacks.foreign import foreign_site
from tests.server.attacks.routes import of_organisations, routes
from tests.server.intake.conftest import Asked

ORIGIN = "https://evil.example"
# Nothing is changed by what these are sent: they carry no session's mark.
WITHOUT_MARK = {"survey_previewed", "bounce_hook"}


def test_every_post_without_the_mark_of_our_own_form_is_refused(target: Target) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(target.tenant.owner)
    before = state_of(target.tenant)
    for route in of_organisations():
        for headers in ({}, {"origin": ORIGIN}, {"origin": "null"}, {"referer": f"{ORIGIN}/x"}):
            answer = client.post(target.address(route), EVERYTHING, headers=headers)
            if route.name not in WITHOUT_MARK:
                assert answer.status_code in {403, 405}, (route.name, headers)
    assert state_of(target.tenant) == before
    for route in routes():
        if "<" not in route.pattern and not route.pattern.startswith("api/"):
            answer = client.post(f"/{route.pattern}", EVERYTHING)
            assert answer.status_code in {302, 403, 404, 405}, route.name
            assert answer.status_code != 302 or "login" in answer["Location"], route.name


def test_no_answer_may_be_read_by_another_site(
    target: Target, signed_in: SignedIn, web: httpx.Client
) -> None:
    """Nothing is shared but the survey of the widget, and that without whoever is signed in."""
    owner = signed_in(target.tenant.owner, origin=ORIGIN)
    for route in of_organisations():
        answer = owner.get(target.address(route))
        shared = [name for name in answer.headers if name.lower().startswith("access-control")]
        assert shared == [], route.name
    asked = target.asked
    headers = {"origin": ORIGIN, "access-control-request-method": "POST"}
    for address in (asked.page, "/api/v1/responses", "/api/v1/openapi.json", "/accounts/login/"):
        for method in ("GET", "OPTIONS"):
            reply = web.request(method, address, headers=headers)
            assert "access-control-allow-origin" not in reply.headers, address
    for address in (f"/w/{asked.survey.public_key}.json", "/widget.js"):
        reply = web.get(address, headers=headers)
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in reply.headers


def test_every_page_refuses_to_stand_in_a_frame(target: Target, signed_in: SignedIn) -> None:
    owner = signed_in(target.tenant.owner)
    for route in of_organisations():
        answer = owner.get(target.address(route))
        own = route.name == "survey_previewed"
        wanted = ("SAMEORIGIN", "'self'") if own else ("DENY", "'none'")
        assert answer["X-Frame-Options"] == wanted[0], route.name
        assert f"frame-ancestors {wanted[1]}" in answer["Content-Security-Policy"], route.name


def signed_in_context(browser: Browser, base_url: str, session: str) -> BrowserContext:
    context = browser.new_context()
    context.set_default_timeout(15_000)
    # The attacker's best case: a cookie that goes along wherever the browser lets it.
    cookie: Any = {"name": "ressenti_session", "value": session, "url": base_url, "sameSite": "Lax"}
    context.add_cookies([cookie])
    return context


PAGE = """<!doctype html><html><body><script>
window.told = {frames: 0, read: []};
addEventListener('message', event => window.told.read.push(String(event.data)));
(async () => {
  for (const address of ADDRESSES) {
    try {
      const reply = await fetch(address, {credentials: 'include'});
      window.told.read.push(await reply.text());
    } catch (error) { window.told.refused = (window.told.refused || 0) + 1; }
    try {
      await fetch(address, {method: 'POST', credentials: 'include', mode: 'no-cors',
        headers: {'content-type': 'application/x-www-form-urlencoded'}, body: 'name=Taken'});
    } catch (error) { window.told.refused = (window.told.refused || 0) + 1; }
  }
  const frame = document.createElement('iframe');
  frame.src = ADDRESSES[0];
  frame.onload = () => {
    try { window.told.framed = frame.contentDocument ? 'empty' : 'elsewhere'; }
    catch (error) { window.told.framed = 'elsewhere'; }
    frame.contentWindow.postMessage({type: 'ressenti', answers: {recommend: 0}}, '*');
    window.told.done = true;
  };
  document.body.append(frame);
})();
</script><form id="f" method="post"><input name="name" value="Taken over"></form></body></html>"""


def test_a_site_that_is_open_in_the_same_browser_reads_and_changes_nothing(
    running_web: str, target: Target, signed_in: SignedIn, browser: Browser
) -> None:
    session = signed_in(target.tenant.owner).cookies["ressenti_session"].value
    home = f"{running_web}/o/{target.tenant.organisation.key}"
    pages = ("settings/", "scorecard/", "people/", "keys/", "voice/export.csv")
    addresses = [f"{home}/{page}" for page in pages]
    before = state_of(target.tenant)
    page_text = PAGE.replace("ADDRESSES", json.dumps(addresses))
    with foreign_site({"/": page_text}) as site:
        context = signed_in_context(browser, running_web, session)
        page = context.new_page()
        # Another name of this machine is another site: cookies do not go along.
        page.goto(site.replace("127.0.0.1", "localhost"))
        page.wait_for_function("window.told.done")
        told = page.evaluate("window.told")
        assert told["read"] == []
        assert told["refused"] >= len(addresses)
        # Another origin of the same site, where cookies do: the mark of the form is what counts.
        page.goto(site)
        page.wait_for_function("window.told.done")
        assert page.evaluate("window.told.read") == []
        frames = [frame.url for frame in page.frames if frame.url.startswith(home)]
        assert all(frame.startswith("chrome-error") for frame in frames) or not frames
        with page.expect_navigation():
            page.evaluate(f"f.action = '{home}/settings/'; f.submit()")
        assert "Taken over" not in page.content()
        context.close()
    after = state_of(target.tenant)
    logs = ("AuditEntry", "AuditHead")
    assert {n: rows for n, rows in after.items() if n not in logs} == {
        n: rows for n, rows in before.items() if n not in logs
    }


def test_messages_of_a_foreign_window_do_not_answer_in_the_widget(
    running_web: str, asked: Asked, browser: Browser
) -> None:
    """The widget's page listens to nobody: neither its host nor a frame speaks for the visitor."""
    snippet = (
        f'<script src="{running_web}/widget.js" data-ressenti-survey="{asked.survey.public_key}">'
    )
    host = f"<!doctype html><html lang=en><body>{snippet}</script></body></html>"
    with foreign_site({"/": host}) as site:
        context = browser.new_context()
        page = context.new_page()
        page.goto(site)
        for message in ("{type:'ressenti', answers:{recommend:0}}", "'ressenti:submit'"):
            page.evaluate(f"window.postMessage({message}, '*')")
        opened = page.evaluate("location.origin")
        page.evaluate(
            "window.dispatchEvent(new MessageEvent('message',"
            f"{{data: {{recommend: 0}}, origin: '{opened}'}}))"
        )
        page.wait_for_timeout(300)
        context.close()
    assert asked.entries() == []
