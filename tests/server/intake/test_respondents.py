"""Respondents: a GET never votes, a page lost is a page resumed, and each person counts once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.server.conftest import Tenant
from tests.server.intake.conftest import JOURNEY, Asked, asked_by, filled, hidden, invited


def marks(asked: Asked) -> list[str]:
    return [answer["l"] for entry in asked.entries() for answer in entry.payload["answers"]]


def test_a_page_of_answers_is_kept_and_thanked(web: httpx.Client, asked: Asked) -> None:
    page = web.get(asked.page)
    reply = web.post(asked.page, data=filled(page.text, recommend="9", why="Accueil"))
    assert (reply.status_code, "done=1" in reply.headers["location"]) == (303, True)
    assert "Merci de votre avis !" in web.get(reply.headers["location"]).text
    (entry,) = asked.entries()
    assert entry.payload["channel"] == "link"
    assert [answer["l"] or answer["x"] for answer in entry.payload["answers"]] == ["9", "Accueil"]


def test_two_clicks_count_once_and_a_changed_mind_after_the_end_changes_nothing(
    web: httpx.Client, asked: Asked
) -> None:
    page = web.get(asked.page).text
    for mark in ("9", "9", "2"):
        assert web.post(asked.page, data=filled(page, recommend=mark)).status_code == 303
    assert [entry.payload["answers"][0]["l"] for entry in asked.entries()] == ["9"]


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0"},
        {"user-agent": "Mozilla/5.0", "purpose": "prefetch", "sec-purpose": "prefetch"},
        {"user-agent": "Barracuda Sentinel (EE)"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_machines_that_open_the_link_of_an_e_mail_do_not_vote(
    web: httpx.Client, asked: Asked, headers: dict[str, str], method: str
) -> None:
    from django.conf import settings

    from ressenti.channels.link import Prefilled, prefill_proof

    invitation, token = invited(asked)
    proof = prefill_proof(
        asked.survey.public_key,
        Prefilled({"recommend": 9}),
        key=settings.SECRET_KEY.encode(),
        expires_at=datetime.now(UTC) + timedelta(days=3),
    )
    for level in range(10):
        query = {"p": proof, "recommend": str(level)}
        reply = web.request(method, f"/i/{token}", params=query, headers=headers)
        assert reply.status_code == 200
    invitation.refresh_from_db()
    assert asked.entries() == []
    assert (invitation.started_at, invitation.finished_at, invitation.opened_at) == (None,) * 3
    if method == "GET":
        assert 'value="9" checked' in reply.text
        assert reply.text.count(" checked") == 1
    else:
        assert reply.content == b""


def test_a_forged_proof_prefills_nothing(web: httpx.Client, asked: Asked) -> None:
    _, token = invited(asked)
    reply = web.get(f"/i/{token}", params={"p": "e30.AAAA"})
    assert (reply.status_code, " checked" in reply.text) == (200, False)


def test_a_person_s_post_votes_once(web: httpx.Client, asked: Asked) -> None:
    invitation, token = invited(asked, context={"unit": "lyon", "touchpoint": "delivery"})
    form = filled(web.get(f"/i/{token}").text, recommend="4", why="retard")
    assert web.post(f"/i/{token}", data=form).status_code == 303
    (entry,) = asked.entries()
    assert entry.payload["invitation"] == str(invitation.pk)
    assert entry.payload["customer"] == str(invitation.customer_id)
    assert (entry.payload["unit"], entry.payload["touchpoint"]) == ("lyon", "delivery")
    assert entry.payload["channel"] == "email"
    again = web.get(f"/i/{token}")
    assert (again.status_code, "invitation" in again.text) == (410, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"revoked_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"expires_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_an_invitation_that_is_over_takes_nothing(
    web: httpx.Client, asked: Asked, fields: dict[str, Any]
) -> None:
    invitation, token = invited(asked)
    form = filled(web.get(f"/i/{token}").text, recommend="9")
    for name, value in fields.items():
        setattr(invitation, name, value)
    invitation.save()
    assert web.get(f"/i/{token}").status_code == 410
    assert web.post(f"/i/{token}", data=form).status_code == 410
    assert asked.entries() == []


def test_an_unknown_invitation_and_an_unknown_survey_look_alike(web: httpx.Client) -> None:
    told = {web.get(f"/{kind}/nobody-has-this").text for kind in ("i", "s")}
    assert len(told) == 1


def test_a_token_of_one_survey_is_worth_nothing_for_another(
    web: httpx.Client, tenant: Tenant, asked: Asked
) -> None:
    other = asked_by(tenant)
    form = filled(web.get(other.page).text, recommend="9")
    reply = web.post(asked.page, data=form)
    assert (reply.status_code, asked.entries(), other.entries()) == (409, [], [])
    # The answer is still on the page, to be sent again.
    assert 'value="9" checked' in reply.text
    again = filled(reply.text, recommend="9")
    assert web.post(asked.page, data=again).status_code == 303
    assert marks(asked)[0] == "9"


def test_a_required_question_is_asked_again_with_its_fault(web: httpx.Client, asked: Asked) -> None:
    reply = web.post(asked.page, data=filled(web.get(asked.page).text, why="<b>bien</b>"))
    assert reply.status_code == 422
    assert 'href="#f-recommend"' in reply.text
    assert 'id="e-recommend"' in reply.text
    assert "&lt;b&gt;bien&lt;/b&gt;" in reply.text
    assert asked.entries() == []


@pytest.mark.parametrize("mark", ["11", "6.5", "-1", "9 ", "١٠", "NaN", "1e309", "true"])
def test_marks_that_no_page_offers_are_refused(web: httpx.Client, asked: Asked, mark: str) -> None:
    form = filled(web.get(asked.page).text, recommend=mark)
    assert web.post(asked.page, data=form).status_code == 422
    assert asked.entries() == []


def test_fields_nobody_asked_for_are_refused(web: httpx.Client, asked: Asked) -> None:
    form = filled(web.get(asked.page).text, recommend="9", verified_email="x")
    assert web.post(asked.page, data=form).status_code == 422
    assert asked.entries() == []


def test_pages_are_kept_one_by_one_and_resumed(web: httpx.Client, tenant: Tenant) -> None:
    asked = asked_by(tenant, JOURNEY)
    page = web.get(asked.page).text
    assert hidden(page, "asked") == "recommend"
    # A low mark brings up "why" on the same page, without a script.
    reply = web.post(asked.page, data=filled(page, recommend="3"))
    page = web.get(reply.headers["location"]).text
    assert hidden(page, "asked") == "recommend,why"
    assert 'value="3" checked' in page
    reply = web.post(asked.page, data=filled(page, recommend="4", why="attente"))
    # Whoever comes back on the same device finds the answers, and goes on where they stopped.
    back = web.get(asked.page).text
    assert 'value="4" checked' in back
    assert "attente</textarea>" in back
    assert 'href="?page=p2"' in back
    page = web.get(f"{asked.page}?page=p2").text
    assert hidden(page, "asked") == "quality,reasons"
    form = {
        **filled(page, **{"quality.price": "5", "quality.speed": "2"}),
        "reasons": ["near", "other"],
        "reasons.other": "le parking",
    }
    reply = web.post(asked.page, data=form)
    assert "done=1" in reply.headers["location"]
    first, second, final = (entry.payload for entry in asked.entries())
    assert [entry["is_final"] for entry in (first, second, final)] == [False, False, True]
    assert (first["covers"], second["covers"]) == (["recommend"], ["recommend", "why"])
    told = {(one["q"], one["p"]): one["l"] or one["x"] or one["c"] for one in final["answers"]}
    assert told == {
        ("recommend", ""): "4",
        ("why", ""): "attente",
        ("quality", "price"): "5",
        ("quality", "speed"): "2",
        ("reasons", "near"): "near",
        ("reasons", "other"): "le parking",
    }
    key = asked.survey.key
    tallies = {one["p"]: one["t"] for one in final["answers"] if one["q"] == "quality"}
    assert tallies == {
        "price": f"csat@1-5#{key}.quality.price",
        "speed": f"csat@1-5#{key}.quality.speed",
    }
    assert len({entry.response_id for entry in asked.entries()}) == 1


def test_whoever_begins_by_an_invitation_has_begun_it(web: httpx.Client, tenant: Tenant) -> None:
    asked = asked_by(tenant, JOURNEY)
    invitation, token = invited(asked)
    page = web.get(f"/i/{token}").text
    reply = web.post(f"/i/{token}", data=filled(page, recommend="9"))
    assert f"/i/{token}?" in reply.headers["location"]
    invitation.refresh_from_db()
    assert invitation.started_at is not None
    assert invitation.finished_at is None
    # On another device the invitation still opens, and can be finished.
    with httpx.Client(base_url=str(web.base_url)) as device:
        assert device.get(f"/i/{token}").status_code == 200


def test_a_hidden_question_takes_no_answer(web: httpx.Client, tenant: Tenant) -> None:
    asked = asked_by(tenant, JOURNEY)
    page = web.get(asked.page).text
    reply = web.post(asked.page, data=filled(page, recommend="9", why="nobody asked"))
    assert reply.status_code == 303
    (entry,) = asked.entries()
    assert [answer["q"] for answer in entry.payload["answers"]] == ["recommend"]


def test_an_anonymous_survey_keeps_no_link_and_only_the_day(
    web: httpx.Client, tenant: Tenant
) -> None:
    asked = asked_by(tenant, is_anonymous=True)
    invitation, token = invited(asked)
    reply = web.post(f"/i/{token}", data=filled(web.get(f"/i/{token}").text, recommend="9"))
    assert reply.status_code == 303
    (entry,) = asked.entries()
    payload = entry.payload
    assert (payload["customer"], payload["invitation"]) == (None, None)
    paris = entry.received_at.astimezone(__import__("zoneinfo").ZoneInfo("Europe/Paris"))
    assert (paris.hour, paris.minute, paris.second) == (0, 0, 0)
    assert payload["answered_at"] == payload["started_at"] == entry.received_at.isoformat()
    text = str(payload)
    assert str(invitation.pk) not in text
    assert str(invitation.customer_id) not in text
    invitation.refresh_from_db()
    assert invitation.finished_at is not None
    assert invitation.finished_at.microsecond == invitation.finished_at.second == 0
    assert web.get(f"/i/{token}").status_code == 410


def test_no_address_and_no_browser_is_kept(web: httpx.Client, asked: Asked) -> None:
    form = filled(web.get(asked.page).text, recommend="9")
    web.post(
        asked.page, data=form, headers={"user-agent": "Strange/7.7", "x-forwarded-for": "9.9.9.9"}
    )
    (entry,) = asked.entries()
    text = str(entry.payload)
    assert not any(told in text for told in ("Strange", "9.9.9.9", "127.0.0.1"))


def test_what_looks_like_a_machine_is_flagged_and_kept(web: httpx.Client, asked: Asked) -> None:
    form = filled(web.get(asked.page).text, recommend="9")
    web.post(asked.page, data=form, headers={"user-agent": "python-requests/2"})
    (entry,) = asked.entries()
    assert {"machine_suspected", "too_fast"} <= set(entry.payload["flags"])


def test_a_flood_from_one_address_is_flagged(web: httpx.Client, asked: Asked) -> None:
    for _ in range(32):
        web.post(asked.page, data=filled(web.get(asked.page).text, recommend="9"))
    flagged = ["flood_suspected" in entry.payload["flags"] for entry in asked.entries()]
    assert flagged == [False] * 30 + [True] * 2


@pytest.mark.parametrize(
    ("end_url", "hosts", "is_shown"),
    [
        ("https://shop.example/merci", ["shop.example"], True),
        ("https://evil.example/merci", ["shop.example"], False),
        ("javascript:alert(1)", ["shop.example"], False),
        ("https://shop.example@evil.example/", ["shop.example"], False),
    ],
)
def test_the_end_leads_to_declared_hosts_only(
    web: httpx.Client, tenant: Tenant, end_url: str, hosts: list[str], is_shown: bool
) -> None:
    tenant.organisation.allowed_hosts = hosts
    tenant.organisation.save()
    asked = asked_by(tenant, end_url=end_url)
    reply = web.get(asked.page, params={"done": "1", "end_url": "https://evil.example"})
    assert (end_url in reply.text, "evil.example" in reply.text) == (is_shown, False)


def test_a_closed_survey_says_so_in_the_language_of_the_browser(
    web: httpx.Client, tenant: Tenant
) -> None:
    asked = asked_by(tenant, state="closed")
    reply = web.get(asked.page)
    assert (reply.status_code, "Cette enquête" in reply.text) == (410, True)
    assert reply.headers["content-type"] == "text/html; charset=utf-8"


def test_a_survey_by_invitation_only_is_not_found_by_others(
    web: httpx.Client, tenant: Tenant
) -> None:
    asked = asked_by(tenant, is_public=False)
    _, token = invited(asked)
    assert web.get(asked.page).status_code == 404
    assert web.get(f"/i/{token}").status_code == 200


def test_attributes_of_the_address_are_kept_when_declared(
    web: httpx.Client, tenant: Tenant
) -> None:
    asked = asked_by(tenant, attributes=["order"])
    path = f"{asked.page}?order=A17&unit=lyon&tenant=x&channel=qr"
    web.post(path, data=filled(web.get(path).text, recommend="9"))
    (entry,) = asked.entries()
    assert (entry.payload["segments"], entry.payload["unit"]) == ({"order": "A17"}, "")
    assert entry.payload["channel"] == "qr"


def test_nobody_is_unsubscribed_by_opening_the_link(web: httpx.Client, asked: Asked) -> None:
    invitation, token = invited(asked)
    customer = invitation.customer
    assert customer is not None
    for method in ("GET", "HEAD"):
        assert web.request(method, f"/u/{token}").status_code == 200
    customer.refresh_from_db()
    assert customer.refuses == []
    body = {"List-Unsubscribe": "One-Click"}
    assert [web.post(f"/u/{token}", data=body).status_code for _ in range(2)] == [200, 200]
    customer.refresh_from_db()
    invitation.refresh_from_db()
    assert customer.refuses == ["all"]
    assert invitation.opted_out_at is not None
    assert web.post("/u/nobody-has-this", data=body).status_code == 404


def test_pages_say_what_a_browser_may_do(web: httpx.Client, asked: Asked) -> None:
    headers = web.get(asked.page).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store, private"
    assert headers["referrer-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


def test_the_cookie_of_a_visit_is_closed_to_scripts_and_bound_to_its_survey(
    web: httpx.Client, tenant: Tenant
) -> None:
    asked = asked_by(tenant, JOURNEY)
    reply = web.post(asked.page, data=filled(web.get(asked.page).text, recommend="9"))
    cookie = reply.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", f"Path={asked.page}"))
    kiosk = f"{asked.page}?channel=kiosk"
    with httpx.Client(base_url=str(web.base_url)) as device:
        form = filled(device.get(kiosk).text, recommend="9")
        assert "set-cookie" not in device.post(kiosk, data=form).headers
