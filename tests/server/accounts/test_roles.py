"""Who may give which role: by the rules, by the pages, and in a race."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.accounts.conftest import Member
from tests.server.accounts.reading import text_of

if TYPE_CHECKING:
    from ressenti.server.models import Person
    from tests.server.conftest import Tenant

SignedIn = Callable[["Person"], Any]
ROLES = ("consultant", "manager", "expert", "owner")
ROLE_OR_NONE = st.sampled_from((None, *ROLES))


@pytest.fixture(autouse=True)
def django(server_database: str) -> None:
    """Let the models be imported."""


def membership_of(tenant: Tenant, person: Person) -> Any:
    from ressenti.server.models import Membership

    return Membership.objects.get(organisation=tenant.organisation, person=person)


def found(by: str, before: str | None, after: str | None, is_own: bool, owners: int) -> str | None:
    from ressenti.server.accounts.granting import Grant, refusal
    from ressenti.server.models import Role

    roles = [Role(role) if role else None for role in (before, after)]
    grant = Grant(by=Role(by), before=roles[0], after=roles[1], is_own=is_own, owners=owners)
    refused = refusal(grant)
    return refused.value if refused else None


@given(
    by=st.sampled_from(ROLES),
    before=ROLE_OR_NONE,
    after=ROLE_OR_NONE,
    is_own=st.booleans(),
    owners=st.integers(1, 5),
)
def test_no_allowed_change_gives_more_than_whoever_makes_it_has(
    by: str, before: str | None, after: str | None, is_own: bool, owners: int
) -> None:
    allowed = found(by, before, after, is_own, owners) is None
    rank = {None: -1, **{role: place for place, role in enumerate(ROLES)}}
    if allowed:
        assert rank[after] <= rank[by]
        assert rank[before] <= rank[by]
        assert not (is_own and rank[after] > rank[before])
        assert not (before == "owner" and after != "owner" and owners == 1)


def test_an_owner_changes_and_removes_and_it_is_written_down(
    tenant: Tenant, signed_in: SignedIn
) -> None:
    client = signed_in(tenant.owner)
    home = f"/o/{tenant.organisation.key}"
    reader = membership_of(tenant, tenant.reader)
    told = {"role": "manager", "unit": str(tenant.nice.pk)}
    assert client.post(f"{home}/people/{reader.pk}/", told).status_code == 302
    reader.refresh_from_db()
    assert (reader.role, reader.unit) == ("manager", tenant.nice)
    client.post(f"{home}/people/{reader.pk}/remove/")
    log = text_of(client.get(f"{home}/audit/?lang=en"))
    assert "changed a role" in log
    assert "role = manager ; unit = nice ; before, role = consultant ; before, unit = lyon" in log
    assert "took the access away from" in log


def test_the_last_owner_stays(tenant: Tenant, signed_in: SignedIn) -> None:
    client = signed_in(tenant.owner)
    home = f"/o/{tenant.organisation.key}"
    own = membership_of(tenant, tenant.owner)
    page = client.post(f"{home}/people/{own.pk}/?lang=en", {"role": "expert"})
    assert "keeps at least one owner" in text_of(page)
    page = client.post(f"{home}/people/{own.pk}/remove/?lang=en", follow=True)
    assert "keeps at least one owner" in text_of(page)
    own.refresh_from_db()
    assert own.role == "owner"
    log = text_of(client.get(f"{home}/audit/?lang=en"))
    assert log.count("was refused") - 1 == 2  # the filter names the action once


def test_of_two_owners_who_demote_each_other_at_once_one_stays(
    tenant: Tenant, signed_in: SignedIn, member: Member
) -> None:
    from django.db import connections

    from ressenti.server.models import Membership

    home = f"/o/{tenant.organisation.key}"
    for _ in range(5):
        second = member(tenant, "owner")
        pair = ((tenant.owner, second), (second, tenant.owner))
        clients = [(signed_in(by), membership_of(tenant, of).pk) for by, of in pair]
        barrier = threading.Barrier(2)

        def demote(client: Any, number: int, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            client.post(f"{home}/people/{number}/", {"role": "consultant"})
            connections.close_all()

        threads = [threading.Thread(target=demote, args=given) for given in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        owners = Membership.objects.filter(organisation=tenant.organisation, role="owner")
        assert owners.count() == 1
        owners.filter(person=second).delete()
        Membership.objects.filter(person=tenant.owner).update(role="owner")


def test_an_owner_sees_the_whole_whatever_the_form_says(
    tenant: Tenant, signed_in: SignedIn
) -> None:
    reader = membership_of(tenant, tenant.reader)
    told = {"role": "owner", "unit": str(tenant.nice.pk)}
    signed_in(tenant.owner).post(f"/o/{tenant.organisation.key}/people/{reader.pk}/", told)
    reader.refresh_from_db()
    assert (reader.role, reader.unit) == ("owner", None)


def test_a_unit_of_another_organisation_cannot_be_given(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    reader = membership_of(tenant, tenant.reader)
    page = signed_in(tenant.owner).post(
        f"/o/{tenant.organisation.key}/people/{reader.pk}/",
        {"role": "manager", "unit": str(other_tenant.nice.pk)},
    )
    assert page.status_code == 200
    reader.refresh_from_db()
    assert (reader.role, reader.unit) == ("consultant", tenant.lyon)


def test_protected_fields_in_a_form_change_nothing(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    reader = membership_of(tenant, tenant.reader)
    told = {
        "role": "manager",
        "organisation": str(other_tenant.organisation.pk),
        "person": str(other_tenant.owner.pk),
        "id": "1",
        "created_at": "2000-01-01",
    }
    signed_in(tenant.owner).post(f"/o/{tenant.organisation.key}/people/{reader.pk}/", told)
    after = membership_of(tenant, tenant.reader)
    assert (after.pk, after.role, after.created_at) == (reader.pk, "manager", reader.created_at)


def test_removing_somebody_warns_of_the_keys_they_know(
    tenant: Tenant, signed_in: SignedIn, member: Member
) -> None:
    home = f"/o/{tenant.organisation.key}"
    second = member(tenant, "owner")
    signed_in(second).post(f"{home}/keys/", {"name": "till", "scopes": "answers:write"})
    number = membership_of(tenant, second).pk
    page = signed_in(tenant.owner).post(f"{home}/people/{number}/remove/?lang=en", follow=True)
    assert "An API key that this person made still works" in text_of(page)
