"""Every address of imports, for whoever must not see it or may not do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.asking.conftest import Desk, member
from tests.server.importing.conftest import EXPORT, Counter
from tests.server.intake.conftest import asked_by

if TYPE_CHECKING:
    from ressenti.server.models import FileImport
    from tests.server.conftest import Tenant

READ = ("imports", "import", "import_rejects", "import_progress")
POSTED = ("import_map", "import_bring_in", "import_leave", "import_take_back")
SignedIn = Callable[..., Any]


def address(name: str, tenant: Tenant, file: FileImport) -> str:
    from django.urls import reverse

    told: dict[str, Any] = {} if name == "imports" else {"file": file.pk}
    return reverse(name, kwargs={"organisation": tenant.organisation.key, **told})


def asked(client: Any, name: str, where: str) -> int:
    status: int = (client.post if name in POSTED else client.get)(where).status_code
    return status


def test_every_address_is_here(server_database: str) -> None:
    from ressenti.server.importing.urls import of_organisation
    from tests.server.asking.test_access import patterns

    assert {str(one.name) for one in patterns(of_organisation)} == {*READ, *POSTED}


def test_nobody_else_finds_anything(
    counter: Counter, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    file = counter.checked(EXPORT)
    stranger = signed_in(other_tenant.owner)
    for name in (*READ, *POSTED):
        assert asked(stranger, name, address(name, counter.tenant, file)) == 404, name
        if name != "imports":
            assert asked(stranger, name, address(name, other_tenant, file)) == 404, name
    file.refresh_from_db()
    assert file.state == "checked"


@pytest.mark.parametrize("role", ["consultant", "manager"])
def test_only_experts_import(counter: Counter, signed_in: SignedIn, role: str) -> None:
    file = counter.checked(EXPORT)
    client = signed_in(member(counter.tenant, role))
    for name in (*READ, *POSTED):
        assert asked(client, name, address(name, counter.tenant, file)) == 403, name
    page = client.get(f"/o/{counter.tenant.organisation.key}/scorecard/").content.decode()
    assert address("imports", counter.tenant, file) not in page


def test_who_sees_one_shop_imports_for_it_alone(counter: Counter, signed_in: SignedIn) -> None:
    whole = counter.checked(EXPORT)
    person = member(counter.tenant, "expert", counter.tenant.lyon)
    desk = Desk(signed_in(person, accept_language="en"), counter.tenant)
    assert desk.get(f"imports/{whole.pk}/").status_code == 404
    assert str(whole.pk) not in desk.get("imports/").content.decode()
    own = Counter(desk, asked_by(counter.tenant)).checked(EXPORT)
    # Two records are Lyon's, one names no other shop than Nice, and Paris is nobody's.
    assert (own.accepted, own.refused) == (2, 4)


def test_a_post_from_another_site_is_refused(counter: Counter) -> None:
    from django.test import Client

    file = counter.checked(EXPORT)
    client = Client(enforce_csrf_checks=True)
    client.force_login(counter.tenant.owner)
    for name in (*POSTED, "imports"):
        assert client.post(address(name, counter.tenant, file)).status_code == 403, name
