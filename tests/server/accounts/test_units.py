"""Units: a tree that stays one, whatever is moved, and loses nothing that is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.accounts.reading import text_of

if TYPE_CHECKING:
    from ressenti.server.models import Person, Unit
    from tests.server.conftest import Tenant

SignedIn = Callable[["Person"], Any]


def pages(tenant: Tenant) -> str:
    return f"/o/{tenant.organisation.key}/units/"


def paths(tenant: Tenant) -> dict[str, str]:
    from ressenti.server.models import Unit

    mine = Unit.objects.filter(organisation=tenant.organisation)
    return dict(mine.values_list("key", "path"))


def moved(client: Any, tenant: Tenant, unit: Unit, parent: Unit | None, **told: str) -> Any:
    told = {"name": unit.name, "parent": str(parent.pk) if parent else "", **told}
    return client.post(f"{pages(tenant)}{unit.pk}/?lang=en", told)


def test_a_unit_is_added_below_another_under_a_key_of_its_own(
    tenant: Tenant, signed_in: SignedIn
) -> None:
    client = signed_in(tenant.owner)
    for _ in range(2):
        told = {"name": "Caisse Été", "kind": "team", "parent": str(tenant.lyon.pk)}
        assert client.post(pages(tenant), told).status_code == 302
    assert {"caisse-ete", "caisse-ete-2"} <= paths(tenant).keys()
    assert paths(tenant)["caisse-ete"] == "/south/lyon/caisse-ete/"


def test_a_unit_takes_everything_below_it_along(tenant: Tenant, signed_in: SignedIn) -> None:
    from ressenti.server.models import Unit

    client = signed_in(tenant.owner)
    for name in ("North", "Till"):
        parent = "" if name == "North" else str(tenant.lyon.pk)
        client.post(pages(tenant), {"name": name, "parent": parent})
    # A sibling whose key begins alike must stay where it is.
    client.post(pages(tenant), {"name": "Lyon Est", "parent": str(tenant.region.pk)})
    north = Unit.objects.get(organisation=tenant.organisation, key="north")
    assert moved(client, tenant, tenant.lyon, north).status_code == 302
    assert paths(tenant) == {
        "south": "/south/",
        "nice": "/south/nice/",
        "lyon-est": "/south/lyon-est/",
        "north": "/north/",
        "lyon": "/north/lyon/",
        "till": "/north/lyon/till/",
    }
    tenant.lyon.refresh_from_db()
    moved(client, tenant, tenant.lyon, None)
    assert paths(tenant)["till"] == "/lyon/till/"


def test_moving_a_unit_moves_what_its_members_see(tenant: Tenant, signed_in: SignedIn) -> None:
    from ressenti.server.accounts.access import viewer_of
    from ressenti.server.models import Membership

    Membership.objects.filter(person=tenant.reader).update(unit=tenant.region)
    moved(signed_in(tenant.owner), tenant, tenant.nice, None)
    viewer = viewer_of(tenant.reader, tenant.organisation.key)
    assert viewer.unit_keys() == {"south", "lyon"}


def test_no_unit_lies_below_itself(tenant: Tenant, signed_in: SignedIn) -> None:
    client = signed_in(tenant.owner)
    before = paths(tenant)
    for parent in (tenant.region, tenant.lyon):
        page = moved(client, tenant, tenant.region, parent)
        assert "below itself" in text_of(page)
    assert paths(tenant) == before


def test_a_unit_of_another_organisation_is_no_place(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    client = signed_in(tenant.owner)
    before = paths(tenant)
    assert moved(client, tenant, tenant.lyon, other_tenant.region).status_code == 200
    told = {"name": "Mine", "parent": str(other_tenant.region.pk)}
    assert client.post(pages(tenant), told).status_code == 200
    assert paths(tenant) == before


def test_the_same_keys_elsewhere_are_not_moved_along(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    before = paths(other_tenant)
    moved(signed_in(tenant.owner), tenant, tenant.lyon, None)
    assert paths(other_tenant) == before


def test_six_levels_are_the_most(tenant: Tenant, signed_in: SignedIn) -> None:
    from ressenti.server.models import Unit

    client = signed_in(tenant.owner)
    parent = tenant.lyon
    for level in range(3, 7):
        client.post(pages(tenant), {"name": f"Level {level}", "parent": str(parent.pk)})
        parent = Unit.objects.get(organisation=tenant.organisation, key=f"level-{level}")
    page = client.post(f"{pages(tenant)}?lang=en", {"name": "Deeper", "parent": str(parent.pk)})
    assert "six levels" in text_of(page)
    # Moved below another one, what lies at the bottom would lie too deep.
    page = moved(client, tenant, tenant.lyon, tenant.nice)
    assert "six levels" in text_of(page)


def test_a_new_name_keeps_the_key_and_is_written_down(tenant: Tenant, signed_in: SignedIn) -> None:
    client = signed_in(tenant.owner)
    moved(client, tenant, tenant.lyon, tenant.region, name="Lyon Part-Dieu")
    assert paths(tenant)["lyon"] == "/south/lyon/"
    log = text_of(client.get(f"/o/{tenant.organisation.key}/audit/?lang=en"))
    assert "before, name = Lyon" in log


@pytest.mark.parametrize("used", ["unit", "member", "key", "customer", "invitation"])
def test_a_unit_in_use_is_not_deleted(used: str, tenant: Tenant, signed_in: SignedIn) -> None:
    from ressenti.server.models import Customer

    client = signed_in(tenant.owner)
    home = f"/o/{tenant.organisation.key}"
    # Lyon has a member already; Nice has nothing until now.
    unit = {"unit": tenant.region, "member": tenant.lyon}.get(used, tenant.nice)
    told = {"unit": str(unit.pk)}
    if used == "key":
        client.post(f"{home}/keys/", {"name": "till", "scopes": "answers:write", **told})
    if used == "invitation":
        told |= {"email": "dora@example.com", "role": "manager"}
        client.post(f"{home}/people/", told)
    if used == "customer":
        Customer.objects.create(organisation=tenant.organisation, external_id="c1", unit=unit)
    page = client.post(f"{pages(tenant)}{unit.pk}/delete/?lang=en", follow=True)
    assert "is still used by" in text_of(page)
    assert unit.key in paths(tenant)


def test_a_unit_that_nothing_uses_is_deleted(tenant: Tenant, signed_in: SignedIn) -> None:
    page = signed_in(tenant.owner).post(
        f"{pages(tenant)}{tenant.nice.pk}/delete/?lang=en", follow=True
    )
    assert "Nice was deleted" in text_of(page)
    assert "nice" not in paths(tenant)
