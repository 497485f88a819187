"""A file is recognised, mapped and tried before it is brought in, once, and can be taken back."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.server.api.test_imports import kept_files, workbook, zip_bomb
from tests.server.importing.conftest import EXPORT, ORDERS, Counter, Tally, counts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.conftest import Tenant

ROW = "r9;13/02/2026 10:00;7;Bien;lyon;bleu\n"


def marks(tenant: Tenant) -> dict[str, int]:
    from ressenti.server.models import TallyCell

    rows = TallyCell.objects.filter(
        organisation_id=tenant.organisation.pk, dimensions="", grain="month", n__gt=0
    )
    return {row.level: row.n for row in rows}


def actions(tenant: Tenant) -> list[tuple[str, dict[str, object]]]:
    from ressenti.server.models import AuditEntry

    own = AuditEntry.objects.filter(organisation=tenant.organisation, action__startswith="file.")
    return [(entry.action, entry.detail) for entry in own.order_by("id")]


def kept_lists() -> list[Path]:
    from django.conf import settings

    folder = settings.SERVER.data / "rejects"
    return list(folder.iterdir()) if folder.exists() else []


def test_a_file_is_recognised_and_tried_and_nothing_is_written(counter: Counter) -> None:
    file = counter.checked(EXPORT.encode("cp1252"))
    assert (file.found["encoding"], file.found["separator"]) == ("cp1252", ";")
    assert file.columns == {
        "source_id": "Respondent ID",
        "answered_at": "Submitted at",
        "recommend": "Recommanderiez-vous notre boutique ?",
        "why": "Pourquoi ?",
        "unit": "Magasin",
    }
    assert (counts(file), file.off_scale) == ((4, 0, 2), {"recommend": 1})
    page = counter.page(file)
    # The words of a level are read as the level, and times on the organisation's clocks.
    assert "<td>2026-02-13 10:00</td>" in page
    assert "off the scale" in page
    assert "Bring 4 records in" in page
    assert counter.entries() == []
    assert actions(counter.tenant) == []


def test_what_is_refused_is_told_with_its_line_its_column_and_a_remedy(counter: Counter) -> None:
    file = counter.checked(EXPORT)
    for language, header, remedy in (
        ("en", "remedy", "Write the key of a unit, as the page of units shows it."),
        ("fr", "remède", "Écrivez la clé d'une unité, telle que la page des unités l'affiche."),
    ):
        reply = counter.desk.get(f"imports/{file.pk}/rejects.csv", lang=language)
        rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
        assert [list(row.values())[:3] for row in rows] == [
            ["6", "Magasin", "paris"],
            ["7", "Respondent ID", "r1"],
        ]
        assert rows[0][header] == remedy


def test_a_file_is_brought_in_once_and_the_second_time_changes_nothing(
    counter: Counter, tally: Tally
) -> None:
    for expected in ((4, 0, 2), (0, 4, 2)):
        file = counter.checked(EXPORT)
        assert counts(file) == expected
        file = counter.do(file, "bring-in")
        tally()
        assert marks(counter.tenant) == {"9": 1, "0": 1, "?invalid": 1, "?missing": 1}
        assert "What the import did" in counter.page(file)
        assert file.upload == ""
    assert actions(counter.tenant)[0] == (
        "file.imported",
        {"kind": "answers", "accepted": 4, "refused": 2},
    )
    listed = counter.desk.get("imports/").content.decode()
    assert listed.count("export.csv") == 2
    assert str(counter.tenant.owner) in listed


def test_an_import_that_was_taken_back_leaves_no_trace_and_can_be_made_again(
    counter: Counter, tally: Tally
) -> None:
    first = counter.do(counter.checked(EXPORT.splitlines()[0] + "\n" + ROW), "bring-in")
    file = counter.do(counter.checked(EXPORT), "bring-in")
    assert counts(file) == (4, 0, 2)
    tally()
    file = counter.do(file, "take-back")
    assert file.state == "removed"
    tally()
    # What another import had added stays.
    assert marks(counter.tenant) == {"7": 1}
    assert actions(counter.tenant)[-1][0] == "file.removed"
    assert counter.do(file, "take-back").state == "removed"
    assert counts(counter.checked(EXPORT)) == (4, 0, 2)
    assert counter.do(first, "bring-in").accepted == 1


def test_columns_are_mapped_by_hand_and_the_file_is_checked_again(counter: Counter) -> None:
    file = counter.checked("A;B;C\n1;2026-02-13 10:00;8\n2;2026-02-13 11:00;9\n")
    page = counter.page(file)
    assert "say which column holds: when it was answered" in page
    assert "Bring" not in page
    told = {"column-0": "source_id", "column-1": "answered_at"}
    file = counter.do(file, "map", **told)
    assert "answers to at least one question" in counter.page(file)
    file = counter.do(file, "map", **told, **{"column-2": "recommend"})
    assert (file.fault, counts(file)) == ({}, (2, 0, 0))
    assert counter.do(file, "map", **told, **{"column-2": "source_id"}).columns == file.columns
    assert counter.do(file, "bring-in").state == "imported"
    levels = [entry.payload["answers"][0]["l"] for entry in counter.entries()]
    assert sorted(levels) == ["8", "9"]


def test_without_an_identifier_a_record_is_known_by_all_that_it_says(counter: Counter) -> None:
    content = "answered_at,recommend\n2026-02-13 10:00,8\n2026-02-13 10:00,8\n"
    assert counter.do(counter.checked(content), "bring-in").accepted == 2
    longer = content + "2026-02-13 10:00,8\n2026-02-13 10:00,3\n"
    assert counts(counter.checked(longer)) == (2, 2, 0)


def test_dates_that_could_be_read_in_two_orders_are_asked_about(counter: Counter) -> None:
    content = "source_id;answered_at;recommend\n1;03/04/2026 10:00;8\n2;05/06/2026 10:00;9\n"
    file = counter.checked(content)
    assert "day or month first?" in counter.page(file)
    told = {"column-0": "source_id", "column-1": "answered_at", "column-2": "recommend"}
    for order, day in (("mdy", "2026-03-04"), ("dmy", "2026-04-03")):
        file = counter.do(file, "map", date_order=order, **told)
        assert file.preview[0]["answered_at"].startswith(day)


def test_a_column_that_seems_to_be_on_another_scale_is_pointed_out(counter: Counter) -> None:
    lines = [f"{i};2026-02-13 10:00;{i % 5 + 1}" for i in range(30)]
    file = counter.checked("source_id;answered_at;recommend\n" + "\n".join(lines) + "\n")
    assert "Asked on 0 to 10; these values rather look like" in counter.page(file)


def test_events_are_brought_in_and_only_what_changed_is_written_again(
    counter: Counter, tally: Tally
) -> None:
    from ressenti.server.models import EVENT_MODELS

    for content, expected in (
        (ORDERS, (2, 0, 1)),
        (ORDERS, (0, 2, 1)),
        (ORDERS.replace(";7;", ";8;"), (1, 1, 1)),
    ):
        file = counter.checked(content, "orders.csv", kind="orders", source="till")
        assert counts(file) == expected
        if expected[0]:
            counter.do(file, "bring-in")
        tally()
    rows = EVENT_MODELS["orders"]._default_manager.filter(
        organisation_id=counter.tenant.organisation.pk
    )
    assert sorted(rows.values_list("source_id", "amount")) == [("1", 12.5), ("2", 8.0)]
    file = counter.checked(ORDERS, "orders.csv", kind="orders", source="till")
    assert counter.do(counter.do(file, "bring-in"), "take-back").state == "imported"


def test_a_workbook_is_read_and_its_guarded_cells_as_they_were(counter: Counter) -> None:
    rows = [["source_id", "answered_at", "recommend", "why"]]
    rows += [["x1", "2026-02-13 10:00", "9", "'=1+1"]]
    file = counter.do(counter.checked(workbook(rows), "a.xlsx"), "bring-in")
    assert counts(file) == (1, 0, 0)
    (entry,) = counter.entries()
    assert [one["x"] for one in entry.payload["answers"] if one["q"] == "why"] == ["=1+1"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.xlsx", zip_bomb),
        ("a.csv", lambda: b"PK\x03\x04 a workbook"),
        ("a.csv.exe", lambda: b"source_id\n1\n"),
        ("empty.csv", lambda: b""),
        ("names.csv", lambda: b"source_id,answered_at\n"),
        (
            "wide.csv",
            lambda: b",".join(b"c%d" % i for i in range(400)) + b"\n" + b"1," * 399 + b"1",
        ),
    ],
)
def test_a_file_that_is_nothing_we_read_is_refused_and_not_kept(
    counter: Counter, name: str, content: object
) -> None:
    assert callable(content)
    before = kept_files()
    reply = counter.send(content(), name)
    assert reply.status_code == 422
    assert 'role="alert"' in reply.content.decode()
    assert kept_files() == before


def test_a_file_that_is_left_aside_is_not_kept(counter: Counter) -> None:
    from ressenti.server.models import FileImport

    before = len(kept_files()), len(kept_lists())
    file = counter.checked(EXPORT)
    assert (len(kept_files()), len(kept_lists())) == (before[0] + 1, before[1] + 1)
    assert file.upload not in counter.page(file)
    assert counter.desk.post(f"imports/{file.pk}/leave/").status_code == 302
    assert (len(kept_files()), len(kept_lists())) == before
    assert not FileImport.objects.filter(pk=file.pk).exists()


def test_answers_need_a_survey(counter: Counter) -> None:
    reply = counter.send(EXPORT, survey="")
    assert reply.status_code == 422
    assert "Choose the survey that the answers belong to." in reply.content.decode()
