"""``ressenti import``: facts into a folder of Parquet, and what was kept out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faces.conftest import Call

TICKETS = """id,client,created,talk
t1,ann,2026-01-05 10:00,120
t2,bob,2026-01-06 10:00,-3
t3,cy,2026-02-07 10:00,60
"""
MAPPED = ("--facts", "contacts", "--map", "contact_id=id", "--map", "customer_id=client")
DATED = ("--map", "offered_at=created", "--map", "talk_s=talk")


@pytest.fixture
def tickets(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.csv"
    path.write_text(TICKETS, encoding="utf-8")
    return path


def test_an_import_says_what_became_of_every_record(call: Call, tickets: Path) -> None:
    done = call("import", tickets, *MAPPED, *DATED, "--into", "lake")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        "3 records read, 2 rows of contacts kept, 1 rejected",
        "  1  talk_s: less than 0",
        "added 2, changed 0, already there 0",
        "source 'tickets.csv'; rows are told apart by contact_id",
    ]


def test_the_folder_is_scored_without_any_mapping(call: Call, tickets: Path) -> None:
    call("import", tickets, *MAPPED, *DATED, "--into", "lake")
    done = call("score", "lake", "-m", "aht", "--format", "json")
    assert done.status == 0
    assert done.scores()[0]["n"] == 2


def test_an_import_speaks_french(call: Call, tickets: Path) -> None:
    done = call("import", tickets, *MAPPED, *DATED, "--into", "lac", "--lang", "fr")
    assert "3 enregistrements lus" in done.out
    assert "inférieur à 0" in done.out


def test_json_is_one_document_and_counts_in_words_and_numbers(call: Call, tickets: Path) -> None:
    first = call("import", tickets, *MAPPED, *DATED, "--into", "lake", "--format", "json")
    again = call("import", tickets, *MAPPED, *DATED, "--into", "lake", "--format", "json")
    assert first.document()["added"] == 2
    assert again.document() | {"added": 2, "unchanged": 0} == first.document()
    assert again.document()["unchanged"] == 2


def test_a_dry_run_writes_the_rejects_and_no_fact(
    call: Call, tickets: Path, tmp_path: Path
) -> None:
    done = call(
        "import", tickets, *MAPPED, *DATED, "--into", "lake", "--dry-run", "--rejects", "r.csv"
    )
    assert "dry run: nothing was written" in done.out
    assert not (tmp_path / "lake").exists()
    lines = (tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()
    # A spreadsheet would take -3 for a formula.
    assert lines == ["line,column,value,reason", "3,talk_s,'-3,less than 0"]


def test_what_the_fact_requires_is_named_with_the_option_to_give(call: Call, tickets: Path) -> None:
    done = call("import", tickets, *MAPPED, "--into", "lake")
    assert done.status == 2
    assert "--map offered_at=COLUMN" in done.err


def test_a_fact_that_does_not_exist_brings_the_nearest(call: Call, tickets: Path) -> None:
    done = call("import", tickets, "--facts", "contact", "--into", "lake")
    assert done.status == 2
    assert "contacts" in done.err


def test_a_mapping_without_its_sign_is_refused(call: Call, tickets: Path) -> None:
    done = call("import", tickets, "--facts", "contacts", "--map", "id", "--into", "lake")
    assert done.status == 2
    assert "NAME=VALUE" in done.err
