"""Every page of this part, for whoever must not see it."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.accounts.conftest import Member
from tests.server.accounts.reading import text_of

if TYPE_CHECKING:
    from ressenti.server.models import Person
    from tests.server.conftest import Tenant

SignedIn = Callable[["Person"], Any]
PAGES = ("people/", "units/", "keys/", "audit/", "settings/")


def invitation_of(tenant: Tenant) -> Any:
    from django.utils import timezone

    from ressenti.server.models import MemberInvitation

    return MemberInvitation.objects.create(
        organisation=tenant.organisation,
        email="dora@example.com",
        role="consultant",
        token_digest=secrets.token_bytes(32),
        invited_by=tenant.owner,
        expires_at=timezone.now() + timedelta(days=1),
    )


def key_of(tenant: Tenant) -> Any:
    from ressenti.server.models import ApiKey

    return ApiKey.objects.create(
        organisation=tenant.organisation,
        name="till",
        prefix="abcd",
        digest=secrets.token_bytes(32),
        scopes=["answers:write"],
    )


def addresses(tenant: Tenant) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Give every address of this part about a tenant, with how it is asked and what it is told."""
    from ressenti.server.models import Membership

    home = f"/o/{tenant.organisation.key}"
    reader = Membership.objects.get(organisation=tenant.organisation, person=tenant.reader)
    for page in PAGES:
        yield "get", f"{home}/{page}", {}
    yield "get", f"{home}/people/{reader.pk}/", {}
    yield "get", f"{home}/units/{tenant.nice.pk}/", {}
    yield "post", f"{home}/people/", {"email": "mallory@evil.example", "role": "owner"}
    yield "post", f"{home}/people/{reader.pk}/", {"role": "owner"}
    yield "post", f"{home}/people/{reader.pk}/remove/", {}
    yield "post", f"{home}/invitations/{invitation_of(tenant).pk}/revoke/", {}
    yield "post", f"{home}/units/", {"name": "Mine"}
    yield "post", f"{home}/units/{tenant.nice.pk}/", {"name": "Mine"}
    yield "post", f"{home}/units/{tenant.nice.pk}/delete/", {}
    yield "post", f"{home}/keys/", {"name": "mine", "scopes": "answers:read"}
    yield "post", f"{home}/keys/{key_of(tenant).pk}/revoke/", {}
    yield "post", f"{home}/audit/export/", {}
    yield "post", f"{home}/settings/", {"name": "Mine", "smallest_group": "3"}


def state(tenant: Tenant) -> object:
    """Return everything that those addresses could change."""
    from ressenti.server.models import ApiKey, MemberInvitation, Membership, Organisation, Unit

    models = (ApiKey, MemberInvitation, Membership, Unit)
    rows = [
        sorted(model.objects.filter(organisation=tenant.organisation).values_list(), key=str)
        for model in models
    ]
    return rows, list(Organisation.objects.filter(pk=tenant.organisation.pk).values_list())


def test_every_address_of_this_part_is_tried_here(server_database: str) -> None:
    from ressenti.server.accounts.urls import urlpatterns

    patterns = [str(found.pattern) for found in urlpatterns]
    of_organisation = [found for found in patterns if found.startswith("o/")]
    assert len(of_organisation) == 12
    assert {re.sub(r"<[^>]+>", "*", found).split("/")[2] for found in of_organisation} == {
        "people",
        "invitations",
        "units",
        "keys",
        "audit",
        "settings",
    }


def test_another_organisation_finds_nothing(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    asked = list(addresses(tenant))
    before = state(tenant)
    client = signed_in(other_tenant.owner)
    for method, address, told in asked:
        response = getattr(client, method)(address, told)
        assert response.status_code == 404, address
        assert tenant.organisation.name not in response.content.decode()
    assert state(tenant) == before


def test_objects_of_another_organisation_are_not_found_from_ones_own(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    asked = [
        (method, address.replace(tenant.organisation.key, other_tenant.organisation.key), told)
        for method, address, told in addresses(tenant)
        if address.count("/") > 4 and "export" not in address
    ]
    assert len(asked) == 8
    before = state(tenant)
    client = signed_in(other_tenant.owner)
    for method, address, told in asked:
        assert getattr(client, method)(address, told).status_code == 404, address
    assert state(tenant) == before


def test_what_does_not_exist_answers_like_what_is_not_yours(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    client = signed_in(other_tenant.owner)
    home = f"/o/{other_tenant.organisation.key}/units"
    theirs = client.get(f"{home}/{tenant.nice.pk}/")
    none = client.get(f"{home}/{uuid.uuid4()}/")
    assert (theirs.status_code, text_of(theirs)) == (none.status_code, text_of(none))


@pytest.mark.parametrize("role", ["consultant", "manager", "expert"])
def test_lower_roles_are_refused_and_it_is_written_down(
    role: str, tenant: Tenant, signed_in: SignedIn, member: Member
) -> None:
    from ressenti.server.models import AuditEntry

    person = member(tenant, role)
    asked = list(addresses(tenant))
    before = state(tenant)
    client = signed_in(person)
    for method, address, told in asked:
        assert getattr(client, method)(address, told).status_code == 403, address
    assert state(tenant) == before
    refusals = AuditEntry.objects.filter(
        organisation=tenant.organisation, actor=person.email, action="refused"
    )
    assert list(refusals.order_by("pk").values_list("subject", flat=True)) == [
        address for _, address, _ in asked
    ]


def test_a_removed_member_loses_access_at_once(
    tenant: Tenant, signed_in: SignedIn, member: Member
) -> None:
    from ressenti.server.models import Membership

    second = member(tenant, "owner")
    theirs = signed_in(second)
    home = f"/o/{tenant.organisation.key}"
    assert theirs.get(f"{home}/people/").status_code == 200
    membership = Membership.objects.get(organisation=tenant.organisation, person=second)
    signed_in(tenant.owner).post(f"{home}/people/{membership.pk}/remove/")
    for method, address, told in addresses(tenant):
        assert getattr(theirs, method)(address, told).status_code == 404


def test_an_api_key_opens_no_page(
    tenant: Tenant, signed_in: SignedIn, browser: Callable[..., Any]
) -> None:
    page = signed_in(tenant.owner).post(
        f"/o/{tenant.organisation.key}/keys/",
        {"name": "all", "scopes": ["answers:write", "answers:read", "surveys:write"]},
    )
    secret = page.content.decode().partition('readonly value="')[2].partition('"')[0]
    assert secret.startswith("rsk_")
    asked = list(addresses(tenant))
    before = state(tenant)
    for method, address, told in asked:
        headers = {"Authorization": f"Bearer {secret}", "X-Api-Key": secret}
        response = getattr(browser(), method)(address, told, headers=headers)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")
    assert state(tenant) == before
