"""The widget's addresses: readable from other sites, never with credentials, each answer once."""

from __future__ import annotations

import httpx

from tests.server.conftest import Tenant
from tests.server.intake.conftest import JOURNEY, Asked, asked_by

SHOP = {"origin": "https://shop.example"}
EVIL = {"origin": "https://evil.example"}


def test_any_site_may_ask_a_public_survey(web: httpx.Client, asked: Asked) -> None:
    path = f"/w/{asked.survey.public_key}"
    told = web.get(f"{path}.json", params={"lang": "en"}, headers=SHOP)
    assert told.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in told.headers
    document = told.json()
    assert (document["title"], document["is_asked"]) == ("Your visit", True)
    first = document["page"]["questions"][0]
    assert [level["value"] for level in first["fields"][0]["levels"]] == list(range(11))
    preflight = web.options(path, headers={**SHOP, "access-control-request-method": "POST"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "content-type"


def test_only_declared_sites_may_ask_where_some_are_declared(
    web: httpx.Client, tenant: Tenant
) -> None:
    asked = asked_by(tenant, channels={"widget": {"origins": ["https://shop.example"]}})
    path = f"/w/{asked.survey.public_key}"
    body = {"page": "p1", "answers": {"recommend": 9}}
    good, bad = (web.post(path, json=body, headers=origin) for origin in (SHOP, EVIL))
    assert (good.status_code, bad.status_code) == (201, 403)
    assert good.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in bad.headers
    assert len(asked.entries()) == 1


def test_no_other_address_is_open_to_other_sites(web: httpx.Client, asked: Asked) -> None:
    for path in (asked.page, "/api/v1/responses", "/i/x", "/u/x"):
        reply = web.options(path, headers={**EVIL, "access-control-request-method": "POST"})
        assert "access-control-allow-origin" not in reply.headers


def test_an_answer_sent_again_from_the_outbox_counts_once(web: httpx.Client, asked: Asked) -> None:
    path = f"/w/{asked.survey.public_key}"
    body = {
        "response": None,
        "idempotency_key": "0f" * 16,
        "language": "fr",
        "page": "p1",
        "answers": {"recommend": 7, "why": "ça va"},
        "is_final": True,
        "attributes": {},
        "device": "ab" * 16,
    }
    assert [web.post(path, json=body).status_code for _ in range(3)] == [201, 201, 201]
    (entry,) = asked.entries()
    assert entry.payload["channel"] == "widget"
    assert "abab" not in str(entry.payload)


def test_the_widget_is_led_from_page_to_page(web: httpx.Client, tenant: Tenant) -> None:
    asked = asked_by(tenant, JOURNEY)
    path = f"/w/{asked.survey.public_key}"
    first = web.post(path, json={"page": "p1", "answers": {"recommend": 2}}).json()
    assert [one["id"] for one in first["page"]["questions"]] == ["why"]
    second = web.post(
        path,
        json={"response": first["response"], "page": "p1", "answers": {"why": "cher"}},
    ).json()
    assert [one["id"] for one in second["page"]["questions"]] == ["quality", "reasons"]
    missed = web.post(
        path, json={"response": second["response"], "page": "p2", "answers": {}}, headers=SHOP
    )
    assert missed.status_code == 422
    assert missed.headers["access-control-allow-origin"] == "*"
    assert {error["field"] for error in missed.json()["errors"]} == {
        "quality.price",
        "quality.speed",
    }
    last = web.post(
        path,
        json={
            "response": second["response"],
            "page": "p2",
            "answers": {"quality.price": 1, "quality.speed": 5, "reasons": ["team"]},
        },
    ).json()
    assert "page" not in last
    final = asked.entries()[-1].payload
    assert final["is_final"]
    assert {answer["q"] for answer in final["answers"]} == {
        "recommend",
        "why",
        "quality",
        "reasons",
    }


def test_undeclared_keys_and_attributes_are_refused(web: httpx.Client, asked: Asked) -> None:
    path = f"/w/{asked.survey.public_key}"
    for extra in ({"score": 1}, {"attributes": {"vip": "yes"}}, {"answers": {"nps": 9}}):
        body = {"page": "p1", "answers": {"recommend": 9}, **extra}
        assert web.post(path, json=body).status_code == 422
    assert asked.entries() == []


def test_the_script_may_be_loaded_by_any_page(web: httpx.Client) -> None:
    reply = web.get("/widget.js", headers=SHOP)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    assert reply.headers["access-control-allow-origin"] == "*"
