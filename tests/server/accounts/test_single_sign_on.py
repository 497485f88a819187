"""Single sign-on with a real provider on loopback, honest and not."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ressenti.errors import InvalidArgument
from tests.server.accounts.conftest import PASSWORD
from tests.server.accounts.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    IdentityProvider,
    serving,
)
from tests.server.accounts.reading import text_of
from tests.server.accounts.test_sign_in import sign_in

if TYPE_CHECKING:
    from ressenti.server.models import Person
    from tests.server.conftest import Tenant

Browser = Callable[..., Any]
LOGIN = "/accounts/oidc/sso/login/"


@pytest.fixture
def provider(server_database: str, changed: Callable[..., None]) -> Iterator[IdentityProvider]:
    """Give a provider that this server trusts."""
    from ressenti.server.accounts.providers import provider_settings

    with serving(IdentityProvider()) as provider:
        environment = {
            "RESSENTI_OIDC_URL": provider.url,
            "RESSENTI_OIDC_CLIENT_ID": CLIENT_ID,
            "RESSENTI_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "RESSENTI_OIDC_NAME": "Comptoir ID",
        }
        changed(SOCIALACCOUNT_PROVIDERS=provider_settings(environment))
        yield provider


def claims_of(address: str, **more: Any) -> dict[str, Any]:
    told = {"email": address, "email_verified": True, "name": "Dora"}
    return {"sub": f"sub-{address}", **told, **more}


def through(client: Any, provider: IdentityProvider, query: str = "") -> Any:
    """Go to the provider and come back, as a browser does; return the last answer."""
    leaving = client.post(f"{LOGIN}{query}")
    found = re.search(r'content="0;url=([^"]+)"', leaving.content.decode())
    assert found is not None
    answer = httpx.get(html.unescape(found[1]), trust_env=False)
    return client.get(answer.headers["Location"].removeprefix("http://testserver"))


def proven(person: Person) -> Person:
    """Return a person whose address was proven here, as by the link of an invitation."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def test_the_sign_in_page_offers_the_provider_by_a_page_of_our_own(
    provider: IdentityProvider, browser: Browser
) -> None:
    client = browser()
    page = client.get("/accounts/login/?lang=en")
    assert "Sign in with Comptoir ID" in text_of(page)
    leaving = client.post(LOGIN)
    # No redirection after a form: our own policy would stop it in Chromium.
    assert leaving.status_code == 200
    assert f"url={provider.url}/authorize?" in html.unescape(leaving.content.decode())


def test_a_person_of_a_proven_address_is_signed_in(
    tenant: Tenant, provider: IdentityProvider, browser: Browser
) -> None:
    provider.claims = claims_of(proven(tenant.owner).email)
    client = browser()
    assert through(client, provider)["Location"] == "/"
    assert client.get(f"/o/{tenant.organisation.key}/people/").status_code == 200
    # From now on it is the subject that counts, whatever the address becomes.
    provider.claims = claims_of(tenant.owner.email, email="alice.new@example.com")
    client = browser()
    assert through(client, provider)["Location"] == "/"
    assert client.get(f"/o/{tenant.organisation.key}/people/").status_code == 200
    # The password still opens.
    assert sign_in(browser(), tenant.owner.email).status_code == 302


@pytest.mark.parametrize("verified", [False, None, "false", "no", 0])
def test_an_address_that_the_provider_has_not_verified_opens_nothing(
    verified: object, tenant: Tenant, provider: IdentityProvider, browser: Browser
) -> None:
    provider.claims = claims_of(proven(tenant.owner).email, email_verified=verified)
    client = browser()
    answer = through(client, provider)
    assert answer.status_code == 200
    assert "No account for this address" in text_of(answer)
    assert client.get("/profile/").status_code == 302


def test_an_address_that_was_never_proven_here_opens_nothing(
    tenant: Tenant, provider: IdentityProvider, browser: Browser
) -> None:
    # Somebody may have been waiting behind it: they would share the account.
    provider.claims = claims_of(tenant.owner.email)
    client = browser()
    assert "No account for this address" in text_of(through(client, provider))
    assert client.get("/profile/").status_code == 302


def test_an_unknown_address_makes_nobody(
    tenant: Tenant, provider: IdentityProvider, browser: Browser
) -> None:
    from ressenti.server.models import Person

    provider.claims = claims_of("stranger@example.com")
    assert "No account for this address" in text_of(through(browser(), provider))
    assert not Person.objects.filter(email="stranger@example.com").exists()


def test_an_invited_address_joins_as_what_it_was_invited_for(
    tenant: Tenant, provider: IdentityProvider, browser: Browser, signed_in: Any
) -> None:
    from ressenti.server.models import Membership

    home = f"/o/{tenant.organisation.key}"
    email = f"dora@{tenant.organisation.key}.example"
    told = {"email": email, "role": "manager", "unit": str(tenant.lyon.pk)}
    signed_in(tenant.owner).post(f"{home}/people/", told)
    provider.claims = claims_of(email.upper())
    client = browser()
    assert through(client, provider)["Location"] == "/"
    membership = Membership.objects.get(person__email__iexact=email)
    assert (membership.role, membership.unit) == ("manager", tenant.lyon)
    assert membership.person.name == "Dora"
    assert client.get("/profile/").status_code == 200
    assert client.get(f"{home}/people/").status_code == 403


def test_a_revoked_invitation_joins_nobody(
    tenant: Tenant, provider: IdentityProvider, browser: Browser, signed_in: Any
) -> None:
    from ressenti.server.models import MemberInvitation, Person

    home = f"/o/{tenant.organisation.key}"
    email = f"dora@{tenant.organisation.key}.example"
    owner = signed_in(tenant.owner)
    owner.post(f"{home}/people/", {"email": email, "role": "consultant"})
    invitation = MemberInvitation.objects.get(email=email)
    owner.post(f"{home}/invitations/{invitation.pk}/revoke/")
    provider.claims = claims_of(email)
    through(browser(), provider)
    assert not Person.objects.filter(email=email).exists()


def lies(provider: IdentityProvider) -> dict[str, Callable[[], None]]:
    return {
        "unsigned": lambda: setattr(provider, "algorithm", "none"),
        "public key as shared secret": lambda: setattr(provider, "algorithm", "HS256"),
        "key of somebody else": lambda: setattr(provider, "signs_with_another_key", True),
        "meant for another client": lambda: setattr(provider, "audience", "another"),
        "too old": lambda: setattr(provider, "issued_at", 1_000_000_000.0),
        "another issuer": lambda: provider.claims.update(iss="https://evil.example"),
        "two people": lambda: provider.userinfo.update(sub="somebody-else"),
    }


@pytest.mark.parametrize(
    "lie",
    [
        "unsigned",
        "public key as shared secret",
        "key of somebody else",
        "meant for another client",
        "too old",
        "another issuer",
        "two people",
    ],
)
def test_a_forged_identity_opens_nothing(
    lie: str, tenant: Tenant, provider: IdentityProvider, browser: Browser
) -> None:
    provider.claims = claims_of(proven(tenant.owner).email)
    lies(provider)[lie]()
    client = browser()
    answer = through(client, provider)
    assert "could not be signed in" in text_of(answer)
    assert client.get("/profile/").status_code == 302


def test_an_answer_nobody_asked_for_or_a_second_time_opens_nothing(
    tenant: Tenant, provider: IdentityProvider, browser: Browser
) -> None:
    provider.claims = claims_of(proven(tenant.owner).email)
    leaving = browser().post(LOGIN)
    found = re.search(r'content="0;url=([^"]+)"', leaving.content.decode())
    assert found is not None
    answer = httpx.get(html.unescape(found[1]), trust_env=False)
    # Given to another browser, the answer signs nobody in.
    victim = browser()
    back = victim.get(answer.headers["Location"].removeprefix("http://testserver"))
    assert "could not be signed in" in text_of(back)
    assert victim.get("/profile/").status_code == 302


def test_the_second_step_is_asked_for_all_the_same(
    tenant: Tenant, provider: IdentityProvider, browser: Browser
) -> None:
    from tests.server.accounts.test_two_steps import turned_on

    client = browser()
    sign_in(client, proven(tenant.owner).email)
    turned_on(client)
    provider.claims = claims_of(tenant.owner.email)
    client = browser()
    assert through(client, provider)["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/profile/").status_code == 302


def test_somebody_signed_in_connects_their_own_address_and_no_other(
    tenant: Tenant, provider: IdentityProvider, browser: Browser
) -> None:
    client = browser()
    sign_in(client, tenant.owner.email, PASSWORD)
    provider.claims = claims_of("mallory@evil.example")
    assert through(client, provider, "?process=connect").status_code == 403
    provider.claims = claims_of(tenant.owner.email)
    through(client, provider, "?process=connect")
    assert "connected" in text_of(client.get("/profile/?lang=en"))
    assert client.get("/accounts/3rdparty/").status_code == 200
    client = browser()
    assert through(client, provider)["Location"] == "/"
    assert client.get("/profile/").status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example"])
def test_coming_back_leads_nowhere_else(
    target: str, tenant: Tenant, provider: IdentityProvider, browser: Browser
) -> None:
    provider.claims = claims_of(proven(tenant.owner).email)
    assert through(browser(), provider, f"?next={target}")["Location"] == "/"


def test_another_provider_is_not_there(provider: IdentityProvider, browser: Browser) -> None:
    assert browser().post("/accounts/oidc/other/login/").status_code == 404
    assert browser().get("/accounts/oidc/other/login/callback/").status_code == 404


@pytest.mark.parametrize(
    "environment",
    [
        {"RESSENTI_OIDC_URL": "http://id.example.com"},
        {"RESSENTI_OIDC_URL": "id.example.com"},
        {"RESSENTI_OIDC_URL": "https://id.example.com"},
        {"RESSENTI_OIDC_URL": "https://id.example.com", "RESSENTI_OIDC_CLIENT_ID": "ressenti"},
    ],
)
def test_a_provider_half_told_stops_the_start(environment: dict[str, str]) -> None:
    from ressenti.server.accounts.providers import provider_settings

    with pytest.raises(InvalidArgument, match="RESSENTI_OIDC"):
        provider_settings(environment)


def test_no_provider_is_offered_when_none_is_told(server_database: str, browser: Browser) -> None:
    from ressenti.server.accounts.providers import provider_settings

    assert provider_settings({}) == {}
    assert "Sign in with" not in text_of(browser().get("/accounts/login/?lang=en"))
