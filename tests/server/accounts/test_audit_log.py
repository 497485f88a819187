"""The audit log: readable, filtered, exported, and not to be changed unnoticed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.accounts.reading import text_of

if TYPE_CHECKING:
    from ressenti.server.models import Person
    from tests.server.conftest import Tenant

SignedIn = Callable[["Person"], Any]
WHOLE = "The chain is whole"


def page_of(tenant: Tenant) -> str:
    return f"/o/{tenant.organisation.key}/audit/?lang=en"


def written(tenant: Tenant, count: int = 3) -> list[int]:
    """Write entries, and return their ids."""
    from ressenti.server.accounts.audit import entry_added

    return [
        entry_added(
            tenant.organisation,
            actor=tenant.owner.email,
            actor_kind="person",
            action="unit.added",
            subject_kind="unit",
            subject=f"Unit {number}",
            detail={"path": f"/unit-{number}/", "nested": {"a": [1, "é"]}},
        ).pk
        for number in range(count)
    ]


def test_the_log_of_an_organisation_is_whole_until_somebody_changes_it(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    written(tenant)
    written(other_tenant)
    assert WHOLE in text_of(signed_in(tenant.owner).get(page_of(tenant)))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("DELETE FROM ressenti_auditentry WHERE id = {0}", 1),
        ("DELETE FROM ressenti_auditentry WHERE id = {1}", 2),
        ("DELETE FROM ressenti_auditentry WHERE id = {2}", 2),
        ("DELETE FROM ressenti_auditentry WHERE id IN ({0}, {1}, {2})", 2),
        ("UPDATE ressenti_auditentry SET actor = 'nobody' WHERE id = {1}", 1),
        ("UPDATE ressenti_auditentry SET action = 'key.created' WHERE id = {2}", 2),
        ("UPDATE ressenti_auditentry SET subject = 'Unit 9' WHERE id = {0}", 0),
        ("UPDATE ressenti_auditentry SET at = at - interval '1 day' WHERE id = {1}", 1),
        ("UPDATE ressenti_auditentry SET detail = '{{}}' WHERE id = {1}", 1),
        ("UPDATE ressenti_auditentry SET digest = '\\x00' WHERE id = {2}", 2),
        ("DELETE FROM ressenti_audithead WHERE entry = {2}", None),
    ],
)
def test_a_change_by_the_database_is_seen_where_it_was_made(
    change: str, place: int | None, tenant: Tenant, signed_in: SignedIn
) -> None:
    from django.db import connection

    ids = written(tenant)
    with connection.cursor() as cursor:
        cursor.execute(change.format(*ids))
    page = text_of(signed_in(tenant.owner).get(page_of(tenant)))
    assert WHOLE not in page
    assert f"broken at entry {0 if place is None else ids[place]}" in page


def test_entries_written_at_once_are_one_chain(tenant: Tenant) -> None:
    import threading

    from django.db import connections

    from ressenti.server.accounts.audit import first_broken_entry

    def write() -> None:
        written(tenant, 5)
        connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert first_broken_entry(tenant.organisation) is None
    assert tenant.organisation.audit_entries.count() == 20


def test_an_entry_reads_in_both_languages(tenant: Tenant, signed_in: SignedIn) -> None:
    written(tenant, 1)
    page = text_of(signed_in(tenant.owner).get(page_of(tenant)))
    assert f"{tenant.owner.email}added a unitUnit 0place = /unit-0/" in page


def test_the_log_is_filtered_by_who_what_and_day_in_the_zone_of_the_organisation(
    tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.accounts.audit import entry_added

    # Half past midnight of the 2nd in Paris is still the 1st in UTC.
    for actor, action, at in (
        ("alice@example.com", "unit.added", datetime(2026, 6, 1, 12, tzinfo=UTC)),
        ("bob@example.com", "key.created", datetime(2026, 6, 1, 22, 30, tzinfo=UTC)),
    ):
        entry_added(tenant.organisation, actor=actor, actor_kind="person", action=action, at=at)
    client = signed_in(tenant.owner)

    def shown(query: str) -> set[str]:
        page = text_of(client.get(f"{page_of(tenant)}&{query}"))
        return {name for name in ("alice", "bob") if f"{name}@example.com" in page}

    assert shown("") == {"alice", "bob"}
    assert shown("actor=ALICE") == {"alice"} | shown("actor=ALICE")
    assert shown("action=key.created") == {"bob"}
    assert shown("first_day=2026-06-02") == {"bob"}
    assert shown("last_day=2026-06-01") == {"alice"}
    assert shown("first_day=2026-06-02&last_day=2026-06-02") == {"bob"}
    assert shown("first_day=yesterday") == set()
    assert shown("action=%27%3B+DROP+TABLE") == set()


def test_older_entries_are_on_further_pages(tenant: Tenant, signed_in: SignedIn) -> None:
    ids = written(tenant, 53)
    client = signed_in(tenant.owner)
    first = client.get(page_of(tenant)).content.decode()
    assert f'id="entry-{ids[-1]}"' in first
    assert f'id="entry-{ids[2]}"' not in first
    assert f"before={ids[3]}" in first
    second = client.get(f"{page_of(tenant)}&before={ids[3]}").content.decode()
    assert f'id="entry-{ids[2]}"' in second
    assert "Older entries" in first
    assert "Older entries" not in second
    for nonsense in ("-1", "x", "9" * 30, "٣"):
        assert client.get(f"{page_of(tenant)}&before={nonsense}").status_code == 200


def test_the_export_is_safe_to_open_and_is_in_the_log_itself(
    tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.accounts.audit import entry_added

    entry_added(
        tenant.organisation,
        actor="=HYPERLINK(1)",
        actor_kind="person",
        action="unit.added",
        subject="@SUM(A1)",
        detail={"name": "+1"},
    )
    client = signed_in(tenant.owner)
    home = f"/o/{tenant.organisation.key}/audit"
    response = client.post(f"{home}/export/?lang=en")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Cache-Control"] == "no-store, private"
    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert rows[0][:4] == ["entry", "at (UTC)", "who", "action"]
    assert (rows[1][2], rows[1][6]) == ("'=HYPERLINK(1)", "'@SUM(A1)")
    assert rows[-1][3] == "audit.exported"
    assert "exported the log" in text_of(client.get(page_of(tenant)))
    # Reading changes nothing: an export takes a POST.
    assert client.get(f"{home}/export/").status_code == 405


def test_a_script_in_the_log_is_text(tenant: Tenant, signed_in: SignedIn) -> None:
    from ressenti.server.accounts.audit import entry_added

    entry_added(
        tenant.organisation,
        actor="<script>alert(1)</script>",
        actor_kind="person",
        action="<img src=x onerror=alert(1)>",
        subject="<b>bold</b>",
        detail={"<i>": "</td><script>alert(1)</script>"},
    )
    page = signed_in(tenant.owner).get(page_of(tenant)).content.decode()
    for hostile in ("<script>alert", "<img src=x", "<b>bold", "<i>"):
        assert hostile not in page


def test_surveys_and_campaigns_are_called_by_name_and_keep_it_when_they_are_gone(
    tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.accounts.audit import entry_added
    from ressenti.server.models import AuditEntry, Campaign, Survey

    survey = Survey.objects.create(
        organisation=tenant.organisation, key="visit", name="After the visit", draft={}
    )
    campaign = Campaign.objects.create(survey=survey, name="Spring letter")
    at = datetime(2026, 11, 2, 13, 5, tzinfo=UTC)
    for kind, subject in (("survey", survey), ("campaign", campaign)):
        entry_added(
            tenant.organisation, actor="ann", actor_kind="person", action=f"{kind}.made",
            subject_kind=kind, subject=str(subject.pk), at=at,
        )  # fmt: skip
    identity = str(survey.pk)
    survey.delete()
    client = signed_in(tenant.owner)
    page = text_of(client.get(page_of(tenant)))
    assert "made a surveyAfter the visit" in page
    assert "made a campaignSpring letter" in page
    assert identity not in page
    assert WHOLE in page
    # In the organisation's zone, written as on every other page.
    assert "2 Nov 2026, 14:05" in page
    assert "2 nov. 2026, 14:05" in text_of(client.get(page_of(tenant).replace("en", "fr")))
    entry = AuditEntry.objects.get(organisation=tenant.organisation, action="survey.made")
    assert entry.subject == identity
    exported = client.post(f"/o/{tenant.organisation.key}/audit/export/?lang=en").content.decode()
    assert f"{identity},After the visit" in exported


def test_an_entry_of_an_earlier_release_is_called_by_the_name_of_now(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.accounts.audit_subjects import names_of
    from ressenti.server.models import AuditEntry, Survey

    theirs, ours = (
        Survey.objects.create(organisation=one.organisation, key="visit", name=name, draft={})
        for one, name in ((other_tenant, "Theirs"), (tenant, "Ours"))
    )
    entries = [
        AuditEntry(pk=number, subject_kind="survey", subject=str(subject))
        for number, subject in enumerate((ours.pk, theirs.pk, "visit"))
    ]
    names = names_of(tenant.organisation, entries)
    assert names == {0: "Ours", 1: str(theirs.pk), 2: "visit"}
