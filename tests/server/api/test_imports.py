"""Files are tried without consequence, imported whole, and change nothing the second time."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.api.conftest import Program, codes, fields_refused, program_of
from tests.server.conftest import Tenant
from tests.server.intake.conftest import Asked, asked_by

ANSWERS = b"""source_id,answered_at,recommend,why,unit
1,2026-03-01 10:00,9,Parfait,lyon
2,2026-03-01 10:05,11,trop,lyon
3,2026-03-01 10:10,,rien,lyon
4,2026-03-01T10:15:00+01:00,0,Bof,nice
"""
ORDERS = b"""order_id;customer_id;ordered_at;amount;currency;source_id
1;C-1;2026-03-01 10:00;12,50;EUR;1
2;C-1;2026-03-02;7;EUR;2
"""


def imported(program: Program, content: bytes, name: str = "a.csv", **fields: str) -> Any:
    reply = program.upload(name, content, **fields)
    assert reply.status_code == 200, reply.content
    return json.loads(reply.content)


def cells(tenant: Tenant) -> dict[str, int]:
    from ressenti.server.models import TallyCell

    rows = TallyCell.objects.filter(
        organisation_id=tenant.organisation.pk, dimensions="", grain="month", n__gt=0
    )
    return {row.level: row.n for row in rows}


def workbook(rows: list[list[Any]]) -> bytes:
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


@pytest.fixture(autouse=True)
def own_folder(server_database: str, tmp_path: Path) -> Iterator[None]:
    """Keep uploads apart from what other tests have left waiting."""
    from django.conf import settings
    from django.test import override_settings

    with override_settings(SERVER=dataclasses.replace(settings.SERVER, data=tmp_path)):
        yield


def kept_files() -> list[Path]:
    from django.conf import settings

    folder = settings.SERVER.data / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


def test_a_dry_run_counts_and_writes_nothing(
    tenant: Tenant, program: Program, asked: Asked
) -> None:
    from ressenti.server.models import Customer

    told = imported(program, ANSWERS, kind="answers", survey=asked.survey.key, dry_run="true")
    assert (told["dry_run"], told["accepted"], told["refused"]) == (True, 4, 0)
    assert asked.entries() == []
    told = imported(program, b"external_id\nC-1\n", kind="customers", dry_run="true")
    assert told["accepted"] == 1
    assert not Customer.objects.filter(organisation=tenant.organisation).exists()
    assert kept_files() == []


def test_levels_off_the_scale_are_invalid_and_blanks_missing(
    tenant: Tenant, program: Program, asked: Asked, tally: Callable[[], None]
) -> None:
    imported(program, ANSWERS, kind="answers", survey=asked.survey.key)
    tally()
    assert cells(tenant) == {"9": 1, "0": 1, "?invalid": 1, "?missing": 1}


def test_importing_twice_changes_nothing(
    tenant: Tenant, program: Program, asked: Asked, tally: Callable[[], None]
) -> None:
    for expected in ((4, 0), (0, 4)):
        told = imported(program, ANSWERS, kind="answers", survey=asked.survey.key)
        assert (told["accepted"], told["unchanged"]) == expected
        tally()
        assert cells(tenant) == {"9": 1, "0": 1, "?invalid": 1, "?missing": 1}
    assert len(asked.entries()) == 4


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("NaN", "?missing"),
        ("1e309", "?invalid"),
        ("-1e309", "?invalid"),
        ("6.5", "?invalid"),
        ("-1", "?invalid"),
        ("9 ", "9"),
        ("9.0", "9"),
        ("١٠", "?invalid"),
        ("true", "?invalid"),
        ("=9", "?invalid"),
        ("ne sait pas", "?missing"),
        ("9_0", "?invalid"),
    ],
)
def test_a_poisoned_mark_leaves_the_figure_and_is_counted(
    tenant: Tenant,
    program: Program,
    asked: Asked,
    tally: Callable[[], None],
    cell: str,
    level: str,
) -> None:
    content = f"source_id,answered_at,recommend\n1,2026-03-01 10:00,{cell}\n".encode()
    imported(program, content, kind="answers", survey=asked.survey.key)
    tally()
    assert cells(tenant) == {level: 1}


@pytest.mark.parametrize(
    ("header", "cells", "column"),
    [
        ("answered_at", "2099-01-01 10:00", "answered_at"),
        ("answered_at", "01/03/2026", "answered_at"),
        ("answered_at", "", "answered_at"),
        ("source_id", "", "source_id"),
        ("source_id", "x" * 121, "source_id"),
        ("unit", "paris", "unit"),
        ("customer", "nobody", "customer"),
        ("language", "de", "language"),
        ("weight", "-1", "weight"),
        ("weight", "NaN", "weight"),
        ("why", "x" * 4_001, "why"),
    ],
)
def test_a_record_that_cannot_be_placed_is_refused_by_its_column(
    program: Program, asked: Asked, header: str, cells: str, column: str
) -> None:
    record = {"source_id": "1", "answered_at": "2026-03-01 10:00", "recommend": "9"}
    record[header] = cells
    content = f"{','.join(record)}\n{','.join(record.values())}\n".encode()
    told = imported(program, content, kind="answers", survey=asked.survey.key)
    assert (told["accepted"], told["refused"]) == (0, 1)
    assert [(one["line"], one["column"]) for one in told["rejects"]] == [(2, column)]
    assert asked.entries() == []


def test_clocks_without_offset_are_those_of_the_organisation(
    program: Program, asked: Asked
) -> None:
    imported(program, ANSWERS, kind="answers", survey=asked.survey.key)
    instants = [entry.payload["answered_at"] for entry in asked.entries()]
    assert instants[0] == "2026-03-01T09:00:00+00:00"
    assert instants[3] == "2026-03-01T09:15:00+00:00"


def test_an_anonymous_survey_keeps_the_day_alone(tenant: Tenant, program: Program) -> None:
    asked = asked_by(tenant, is_anonymous=True)
    program.post("/customers", {"external_id": "C-1"})
    content = b"source_id,answered_at,recommend,customer\n1,2026-03-01 10:00,9,C-1\n"
    imported(program, content, kind="answers", survey=asked.survey.key)
    (entry,) = asked.entries()
    assert entry.payload["answered_at"] == "2026-02-28T23:00:00+00:00"
    assert entry.payload["customer"] is None


def test_workbooks_and_json_lines_are_read_like_csv(
    tenant: Tenant, program: Program, asked: Asked, tally: Callable[[], None]
) -> None:
    header = ["source_id", "answered_at", "recommend"]
    book = workbook([header, ["x1", "2026-03-01 10:00", 9], ["x2", "2026-03-01 10:00", 12]])
    lines = b"\n".join(
        json.dumps(dict(zip(header, row, strict=True))).encode()
        for row in (["j1", "2026-03-01 10:00", 9], ["j2", "2026-03-01 10:00", None])
    )
    for name, content in (("a.xlsx", book), ("a.jsonl", lines)):
        told = imported(program, content, name, kind="answers", survey=asked.survey.key)
        assert (told["accepted"], told["refused"]) == (2, 0)
    tally()
    assert cells(tenant) == {"9": 2, "?invalid": 1, "?missing": 1}


def test_facts_are_imported_and_replace_themselves(
    tenant: Tenant, program: Program, tally: Callable[[], None]
) -> None:
    from ressenti.server.models import EVENT_MODELS

    model: Any = EVENT_MODELS["orders"]
    for content, accepted, amount in (
        (ORDERS, 2, 7.0),
        (ORDERS, 0, 7.0),
        (ORDERS.replace(b";7;", b";8;"), 1, 8.0),
        (ORDERS, 1, 7.0),
    ):
        told = imported(program, content, kind="orders", source="till")
        assert (told["accepted"], told["unchanged"]) == (accepted, 2 - accepted)
        tally()
        rows = model.objects.filter(organisation_id=tenant.organisation.pk).order_by("source_id")
        assert [(row.source, row.amount) for row in rows] == [("till", 12.5), ("till", amount)]


def test_facts_that_still_wait_in_the_journal_are_there_already(
    tenant: Tenant, program: Program
) -> None:
    from ressenti.server.models import JournalEntry

    for accepted in (2, 0):
        told = imported(program, ORDERS, kind="orders", source="till")
        assert told["accepted"] == accepted
    own = JournalEntry.objects.filter(organisation_id=tenant.organisation.pk)
    assert own.count() == 1


def test_refused_lines_are_told_with_their_place_in_french(program: Program) -> None:
    content = b"order_id,customer_id,ordered_at,amount,source_id\n1,C-1,2026-03-01,1e309,1\n"
    reply = program.client.post(
        "/api/v1/imports",
        data={"file": io.BytesIO(content), "kind": "orders"} | _named(content),
        headers={"authorization": f"Bearer {program.key}", "accept-language": "fr"},
    )
    rejects = json.loads(reply.content)["rejects"]
    assert [(one["line"], one["column"], one["value"]) for one in rejects] == [
        (2, "amount", "1e309"),
        (2, "currency", ""),
    ]
    assert rejects[0]["reason"] == "il faut ici un nombre fini."


def _named(content: bytes) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"file": SimpleUploadedFile("a.csv", content)}


@pytest.mark.parametrize(
    ("kind", "content", "column"),
    [
        ("orders", ORDERS.replace(b"amount", b"tenant"), "tenant"),
        ("orders", b"order_id,source_id\n1,1\n", "customer_id"),
        ("answers", ANSWERS.replace(b"recommend", b"score"), "score"),
        ("answers", ANSWERS.replace(b"source_id", b"id"), "id"),
        ("answers", ANSWERS.replace(b"why", b"'; DROP TABLE x; --"), "'; DROP TABLE x; --"),
    ],
)
def test_a_column_that_nobody_knows_refuses_the_file(
    program: Program, asked: Asked, kind: str, content: bytes, column: str
) -> None:
    fields = {"survey": asked.survey.key} if kind == "answers" else {}
    reply = program.upload("a.csv", content, kind=kind, **fields)
    assert codes(reply) == (422, "invalid")
    assert column in fields_refused(reply)
    assert asked.entries() == []


def zip_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(1_100):
                member.write(bytes(1 << 20))
    return target.getvalue()


SHEET = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>
<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&e8;</v></c></row></sheetData></worksheet>"""


def entity_bomb() -> bytes:
    """Return a workbook whose first cell would expand to ten to the eighth words."""
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 9))
    source = zipfile.ZipFile(io.BytesIO(workbook([["external_id"], ["C-1"]])))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            content = SHEET.replace("{entities}", entities) if is_sheet else source.read(name)
            archive.writestr(name, content)
    return target.getvalue()


def slipping_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("../../evil.sh", b"echo")
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.xlsx", zip_bomb),
        ("entities.xlsx", entity_bomb),
        ("slip.xlsx", slipping_zip),
        ("cut.xlsx", lambda: workbook([["external_id"], ["C-1"]])[:200]),
        ("wide.csv", lambda: b",".join(b"c%d" % i for i in range(1_000_000)) + b"\n1\n"),
        ("cell.csv", lambda: b"external_id\n" + b"x" * 30_000_000 + b"\n"),
        ("deep.jsonl", lambda: b'{"external_id":' + b"[" * 200_000 + b"\n"),
        ("empty.csv", lambda: b""),
    ],
)
def test_a_hostile_file_is_refused_in_bounded_time_and_leaves_nothing(
    tenant: Tenant, program: Program, name: str, content: Callable[[], bytes]
) -> None:
    from ressenti.server.models import Customer

    reply = program.upload(name, content(), kind="customers")
    assert reply.status_code in (200, 413, 422), reply.content
    if reply.status_code == 200:
        assert json.loads(reply.content)["accepted"] == 0
    assert not Customer.objects.filter(organisation=tenant.organisation).exists()
    assert kept_files() == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg onload='x'/>"),
        ("a.csv.exe", b"external_id\n1\n"),
        ("a.csv", b"PK\x03\x04 a workbook"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("a.xlsx", b"external_id\n1\n"),
        ("../../a", b"external_id\n1\n"),
        ("a.csv.gz", b"\x1f\x8b"),
    ],
)
def test_a_file_is_what_its_name_says_or_refused(
    program: Program, name: str, content: bytes
) -> None:
    assert codes(program.upload(name, content, kind="customers")) == (415, "wrong_type")
    assert kept_files() == []


def test_a_form_without_file_or_with_unknown_fields_is_refused(program: Program) -> None:
    headers = {"authorization": f"Bearer {program.key}"}
    reply: Any = program.client.post("/api/v1/imports", {"kind": "orders"}, headers=headers)
    assert fields_refused(reply) == {"file"}
    reply = program.upload("a.csv", ORDERS, kind="orders", organisation="other")
    assert fields_refused(reply) == {"organisation"}
    reply = program.upload("a.csv", ORDERS, kind="unicorns")
    assert fields_refused(reply) == {"kind"}
    reply = program.upload("a.csv", ANSWERS, kind="answers")
    assert fields_refused(reply) == {"survey"}


def test_answers_need_their_own_scope_and_a_key_of_one_unit_its_unit(
    tenant: Tenant, asked: Asked
) -> None:
    of_facts = program_of(tenant, "facts:write")
    reply = of_facts.upload("a.csv", ANSWERS, kind="answers", survey=asked.survey.key)
    assert codes(reply) == (403, "scope_missing")
    of_lyon = program_of(tenant, "answers:write", unit=tenant.lyon)
    told = imported(of_lyon, ANSWERS, kind="answers", survey=asked.survey.key)
    assert (told["accepted"], [one["line"] for one in told["rejects"]]) == (3, [5])
