from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ressenti.errors import AmbiguousDates, InvalidArgument, UnknownName
from ressenti.facts.spreadsheet_cells import (
    DROPPED,
    GUARDED_CELL,
    START_FORMS,
    neutral_cell,
    original_cell,
)
from ressenti.library.importing import ImportReport, import_facts
from ressenti.library.lake_writing import alone_in
from ressenti.library.lakes import facts_in, opened_lake
from ressenti.library.measuring import score
from ressenti.simulation import simulate_company, write_company
from ressenti.warehouse.duckdb_engine import DuckDB

TICKETS = """id,client,created,taken,closed,talk,why
t1,ann,2026-01-31 23:30,2026-01-31 23:32,2026-02-01 08:00,120,bill
t2,bob,2026-02-02 10:00,2026-02-02 10:01,,60,bill
t3,ann,2026-02-03 09:00,,,,delivery
"""
MAPPING = {
    "contact_id": "id",
    "customer_id": "client",
    "offered_at": "created",
    "answered_at": "taken",
    "resolved_at": "closed",
    "talk_s": "talk",
    "reason": "why",
}
PLAN = """
[organisation]
name = "Comptoir"
time_zone = "Europe/Paris"

[sources.survey]
path = "survey.csv"
dates = "day_first"
missing = [99]

[facts.answers]
source = "survey"
response_id = "id"
answered_at = "day"
weight = "w"
respondent_id = "who"

[measures.recommend]
indicator = "nps"
source = "survey"
column = "mark"
missing = [11]

[measures.quality]
indicator = "csat"
source = "survey"
column = "quality"
where = "country = 'FR'"

[dimensions.region]
column = "upper(country)"
"""
SURVEY = """id,who,mark,quality,country,day,w
1,a,10,Very satisfied,FR,13/02/2026,1
2,b,9,2,FR,14/02/2026,2
3,c,12,5,BE,01/03/2026,1
4,d,11,5,BE,02/03/2026,1
5,e,,99,FR,02/03/2026,1
"""


@pytest.fixture
def tickets(tmp_path: Path) -> Path:
    return written(tmp_path / "tickets.csv", TICKETS)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def contacts(source: Path, lake: Path, **options: Any) -> ImportReport:
    return import_facts(source, "contacts", lake, mapping=MAPPING, **options)


def rows_in(lake: Path, fact: str = "contacts") -> list[dict[str, Any]]:
    path = facts_in(lake)[fact]
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    return [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]


def state_of(lake: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file of a folder with the time of its last change and its bytes."""
    return {
        str(file.relative_to(lake)): (file.stat().st_mtime_ns, file.read_bytes())
        for file in sorted(lake.rglob("*"))
        if file.is_file()
    }


def rejected(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]


def test_rows_get_standard_names_utc_instants_and_say_where_they_come_from(
    tickets: Path, tmp_path: Path
) -> None:
    report = contacts(tickets, tmp_path / "lake", time_zone="Europe/Paris")
    assert (report.records, report.rows, report.added) == (3, 3, 3)
    first = rows_in(tmp_path / "lake")[0]
    assert (first["source"], first["source_id"]) == ("tickets.csv", "t1")
    # Winter in Paris is one hour ahead of UTC.
    assert first["offered_at"] == datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
    assert (first["talk_s"], first["reason"]) == (120.0, "bill")


def test_each_month_in_utc_is_a_file(tickets: Path, tmp_path: Path) -> None:
    contacts(tickets, tmp_path / "lake", time_zone="Europe/Paris")
    names = sorted(file.name for file in (tmp_path / "lake" / "contacts").iterdir())
    assert names == ["2026-01.parquet", "2026-02.parquet"]


def test_importing_again_adds_nothing_and_touches_no_file(tickets: Path, tmp_path: Path) -> None:
    contacts(tickets, tmp_path / "lake")
    before = state_of(tmp_path / "lake")
    report = contacts(tickets, tmp_path / "lake")
    assert (report.added, report.changed, report.unchanged) == (0, 0, 3)
    assert state_of(tmp_path / "lake") == before


def test_a_changed_record_replaces_the_old_one_even_in_another_month(
    tickets: Path, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    contacts(tickets, lake)
    written(tickets, TICKETS.replace("t2,bob,2026-02-02", "t2,bob,2026-01-02"))
    report = contacts(tickets, lake)
    assert (report.added, report.changed, report.unchanged) == (0, 1, 2)
    moved = pq.ParquetFile(lake / "contacts" / "2026-01.parquet").read().to_pylist()
    assert sorted(row["contact_id"] for row in moved) == ["t1", "t2"]
    assert len(rows_in(lake)) == 3


def test_a_month_that_nothing_changes_is_not_written_again(tickets: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    contacts(tickets, lake)
    january = (lake / "contacts" / "2026-01.parquet").stat()
    written(tickets, TICKETS + "t4,cy,2026-02-09 09:00,,,,bill\n")
    assert contacts(tickets, lake).added == 1
    again = (lake / "contacts" / "2026-01.parquet").stat()
    assert (again.st_ino, again.st_mtime_ns) == (january.st_ino, january.st_mtime_ns)


def test_two_sources_may_have_the_same_identifiers(tickets: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    contacts(tickets, lake)
    other = written(tmp_path / "calls.csv", TICKETS)
    assert contacts(other, lake).added == 3
    assert len(rows_in(lake)) == 6


def test_a_dry_run_counts_and_writes_nothing(tickets: Path, tmp_path: Path) -> None:
    report = contacts(tickets, tmp_path / "lake", dry_run=True)
    assert (report.added, report.is_dry_run) == (3, True)
    assert not (tmp_path / "lake").exists()


def test_every_reject_is_told_with_its_line_column_value_and_reason(tmp_path: Path) -> None:
    source = written(
        tmp_path / "tickets.csv",
        "id,client,created,taken,closed,talk,why\n"
        't1,"two\nlines",2026-01-05 10:00,2026-01-05 09:00,,10,bill\n'
        "t2,bob,yesterday,,,10,bill\n"
        "t3,bob,2026-01-06 10:00,,,-3,bill\n"
        "t3,bob,2026-01-05 10:00,,,ten,bill\n"
        ",bob,2026-01-05 10:00,,,,bill\n"
        "t5,bob\n"
        "t6,bob,2026-01-07 10:00,,,,\n",
    )
    report = contacts(source, tmp_path / "lake", rejects_to=tmp_path / "r.csv", language="en")
    # The first record takes lines 2 and 3; t3 is negative on line 5, then again on line 6.
    assert rejected(tmp_path / "r.csv") == [
        ["2", "answered_at", "2026-01-05 09:00", "earlier than offered_at"],
        ["4", "offered_at", "yesterday", "not a date"],
        ["5", "talk_s", "'-3", "less than 0"],
        ["6", "source_id", "t3", "same source and identifier as another row, already on line 5"],
        ["6", "talk_s", "ten", "not a number"],
        ["7", "contact_id", "", "required and empty"],
        ["7", "source_id", "", "required and empty"],
        ["8", "", "t5,bob", "2 fields where 7 are expected"],
    ]
    assert report.rejected == 8
    assert [row["contact_id"] for row in rows_in(tmp_path / "lake")] == ["t6"]


def test_a_required_column_that_nothing_is_mapped_to_stops_the_import(
    tickets: Path, tmp_path: Path
) -> None:
    with pytest.raises(InvalidArgument, match="offered_at") as caught:
        import_facts(tickets, "contacts", tmp_path / "lake", mapping={"contact_id": "id"})
    assert "--map offered_at=COLUMN" in str(caught.value)


def test_a_column_that_the_fact_has_not_is_refused_with_the_nearest(
    tickets: Path, tmp_path: Path
) -> None:
    with pytest.raises(UnknownName, match="resolved_at"):
        import_facts(tickets, "contacts", tmp_path, mapping=MAPPING | {"resolve_at": "closed"})


def test_dates_in_two_possible_orders_are_asked_about(tmp_path: Path) -> None:
    source = written(tmp_path / "o.csv", "n,c,day\n1,a,03/04/2026\n2,b,05/06/2026\n")
    mapping = {"order_id": "n", "customer_id": "c", "ordered_at": "day"}
    with pytest.raises(AmbiguousDates, match="03/04/2026"):
        import_facts(source, "orders", tmp_path / "lake", mapping=mapping)
    import_facts(source, "orders", tmp_path / "lake", mapping=mapping, dates="dmy")
    days = [row["ordered_at"].date().isoformat() for row in rows_in(tmp_path / "lake", "orders")]
    assert days == ["2026-04-03", "2026-06-05"]


def test_an_instant_in_the_hour_that_comes_twice_keeps_what_its_text_says(tmp_path: Path) -> None:
    # At 03:00 on 25 October 2026 clocks in Paris go back to 02:00: 00:30 and 01:30 UTC both
    # show half past two.
    source = written(
        tmp_path / "o.csv",
        "n,c,at\n1,a,2026-10-25T02:30+02:00\n2,b,2026-10-25T02:30+01:00\n",
    )
    mapping = {"order_id": "n", "customer_id": "c", "ordered_at": "at"}
    import_facts(source, "orders", tmp_path, mapping=mapping, time_zone="Europe/Paris")
    assert [row["ordered_at"].hour for row in rows_in(tmp_path, "orders")] == [0, 1]


def test_records_without_identifier_are_told_apart_by_content_and_equal_ones_are_kept(
    tmp_path: Path,
) -> None:
    source = written(tmp_path / "kiosk.csv", "mark,at\n9,2026-01-05\n9,2026-01-05\n3,2026-01-05\n")
    mapping = {"value": "mark", "question": "'welcome'", "answered_at": "at"}
    report = import_facts(source, "answers", tmp_path / "lake", mapping=mapping)
    assert (report.added, "content" in report.identified_by.en) == (3, True)
    assert import_facts(source, "answers", tmp_path / "lake", mapping=mapping).unchanged == 3
    rows = rows_in(tmp_path / "lake", "answers")
    assert len({row["source_id"] for row in rows}) == 3
    assert sorted(row["value"] for row in rows) == [3.0, 9.0, 9.0]


def test_an_answer_off_the_scale_it_names_is_rejected(tmp_path: Path) -> None:
    marks = pa.table({"mark": ["9", "11", "", "Very"], "id": ["1", "2", "3", "4"]})
    mapping = {
        "value": "mark",
        "question": "'recommend'",
        "scale": "'0-10'",
        "response_id": "id",
        "answered_at": "date '2026-01-05'",
    }
    report = import_facts(marks, "answers", tmp_path / "lake", mapping=mapping)
    assert (report.rows, report.rejected) == (2, 2)
    assert list(report.reasons.values()) == [2]
    assert [row["value"] for row in rows_in(tmp_path / "lake", "answers")] == [9.0, None]


def test_a_survey_of_one_row_a_respondent_becomes_one_answer_a_measure(tmp_path: Path) -> None:
    written(tmp_path / "survey.csv", SURVEY)
    plan = written(tmp_path / "ressenti.toml", PLAN)
    report = import_facts(
        "survey",
        "answers",
        tmp_path / "lake",
        config=plan,
        rejects_to=tmp_path / "r.csv",
        language="en",
    )
    # Five marks and the three of 'quality' that its condition keeps; 12 is off the scale.
    assert (report.records, report.rows, report.rejected, report.source) == (5, 7, 1, "survey")
    assert rejected(tmp_path / "r.csv") == [["4", "value", "12", "not on the scale 0 to 10"]]
    rows = rows_in(tmp_path / "lake", "answers")
    values = {(row["response_id"], row["measure"]): row["value"] for row in rows}
    assert values == {
        ("1", "recommend"): 10.0,
        ("2", "recommend"): 9.0,
        ("4", "recommend"): None,
        ("5", "recommend"): None,
        ("1", "quality"): 5.0,
        ("2", "quality"): 2.0,
        ("5", "quality"): None,
    }
    first = next(row for row in rows if row["response_id"] == "2")
    assert (first["region"], first["weight"], first["respondent_id"]) == ("FR", 2.0, "b")
    assert first["answered_at"] == datetime(2026, 2, 13, 23, tzinfo=UTC)


def test_a_folder_of_facts_gives_the_scores_of_the_file_it_was_read_from(tmp_path: Path) -> None:
    written(tmp_path / "survey.csv", SURVEY.replace("3,c,12", "3,c,8"))
    plan = written(tmp_path / "ressenti.toml", PLAN)
    import_facts("survey", "answers", tmp_path / "lake", config=plan)
    asked: dict[str, Any] = {"by": ["region"], "per": "month", "config": str(plan)}
    assert score(tmp_path / "lake", **asked).to_dicts() == score(**asked).to_dicts()


def test_weighted_and_unweighted_answers_stand_in_one_folder(tmp_path: Path) -> None:
    def answers(name: str, **columns: list[Any]) -> pa.Table:
        size = len(columns["value"])
        return pa.table(
            {
                "response_id": [f"{name}{k}" for k in range(size)],
                "question": ["q"] * size,
                "measure": ["nps"] * size,
                "answered_at": ["2026-01-05"] * size,
                "source": [name] * size,
                **columns,
            }
        )

    import_facts(answers("kiosk", value=["10", "10"]), "answers", tmp_path)
    assert score(tmp_path, "nps")[0].flags == ("small_base",)
    weighted = answers("panel", value=["3", "9", "9"], weight=["2", "", "1"])
    import_facts(weighted, "answers", tmp_path)
    # Promoters weigh 1 + 1 + 1 and the detractor 2; a blank weight counts for nothing.
    found = score(tmp_path, "nps")[0]
    assert found.value == pytest.approx(100 * (3 - 2) / 5)
    assert "weighted" in found.flags


def test_a_column_that_nothing_is_mapped_to_is_told_as_missing_not_empty(
    tickets: Path, tmp_path: Path
) -> None:
    mapping = {"contact_id": "id", "offered_at": "created"}
    import_facts(tickets, "contacts", tmp_path / "lake", mapping=mapping)
    assert sorted(rows_in(tmp_path / "lake")[0]) == [
        "contact_id",
        "offered_at",
        "source",
        "source_id",
    ]
    with pytest.raises(InvalidArgument, match="customer_id"):
        score(tmp_path / "lake", "fcr")


def test_a_simulated_lake_takes_more_orders_and_keeps_its_own(tmp_path: Path) -> None:
    company = simulate_company(seed=3, n_answers=5_000)
    write_company(company, tmp_path)
    before = pq.ParquetFile(tmp_path / "orders.parquet").read().num_rows
    more = pa.table({"order_id": ["x1"], "customer_id": ["c1"], "ordered_at": ["2026-01-05"]})
    import_facts(more, "orders", tmp_path)
    assert not (tmp_path / "orders.parquet").exists()
    assert len(rows_in(tmp_path, "orders")) == before + 1


KILLED_AT = """
import os, signal, sys
from pathlib import Path
from ressenti.library.importing import import_facts

calls = 0

def dying(original):
    def call(*arguments, **options):
        global calls
        calls += 1
        if calls == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **options)
    return call

Path.rename = dying(Path.rename)
Path.mkdir = dying(Path.mkdir)
os.link = dying(os.link)
mapping = dict(pair.split("=") for pair in sys.argv[4:])
import_facts(sys.argv[1], "contacts", sys.argv[2], mapping=mapping)
"""


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5])
def test_an_import_that_is_killed_leaves_the_lake_as_it_was(
    tickets: Path, tmp_path: Path, step: int
) -> None:
    lake = tmp_path / "lake"
    contacts(tickets, lake)
    before = rows_in(lake)
    written(tickets, TICKETS + "t4,cy,2026-02-09 09:00,,,,bill\n")
    pairs = [f"{name}={column}" for name, column in MAPPING.items()]
    command = [sys.executable, "-c", KILLED_AT, str(tickets), str(lake), str(step), *pairs]
    ended = subprocess.run(command, env=os.environ, capture_output=True, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert rows_in(lake) == before
    assert opened_lake(lake).relations.keys() == {"contacts"}
    report = contacts(tickets, lake)
    assert (report.added, report.unchanged) == (1, 3)
    assert [file.name for file in lake.iterdir()] == ["contacts"]


ORDERS_OF = """
import sys
from ressenti.library.importing import import_facts

print("starting", flush=True)
import_facts(sys.argv[1], "orders", sys.argv[2], on_step=lambda step: print(step.en, flush=True))
"""


def importing_orders(file: Path, lake: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ORDERS_OF, str(file), str(lake)]
    return subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True)


def orders_file(path: Path, prefix: str, count: int) -> Path:
    rows = "".join(f"{prefix}{i},c1,2026-01-05,{prefix}{i},till\n" for i in range(count))
    return written(path, f"order_id,customer_id,ordered_at,source_id,source\n{rows}")


def test_imports_at_the_same_moment_all_arrive(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    own = [orders_file(tmp_path / f"{part}.csv", part, 3_000) for part in "abc"]
    shared = orders_file(tmp_path / "d.csv", "d", 3_000)
    running = [importing_orders(file, lake) for file in (*own, shared, shared)]
    for process in running:
        process.communicate(timeout=90)
        assert process.returncode == 0
    found = [row["order_id"] for row in rows_in(lake, "orders")]
    assert len(found) == len(set(found)) == 4 * 3_000


def test_an_import_waits_for_the_one_before_it(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    with alone_in(lake, on_wait=pytest.fail):
        waiting = importing_orders(orders_file(tmp_path / "a.csv", "a", 3), lake)
        assert waiting.stdout is not None
        said = next(line for line in waiting.stdout if line.startswith(("waiting", "writing")))
        assert said.startswith("waiting for another import")
        assert list(lake.iterdir()) == []
    waiting.communicate(timeout=60)
    assert len(rows_in(lake, "orders")) == 3


def test_cells_guarded_against_formulas_are_read_as_they_were(tmp_path: Path) -> None:
    texts = ["=1+1", " @SUM(A1)", "'=1", "'tis well", "-Dash", "＝2", "plain", "\u200b+x"]
    told = [text.strip() for text in texts]
    rows = "".join(f'{i},c1,2026-01-05,"{neutral_cell(text)}"\n' for i, text in enumerate(texts))
    file = written(tmp_path / "a.csv", f"order_id,customer_id,ordered_at,category\n{rows}")
    import_facts(file, "orders", tmp_path / "lake")
    found = sorted(rows_in(tmp_path / "lake", "orders"), key=lambda row: row["order_id"])
    assert [row["category"] for row in found] == told
    # No spreadsheet has ever written a frame.
    frame = pa.table(
        {"order_id": ["x"], "customer_id": ["c"], "ordered_at": ["2026-01-05"], "category": ["'=1"]}
    )
    import_facts(frame, "orders", tmp_path / "other")
    assert [row["category"] for row in rows_in(tmp_path / "other", "orders")] == ["'=1"]


@given(text=st.text(alphabet=[*"'\"=+-@\t x9ü", *DROPPED, *START_FORMS], max_size=6))
def test_an_engine_finds_the_same_cells_guarded(text: str) -> None:
    with DuckDB() as warehouse:
        found = warehouse.connection.execute("SELECT regexp_matches(?, ?)", [text, GUARDED_CELL])
        row = found.fetchone()
    assert row is not None
    assert row[0] == (original_cell(text) != text)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    parts=st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=8),
        min_size=1,
        max_size=3,
    )
)
def test_a_lake_holds_the_last_state_of_each_record_however_it_came(
    parts: list[list[tuple[int, int]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    lake = tmp_path_factory.mktemp("lake")
    expected: dict[str, str] = {}
    for part in parts:
        state = {f"o{number}": f"2026-0{month + 1}-05" for number, month in part}
        expected |= state
        table = pa.table(
            {
                "order_id": pa.array(list(state), pa.string()),
                "customer_id": pa.array(["c"] * len(state), pa.string()),
                "ordered_at": pa.array(list(state.values()), pa.string()),
                "source": pa.array(["till"] * len(state), pa.string()),
            }
        )
        import_facts(table, "orders", lake)
    held = rows_in(lake, "orders") if facts_in(lake) else []
    assert {row["order_id"]: row["ordered_at"].date().isoformat() for row in held} == expected
    assert len(held) == len(expected)
