"""Attack 21: whoever comes next: to a shared cache, to the same browser, to an old link."""

from __future__ import annotations

import httpx
from playwright.sync_api import Browser

from tests.server.attacks.conftest import SignedIn, Target, target_of
from tests.server.attacks.routes import of_organisations, routes
from tests.server.cockpit.conftest import Record
from tests.server.conftest import Tenant
from tests.server.intake.conftest import filled, invited, new_key

PUBLIC = {"palette", "widget"}


def test_nothing_private_may_be_kept_by_a_cache(
    target: Target, signed_in: SignedIn, web: httpx.Client
) -> None:
    """Pages, files, redirections and refusals, of whoever is signed in and of whoever is not."""
    from django.test import Client

    owner = signed_in(target.tenant.owner)
    for route in of_organisations():
        for client in (owner, Client()):
            for answer in (client.get(target.address(route)), client.post(target.address(route))):
                assert "no-store" in answer["Cache-Control"], route.name
                assert "public" not in answer["Cache-Control"], route.name
                assert "ETag" not in answer.headers, route.name
    for route in routes():
        if "<" in route.pattern or route.name in PUBLIC:
            continue
        answer = owner.get(f"/{route.pattern}")
        assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]
        assert "public" not in answer["Cache-Control"], route.name


def test_what_respondents_and_programs_are_given_is_kept_by_nobody(
    web: httpx.Client, target: Target
) -> None:
    _, token = invited(target.asked)
    key = new_key(target.tenant, "scores:read", "answers:read", "answers:write")
    headers = {"authorization": f"Bearer {key}"}
    survey = target.asked.survey
    replies = [
        web.get(target.asked.page),
        web.get(f"/i/{token}"),
        web.get(f"/u/{token}"),
        web.get("/s/nothing"),
        web.get(f"/w/{survey.public_key}.json"),
        web.post(target.asked.page, data=filled(web.get(target.asked.page).text, recommend="9")),
        *(
            web.get(f"/api/v1/{address}", headers=headers)
            for address in ("responses", "scores?measure=nps", "surveys", "measures", "nothing")
        ),
        web.post("/api/v1/responses", json={}, headers=headers),
    ]
    for reply in replies:
        assert "no-store" in reply.headers["cache-control"], reply.url
        assert "etag" not in reply.headers
        assert "last-modified" not in reply.headers


def test_the_back_button_shows_nothing_once_somebody_has_signed_out(
    running_web: str, target: Target, signed_in: SignedIn, browser: Browser
) -> None:
    session = signed_in(target.tenant.owner).cookies["ressenti_session"].value
    page_address = f"{running_web}/o/{target.tenant.organisation.key}/customers/"
    context = browser.new_context()
    context.add_cookies([{"name": "ressenti_session", "value": session, "url": running_web}])
    page = context.new_page()
    page.goto(page_address)
    assert "Ada" in page.content()
    page.goto(f"{running_web}/accounts/logout/")
    with page.expect_navigation():
        page.locator("main form button.primary").first.click()
    page.goto(f"{running_web}/accounts/login/")
    for _ in range(3):
        page.go_back()
        assert "Ada" not in page.content()
    page.goto(page_address)
    assert "/accounts/login/" in page.url
    context.close()


def test_two_organisations_that_ask_the_same_question_share_no_figure(
    tenant: Tenant, other_tenant: Tenant, web: httpx.Client, signed_in: SignedIn
) -> None:
    """Same address, same filters, same names, one process: each is given its own."""
    told = []
    for one, mark in ((tenant, 10.0), (other_tenant, 0.0)):
        target = target_of(one)
        record = Record(one, target.asked.survey)
        record.answer([mark] * 30)
        key = new_key(one, "scores:read")
        headers = {"authorization": f"Bearer {key}"}
        address = "/api/v1/scores?measure=nps&start=2026-11-01&end=2026-12-01&unit=lyon"
        for _ in range(2):
            (score,) = web.get(address, headers=headers).json()["scores"]
            told.append(score["value"])
        session = signed_in(one.owner).cookies["ressenti_session"].value
        page = web.get(
            f"/o/{one.organisation.key}/scorecard/?from=2026-11-01&to=2026-11-30",
            headers={"cookie": f"ressenti_session={session}"},
        ).text
        told.append(">100,0<" in page)
    assert told == [100.0, 100.0, True, -100.0, -100.0, False]


def test_an_address_that_was_good_once_is_good_for_nobody_else(
    web: httpx.Client, target: Target, signed_in: SignedIn
) -> None:
    """Files have no address of their own: each is made for whoever asks, who must be signed in."""
    client = signed_in(target.tenant.owner)
    session = client.cookies["ressenti_session"].value
    home = f"/o/{target.tenant.organisation.key}"
    files = [f"{home}/{part}/export.csv" for part in ("voice", "scorecard", "journey")]
    files.append(f"{home}/surveys/{target.asked.survey.pk}/questionnaire.json")
    cookie = {"cookie": f"ressenti_session={session}"}
    for file in files:
        assert web.get(file, headers=cookie).status_code == 200
        assert web.get(file).status_code == 302
    client.logout()
    for file in files:
        assert web.get(file, headers=cookie).status_code == 302
