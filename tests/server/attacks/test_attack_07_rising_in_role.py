"""Attack 7: who may only read, or acts in one unit, or was removed, tries every change there is.

`accounts/test_roles.py` tries every grant above one's own role, `accounts/test_refusals.py` and
`asking/test_access.py` say which role each page asks for. Here every address is posted to, with
whatever its form would take, and nothing may have changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from tests.server.attacks.bodies import EVERYTHING
from tests.server.attacks.conftest import SignedIn, Target, member, state_of
from tests.server.attacks.routes import of_organisations
from tests.server.intake.conftest import new_key

if TYPE_CHECKING:
    from django.test import Client

# What is written when somebody is refused.
LOG = ("AuditEntry", "AuditHead")
GRANTS = ("Organisation", "Membership", "MemberInvitation", "ApiKey", "Unit")


def posts_everywhere(client: Client, target: Target) -> dict[str, int]:
    """Post what most forms take to every address; give the answer of each by its name."""
    return {
        route.name: client.post(target.address(route), EVERYTHING).status_code
        for route in of_organisations()
    }


@pytest.mark.parametrize(
    ("role", "where"),
    [("consultant", "everywhere"), ("consultant", "in one shop"), ("manager", "in one shop")],
)
def test_whoever_reads_or_acts_in_a_shop_changes_nothing_elsewhere(
    target: Target, signed_in: SignedIn, role: str, where: str
) -> None:
    from ressenti.server.models import AuditEntry

    unit = target.tenant.lyon if where == "in one shop" else None
    person = member(target.tenant, role, unit)
    before = state_of(target.tenant, *LOG)
    told = posts_everywhere(signed_in(person), target)
    assert state_of(target.tenant, *LOG) == before
    # The preview takes what is typed and writes nothing; anything else that is no refusal is not a
    # change, as the line above has shown.
    assert set(told.values()) <= {200, 403, 404, 405, 422}
    assert {name for name, status in told.items() if status == 200} <= {"survey_previewed"}
    refused = AuditEntry.objects.filter(
        organisation=target.tenant.organisation, action="refused", actor=person.email
    )
    assert refused.count() == sum(status == 403 for status in told.values()) > 10


def test_an_expert_gives_no_rights_and_makes_no_keys(target: Target, signed_in: SignedIn) -> None:
    person = member(target.tenant, "expert")
    before = state_of(target.tenant)
    posts_everywhere(signed_in(person), target)
    after = state_of(target.tenant)
    assert all(after[model] == before[model] for model in GRANTS)
    assert len(after["AuditEntry"]) > len(before["AuditEntry"])


def test_nobody_rises_by_naming_a_role_in_an_address_a_header_or_the_own_profile(
    target: Target, signed_in: SignedIn
) -> None:
    from ressenti.server.models import Membership

    person = member(target.tenant, "consultant")
    client = signed_in(person, x_role="owner", x_forwarded_user=target.tenant.owner.email)
    home = f"/o/{target.tenant.organisation.key}"
    assert client.get(f"{home}/people/?role=owner").status_code == 403
    client.post("/profile/", EVERYTHING | {"membership": "owner"})
    own = Membership.objects.get(person=person)
    assert client.post(f"{home}/people/{own.pk}/", {"role": "owner"}).status_code == 403
    own.refresh_from_db()
    assert own.role == "consultant"


def test_a_removed_member_and_a_closed_account_find_nothing_at_any_address(
    target: Target, signed_in: SignedIn
) -> None:
    """The session was opened before, and no page asks again who somebody is."""
    from ressenti.server.models import Membership

    removed, closed = member(target.tenant, "owner"), member(target.tenant, "owner")
    clients = [signed_in(person) for person in (removed, closed)]
    home = f"/o/{target.tenant.organisation.key}/scorecard/"
    assert all(client.get(home).status_code == 200 for client in clients)
    Membership.objects.filter(person=removed).delete()
    closed.is_active = False
    closed.save()
    before = state_of(target.tenant)
    for route in of_organisations():
        for client in clients:
            told = client.post(target.address(route), EVERYTHING).status_code
            assert told in {302, 404, 405}, route.name
            assert client.get(target.address(route)).status_code in {302, 404, 405}, route.name
    assert state_of(target.tenant) == before


def test_a_key_does_what_its_scope_says_and_opens_no_page(
    web: httpx.Client, target: Target
) -> None:
    from ressenti.server.models import Scope

    for scope in Scope:
        headers = {"authorization": f"Bearer {new_key(target.tenant, scope.value)}"}
        body = {"survey": target.asked.survey.key, "answers": {"recommend": 9}}
        sent = web.post("/api/v1/responses", json=body, headers=headers).status_code
        many = web.post("/api/v1/responses/batch", json={"responses": [body]}, headers=headers)
        if scope is Scope.ANSWERS_WRITE:
            assert (sent, many.status_code) == (201, 200)
        else:
            assert (sent, many.status_code) == (403, 403), scope
        page = f"/o/{target.tenant.organisation.key}/people/"
        assert web.get(page, headers=headers).status_code == 302
        assert web.post(page, data=EVERYTHING, headers=headers).status_code in {302, 403}
