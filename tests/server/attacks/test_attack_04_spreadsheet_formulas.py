"""Attack 4: texts that a spreadsheet would compute, in every file that somebody takes away.

`tests/unit/reports` holds the writers of files to this by themselves, and
`accounts/test_audit_log.py` the export of the log; here the texts come in by the doors that
respondents, programs and customers' files have, and are read again from the files handed out.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ressenti.facts.spreadsheet_cells import original_cell
from ressenti.reports.exports.plain_texts import plain_text
from tests.server.attacks.conftest import SignedIn, Tally
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", '"=1+1', "'=1+1",
    "＝1+1", "＋1", "－1", "＠SUM(1)", '=HYPERLINK("https://evil.example","x")',
    "=cmd|' /C calc'!A0", "=DDE(\"cmd\";\"/C calc\";\"x\")", "-2+3+cmd|' /C calc'!A0",
)  # fmt: skip
# What makes a spreadsheet compute a cell; an apostrophe before it says that it is a text.
COMPUTED = re.compile(r"""^[\s"]*[=+\-@＝＋－＠]""")
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


@pytest.fixture
def told(web: httpx.Client, tenant: Tenant, tallied: Tally) -> Asked:
    """Give a survey to which every formula was answered, as comment and as where it happened."""
    asked = asked_by(tenant)
    responses = [
        {
            "survey": asked.survey.key,
            "answers": {"recommend": 9, "why": formula},
            "touchpoint": formula[:40],
            "source_id": f"{number} {formula}",
        }
        for number, formula in enumerate(FORMULAS)
    ]
    sent = web.post("/api/v1/responses/batch", json={"responses": responses}, headers=asked.headers)
    assert sent.json()["accepted"] == len(FORMULAS), sent.text
    tallied()
    return asked


def cells_of_csv(text: str) -> Iterator[str]:
    """Yield the cells of a table as a spreadsheet reads them, whatever separates them."""
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    dialect = ";" if text.partition("\n")[0].count(";") else ","
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=dialect):
        yield from row


def computed(cells: Iterator[str]) -> list[str]:
    """Return the cells that a spreadsheet would compute; a plain number is no formula."""
    return [cell for cell in cells if COMPUTED.match(cell) and not NUMBER.fullmatch(cell.strip())]


def file_at(web: httpx.Client, session: str, address: str) -> bytes:
    reply = web.get(address, headers={"cookie": f"ressenti_session={session}"})
    assert reply.status_code == 200, address
    return reply.content


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_exported_table_is_computed(
    web: httpx.Client, told: Asked, signed_in: SignedIn, tenant: Tenant, language: str
) -> None:
    session = signed_in(tenant.owner).cookies["ressenti_session"].value
    home = f"/o/{tenant.organisation.key}"
    texts: list[str] = []
    for part in ("voice", "scorecard", "journey"):
        archive = file_at(web, session, f"{home}/{part}/export.csv?lang={language}")
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            for name in files.namelist():
                assert not COMPUTED.match(name)
                if name.endswith(".csv"):
                    cells = list(cells_of_csv(files.read(name).decode("utf-8-sig")))
                    assert computed(iter(cells)) == [], (part, name)
                    texts += cells
    # Every comment is there, and what it was can be read from what it became.
    originals = {original_cell(cell).strip() for cell in texts}
    assert {plain_text(formula).strip() for formula in FORMULAS} <= originals


def test_no_exported_workbook_has_a_formula_or_a_link(
    web: httpx.Client, told: Asked, signed_in: SignedIn, tenant: Tenant
) -> None:
    session = signed_in(tenant.owner).cookies["ressenti_session"].value
    home = f"/o/{tenant.organisation.key}"
    found = ""
    for part in ("voice", "scorecard", "journey"):
        workbook = file_at(web, session, f"{home}/{part}/export.xlsx?lang=en")
        with zipfile.ZipFile(io.BytesIO(workbook)) as files:
            for name in files.namelist():
                text = files.read(name).decode(errors="replace")
                assert "<f>" not in text
                assert "<f " not in text
                assert 'TargetMode="External"' not in text
                assert "<hyperlink" not in text
                assert "ddeLink" not in text
                found += text
    assert "=cmd|" in found.replace("&apos;", "'")


def test_refused_lines_come_back_as_texts_and_can_be_imported_again(
    tenant: Tenant, signed_in: SignedIn
) -> None:
    """The file of a customer's refused lines repeats what it was given."""
    lines = ["external_id,email,name,city"]
    lines += [
        f'"{number}","not an address","{quoted(one)}",x' for number, one in enumerate(FORMULAS)
    ]
    owner = signed_in(tenant.owner)
    home = f"/o/{tenant.organisation.key}/customers/import"
    file = SimpleUploadedFile("=1+1.csv", "\n".join(lines).encode())
    assert owner.post(f"{home}/", {"file": file}).status_code == 200
    rejects = owner.get(f"{home}/rejects.csv")
    assert rejects["Content-Disposition"] == 'attachment; filename="rejects.csv"'
    assert computed(cells_of_csv(rejects.content.decode("utf-8-sig"))) == []


def quoted(text: str) -> str:
    return text.replace('"', '""')


def test_a_name_that_was_made_harmless_comes_back_as_it_was(
    tenant: Tenant, signed_in: SignedIn
) -> None:
    """A customer whose name is a formula keeps it through a file."""
    from ressenti.server.models import Customer

    owner = signed_in(tenant.owner)
    home = f"/o/{tenant.organisation.key}/customers/import"
    file = SimpleUploadedFile("c.csv", b"external_id,name\nC-1,'=1+1\nC-2,-Dash Ltd\n")
    owner.post(f"{home}/", {"file": file})
    assert owner.post(f"{home}/confirm/").status_code == 302
    names: dict[str, Any] = dict(
        Customer.objects.filter(organisation=tenant.organisation).values_list("external_id", "name")
    )
    assert names == {"C-1": "=1+1", "C-2": "-Dash Ltd"}
