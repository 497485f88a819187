"""Attack 15: proofs that nobody signed, that were signed for something else, or used before.

The signature itself is in `tests/unit/channels`; bounces posted to a forged address, single sign-on
and codes of an app used twice in `asking/test_sending.py` and `accounts`. Here every proof the
server makes is shown at every door that takes one.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from ressenti.channels.link import PREFILL_PURPOSE, Prefilled, prefill_proof
from ressenti.channels.signed_context import signed
from tests.server.attacks.conftest import Target
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by, filled, hidden, invited

LATER = timedelta(days=1)


def server_key() -> bytes:
    from django.conf import settings

    key: str = settings.SECRET_KEY
    return key.encode()


def proof_of(asked: Asked, *, key: bytes | None = None, until: timedelta = LATER) -> str:
    """Return the proof of a link that has 2 chosen."""
    return prefill_proof(
        asked.survey.public_key,
        Prefilled(answers={"recommend": 2}),
        key=key or server_key(),
        expires_at=datetime.now(UTC) + until,
    )


def altered(proof: str) -> dict[str, str]:
    """Return a proof in every way that somebody without the key may alter it."""
    body, _, signature = proof.partition(".")
    claims = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["context"]["answers"] = {"recommend": 10}
    own = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    head = urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    return {
        "another body": f"{own}.{signature}",
        "no signature": f"{own}.",
        "no signature at all": own,
        "alg none": f"{head}.{own}.",
        "alg none, signed": f"{head}.{own}.{signature}",
        "a signature of another length": f"{body}.{signature[:-8]}",
        "another spelling": f"{body}=.{signature}",
        "too long": proof + "A" * 10_000,
        "a line end": f"{proof}\n",
    }


def is_believed(web: httpx.Client, asked: Asked, proof: str) -> bool:
    """Tell whether a page has chosen what a proof says."""
    web.cookies.clear()
    reply = web.get(asked.page, params={"p": proof})
    assert reply.status_code == 200
    return "checked" in reply.text


def test_only_what_the_server_signed_for_this_is_believed(
    web: httpx.Client, asked: Asked, tenant: Tenant
) -> None:
    proof = proof_of(asked)
    assert is_believed(web, asked, proof)
    for name, forged in altered(proof).items():
        assert not is_believed(web, asked, forged), name
    assert not is_believed(web, asked, proof_of(asked, key=b"x" * 40))
    assert not is_believed(web, asked, proof_of(asked, until=-timedelta(seconds=1)))
    assert not is_believed(web, asked_by(tenant), proof)


@pytest.mark.parametrize(
    "purpose", ["survey.preview", "response.resume", "unsubscribe", "", PREFILL_PURPOSE + " "]
)
def test_a_proof_for_something_else_is_worth_nothing_here(
    web: httpx.Client, asked: Asked, purpose: str
) -> None:
    context = {
        "survey": asked.survey.public_key,
        "answers": {"recommend": 2},
        "attributes": {},
        "invitation": None,
    }
    until = datetime.now(UTC) + LATER
    assert not is_believed(
        web, asked, signed(context, key=server_key(), purpose=purpose, expires_at=until)
    )


def test_a_prefilled_link_is_no_token_of_a_response_and_the_other_way_round(
    web: httpx.Client, asked: Asked
) -> None:
    page = web.get(asked.page).text
    assert not is_believed(web, asked, hidden(page, "r"))
    web.cookies.clear()
    form = filled(web.get(asked.page).text, recommend="9") | {"r": proof_of(asked)}
    reply = web.post(asked.page, data=form)
    assert reply.status_code < 500
    body = {"page": "p1", "answers": {"recommend": 9}, "response": proof_of(asked)}
    assert web.post(f"/w/{asked.survey.public_key}", json=body).status_code == 422
    sent = {"survey": asked.survey.key, "answers": {"recommend": 9}, "resume": proof_of(asked)}
    reply = web.post("/api/v1/responses", json=sent, headers=asked.headers)
    assert reply.status_code in {409, 422}


def test_a_proof_is_worth_nothing_once_its_invitation_was_used(
    web: httpx.Client, asked: Asked
) -> None:
    _, token = invited(asked)
    known = Prefilled(answers={"recommend": 2}, invitation=token)
    until = datetime.now(UTC) + LATER
    proof = prefill_proof(asked.survey.public_key, known, key=server_key(), expires_at=until)
    address = f"{asked.page}?p={proof}"
    form = filled(web.get(address).text, recommend="2")
    assert web.post(address, data=form).is_redirect
    web.cookies.clear()
    for again in (address, f"/i/{token}"):
        reply = web.post(
            again, data=filled(web.get(again).text, recommend="10") | {"asked": "recommend"}
        )
        assert not reply.is_success or "checked" not in reply.text
    assert [entry.payload["answers"][0]["l"] for entry in asked.entries()] == ["2"]


def test_a_forged_session_or_mark_of_a_form_signs_nobody_in(
    web: httpx.Client, target: Target
) -> None:
    from django.core import signing

    home = f"/o/{target.tenant.organisation.key}/scorecard/"
    known = {"_auth_user_id": str(target.tenant.owner.pk)}
    sessions = (
        "x" * 32,
        signing.dumps(known, key="guessed"),
        signing.dumps(known, key=server_key(), salt="django.contrib.sessions.backends.cached_db"),
        str(target.tenant.owner.pk),
        "../../etc/passwd",
        "",
    )
    for session in sessions:
        reply = web.get(home, headers={"cookie": f"ressenti_session={session}"})
        assert (reply.status_code, reply.headers["location"].split("?")[0]) == (
            302,
            "/accounts/login/",
        )


def test_keys_and_hooks_take_no_proof_of_another_kind(web: httpx.Client, target: Target) -> None:
    asked = target.asked
    body = {"survey": asked.survey.key, "answers": {"recommend": 9}}
    for told in (
        f"Bearer {proof_of(asked)}",
        "Bearer rsk_",
        f"Basic {asked.key}",
        f"Bearer {asked.key}x",
        asked.key,
        "",
    ):
        reply = web.post("/api/v1/responses", json=body, headers={"authorization": told})
        assert reply.status_code == 401, told
    assert web.post("/api/v1/responses", json=body | {"key": asked.key}).status_code == 401
    assert web.post(f"/api/v1/responses?key={asked.key}", json=body).status_code == 401
    hook = f"/api/hooks/bounces/{target.tenant.organisation.pk.hex}{'0' * 32}"
    assert web.post(hook, content=b"x").status_code == 404
    assert asked.entries() == []
