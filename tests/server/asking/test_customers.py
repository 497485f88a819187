"""Customers come from files without one being lost, and are forgotten without a trace."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.server.asking.conftest import (
    Desk,
    campaign_of,
    customer_of,
    live_survey,
    member,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

FILE = (
    "Client;Courriel;Nom;Langue;Unité;Ville\n"
    "C-1;ada@customers.example;Ada Lovelace;fr;lyon;Londres\n"
    "C-2;not an address;Bob;fr;lyon;Nice\n"
    "C-3;carl@customers.example;Carl;de;lyon;Bonn\n"
    "C-4;dora@customers.example;Dora;en;paris;Paris\n"
    "C-1;other@customers.example;Ada again;fr;lyon;\n"
    ";;Nobody;;;\n"
    ";eve@customers.example;Ève;fr;nice;=1+1\n"
)


def upload(desk: Desk, text: str | bytes, name: str = "clients.csv") -> Any:
    content = text.encode() if isinstance(text, str) else text
    return desk.post("customers/import/", file=SimpleUploadedFile(name, content))


def names(desk: Desk) -> dict[str, str]:
    from ressenti.server.models import Customer

    own = Customer.objects.filter(organisation=desk.tenant.organisation)
    return dict(own.values_list("external_id", "name"))


def test_a_dry_run_writes_nothing_and_tells_each_refused_line(desk: Desk) -> None:
    page = upload(desk, FILE).content.decode()
    assert names(desk) == {}
    for line, reason in (
        (3, "this is no e-mail address"),
        (4, "neither fr nor en"),
        (5, "no unit of yours has this key"),
        (6, "already on line 2"),
        (7, "neither an identifier nor an e-mail address"),
    ):
        assert f'<td class="number">{line}</td>' in page
        assert reason in page
    rejects = desk.get("customers/import/rejects.csv").content.decode("utf-8-sig").splitlines()
    assert len(rejects) == 1 + 5
    assert rejects[1] == "3,Courriel,not an address,this is no e-mail address"


def test_an_import_does_what_the_dry_run_showed(desk: Desk) -> None:
    from ressenti.server.models import AuditEntry, Customer

    upload(desk, FILE)
    assert desk.post("customers/import/confirm/").status_code == 302
    assert names(desk) == {"C-1": "Ada Lovelace", "eve@customers.example": "Ève"}
    ada = Customer.objects.get(organisation=desk.tenant.organisation, external_id="C-1")
    assert (ada.unit, ada.attributes, ada.language) == (
        desk.tenant.lyon,
        {"ville": "Londres"},
        "fr",
    )
    entry = AuditEntry.objects.get(
        organisation=desk.tenant.organisation, action="customers.imported"
    )
    assert entry.detail == {"made": 2, "changed": 0, "refused": 5}
    # The file is gone once it was imported.
    assert desk.post("customers/import/confirm/").status_code == 422


def test_a_second_import_changes_what_it_tells_and_nothing_else(desk: Desk) -> None:
    from ressenti.server.models import Customer

    upload(desk, FILE)
    desk.post("customers/import/confirm/")
    page = upload(desk, "id,name,email\nC-1,Ada King,\n").content.decode()
    assert "customers changed" in page
    desk.post("customers/import/confirm/")
    ada = Customer.objects.get(organisation=desk.tenant.organisation, external_id="C-1")
    assert (ada.name, ada.email) == ("Ada King", "ada@customers.example")
    assert ada.attributes == {"ville": "Londres"}


def test_a_workbook_is_read_like_a_file(desk: Desk) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet = workbook.add_worksheet()
        for i, row in enumerate((("id", "email", "tier"), (1042, "a@shop.example", "gold"))):
            sheet.write_row(i, 0, row)
    upload(desk, target.getvalue(), "clients.xlsx")
    desk.post("customers/import/confirm/")
    assert list(names(desk)) == ["1042"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("clients.exe", b"id\n1\n"),
        ("clients.csv.html", b"id\n1\n"),
        ("clients.xlsx", b"PK\x03\x04 not a workbook"),
        ("clients.csv", b""),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(desk: Desk, name: str, content: bytes) -> None:
    refused = upload(desk, content, name)
    assert refused.status_code in (200, 422)
    assert 'role="alert"' in refused.content.decode()
    assert names(desk) == {}


def test_a_script_in_a_file_is_text_on_every_page(desk: Desk) -> None:
    from ressenti.server.models import Customer

    script = "<script>alert(1)</script>"
    page = upload(desk, f"id,name,unit,{script}\nC-1,{script},,{script}\nC-2,x,{script},\n")
    assert script not in page.content.decode()
    desk.post("customers/import/confirm/")
    customer = Customer.objects.get(organisation=desk.tenant.organisation)
    assert customer.name == script
    for path in ("customers/", f"customers/{customer.pk}/"):
        shown = desk.get(path).content.decode()
        assert script not in shown
        assert "&lt;script&gt;" in shown


def test_a_name_with_a_line_break_is_refused(desk: Desk) -> None:
    page = upload(desk, 'id,name\nC-1,"Ada\r\nBcc: everyone@evil.example"\n').content.decode()
    assert "it holds a control character" in page


def test_a_manager_of_a_shop_imports_into_that_shop_alone(
    desk: Desk, signed_in: Callable[..., Client]
) -> None:
    from ressenti.server.models import Customer

    tenant = desk.tenant
    customer_of(tenant, "C-1", unit=tenant.nice, name="Not yours")
    manager = Desk(signed_in(member(tenant, "manager", tenant.lyon)), tenant)
    page = upload(manager, "id,name,unit\nC-1,Taken,lyon\nC-2,Own,\nC-3,Other,nice\n")
    assert "this identifier cannot be used here" in page.content.decode()
    assert "no unit of yours has this key" in page.content.decode()
    manager.post("customers/import/confirm/")
    assert names(desk) == {"C-1": "Not yours", "C-2": "Own"}
    assert Customer.objects.get(organisation=tenant.organisation, external_id="C-2").unit == (
        tenant.lyon
    )
    assert "C-1" not in manager.get("customers/").content.decode()
    assert "Own" in manager.get("customers/", q="c-2").content.decode()


def test_a_forgotten_customer_leaves_an_empty_row_an_entry_and_a_signed_report(
    desk: Desk, server_database: str
) -> None:
    from ressenti.server.asking.erasure import customer_digest
    from ressenti.server.models import EntryKind, Erasure, Invitation, JournalEntry

    customer = customer_of(
        desk.tenant, "C-9", name="Ada", phone="+33 6", attributes={"city": "Lyon"}
    )
    campaign = campaign_of(live_survey(desk.tenant))
    from django.utils import timezone

    Invitation.objects.create(
        organisation=desk.tenant.organisation,
        survey=campaign.survey,
        campaign=campaign,
        customer=customer,
        channel="email",
        context={"attributes": {"city": "Lyon"}},
        decided_at=timezone.now(),
        due_at=timezone.now(),
    )
    home = f"customers/{customer.pk}/"
    desk.post(f"{home}erase/", confirm="C-8")
    customer.refresh_from_db()
    assert customer.name == "Ada"
    with psycopg.connect(server_database, autocommit=True) as listener:
        listener.execute("LISTEN ressenti_journal")
        desk.post(f"{home}erase/", confirm="C-9")
        assert list(listener.notifies(timeout=5, stop_after=1))
    customer.refresh_from_db()
    left = (customer.email, customer.name, customer.phone, customer.attributes, customer.language)
    assert left == ("", "", "", {}, "")
    assert customer.external_id == str(customer.pk)
    assert customer.erased_at is not None
    invitation = Invitation.objects.get(customer=customer)
    assert (invitation.context, invitation.due_at) == ({}, None)
    assert invitation.revoked_at is not None
    entry = JournalEntry.objects.get(
        organisation_id=desk.tenant.organisation.pk, kind=EntryKind.ERASURE
    )
    assert entry.payload["customer"] == str(customer.pk)
    erasure = Erasure.objects.get(organisation_id=desk.tenant.organisation.pk)
    assert bytes(erasure.customer_digest) == customer_digest(customer.pk)
    assert str(customer.pk).encode() not in bytes(erasure.customer_digest)
    page = desk.get(home).content.decode()
    assert "Nothing of this person is left in the record." in page
    assert "C-9" not in page
    assert desk.post(f"{home}erase/", confirm=str(customer.pk)).status_code == 404


def test_a_refusal_stops_what_waits_and_can_be_taken_back(desk: Desk) -> None:
    from django.utils import timezone

    from ressenti.server.models import Invitation

    customer = customer_of(desk.tenant, "C-1")
    campaign = campaign_of(live_survey(desk.tenant))
    told = {"organisation": desk.tenant.organisation, "survey": campaign.survey,
            "campaign": campaign, "customer": customer, "channel": "email",
            "decided_at": timezone.now(), "due_at": timezone.now()}  # fmt: skip
    waiting = Invitation.objects.create(**told)
    reminded = Invitation.objects.create(**told, sent_at=timezone.now())
    desk.post(f"customers/{customer.pk}/refusal/", do="refuse")
    for one in (customer, waiting, reminded):
        one.refresh_from_db()
    assert customer.refuses == ["all"]
    assert (waiting.due_at, waiting.revoked_at is None) == (None, False)
    # The link that was sent stays good; only its reminder does not go out.
    assert (reminded.due_at, reminded.revoked_at) == (None, None)
    desk.post(f"customers/{customer.pk}/refusal/", do="accept")
    customer.refresh_from_db()
    assert customer.refuses == []
