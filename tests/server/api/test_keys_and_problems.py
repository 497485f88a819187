"""Every refusal is a problem that a program can read, and a key does what it was made for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.server.api.conftest import Program, codes, program_of
from tests.server.conftest import Tenant

OPERATIONS = [
    ("GET", "/surveys", None),
    ("GET", "/responses", "answers:read"),
    ("GET", "/scores?measure=nps", "scores:read"),
    ("GET", "/measures", None),
    ("GET", "/indicators", None),
    ("POST", "/customers", "facts:write"),
    ("POST", "/facts/orders", "facts:write"),
    ("POST", "/imports", "facts:write"),
    ("POST", "/surveys/visit/invitations", "surveys:write"),
    ("DELETE", "/customers/C-1", "facts:write"),
    ("DELETE", "/responses/8f14e45f-ceea-467f-a8f8-1b9e5d2f0b11", "answers:write"),
]


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer rsk_unknown", "Basic cnNrOng=", "bearer nothing", "Bearer \x00"],
)
def test_nobody_is_told_why_a_key_does_not_hold(tenant: Tenant, authorization: str) -> None:
    from django.test import Client

    headers = {"authorization": authorization} if authorization else {}
    reply = Client().get("/api/v1/measures", headers=headers)
    assert codes(reply) == (401, "key_refused")


def test_a_revoked_key_ends_at_once(tenant: Tenant, program: Program) -> None:
    from ressenti.server.models import ApiKey

    assert program.get("/measures").status_code == 200
    ApiKey.objects.filter(organisation=tenant.organisation).update(revoked_at=datetime.now(UTC))
    assert codes(program.get("/measures")) == (401, "key_refused")


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS)
def test_a_key_needs_the_scope_and_the_refusal_is_logged(
    tenant: Tenant, method: str, path: str, scope: str | None
) -> None:
    from ressenti.server.models import AuditEntry

    if scope is None:
        assert program_of(tenant, "answers:write").ask(method, path).status_code == 200
        return
    others = {"answers:write", "facts:write", "scores:read", "answers:read", "surveys:write"}
    lacking = program_of(tenant, *(others - {scope}))
    reply = _asked(lacking, method, path)
    assert codes(reply) == (403, "scope_missing")
    entry = AuditEntry.objects.filter(organisation=tenant.organisation).latest("id")
    assert (entry.action, entry.actor_kind) == ("refused", "key")
    allowed = program_of(tenant, scope)
    assert _asked(allowed, method, path).status_code not in (401, 403)


def _asked(program: Program, method: str, path: str) -> Any:
    if path == "/imports":
        return program.upload("a.csv", b"external_id\nC-1\n", kind="customers")
    return program.ask(method, path)


def test_a_key_tells_the_day_it_was_used(tenant: Tenant, program: Program) -> None:
    from ressenti.server.models import ApiKey

    program.get("/measures")
    key = ApiKey.objects.get(organisation=tenant.organisation)
    assert key.last_used_on == datetime.now(UTC).date()


def test_a_program_that_loops_is_slowed_down_alone(tenant: Tenant) -> None:
    from django.test import RequestFactory

    from ressenti.server.api.keys import BearerKey
    from ressenti.server.intake.limits import Rate
    from ressenti.server.intake.problems import Problem
    from tests.server.intake.conftest import new_key

    bearer = BearerKey(Rate(burst=2, per_second=0.001))
    loop, other = (
        RequestFactory().get("/", headers={"authorization": f"Bearer {new_key(tenant)}"})
        for _ in range(2)
    )
    bearer(loop)
    bearer(loop)
    with pytest.raises(Problem) as refused:
        bearer(loop)
    assert (refused.value.status, refused.value.code) == (429, "too_many_requests")
    assert refused.value.retry_after
    bearer(other)


@pytest.mark.parametrize("path", ["/", "/nothing", "/surveys/", "/responses/12", "/facts/unicorns"])
def test_what_is_not_there_is_a_problem(program: Program, path: str) -> None:
    reply = program.get(path)
    assert reply["content-type"] == "application/problem+json"
    assert reply.status_code in (404, 405)
    assert b"<html" not in reply.content


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(program: Program) -> None:
    reply = program.ask("PUT", "/responses")
    assert codes(reply) == (405, "method_not_allowed")
    assert set(reply["allow"].replace(" ", "").split(",")) == {"GET", "POST"}


def test_a_foreign_host_is_refused_in_json(program: Program) -> None:
    reply = program.ask("GET", "/measures", HTTP_HOST="evil.example")
    assert codes(reply) == (400, "bad_request")


def test_problems_speak_the_language_of_the_request(program: Program) -> None:
    french = program.ask("GET", "/surveys/none", headers={"accept-language": "fr"})
    english = program.ask("GET", "/surveys/none", headers={"accept-language": "en"})
    assert french["content-language"] == "fr"
    assert json.loads(french.content)["detail"] == "Il n'existe rien de tel\xa0: enquête."
    assert json.loads(english.content)["detail"] == "There is no such survey."
    assert json.loads(french.content)["code"] == json.loads(english.content)["code"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "nonsense",
        '{"external_id": NaN}',
        '{"external_id": "a", "external_id": "b"}',
        '{"a":' * 50 + "1" + "}" * 50,
        b"\xff\xfe\x00",
        '{"external_id": ' + "[" * 100_000,
    ],
)
def test_a_body_that_is_no_object_is_refused(program: Program, body: str | bytes) -> None:
    assert codes(program.post("/customers", body)) == (400, "unreadable_json")


def test_a_body_that_is_too_large_is_refused(program: Program) -> None:
    reply = program.post("/customers", '{"external_id": "' + "x" * 3_000_000 + '"}')
    assert codes(reply) == (413, "too_large")


@pytest.mark.parametrize("path", ["/surveys", "/responses", "/measures", "/indicators"])
def test_an_unknown_parameter_is_refused(program: Program, path: str) -> None:
    reply = program.get(path, tenant="other")
    assert codes(reply) == (422, "invalid")
    assert json.loads(reply.content)["errors"][0]["field"] == "tenant"


def test_a_parameter_told_twice_is_refused(program: Program) -> None:
    reply = program.ask("GET", "/surveys?limit=1&limit=2")
    assert codes(reply) == (422, "invalid")


@pytest.mark.parametrize("cursor", ["x", "bm90IGpzb24", "WzFd", "WyJhIiwiYiJd", "é", "W1tdXQ"])
@pytest.mark.parametrize("path", ["/surveys", "/responses"])
def test_a_cursor_that_no_page_gave_is_refused(program: Program, path: str, cursor: str) -> None:
    assert codes(program.get(path, cursor=cursor)) == (422, "invalid")


def test_what_fails_on_our_side_keeps_nothing_and_tells_nothing(
    tenant: Tenant, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ressenti.server.api import customers
    from ressenti.server.models import Customer

    def broken(*_: object) -> None:
        Customer.objects.create(organisation=tenant.organisation, external_id="half")
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(customers, "saved", broken)
    reply = program.post("/customers", {"external_id": "C-1"})
    assert codes(reply) == (500, "internal_server_error")
    assert b"hunter2" not in reply.content
    assert not Customer.objects.filter(organisation=tenant.organisation).exists()
