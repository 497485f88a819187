"""Programs send answers: known keys only, each once, and nothing is believed unchecked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by, new_key

Sends = Callable[..., httpx.Response]


def test_an_answer_is_in_the_journal_when_it_is_acknowledged(asked: Asked, sends: Sends) -> None:
    reply = sends({"recommend": 9, "why": "Très bien 😀"}, language="fr")
    assert reply.status_code == 201
    (entry,) = asked.entries()
    assert str(entry.response_id) == reply.json()["response"]
    payload = entry.payload
    assert payload["survey"] == str(asked.survey.pk)
    assert (payload["channel"], payload["language"], payload["is_final"]) == ("api", "fr", True)
    assert payload["covers"] == ["recommend", "why"]
    mark, comment = payload["answers"]
    assert mark == {
        "q": "recommend",
        "p": "",
        "m": "nps",
        "t": "nps@0-10",
        "s": 1,
        "scale": "0-10",
        "l": "9",
        "v": 9.0,
        "c": "",
        "x": "",
    }
    assert (comment["x"], comment["t"], comment["l"]) == ("Très bien 😀", "", "")


def test_a_repeated_request_is_the_same_response(asked: Asked, sends: Sends) -> None:
    first, again = (sends({"recommend": 9}, idempotency_key="till-7-0001") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["response"] == again.json()["response"]
    assert again.json()["status"] == "duplicate"
    assert len(asked.entries()) == 1


def test_a_key_used_for_other_content_is_a_conflict(asked: Asked, sends: Sends) -> None:
    sends({"recommend": 9}, idempotency_key="till-7-0002")
    reply = sends({"recommend": 1}, idempotency_key="till-7-0002")
    assert (reply.status_code, reply.json()["code"]) == (409, "idempotency_key_reused")
    assert [entry.payload["answers"][0]["l"] for entry in asked.entries()] == ["9"]


def test_the_same_source_id_counts_once(asked: Asked, sends: Sends) -> None:
    statuses = [
        sends({"recommend": 9}, source="till", source_id="42").status_code for _ in range(2)
    ]
    assert statuses == [201, 200]
    assert len(asked.entries()) == 1


@pytest.mark.parametrize(
    "mark",
    [
        "NaN",
        "1e309",
        "-1e309",
        "6.5",
        "-1",
        "11",
        '"9 "',
        '"١٠"',
        "true",
        "[9]",
        "{}",
        '"９"',
        '"+9"',
    ],
)
def test_poisoned_marks_are_refused(web: httpx.Client, asked: Asked, mark: str) -> None:
    body = f'{{"survey": "{asked.survey.key}", "answers": {{"recommend": {mark}}}}}'
    reply = web.post("/api/v1/responses", content=body, headers=asked.headers)
    assert reply.status_code in (400, 422)
    assert reply.headers["content-type"] == "application/problem+json"
    assert asked.entries() == []


def test_a_mark_that_is_a_long_number_is_refused(web: httpx.Client, asked: Asked) -> None:
    body = f'{{"survey": "{asked.survey.key}", "answers": {{"recommend": {"9" * 100_000}}}}}'
    reply = web.post("/api/v1/responses", content=body, headers=asked.headers)
    assert reply.status_code in (400, 422)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_text_that_no_database_keeps_is_refused(web: httpx.Client, asked: Asked, text: str) -> None:
    import json

    body = json.dumps({"survey": asked.survey.key, "answers": {"recommend": 9, "why": text}})
    reply = web.post("/api/v1/responses", content=body, headers=asked.headers)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["field"] == "why"


@pytest.mark.parametrize(
    "extra",
    ["tenant", "organisation", "created_at", "finished", "score", "is_counted", "response", "id"],
)
def test_keys_nobody_declared_are_refused_by_name(sends: Sends, asked: Asked, extra: str) -> None:
    reply = sends({"recommend": 9}, **{extra: "x"})
    assert reply.status_code == 422
    assert [error["field"] for error in reply.json()["errors"]] == [extra]
    assert asked.entries() == []


def test_only_declared_attributes_are_kept(web: httpx.Client, tenant: Tenant) -> None:
    asked = asked_by(tenant, attributes=["plan"])
    document = {"survey": asked.survey.key, "answers": {"recommend": 9}}
    good = web.post(
        "/api/v1/responses",
        json={**document, "attributes": {"plan": "gold"}},
        headers=asked.headers,
    )
    bad = web.post(
        "/api/v1/responses",
        json={**document, "attributes": {"plan": "gold", "verified_email": "x"}},
        headers=asked.headers,
    )
    assert (good.status_code, bad.status_code) == (201, 422)
    assert bad.json()["errors"][0]["field"] == "attributes.verified_email"
    assert [entry.payload["segments"] for entry in asked.entries()] == [{"plan": "gold"}]


def test_keys_that_are_wrong_revoked_or_too_narrow_are_refused(
    web: httpx.Client, tenant: Tenant, asked: Asked
) -> None:
    body = {"survey": asked.survey.key, "answers": {"recommend": 9}}
    revoked = new_key(tenant, revoked_at=datetime.now(UTC))
    reader = new_key(tenant, "scores:read")
    told = {
        key: web.post(
            "/api/v1/responses", json=body, headers={"authorization": f"Bearer {key}"}
        ).status_code
        for key in ("rsk_aaaa_bbbb", "nonsense", "rsk_", revoked, reader)
    }
    assert told == {"rsk_aaaa_bbbb": 401, "nonsense": 401, "rsk_": 401, revoked: 401, reader: 403}
    assert web.post("/api/v1/responses", json=body).status_code == 401
    assert asked.entries() == []


def test_a_key_stops_working_within_seconds_of_being_revoked(
    web: httpx.Client, tenant: Tenant, asked: Asked
) -> None:
    import time

    from ressenti.server.models import ApiKey

    body = {"survey": asked.survey.key, "answers": {"recommend": 9}}
    assert web.post("/api/v1/responses", json=body, headers=asked.headers).status_code == 201
    ApiKey.objects.filter(organisation=tenant.organisation).update(revoked_at=datetime.now(UTC))
    time.sleep(2.1)
    assert web.post("/api/v1/responses", json=body, headers=asked.headers).status_code == 401


def test_another_organisation_s_survey_is_not_found_by_any_of_its_names(
    web: httpx.Client, asked: Asked, other_tenant: Tenant
) -> None:
    stranger = {"authorization": f"Bearer {new_key(other_tenant)}"}
    survey = asked.survey
    for name in (survey.key, survey.public_key, str(survey.pk), "nothing-like-it"):
        body = {"survey": name, "answers": {"recommend": 9}}
        reply = web.post("/api/v1/responses", json=body, headers=stranger)
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    assert asked.entries() == []


def test_a_key_of_one_shop_speaks_for_that_shop_alone(
    web: httpx.Client, tenant: Tenant, asked: Asked
) -> None:
    headers = {"authorization": f"Bearer {new_key(tenant, unit=tenant.lyon)}"}
    body = {"survey": asked.survey.key, "answers": {"recommend": 9}}
    own = web.post("/api/v1/responses", json=body, headers=headers)
    other = web.post("/api/v1/responses", json={**body, "unit": "nice"}, headers=headers)
    assert (own.status_code, other.status_code) == (201, 422)
    assert [entry.payload["unit"] for entry in asked.entries()] == ["lyon"]


def test_customers_are_found_in_the_own_organisation_only(
    web: httpx.Client, tenant: Tenant, other_tenant: Tenant, asked: Asked
) -> None:
    from ressenti.server.models import Customer

    own = Customer.objects.create(organisation=tenant.organisation, external_id="C1")
    Customer.objects.create(organisation=other_tenant.organisation, external_id="C2")
    body = {"survey": asked.survey.key, "answers": {"recommend": 9}}
    found = web.post("/api/v1/responses", json={**body, "customer": "C1"}, headers=asked.headers)
    missed = web.post("/api/v1/responses", json={**body, "customer": "C2"}, headers=asked.headers)
    assert (found.status_code, missed.status_code) == (201, 422)
    assert [entry.payload["customer"] for entry in asked.entries()] == [str(own.pk)]


def test_answers_may_be_dated_back_but_not_ahead(asked: Asked, sends: Sends) -> None:
    ahead = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    for instant in (ahead, "1969-12-31T23:59:59+00:00", "2026-10-25T02:30:00", "yesterday", 5):
        assert sends({"recommend": 9}, answered_at=instant).status_code == 422, instant
    assert sends({"recommend": 9}, answered_at="2026-10-25T02:30:00+02:00").status_code == 201
    (entry,) = asked.entries()
    assert entry.payload["answered_at"] == "2026-10-25T00:30:00+00:00"


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_a_survey_that_is_not_live_takes_nothing(
    web: httpx.Client, tenant: Tenant, state: str
) -> None:
    asked = asked_by(tenant, state=state)
    body = {"survey": asked.survey.key, "answers": {"recommend": 9}}
    reply = web.post("/api/v1/responses", json=body, headers=asked.headers)
    assert (reply.status_code, reply.json()["code"]) == (410, "survey_closed")


def test_a_survey_past_its_closing_date_takes_nothing(web: httpx.Client, tenant: Tenant) -> None:
    asked = asked_by(tenant, closes_at=datetime.now(UTC) - timedelta(seconds=1))
    body = {"survey": asked.survey.key, "answers": {"recommend": 9}}
    assert web.post("/api/v1/responses", json=body, headers=asked.headers).status_code == 410


def test_a_problem_is_told_in_the_language_of_the_request(web: httpx.Client, asked: Asked) -> None:
    body = {"survey": asked.survey.key, "answers": {}}
    told: dict[str, Any] = {
        language: web.post(
            "/api/v1/responses",
            json=body,
            headers={**asked.headers, "accept-language": language},
        ).json()
        for language in ("fr", "en")
    }
    assert told["fr"]["errors"][0]["message"].endswith("merci de répondre.")
    assert told["en"]["errors"][0]["message"].endswith("please answer.")


def test_a_response_is_continued_by_its_token_alone(asked: Asked, sends: Sends) -> None:
    first = sends({"recommend": 3}, is_final=False).json()
    last = sends({"why": "attente"}, resume=first["resume"])
    assert last.status_code == 201
    assert last.json()["response"] == first["response"]
    partial, final = (entry.payload for entry in asked.entries())
    assert (partial["is_final"], final["is_final"]) == (False, True)
    assert {answer["q"]: answer["l"] or answer["x"] for answer in final["answers"]} == {
        "recommend": "3",
        "why": "attente",
    }
    forged = first["resume"][:-2] + "AA"
    assert sends({"recommend": 3}, resume=forged).status_code == 422


def test_a_batch_tells_the_fate_of_each(web: httpx.Client, asked: Asked) -> None:
    own = {"survey": asked.survey.key}
    responses = [
        {**own, "answers": {"recommend": 9}, "idempotency_key": "a"},
        {**own, "answers": {"recommend": 99}},
        {**own, "answers": {"recommend": 9}, "idempotency_key": "a"},
        {**own, "answers": {"recommend": 8}, "idempotency_key": "a"},
        {**own, "answers": {"recommend": 9}, "score": 1},
        {"survey": "nowhere", "answers": {"recommend": 9}},
        "nonsense",
        {**own, "answers": {"recommend": 0}},
    ]
    reply = web.post(
        "/api/v1/responses/batch", json={"responses": responses}, headers=asked.headers
    )
    assert reply.status_code == 200
    told = reply.json()
    assert [one["status"] for one in told["results"]] == [
        "accepted",
        "refused",
        "duplicate",
        "refused",
        "refused",
        "refused",
        "refused",
        "accepted",
    ]
    assert [one["problem"]["code"] for one in told["results"] if "problem" in one] == [
        "invalid",
        "idempotency_key_reused",
        "invalid",
        "not_found",
        "invalid",
    ]
    assert (told["accepted"], told["duplicate"], told["refused"]) == (2, 1, 5)
    assert [entry.payload["answers"][0]["l"] for entry in asked.entries()] == ["9", "0"]


def test_deep_large_and_broken_bodies_are_refused_at_once(web: httpx.Client, asked: Asked) -> None:
    path, headers = "/api/v1/responses", asked.headers
    deep = b'{"answers":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    large = b'{"answers": {"why": "' + b"x" * 300_000 + b'"}}'
    told = {
        name: web.post(path, content=body, headers=headers).status_code
        for name, body in {
            "deep": deep,
            "large": large,
            "broken": b"{",
            "list": b"[]",
            "twice": b'{"survey": "a", "survey": "b"}',
            "bytes": b"\xff\xfe",
        }.items()
    }
    assert told == {
        "deep": 400,
        "large": 413,
        "broken": 400,
        "list": 400,
        "twice": 400,
        "bytes": 400,
    }


def test_chunks_without_a_length_are_counted_too(web: httpx.Client, asked: Asked) -> None:
    reply = web.post("/api/v1/responses", content=iter([b"x" * 65_536] * 8), headers=asked.headers)
    assert reply.status_code == 413
