"""Exports: whole or visibly not, safe to open, and never more than what a page shows."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import re
import struct
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from ressenti.facts.spreadsheet_cells import original_cell
from ressenti.sources import open_source
from tests.server.cockpit.conftest import NOW, OCTOBER, Record
from tests.server.cockpit.writing import HOSTILE, Writers, page, text_of, writers
from tests.server.conftest import Tenant

if TYPE_CHECKING:
    from ressenti.server.models import Person

__all__ = ["page", "writers"]
Page = Callable[..., Any]
GOOD = [10.0] * 30 + [8.0] * 6 + [3.0] * 4
POOR = [10.0] * 10 + [8.0] * 6 + [3.0] * 24
FORMULAS = [
    "=1+1", "+33 oui", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "'=1", '"=1"',
    "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","x")',
]  # fmt: skip
RISKY = tuple("=+-@\t\r＝")


@pytest.fixture
def taken(tenant: Tenant) -> Callable[..., Any]:
    """Give the file that a person of the tenant takes away, read as it is streamed."""

    def file(path: str, person: Person | None = None, language: str = "fr", **query: str) -> Any:
        from django.test import AsyncClient

        async def asked() -> tuple[Any, bytes]:
            client = AsyncClient()
            await client.aforce_login(person or tenant.owner)
            address = f"/o/{tenant.organisation.key}/{path}"
            response = await client.get(address, query | {"lang": language})
            if not response.streaming:
                return response, response.content
            return response, b"".join([piece async for piece in response])

        with time_machine.travel(NOW, tick=False):
            return asyncio.run(asked())

    return file


def rows_of(archive: bytes) -> list[dict[str, str]]:
    """Return the rows of the table in an archive."""
    with ZipFile(io.BytesIO(archive)) as file:
        manifest = json.loads(file.read("manifest.json"))
        text = file.read(manifest["file"]).decode("utf-8-sig")
    separator = ";" if ";" in text.splitlines()[0] else ","
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def entries(tenant: Tenant) -> list[tuple[str, str, dict[str, Any]]]:
    from ressenti.server.models import AuditEntry

    found = AuditEntry.objects.filter(organisation=tenant.organisation).order_by("id")
    return list(found.values_list("action", "subject", "detail"))


def test_comments_leave_masked_with_their_scores_and_come_with_a_receipt(
    record: Record, writers: Writers, taken: Any, tenant: Tenant
) -> None:
    record.follow()
    writers.say("Mme Roy, 06 12 34 56 78", level=2, at=datetime(2026, 11, 18, 22, 5, tzinfo=UTC))
    writers.say("Parfait ; vraiment", level=9, at=datetime(2026, 11, 19, 8, 5, tzinfo=UTC))
    response, archive = taken("voice/export.csv")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store, private"
    rows = rows_of(archive)
    assert [row["commentaire"] for row in rows] == ["Parfait ; vraiment", "Mme [nom], [téléphone]"]
    assert (rows[1]["jour ou mois"], rows[1]["heure"]) == ("2026-11-18", "23:05:00")
    assert (rows[1]["NPS"], rows[1]["unité"], rows[1]["enquête"]) == ("2", "lyon", "Visite")
    with ZipFile(io.BytesIO(archive)) as file:
        manifest = json.loads(file.read("manifest.json"))
        table = file.read(manifest["file"])
        definition = file.read("définition.csv").decode("utf-8-sig")
    assert manifest["is_complete"] is True
    assert manifest["rows"] == 2
    assert manifest["size"] == len(table)
    assert manifest["sha256"] == hashlib.sha256(table).hexdigest()
    assert "Europe/Paris" in definition
    assert f"/o/{tenant.organisation.key}/voice/?per=month&from=2025-11-01" in definition
    told = entries(tenant)
    assert [one[:2] for one in told] == [("export.made", "voice"), ("export.delivered", "voice")]
    assert told[1][2]["sha256"] == manifest["sha256"]
    assert told[1][2]["rows"] == 2


def test_formulas_are_neutral_and_come_back_through_our_own_sources(
    writers: Writers, taken: Any, tmp_path: Path
) -> None:
    for place, text in enumerate(FORMULAS):
        writers.say(text, at=NOW - timedelta(days=3, minutes=place))
    _, archive = taken("voice/export.csv")
    for row in rows_of(archive):
        assert not row["commentaire"].lstrip(' "').startswith(RISKY)
    with ZipFile(io.BytesIO(archive)) as file:
        name = json.loads(file.read("manifest.json"))["file"]
        (tmp_path / "comments.csv").write_bytes(file.read(name))
    relation = open_source(tmp_path / "comments.csv")
    read = relation.warehouse.fetch(relation.select("*")).to_pylist()
    relation.warehouse.close()
    assert [original_cell(row["commentaire"]) for row in read] == [
        text.replace("\r", "\n") for text in FORMULAS
    ]


def test_a_workbook_keeps_hostile_texts_as_texts(
    writers: Writers, taken: Any, tmp_path: Path
) -> None:
    for place, text in enumerate([*FORMULAS, HOSTILE]):
        writers.say(text, at=NOW - timedelta(days=3, minutes=place))
    response, workbook = taken("voice/export.xlsx", language="en")
    assert "attachment" in response["Content-Disposition"]
    path = tmp_path / "voice.xlsx"
    path.write_bytes(workbook)
    sheets = CalamineWorkbook.from_path(path)
    first, second = sheets.sheet_names
    rows = sheets.get_sheet_by_name(first).to_python()
    texts = [row[rows[0].index("comment")] for row in rows[1:]]
    assert texts == [one.replace("\r", "\n") for one in [*FORMULAS, HOSTILE]]
    assert ["Rows", 13.0] in [row[:2] for row in sheets.get_sheet_by_name(second).to_python()]
    with ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


def test_names_of_files_are_safe_whatever_the_organisation_is_called(
    writers: Writers, taken: Any, tenant: Tenant
) -> None:
    tenant.organisation.name = "=cmd|' /C calc'!A0\"; filename=\"x.exe\r\n../.."
    tenant.organisation.save()
    for path in ("voice/export.csv", "scorecard/export.xlsx"):
        response, _ = taken(path)
        name = response["Content-Disposition"]
        assert re.fullmatch(r'attachment; filename="[\w-]+\.(zip|xlsx)"', name)


def test_figures_leave_with_their_definition_and_hidden_ones_without_a_count(
    record: Record, taken: Any
) -> None:
    measure = record.follow(target=20)
    record.answer(GOOD)
    record.answer(GOOD, day=NOW.date().replace(month=10))
    record.answer([0.0, 1.0, 2.0], day=NOW.date().replace(month=8))
    for path in ("scorecard/export.csv", f"indicators/{measure.pk}/export.csv"):
        _, archive = taken(path)
        rows = {row["début de période"]: row for row in rows_of(archive) if row["début de période"]}
        # 100 · (30 − 4) / 40.
        assert (rows["2026-11-01"]["valeur"], rows["2026-11-01"]["n"]) == ("65,0", "40")
        hidden = rows["2026-08-01"]
        assert hidden["motif"] == "suppressed"
        assert {hidden[name] for name in ("valeur", "n", "manquantes", "détail")} == {""}
        with ZipFile(io.BytesIO(archive)) as file:
            definition = file.read("définition.csv").decode()
        assert "promoteurs 9–10 − détracteurs 0–6" in definition
        assert "Réponses comptées;40" in definition


def test_the_journey_leaves_as_it_is_shown(record: Record, taken: Any) -> None:
    record.follow()
    record.answer(GOOD, touchpoint="buy")
    record.answer([0.0] * 12, touchpoint="use")
    record.answer([0.0, 1.0], touchpoint="support")
    _, archive = taken("journey/export.csv", language="en")
    rows = {row["Touchpoint"]: row for row in rows_of(archive)}
    assert (rows["buy"]["value"], rows["buy"]["n"]) == ("65.0", "40")
    for step in ("use", "support"):
        assert (rows[step]["reason"], rows[step]["n"]) == ("suppressed", "")


def test_comments_that_are_not_shown_do_not_leave(
    writers: Writers, taken: Any, tenant: Tenant
) -> None:
    survey = writers.survey("quiet", is_anonymous=True)
    at = datetime(2026, 10, 14, 15, 37, tzinfo=UTC)
    for number in range(4):
        writers.say(f"tu{number}", survey=survey, at=at)
    for query in ({}, {"of": "protected"}, {"of": "protected", "q": "tu1"}):
        assert rows_of(taken("voice/export.csv", **query)[1]) == []
    writers.say("tu4", survey=survey, at=at)
    rows = rows_of(taken("voice/export.csv", of="protected")[1])
    assert len(rows) == 5
    assert {row["jour ou mois"] for row in rows} == {"2026-10"}
    assert {row[name] for row in rows for name in ("heure", "unité", "canal")} == {""}
    writers.say("lyonnais", unit="lyon")
    writers.say("niçois", unit="nice")
    own = rows_of(taken("voice/export.csv", tenant.reader)[1])
    assert [row["commentaire"] for row in own] == ["lyonnais"]


def test_a_workbook_that_would_be_too_long_is_refused_before_it_starts(
    writers: Writers, page: Page, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ressenti.server.cockpit import voice_exports

    monkeypatch.setattr(voice_exports, "MOST_IN_WORKBOOK", 2)
    for number in range(3):
        writers.say(f"tu{number}")
    refused = page("voice/export.xlsx")
    assert refused.status_code == 400
    assert "Exportez en CSV" in text_of(refused)
    assert entries(tenant) == []


def test_another_organisation_takes_nothing_away(
    record: Record, writers: Writers, page: Page, tenant: Tenant, other_tenant: Tenant
) -> None:
    measure = record.follow()
    writers.say("secret")
    for path in (
        "scorecard/export.csv", f"indicators/{measure.pk}/export.xlsx", "journey/export.csv",
        f"indicators/{measure.pk}/trend.svg", "voice/export.csv", "journey/map.svg",
        f"indicators/{measure.pk}/comparison.png",
    ):  # fmt: skip
        assert page(path, other_tenant.owner).status_code == 404
    assert entries(tenant) == []


def test_a_measure_of_another_organisation_has_no_export_here(
    record: Record, page: Page, other_tenant: Tenant
) -> None:
    from ressenti.server.models import Measure

    theirs = Measure.objects.create(
        organisation=other_tenant.organisation, indicator="nps", variant="standard_0_10",
        scale="0-10", tally="nps@0-10",
    )  # fmt: skip
    assert page(f"indicators/{theirs.pk}/export.csv").status_code == 404
    assert page(f"indicators/{theirs.pk}/trend.png").status_code == 404


def test_what_does_not_exist_is_not_exported(record: Record, page: Page, tenant: Tenant) -> None:
    measure = record.follow()
    for path in ("voice/export.pdf", "scorecard/export.svg",
                 f"indicators/{measure.pk}/trend.gif", "journey/map.gif",
                 # Nobody answered at a step, and nothing was compared.
                 "journey/map.svg", f"indicators/{measure.pk}/comparison.svg",
                 f"indicators/{measure.pk}/secret.png"):  # fmt: skip
        assert page(path).status_code == 404
    assert page("voice/export.csv", q="a@example.fr").status_code == 400
    assert page("scorecard/export.csv", unit="mars").status_code == 400


def test_charts_leave_as_pictures_with_what_they_show(
    record: Record, page: Page, tenant: Tenant
) -> None:
    from ressenti.server.models import KnownEvent

    tenant.organisation.name = HOSTILE
    tenant.organisation.save()
    KnownEvent.objects.create(organisation=tenant.organisation, day=NOW.date(), label=HOSTILE)
    measure = record.follow()
    record.answer(GOOD)
    record.answer(GOOD, touchpoint="buy")
    for chart in ("trend", "distribution", "segments"):
        drawn = page(f"indicators/{measure.pk}/{chart}.svg", by="touchpoint")
        assert drawn["Content-Type"] == "image/svg+xml"
        root = ElementTree.fromstring(drawn.content)
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not tags & {"script", "img", "foreignObject", "a", "image", "use"}
        texts = " ".join(element.text or "" for element in root.iter())
        assert "n = 80" in texts
        assert "promoteurs 9–10" in texts
        assert "class=" not in drawn.content.decode()
    picture = page(f"indicators/{measure.pk}/trend.png").content
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    # Two pixels for each of the drawing's, margins and captions included.
    assert width == 2 * 832
    assert height > 600
    assert [one[2]["kind"] for one in entries(tenant)] == ["svg"] * 3 + ["png"]


def test_a_comparison_leaves_as_a_picture_with_both_counts_and_its_test(
    record: Record, page: Page, tenant: Tenant
) -> None:
    measure = record.follow()
    for unit, before in (("lyon", GOOD), ("nice", POOR)):
        record.answer(before, unit=unit, day=OCTOBER)
        record.answer(GOOD, unit=unit)
    asked = {"compare": "periods", "a": "2026-10-01", "b": "2026-11-01", "across": "unit"}
    path = f"indicators/{measure.pk}/comparison"
    texts = texts_of(page(f"{path}.svg", language="en", **asked).content)
    # 100 · (40 − 28) / 80 before, 100 · (60 − 8) / 80 after.
    for told in ("Oct 2026: 15.0 [", "n = 80", "Nov 2026, so far: 65.0 [", "p ", "+50.0",
                 "Lyon", "mix", "100 · (promoters 9–10", "Exported at", "Boutique"):  # fmt: skip
        assert told in texts
    assert "across=unit" in texts
    assert f'href="/o/{tenant.organisation.key}/{path}.png?' in text_of(
        page(f"indicators/{measure.pk}/", **asked)
    )
    assert page(f"{path}.png", **asked).content.startswith(b"\x89PNG\r\n\x1a\n")
    assert [one[1:] for one in entries(tenant)] == [
        (f"{measure}, comparison", {"kind": kind}) for kind in ("svg", "png")
    ]


def test_what_is_hidden_is_compared_in_no_picture(record: Record, page: Page) -> None:
    measure = record.follow()
    record.answer(GOOD, day=OCTOBER)
    record.answer([0.0, 1.0])
    asked = {"compare": "periods", "a": "2026-10-01", "b": "2026-11-01", "across": "unit"}
    seen = page(f"indicators/{measure.pk}/comparison.svg", language="en", **asked)
    assert seen.status_code == 400
    assert "hidden" in text_of(seen)


def test_the_map_of_the_journey_leaves_as_a_picture_without_small_groups(
    record: Record, page: Page, tenant: Tenant
) -> None:
    record.follow(target=40.0)
    record.answer(GOOD, touchpoint="buy", channel="qr")
    record.answer([0.0] * 12, touchpoint="use", channel="qr")
    record.answer([0.0, 1.0], touchpoint="support", channel="qr")
    seen = page("journey/map.svg", language="en", channel="qr")
    assert seen["Content-Type"] == "image/svg+xml"
    assert 'filename="' in seen["Content-Disposition"]
    texts = texts_of(seen.content)
    for told in ("Journey", "Buy", "65.0", "n 40", "Nov 2026, so far", "Channel: QR code",
                 "100 · (promoters 9–10", "Support, claim", "Net Promoter Score"):  # fmt: skip
        assert told in texts
    assert "n 12" not in texts
    assert "n 2" not in texts.replace("n 2026", "")
    assert f'href="/o/{tenant.organisation.key}/journey/map.png?' in text_of(page("journey/"))
    assert "Parcours" in texts_of(page("journey/map.svg").content)
    picture = page("journey/map.png").content
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24])[0] > 1000
    assert [one[1] for one in entries(tenant)] == ["journey, map"] * 3


def texts_of(svg: bytes) -> str:
    """Return what a picture says, once it is known to hold nothing that runs."""
    root = ElementTree.fromstring(svg)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not tags & {"script", "img", "foreignObject", "a", "image", "use"}
    assert b"class=" not in svg
    return " ".join(element.text or "" for element in root.iter())


def test_the_process_that_draws_pixels_does_not_stay(record: Record, page: Page) -> None:
    import os
    import subprocess
    import sys

    measure = record.follow()
    record.answer(GOOD)
    assert page(f"indicators/{measure.pk}/trend.png").status_code == 200
    assert "vl_convert" not in sys.modules
    of_this_process = ["pgrep", "-P", str(os.getpid()), "-f", "cockpit.rasterising"]
    assert subprocess.run(of_this_process, check=False).returncode == 1


def test_an_organisation_that_takes_too_much_is_asked_to_wait(
    record: Record, page: Page, tenant: Tenant, other_tenant: Tenant
) -> None:
    from ressenti.server.accounts.audit import entry_added

    record.follow()
    for _ in range(30):
        entry_added(
            tenant.organisation, actor="x", actor_kind="person", action="export.made",
            at=NOW - timedelta(seconds=20),
        )  # fmt: skip
    refused = page("scorecard/export.csv")
    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"
    assert "trop d'exports" in text_of(refused).replace("&#x27;", "'")
    from ressenti.server.accounts.access import viewer_of
    from ressenti.server.cockpit.deliveries import is_too_much

    with time_machine.travel(NOW, tick=False):
        assert not is_too_much(viewer_of(other_tenant.owner, other_tenant.organisation.key))
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        assert not is_too_much(viewer_of(tenant.owner, tenant.organisation.key))


def test_an_export_that_breaks_is_told_and_cannot_be_opened(
    server_database: str, tenant: Tenant
) -> None:
    from ressenti.language import Text
    from ressenti.reports.exports.columns import Column
    from ressenti.server.accounts.access import viewer_of
    from ressenti.server.cockpit.deliveries import Export, streamed

    def rows() -> Iterator[tuple[str]]:
        for number in range(20_000):
            yield (f"comment {number}",)
        raise RuntimeError("the database went away")

    export = Export(
        name="voice",
        subject="voice",
        columns=[Column("text", Text(en="text", fr="texte"))],
        rows=rows(),
        definition=[],
        language="en",
    )
    viewer = viewer_of(tenant.owner, tenant.organisation.key)
    response = streamed(viewer, export, "csv")
    received: list[bytes] = []

    async def receive() -> None:
        async for piece in response:
            received.append(piece)  # noqa: PERF401 - what came before the error counts too

    with pytest.raises(RuntimeError, match="went away"):
        asyncio.run(receive())
    assert len(b"".join(received)) > 10_000
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(b"".join(received)))
    assert [one[0] for one in entries(tenant)] == ["export.made", "export.failed"]
    assert entries(tenant)[1][2]["reason"] == "RuntimeError"


def test_a_reader_who_leaves_is_written_down(server_database: str, tenant: Tenant) -> None:
    from ressenti.language import Text
    from ressenti.reports.exports.columns import Column
    from ressenti.server.accounts.access import viewer_of
    from ressenti.server.cockpit.deliveries import Export, streamed

    export = Export(
        name="voice",
        subject="voice",
        columns=[Column("text", Text(en="text", fr="texte"))],
        rows=((f"comment {number}",) for number in range(1_000_000)),
        definition=[],
        language="en",
    )
    response = streamed(viewer_of(tenant.owner, tenant.organisation.key), export, "csv")

    async def first() -> bytes:
        pieces = aiter(response)
        try:
            return await anext(pieces)
        finally:
            await pieces.aclose()

    assert asyncio.run(first())
    assert entries(tenant)[-1][0] == "export.failed"
    assert entries(tenant)[-1][2]["reason"] == "cut short"
