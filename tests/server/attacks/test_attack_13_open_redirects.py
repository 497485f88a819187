"""Attack 13: addresses that lead to somebody else's site, or run as code.

Signing in and out are tried in `accounts/test_sign_in.py`, the end page's form in
`asking/test_publishing.py`. Here every entrance gets a way back of the attacker's, and an end page
that was stored by other means is checked again when it is shown.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from tests.server.attacks.conftest import SignedIn, Target
from tests.server.attacks.markup import Markup
from tests.server.attacks.routes import of_organisations, routes
from tests.server.conftest import Tenant
from tests.server.intake.conftest import asked_by, filled, invited

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://testserver@evil.example/",
    "https://shop.example.evil.example/",
    "\thttps://evil.example/",
    "https://shop.example\\@evil.example/",
    "http://shop.example/",
)
NAMES = ("next", "return", "return_to", "url", "redirect", "continue", "to", "end_url", "r", "back")


def leads_away(address: str) -> bool:
    """Tell whether a browser leaves our host by an address, or runs it."""
    # As a browser reads it: no blanks before, none of these within, and one kind of slash.
    read = re.sub(r"[\t\r\n]", "", address.strip()).replace("\\", "/")
    parts = urlsplit(urljoin("http://testserver/here", read))
    return parts.hostname not in {"testserver", "127.0.0.1"} or parts.scheme not in {
        "http",
        "https",
    }


def leading(answer: Any) -> list[str]:
    """Return where an answer leads by itself: its redirection, and its refreshing tag."""
    found = [answer.headers.get("Location", ""), answer.headers.get("Refresh", "")]
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        tags = Markup(answer.content.decode()).tags
        found += [own.get("content", "") for _, own in tags if own.get("http-equiv")]
    return [one for one in found if one]


def test_no_entrance_leads_where_the_address_says(target: Target, signed_in: SignedIn) -> None:
    from django.test import Client

    entrances = [f"/{route.pattern}" for route in routes() if "<" not in route.pattern]
    assert len(entrances) > 15
    for elsewhere in ELSEWHERE[:6:2]:
        told = dict.fromkeys(NAMES, elsewhere)
        for client in (Client(), signed_in(target.tenant.reader)):
            for address in entrances:
                for answer in (client.get(address, told), client.post(address, told)):
                    assert not any(leads_away(one) for one in leading(answer)), address


def test_no_change_leads_where_its_form_says(target: Target, signed_in: SignedIn) -> None:
    told = dict.fromkeys(NAMES, ELSEWHERE[0])
    owner = signed_in(target.tenant.owner, referer=ELSEWHERE[0])
    for route in of_organisations():
        answer = owner.post(target.address(route), told)
        where = answer.headers.get("Location", "/")
        assert urlsplit(where).netloc == "", route.name


def test_an_end_page_that_is_not_declared_is_no_link(web: httpx.Client, tenant: Tenant) -> None:
    """However it came into the table; and so is one whose host was declared and is no more."""
    tenant.organisation.allowed_hosts = ["shop.example"]
    tenant.organisation.save()
    for end_url in ELSEWHERE:
        asked = asked_by(tenant, end_url=end_url)
        sent = web.post(asked.page, data=filled(web.get(asked.page).text, recommend="9"))
        page = web.get(sent.headers["location"])
        assert "opinion" in page.text
        links = Markup(page.text).links()
        assert not any(leads_away(link) or link == end_url for link in links), end_url


def test_a_respondent_is_led_nowhere_by_a_parameter(web: httpx.Client, tenant: Tenant) -> None:
    asked = asked_by(tenant)
    _, token = invited(asked)
    told = dict.fromkeys(NAMES, ELSEWHERE[0])
    for address in (asked.page, f"/i/{token}", f"/u/{token}"):
        for reply in (
            web.get(address, params=told),
            web.post(address, params=told, data=told | {"recommend": "9", "asked": "recommend"}),
        ):
            assert not any(leads_away(one) for one in leading(reply)), address
            links = Markup(reply.text).links()
            assert all(urlsplit(link).netloc == "" for link in links), address
