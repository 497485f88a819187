"""A forgotten password: a link by mail that begins with our address, and tells nobody anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.accounts.conftest import PASSWORD
from tests.server.accounts.reading import Mailbox, mail_server, text_of
from tests.server.accounts.test_sign_in import sign_in

if TYPE_CHECKING:
    from tests.server.conftest import Tenant

Browser = Callable[..., Any]
RESET = "/accounts/password/reset/"


@pytest.fixture
def mailbox(server_database: str, changed: Callable[..., None]) -> Iterator[Mailbox]:
    """Give what a mail server on loopback takes from us."""
    from ressenti.server.accounts.mailing import mail_settings

    with mail_server() as (mailbox, port):
        changed(**mail_settings(f"smtp://127.0.0.1:{port}", "ressenti@example.com"))
        changed(ACCOUNT_EMAIL_NOTIFICATIONS=True)
        yield mailbox


def test_the_link_sets_a_new_password_once(
    tenant: Tenant, browser: Browser, mailbox: Mailbox
) -> None:
    elsewhere = browser()
    sign_in(elsewhere, tenant.owner.email)
    client = browser()
    assert client.post(RESET, {"email": tenant.owner.email}).status_code == 302
    assert mailbox.messages[-1]["To"] == tenant.owner.email
    link = mailbox.link()
    form = client.get(link, follow=True)
    # The key leaves the address before a page is shown, so that no referrer has it.
    assert link.rpartition("/reset/key/")[2].strip("/").split("-", 1)[1] not in str(form.request)
    told = {"password1": "another quiet harbour", "password2": "another quiet harbour"}
    assert client.post(form.request["PATH_INFO"], told).status_code == 302
    assert "Your password has been reset" in mailbox.body() or "mot de passe" in mailbox.body()
    assert elsewhere.get("/profile/").status_code == 302
    assert sign_in(browser(), tenant.owner.email).status_code == 200
    assert sign_in(browser(), tenant.owner.email, "another quiet harbour").status_code == 302
    again = browser().get(link, follow=True)
    assert "used already" in text_of(again) or "déjà" in text_of(again)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
        {"Forwarded": "host=evil.example"},
        {"X-Host": "evil.example", "X-Original-Host": "evil.example"},
    ],
)
def test_forged_hosts_do_not_reach_the_link(
    headers: dict[str, str], tenant: Tenant, browser: Browser, mailbox: Mailbox
) -> None:
    browser().post(RESET, {"email": tenant.owner.email}, headers=headers)
    assert mailbox.link().startswith("http://testserver/accounts/password/reset/key/")
    assert "evil.example" not in mailbox.messages[-1].as_string()


def test_an_unknown_host_is_answered_by_nothing(
    tenant: Tenant, browser: Browser, mailbox: Mailbox
) -> None:
    for page in (RESET, "/accounts/login/", f"/o/{tenant.organisation.key}/people/", "/healthz"):
        response = browser().post(
            page, {"email": tenant.owner.email}, headers={"Host": "evil.example"}
        )
        assert response.status_code == 400
    assert not mailbox.messages


def test_another_name_of_ours_still_writes_the_configured_one(
    tenant: Tenant, browser: Browser, mailbox: Mailbox, changed: Callable[..., None]
) -> None:
    changed(ALLOWED_HOSTS=["testserver", "internal.example"])
    browser().post(RESET, {"email": tenant.owner.email}, headers={"Host": "internal.example"})
    assert mailbox.link().startswith("http://testserver/")
    assert "internal.example" not in mailbox.messages[-1].as_string()


def test_the_page_says_the_same_of_an_unknown_address_and_a_mail_goes_out_either_way(
    tenant: Tenant, browser: Browser, mailbox: Mailbox
) -> None:
    known = browser().post(RESET, {"email": tenant.owner.email}, follow=True)
    unknown = browser().post(RESET, {"email": "nobody@nowhere.example"}, follow=True)
    assert text_of(known) == text_of(unknown)
    # Both wait for the mail server, so that the time tells no more than the text.
    assert [message["To"] for message in mailbox.messages] == [
        tenant.owner.email,
        "nobody@nowhere.example",
    ]
    assert "/password/reset/key/" not in mailbox.body()


def test_a_mail_server_that_refuses_changes_nothing_on_the_page(
    tenant: Tenant, browser: Browser, mailbox: Mailbox, changed: Callable[..., None]
) -> None:
    taken = browser().post(RESET, {"email": tenant.owner.email}, follow=True)
    changed(EMAIL_PORT=9)
    refused = browser().post(RESET, {"email": tenant.owner.email}, follow=True)
    assert refused.status_code == 200
    assert text_of(refused) == text_of(taken)


def test_nobody_can_fill_a_mailbox_with_resets(
    tenant: Tenant, browser: Browser, mailbox: Mailbox
) -> None:
    for _ in range(12):
        browser().post(RESET, {"email": tenant.owner.email})
    assert len(mailbox.messages) == 5


def test_without_a_mail_server_the_page_says_so(tenant: Tenant, browser: Browser) -> None:
    page = browser().get(f"{RESET}?lang=en")
    assert "sends no e-mail" in text_of(page)


def test_the_old_password_opens_until_a_new_one_is_set(
    tenant: Tenant, browser: Browser, mailbox: Mailbox
) -> None:
    browser().post(RESET, {"email": tenant.owner.email})
    assert sign_in(browser(), tenant.owner.email, PASSWORD).status_code == 302
