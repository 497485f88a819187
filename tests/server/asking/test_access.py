"""Every address of this part, for whoever must not see it or may not do it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.asking.conftest import campaign_of, customer_of, live_survey, member

if TYPE_CHECKING:
    from django.test import Client
    from django.urls import URLPattern

    from tests.server.conftest import Tenant

READ = frozenset(
    {
        "surveys", "survey", "survey_preview", "survey_previewed", "survey_share", "survey_code",
        "survey_poster", "survey_funnel", "survey_export", "campaigns", "campaign", "customers",
        "customer", "pressure",
    }
)  # fmt: skip
POSTED = frozenset(
    {
        "survey_make", "survey_edit", "survey_rename", "survey_close", "survey_reopen",
        "survey_widget", "campaign_test", "campaign_launch", "campaign_stop", "campaign_release",
        "customer_refusal", "invitation_revoke", "customer_erase", "customer_import_confirm",
        "pressure_change",
    }
)  # fmt: skip
OF_MANAGERS = frozenset(
    {
        "campaign_new", "campaign_edit", "campaign_test", "campaign_launch", "campaign_stop",
        "campaign_release", "customer_refusal", "invitation_revoke", "customer_import",
        "customer_import_confirm", "customer_import_rejects",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Things:
    """One of each thing that an address may name."""

    survey: uuid.UUID
    campaign: uuid.UUID
    customer: uuid.UUID
    question: str = "recommend"


def things_of(tenant: Tenant) -> Things:
    survey = live_survey(tenant)
    customer = customer_of(tenant, "C-1", unit=tenant.nice, name="Ada")
    return Things(survey.pk, campaign_of(survey).pk, customer.pk)


def patterns(found: Any = None) -> Iterator[URLPattern]:
    """Give every address of this part, however deep it stands."""
    from django.urls import URLPattern

    from ressenti.server.asking.urls import of_organisation

    for one in of_organisation if found is None else found:
        if isinstance(one, URLPattern):
            yield one
        else:
            yield from patterns(one.url_patterns)


def names() -> list[str]:
    return sorted(str(one.name) for one in patterns())


def address(name: str, organisation: str, things: Things) -> str:
    from django.urls import NoReverseMatch, reverse

    for wanted in ((), ("survey",), ("survey", "question"), ("campaign",), ("customer",)):
        told = {key: getattr(things, key) for key in wanted}
        try:
            return reverse(name, kwargs={"organisation": organisation, **told})
        except NoReverseMatch:
            continue
    raise LookupError(name)


def asked(client: Client, name: str, where: str) -> Any:
    return client.post(where, {}) if name in POSTED else client.get(where)


SignedIn = Callable[..., Any]


def test_nobody_else_finds_anything(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    """Neither under the other's name nor under one's own, by the ids of the other's things."""
    things = things_of(tenant)
    stranger = signed_in(other_tenant.owner)
    of_things = [
        one for one in names() if str(things.survey) in address(one, "x", things)
        or str(things.campaign) in address(one, "x", things)
        or str(things.customer) in address(one, "x", things)
    ]  # fmt: skip
    assert len(of_things) > 25
    for name in names():
        where = address(name, tenant.organisation.key, things)
        assert asked(stranger, name, where).status_code == 404, name
    for name in of_things:
        where = address(name, other_tenant.organisation.key, things)
        assert asked(stranger, name, where).status_code == 404, name


def test_a_reader_only_reads(tenant: Tenant, signed_in: SignedIn) -> None:
    from ressenti.server.models import AuditEntry

    things = things_of(tenant)
    reader = signed_in(member(tenant, "consultant"))
    manager = signed_in(member(tenant, "manager"))
    for name in names():
        where = address(name, tenant.organisation.key, things)
        status = asked(reader, name, where).status_code
        assert (status == 403) == (name not in READ), (name, status)
        if name not in READ | OF_MANAGERS:
            assert asked(manager, name, where).status_code == 403, name
    refused = AuditEntry.objects.filter(organisation=tenant.organisation, action="refused")
    assert refused.count() > 25


def test_who_is_not_signed_in_is_led_to_the_door(tenant: Tenant) -> None:
    from django.test import Client

    things = things_of(tenant)
    for name in names():
        where = address(name, tenant.organisation.key, things)
        answer = asked(Client(), name, where)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (
            302,
            "/accounts/login/",
        ), name


@pytest.mark.parametrize("role", ["consultant", "manager", "expert"])
def test_who_sees_one_shop_sees_nothing_of_the_other(
    tenant: Tenant, signed_in: SignedIn, role: str
) -> None:
    things = things_of(tenant)
    own = live_survey(tenant, unit=tenant.lyon)
    foreign = live_survey(tenant, unit=tenant.nice)
    client = signed_in(member(tenant, role, tenant.lyon))
    home = f"/o/{tenant.organisation.key}"
    assert client.get(f"{home}/surveys/{own.pk}/").status_code == 200
    assert client.get(f"{home}/surveys/{foreign.pk}/").status_code == 404
    assert client.get(f"{home}/customers/{things.customer}/").status_code == 404
    assert client.get(f"{home}/campaigns/{things.campaign}/").status_code == 404
    listed = client.get(f"{home}/surveys/").content.decode()
    assert str(own.pk) in listed
    assert str(foreign.pk) not in listed
    assert "Ada" not in client.get(f"{home}/customers/").content.decode()
    # The survey of the whole organisation is seen, and not changed.
    whole = f"{home}/surveys/{things.survey}/"
    assert client.get(whole).status_code == 200
    assert client.post(f"{whole}edit/", {"do": "add-page"}).status_code == 403


def test_staff_actions_refuse_a_post_from_another_site(tenant: Tenant) -> None:
    from django.test import Client

    things = things_of(tenant)
    client = Client(enforce_csrf_checks=True)
    client.force_login(tenant.owner)
    for name in sorted(POSTED):
        where = address(name, tenant.organisation.key, things)
        assert client.post(where, {}).status_code == 403, name
