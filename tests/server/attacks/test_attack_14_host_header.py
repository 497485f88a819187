"""Attack 14: a forged Host, or a header of a proxy that is none, in links of mails and pages.

The password's reset is tried in `accounts/test_password_reset.py`, the start without an address in
`running/test_settings.py`. Here every page, file and mail is looked through.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.server.accounts.reading import mail_server
from tests.server.attacks.conftest import SignedIn, Target
from tests.server.attacks.markup import is_page
from tests.server.attacks.routes import of_organisations
from tests.server.intake.conftest import invited

EVIL = "evil.example"
FORGED = {
    "x-forwarded-host": EVIL,
    "x-forwarded-server": EVIL,
    "x-forwarded-proto": "https",
    "x-forwarded-port": "443",
    "x-host": EVIL,
    "x-original-host": EVIL,
    "x-original-url": f"https://{EVIL}/",
    "x-rewrite-url": f"https://{EVIL}/",
    "forwarded": f"host={EVIL};proto=https",
}


def test_a_request_for_another_host_is_answered_by_nothing(
    web: httpx.Client, target: Target
) -> None:
    home = f"/o/{target.tenant.organisation.key}"
    hosts = (EVIL, f"{EVIL}:80", f"127.0.0.1.{EVIL}", f"127.0.0.1@{EVIL}", "", "127.0.0.1:1@evil")
    for host in hosts:
        for address in (f"{home}/scorecard/", "/accounts/login/", "/accounts/password/reset/"):
            for reply in (
                web.get(address, headers={"host": host}),
                web.post(address, headers={"host": host}),
            ):
                assert reply.status_code == 400, (host, address)
                assert EVIL not in reply.text + str(reply.headers)


def test_a_respondent_s_page_says_nothing_of_the_host(web: httpx.Client, target: Target) -> None:
    _, token = invited(target.asked)
    headers = FORGED | {"host": EVIL}
    paths = (target.asked.page, f"/i/{token}", f"/u/{token}", "/widget.js")
    for address in (*paths, f"/w/{target.asked.survey.public_key}.json"):
        reply = web.get(address, headers=headers)
        assert EVIL not in reply.text + str(reply.headers), address


def test_no_page_and_no_file_repeats_a_forged_host(target: Target, signed_in: SignedIn) -> None:
    """Links that are copied from a page, codes, posters and exports included."""
    owner = signed_in(
        target.tenant.owner, **{name.replace("-", "_"): v for name, v in FORGED.items()}
    )
    for route in of_organisations():
        answer = owner.get(target.address(route))
        assert EVIL not in str(answer.headers), route.name
        if is_page(answer):
            assert EVIL not in answer.content.decode(), route.name


def test_no_mail_repeats_a_forged_host(
    target: Target, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invitations of members, tries of a campaign, and resets of passwords."""
    import dataclasses

    from django.conf import settings
    from django.test import Client, override_settings

    from ressenti.server.accounts.mailing import mail_settings

    own = "http://localhost:8000"
    names = {name.replace("-", "_"): value for name, value in FORGED.items()}
    owner = signed_in(target.tenant.owner, **names)
    home = f"/o/{target.tenant.organisation.key}"
    with mail_server() as (mailbox, port):
        url = f"smtp://127.0.0.1:{port}"
        told = dataclasses.replace(settings.SERVER, smtp_url=url, mail_from="us@shop.example")
        changed = mail_settings(url, "us@shop.example")
        with override_settings(**(changed | {"SERVER": told, "BASE_URL": own})):
            invited = {"email": "dora@new.example", "role": "consultant", "unit": ""}
            assert owner.post(f"{home}/people/", invited).status_code in {200, 302}
            tried = f"{home}/campaigns/{target.things['campaign']}/test/"
            assert owner.post(tried, {}).status_code in {200, 302}
            address = {"email": target.tenant.owner.email}
            Client(headers=names).post("/accounts/password/reset/", address)
    assert len(mailbox.messages) == 3
    for message in mailbox.messages:
        whole = " ".join(texts_of(message))
        assert EVIL not in whole
        assert any(urlsplit(own).netloc in text for text in texts_of(message))


def texts_of(message: Any) -> list[str]:
    bodies = [part.get_payload(decode=True) or b"" for part in message.walk()]
    return [str(message), *(body.decode() for body in bodies)]


def test_an_export_names_the_configured_address_alone(target: Target, signed_in: SignedIn) -> None:
    owner = signed_in(target.tenant.owner, x_forwarded_host=EVIL, host="testserver")
    file = owner.get(f"/o/{target.tenant.organisation.key}/scorecard/export.csv")
    with zipfile.ZipFile(io.BytesIO(file.getvalue())) as archive:
        assert all(EVIL.encode() not in archive.read(name) for name in archive.namelist())
