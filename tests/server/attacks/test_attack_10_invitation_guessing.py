"""Attack 10: guessing, listing and overhearing the links by which people are invited.

Digests, expiry and revocation of members' invitations are in `accounts/test_invitations.py`;
whoever tries one token after another is made to wait in `intake/test_slow_clients.py`.
"""

from __future__ import annotations

import statistics
import time
import uuid

import httpx
import psycopg
import pytest
from psycopg import sql

from tests.server.attacks.conftest import state_of
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, filled, invited, web_process

LEAST_BITS = 128
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"


def test_tokens_have_128_random_bits_and_nothing_in_common(server_database: str) -> None:
    from ressenti.channels.signed_context import new_token
    from ressenti.server.asking.invitation_tokens import invitation_token

    for tokens in (
        {new_token() for _ in range(2_000)},
        {invitation_token(uuid.uuid4()) for _ in range(2_000)},
    ):
        assert len(tokens) == 2_000
        assert all(len(token) * 6 >= LEAST_BITS for token in tokens)
        # Every place takes about all the characters there are.
        for place in range(LEAST_BITS // 6):
            assert len({token[place] for token in tokens}) > 50


def test_no_table_holds_a_token_in_clear(
    server_database: str, web: httpx.Client, asked: Asked
) -> None:
    invitation, token = invited(asked)
    page = web.get(f"/i/{token}").text
    assert web.post(f"/i/{token}", data=filled(page, recommend="9")).is_redirect
    with psycopg.connect(server_database) as connection:
        for (table,) in connection.execute(TABLES).fetchall():
            statement = sql.SQL("SELECT count(*) FROM {} AS kept WHERE kept::text LIKE %s")
            found = connection.execute(
                statement.format(sql.Identifier(table)), [f"%{token}%"]
            ).fetchone()
            assert found == (0,), table
    assert invitation.token_digest != token.encode()


def test_neither_words_nor_time_tell_a_token_that_exists_from_one_that_does_not(
    running_web: str, asked: Asked
) -> None:
    """A token that was withdrawn, one with another end, and one that never was."""
    _, token = invited(asked)
    other_end = token[:-4] + "AAAA"
    told: dict[str, str] = {}
    taken: dict[str, list[float]] = {other_end: [], "nobody" * 5: []}
    # A process of its own: whoever guesses is made to wait.
    with web_process() as (base_url, _), httpx.Client(base_url=base_url) as client:
        for _ in range(25):
            for guess, times in taken.items():
                start = time.perf_counter()
                reply = client.get(f"/i/{guess}")
                times.append(time.perf_counter() - start)
                assert reply.status_code == 404
                told[guess] = reply.text
    assert len(set(told.values())) == 1
    first, second = (statistics.median(times) for times in taken.values())
    assert abs(first - second) < 0.5 * max(first, second)


def test_a_token_of_another_kind_opens_nothing(web: httpx.Client, asked: Asked) -> None:
    """An invitation to answer neither joins an organisation, nor signs in, nor is a key."""
    _, token = invited(asked)
    for address in (f"/join/{token}", f"/start/{token}", f"/tour/{token}"):
        reply = web.get(address)
        assert reply.status_code in {302, 404, 410}, address
        assert "ressenti_session" not in reply.cookies or "/accounts/login" in str(reply.headers)
    key = {"authorization": f"Bearer {token}"}
    body = {"survey": asked.survey.key, "answers": {"recommend": 9}}
    assert web.post("/api/v1/responses", json=body, headers=key).status_code == 401
    assert asked.entries() == []


def test_an_address_of_a_customer_tells_nobody_whether_it_is_known(
    web: httpx.Client, asked: Asked
) -> None:
    """Neither page nor widget takes a customer's name or address for a proof."""
    invitation, _ = invited(asked)
    assert invitation.customer is not None
    known, unknown = invitation.customer.external_id, "nobody"
    for address in ("/i/{}", "/u/{}", "/s/{}", "/w/{}.json"):
        replies = [web.get(address.format(name)) for name in (known, unknown)]
        assert {reply.status_code for reply in replies} == {404}
        assert len({reply.text for reply in replies}) == 1
    widget = [
        web.post(
            f"/w/{asked.survey.public_key}",
            json={"page": "p1", "answers": {"recommend": 9}, "attributes": {"customer": name}},
        )
        for name in (known, unknown)
    ]
    assert {reply.status_code for reply in widget} == {422}


def test_no_token_leaves_by_a_referrer_a_cache_or_a_log(
    asked: Asked, tenant: Tenant, capfd: pytest.CaptureFixture[str]
) -> None:
    _, token = invited(asked)
    with web_process() as (base_url, _), httpx.Client(base_url=base_url) as client:
        for reply in (client.get(f"/i/{token}"), client.get(f"/u/{token}")):
            assert reply.status_code == 200
            # The address stays with us: another site gets none of it.
            assert reply.headers["referrer-policy"] in {"same-origin", "no-referrer"}
            assert "no-store" in reply.headers["cache-control"]
            assert token not in str(reply.headers)
        # A request that fails is written down, and so is where; not by which link.
        client.post(f"/i/{token}", content=b"%ff" * 10)
    out, err = capfd.readouterr()
    assert token not in out + err
    assert token not in repr(state_of(tenant)["AuditEntry"])
