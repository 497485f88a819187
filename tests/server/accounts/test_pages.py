"""Pages of this part and of the library: our policy, nothing inline, nothing cached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.accounts.identity_provider import IdentityProvider
from tests.server.accounts.reading import Marks
from tests.server.accounts.test_invitations import invited
from tests.server.accounts.test_sign_in import sign_in
from tests.server.accounts.test_single_sign_on import provider
from tests.server.accounts.test_two_steps import activation_page, turned_on

if TYPE_CHECKING:
    from ressenti.server.models import Person
    from tests.server.conftest import Tenant

__all__ = ["provider"]

Browser = Callable[..., Any]
SignedIn = Callable[["Person"], Any]
CLOSED_TO_ALL = "/accounts/password/reset/key/0-set-password/"


def entrance_pages(client: Any) -> Iterator[Any]:
    """Give the pages of who is not signed in."""
    for page in (
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        CLOSED_TO_ALL,
        "/accounts/inactive/",
        "/accounts/3rdparty/login/cancelled/",
        "/accounts/3rdparty/login/error/",
        "/accounts/oidc/sso/login/",
        "/join/nothing",
    ):
        yield client.get(page)
    yield client.post("/accounts/oidc/sso/login/")
    yield client.post("/accounts/login/", {"login": "x@example.com", "password": "wrong"})


def own_pages(client: Any) -> Iterator[Any]:
    """Give the pages of who is signed in, about themselves."""
    for page in (
        "/profile/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/3rdparty/",
        "/accounts/logout/",
    ):
        yield client.get(page)
    activation_page(client)
    yield client.get("/accounts/2fa/totp/activate/")
    turned_on(client)
    for page in (
        "/accounts/2fa/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/totp/deactivate/",
    ):
        yield client.get(page)


def organisation_pages(client: Any, tenant: Tenant) -> Iterator[Any]:
    """Give the pages of an owner."""
    from ressenti.server.models import Membership

    home = f"/o/{tenant.organisation.key}"
    invited(client, tenant)
    for page in ("people/", "units/", "keys/", "audit/", "settings/"):
        yield client.get(f"{home}/{page}")
    yield client.post(f"{home}/keys/", {"name": "till", "scopes": "answers:write"})
    yield client.get(f"{home}/keys/")
    yield client.post(f"{home}/settings/", {"name": ""})
    yield client.get(f"{home}/units/{tenant.nice.pk}/")
    reader = Membership.objects.get(organisation=tenant.organisation, person=tenant.reader)
    yield client.get(f"{home}/people/{reader.pk}/")


@pytest.fixture(params=["fr", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Give both languages."""
    return str(request.param)


def test_every_page_keeps_to_the_policy_and_is_kept_by_no_cache(
    language: str,
    tenant: Tenant,
    browser: Browser,
    provider: IdentityProvider,
    signed_in: SignedIn,
) -> None:
    from ressenti.server.pages.policies import CONTENT_POLICY

    stranger, own = browser(), browser()
    sign_in(own, tenant.owner.email)
    owner = signed_in(tenant.owner)
    for client in (stranger, own, owner):
        client.get(f"/accounts/login/?lang={language}")
    pages = [*entrance_pages(stranger), *organisation_pages(owner, tenant), *own_pages(own)]
    rendered = [page for page in pages if page.status_code != 302]
    assert len(rendered) >= len(pages) - 3
    for page in rendered:
        address = page.request["PATH_INFO"]
        marks = Marks(page.content.decode())
        assert not marks.inline_code(), address
        assert page["Content-Security-Policy"] == CONTENT_POLICY, address
        assert "no-store" in page["Cache-Control"], address
        assert "private" in page["Cache-Control"], address
        assert page["Content-Language"] == language, address
        assert page["X-Frame-Options"] == "DENY"
        assert page["Referrer-Policy"] == "same-origin"
        outside = [
            attributes
            for tag, attributes in marks.tags
            if tag in {"script", "link", "img", "iframe"}
            and (attributes.get("src") or attributes.get("href") or "").startswith("http")
        ]
        assert not outside, address


def test_every_field_has_a_label_and_every_page_one_heading(
    tenant: Tenant, browser: Browser, provider: IdentityProvider, signed_in: SignedIn
) -> None:
    own = browser()
    sign_in(own, tenant.owner.email)
    pages = [
        *entrance_pages(browser()),
        *organisation_pages(signed_in(tenant.owner), tenant),
        *own_pages(own),
    ]
    for page in (page for page in pages if page.status_code == 200):
        tags = Marks(page.content.decode()).tags
        address = page.request["PATH_INFO"]
        assert [tag for tag, _ in tags].count("h1") == 1, address
        labelled = {attributes.get("for") for tag, attributes in tags if tag == "label"}
        fields = [
            attributes
            for tag, attributes in tags
            if tag in {"input", "select", "textarea"} and attributes.get("type") != "hidden"
        ]
        for attributes in fields:
            has_label = attributes.get("id") in labelled or "aria-label" in attributes
            assert has_label or attributes.get("type") == "radio", (address, attributes)
        identities = [attributes["id"] for _, attributes in tags if "id" in attributes]
        assert len(identities) == len(set(identities)), address


def test_a_name_with_a_script_is_text_on_every_page(
    tenant: Tenant, signed_in: SignedIn, browser: Browser
) -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    tenant.organisation.name = tenant.nice.name = tenant.owner.name = hostile
    for thing in (tenant.organisation, tenant.nice, tenant.owner):
        thing.save()
    client = signed_in(tenant.owner)
    _, link = invited(client, tenant, unit=str(tenant.nice.pk))
    pages = list(organisation_pages(client, tenant))
    stranger = browser()
    stranger.get(link)
    pages.append(stranger.get("/join/"))
    for page in pages:
        marks = Marks(page.content.decode())
        assert not marks.inline_code()
        assert not any(tag == "img" for tag, _ in marks.tags)


def test_a_framed_or_old_form_is_told_in_words(server_database: str, browser: Browser) -> None:
    client = browser(enforce_csrf_checks=True)
    page = client.post("/accounts/login/?lang=fr", {"login": "x@example.com"})
    assert page.status_code == 403
    assert not Marks(page.content.decode()).inline_code()


def test_there_is_no_page_of_another_site_that_may_read_ours(
    tenant: Tenant, signed_in: SignedIn
) -> None:
    page = signed_in(tenant.owner).get(
        f"/o/{tenant.organisation.key}/people/", headers={"Origin": "https://evil.example"}
    )
    assert not any(name.lower().startswith("access-control") for name in page.headers)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_stands_on_every_page(
    theme: str, tenant: Tenant, signed_in: SignedIn
) -> None:
    tenant.owner.theme = theme
    tenant.owner.save()
    page = signed_in(tenant.owner).get(f"/o/{tenant.organisation.key}/scorecard/")
    assert f'data-theme="{theme}"' in page.content.decode().partition("<head>")[0]
