"""Signing in and out: what opens, what does not, and what nobody can learn from it."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.accounts.conftest import PASSWORD
from tests.server.accounts.reading import text_of

if TYPE_CHECKING:
    from tests.server.conftest import Tenant

Browser = Callable[..., Any]
LOGIN = "/accounts/login/"


def sign_in(client: Any, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **more})


def test_an_address_and_its_password_open_the_account(tenant: Tenant, browser: Browser) -> None:
    client = browser()
    assert sign_in(client, tenant.owner.email.upper()).status_code == 302
    assert client.get(f"/o/{tenant.organisation.key}/people/").status_code == 200


def test_a_wrong_password_and_an_unknown_address_read_the_same(
    tenant: Tenant, browser: Browser
) -> None:
    known = sign_in(browser(), tenant.owner.email, "not the password")
    unknown = sign_in(browser(), "nobody@nowhere.example", "not the password")
    assert known.status_code == unknown.status_code == 200
    assert text_of(known) == text_of(unknown)


def test_a_wrong_password_and_an_unknown_address_take_about_as_long(
    tenant: Tenant, browser: Browser, member: Any
) -> None:
    def seconds(email: str) -> float:
        client = browser()
        client.get(LOGIN)
        begun = time.perf_counter()
        sign_in(client, email, "not the password")
        return time.perf_counter() - begun

    people = [member(tenant, "consultant").email for _ in range(7)]
    pairs = [(seconds(email), seconds(f"x{email}")) for email in people]
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    # Without a password to check, the answer would come in a fifth of the time.
    assert 0.5 < known / unknown < 2


def test_guessing_a_password_ends_after_five_attempts_even_with_the_right_one(
    tenant: Tenant, browser: Browser
) -> None:
    for _ in range(5):
        # Another address each time: the limit is on the account too.
        assert sign_in(browser(), tenant.owner.email, "not the password").status_code == 200
    client = browser()
    assert "Too many" in text_of(sign_in(client, tenant.owner.email))
    assert client.get("/profile/").status_code == 302


def test_guessing_accounts_from_one_address_ends_too(tenant: Tenant, browser: Browser) -> None:
    client = browser()
    answers = [sign_in(client, f"guess{n}@nowhere.example", "wrong") for n in range(12)]
    assert "Too many" in text_of(answers[-1])
    # A forged header is no way round it.
    forged = client.post(
        LOGIN,
        {"login": "guess@nowhere.example", "password": "wrong"},
        headers={"X-Forwarded-For": "203.0.113.9"},
    )
    assert "Too many" in text_of(forged)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "https:evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://testserver.evil.example/",
        "http://testserver@evil.example/",
    ],
)
def test_signing_in_and_out_leads_nowhere_else(
    target: str, tenant: Tenant, browser: Browser
) -> None:
    client = browser()
    response = sign_in(client, tenant.owner.email, next=target)
    assert (response.status_code, response["Location"]) == (302, "/")
    response = client.post("/accounts/logout/", {"next": target})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_signing_in_leads_back_to_the_page_that_asked_for_it(
    tenant: Tenant, browser: Browser
) -> None:
    client = browser()
    page = f"/o/{tenant.organisation.key}/people/"
    asked = client.get(page)
    assert asked.status_code == 302
    assert asked["Location"] == f"{LOGIN}?next={page}"
    assert sign_in(client, tenant.owner.email, next=page)["Location"] == page


def test_signing_out_takes_a_post(tenant: Tenant, signed_in: Any) -> None:
    client = signed_in(tenant.owner)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/profile/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/profile/").status_code == 302


def test_changing_the_password_ends_every_other_session(tenant: Tenant, browser: Browser) -> None:
    here, elsewhere = browser(), browser()
    for client in (here, elsewhere):
        sign_in(client, tenant.owner.email)
    response = here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "a new harbour", "password2": "a new harbour"},
    )
    assert response.status_code == 302
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302
    page = here.get(f"/o/{tenant.organisation.key}/audit/?lang=en")
    assert "changed their password" in text_of(page)


def test_a_closed_account_opens_nothing_any_more(tenant: Tenant, browser: Browser) -> None:
    client = browser()
    sign_in(client, tenant.owner.email)
    tenant.owner.is_active = False
    tenant.owner.save()
    assert client.get("/profile/").status_code == 302
    assert sign_in(browser(), tenant.owner.email)["Location"] == "/accounts/inactive/"


@pytest.mark.parametrize(
    "page",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/Mw:1abcde:x/",
        "login/code/confirm/",
        "3rdparty/signup/",
    ],
)
def test_what_the_library_offers_and_we_do_not_is_not_there(
    page: str, tenant: Tenant, signed_in: Any, browser: Browser
) -> None:
    assert browser().get(f"/accounts/{page}").status_code == 404
    for method in ("get", "post"):
        assert getattr(signed_in(tenant.owner), method)(f"/accounts/{page}").status_code == 404


def test_forms_of_another_site_are_refused(tenant: Tenant, browser: Browser) -> None:
    client = browser(enforce_csrf_checks=True)
    client.force_login(tenant.owner)
    home = f"/o/{tenant.organisation.key}"
    told = {"email": "mallory@evil.example", "role": "owner"}
    response = client.post(f"{home}/people/?lang=en", told)
    assert response.status_code == 403
    assert "This form is too old" in text_of(response)
    page = client.get(f"{home}/people/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token is not None
    told["csrfmiddlewaretoken"] = token[1]
    evil = {"Origin": "https://evil.example"}
    assert client.post(f"{home}/people/", told, headers=evil).status_code == 403
    assert client.post(f"{home}/people/", told).status_code == 200


def test_signing_in_takes_a_token_too(tenant: Tenant, browser: Browser) -> None:
    assert sign_in(browser(enforce_csrf_checks=True), tenant.owner.email).status_code == 403


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    tenant: Tenant, browser: Browser
) -> None:
    client = browser()
    sign_in(client, tenant.owner.email)
    cookie = client.cookies["ressenti_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_over_https_no_cookie_goes_in_the_clear(tmp_path: Path) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
    program = (
        "from ressenti.server import django_settings as settings\n"
        f"print([getattr(settings, name) for name in {names}])"
    )
    environment = {
        "RESSENTI_DATA": str(tmp_path),
        "RESSENTI_BASE_URL": "https://listen.example.com",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1/none",
    }
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[True, True, 31536000]"
