"""Settings of an organisation, and of a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from ressenti.errors import InvalidArgument
from tests.server.accounts.reading import text_of

if TYPE_CHECKING:
    from ressenti.server.models import Person
    from tests.server.conftest import Tenant

SignedIn = Callable[["Person"], Any]
TOLD = {
    "name": "Boutique & Fils",
    "language": "en",
    "time_zone": "Europe/Paris",
    "week_starts_on": "6",
    "smallest_group": "7",
    "segments": "plan\nage_group",
    "tally_sets": "unit\ntouchpoint\nchannel\nlanguage\nsurvey\nunit, touchpoint",
    "allowed_hosts": "www.Example.com\nshop.example.com:8443",
}


def test_settings_are_kept_and_every_change_is_written_down(
    tenant: Tenant, signed_in: SignedIn
) -> None:
    client = signed_in(tenant.owner)
    home = f"/o/{tenant.organisation.key}"
    assert client.post(f"{home}/settings/", TOLD).status_code == 302
    organisation = tenant.organisation
    organisation.refresh_from_db()
    assert organisation.name == "Boutique & Fils"
    assert (organisation.week_starts_on, organisation.smallest_group) == (6, 7)
    assert organisation.segments == ["plan", "age_group"]
    assert organisation.allowed_hosts == ["www.example.com", "shop.example.com:8443"]
    log = text_of(client.get(f"{home}/audit/?lang=en&action=organisation.changed"))
    assert "smallest group shown, before = 5" in log
    assert "smallest group shown, after = 7" in log
    assert "time zone" not in log
    # The same again changes nothing, and says nothing.
    client.post(f"{home}/settings/", TOLD)
    assert organisation.audit_entries.filter(action="organisation.changed").count() == 1


def test_the_page_shows_what_is_kept(tenant: Tenant, signed_in: SignedIn) -> None:
    page = signed_in(tenant.owner).get(f"/o/{tenant.organisation.key}/settings/")
    assert "unit, touchpoint" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("smallest_group", "1"),
        ("smallest_group", "NaN"),
        ("segments", "Plan d'été"),
        ("segments", "unit"),
        ("segments", "\n".join(f"s{n}" for n in range(21))),
        ("tally_sets", "shoe_size"),
        ("tally_sets", "unit, touchpoint, channel, language, survey"),
        ("tally_sets", "unit,"),
        ("allowed_hosts", "https://evil.example"),
        ("allowed_hosts", "*.example.com"),
        ("allowed_hosts", "example.com/page"),
        ("allowed_hosts", "javascript:alert(1)"),
        ("allowed_hosts", "evil@example.com"),
        ("name", "Two\r\nlines"),
        ("name", "nul\x00"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told_and_changes_nothing(
    field: str, value: str, tenant: Tenant, signed_in: SignedIn
) -> None:
    page = signed_in(tenant.owner).post(
        f"/o/{tenant.organisation.key}/settings/", {**TOLD, field: value}
    )
    assert page.status_code == 200
    assert b"errorlist" in page.content
    tenant.organisation.refresh_from_db()
    assert tenant.organisation.name == "Boutique"


def test_other_tallies_are_counted_at_once(tenant: Tenant, signed_in: SignedIn) -> None:
    pytest.importorskip("ressenti.server.tallying.rebuilding")
    page = signed_in(tenant.owner).post(
        f"/o/{tenant.organisation.key}/settings/?lang=en",
        {**TOLD, "tally_sets": "unit\nplan, unit"},
        follow=True,
    )
    assert "are being counted again" in text_of(page)
    tenant.organisation.refresh_from_db()
    assert tenant.organisation.tally_sets == [[], ["unit"], ["unit", "plan"]]


def test_thirteen_sets_are_too_many() -> None:
    from ressenti.server.accounts.tally_sets import tally_sets_of

    segments = [f"s{n}" for n in range(13)]
    assert len(tally_sets_of("\n".join(segments[:11]), segments)) == 12
    with pytest.raises(InvalidArgument, match="at most 12 sets"):
        tally_sets_of("\n".join(segments[:12]), segments)


def test_names_of_a_set_have_one_order() -> None:
    from ressenti.server.accounts.tally_sets import tally_sets_of

    assert tally_sets_of("plan, unit\nunit,plan , unit", ["plan"]) == [[], ["unit", "plan"]]


def test_a_person_changes_what_is_theirs(tenant: Tenant, signed_in: SignedIn) -> None:
    client = signed_in(tenant.reader)
    client.get("/profile/?lang=en")
    told = {
        "name": "Bob",
        "language": "fr",
        "theme": "dark",
        "email": "owner@evil.example",
        "is_active": "",
        "id": str(tenant.owner.pk),
    }
    assert client.post("/profile/", told).status_code == 302
    before = tenant.reader.email
    tenant.reader.refresh_from_db()
    assert (tenant.reader.language, tenant.reader.theme) == ("fr", "dark")
    assert tenant.reader.email == before
    # The language of the address was for a while, that of the profile stays.
    assert client.get("/profile/")["Content-Language"] == "fr"


def test_a_theme_that_is_none_is_told(tenant: Tenant, signed_in: SignedIn) -> None:
    told = {"name": "Bob", "language": "fr", "theme": "pink"}
    assert signed_in(tenant.reader).post("/profile/", told).status_code == 200
