"""Nothing is counted twice: contacts exported twice, customers who come back, texts with several
emotions, the same file read again.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import ressenti as rs

CONTACTS = {
    "contact_id": "id",
    "customer_id": "customer",
    "offered_at": "at",
    "talk_s": "talk",
}
SPELLS = {"customer_id": "customer", "started_at": "start", "ended_at": "stop"}


def contacts(*rows: tuple[str, str, str, int]) -> pa.Table:
    names = ("id", "customer", "at", "talk")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


def of_contacts(table: pa.Table, measure: str, **options: Any) -> rs.Score:
    return rs.score(table, measure, facts="contacts", mapping=CONTACTS, **options)[0]


ONE = ("a", "x", "2026-01-01 10:00", 60)
OTHER = ("b", "y", "2026-01-02 10:00", 120)
UNTIL = {"observed_until": "2026-03-01"}


def test_a_contact_exported_twice_is_no_second_contact_of_its_customer() -> None:
    once = of_contacts(contacts(ONE, OTHER), "fcr", derivation_options=UNTIL)
    twice = of_contacts(contacts(ONE, OTHER, OTHER), "fcr", derivation_options=UNTIL)
    assert (once.value, once.n) == (100, 2)
    assert (twice.value, twice.n) == (100, 2)


def test_a_contact_exported_twice_weighs_once_in_a_mean() -> None:
    once = of_contacts(contacts(ONE, OTHER), "aht")
    twice = of_contacts(contacts(ONE, OTHER, OTHER), "aht")
    assert once.value == twice.value == pytest.approx(90)
    assert twice.n == 2


def test_a_chain_of_contacts_is_one_issue_however_many_contacts_it_holds() -> None:
    chain = [(str(day), "x", f"2026-01-{day:02d} 10:00", 60) for day in (1, 4, 8, 12)]
    score = of_contacts(contacts(*chain, OTHER), "fcr", derivation_options=UNTIL)
    assert (score.value, score.n) == (50, 2)


def test_a_customer_who_left_and_came_back_is_one_customer() -> None:
    table = pa.Table.from_pylist(
        [
            {"customer": "a", "start": "2026-01-05", "stop": "2026-02-05"},
            {"customer": "a", "start": "2026-02-10", "stop": None},
            {"customer": "b", "start": "2026-01-07", "stop": "2026-02-20"},
        ]
    )
    options = {"start": "2026-02-01", "end": "2026-03-01"}
    kept, lost = rs.score(
        table, ["crr", "churn"], facts="subscriptions", mapping=SPELLS, derivation_options=options
    )
    assert (kept.value, kept.n) == (50, 2)
    assert (lost.value, lost.n) == (50, 2)


def test_a_text_with_several_emotions_counts_once() -> None:
    emotions = pa.table(
        {
            "text_id": ["one", "one", "one", "two"],
            "valence": [1, 1, 1, -1],
            "intensity": [0.2, 0.2, 0.2, 0.6],
            "written_at": ["2026-01-01"] * 4,
        }
    )
    score = rs.score(emotions, "nes", facts="emotions")[0]
    assert score.n == 2
    assert score.value == pytest.approx(0, abs=1e-9)


def test_joining_answers_to_several_visits_is_the_caller_s_business_and_can_be_weighed_out() -> (
    None
):
    # One answer of 10, one of 0; the join repeated the first three times.
    joined = pa.table({"mark": [10, 10, 10, 0], "visits": [3, 3, 3, 1]})
    assert rs.score(joined, "nps=mark")[0].value == 50
    assert rs.score(joined, "nps/weighted=mark", weight="1.0 / visits")[0].value == pytest.approx(0)


def test_reading_a_file_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("mark,shop\n" + "10,Lyon\n3,Nice\n9,Lyon\n" * 30, encoding="utf-8")
    before = path.read_bytes()
    first = rs.score(path, "nps=mark", by=["shop"], totals=True).to_dicts()
    again = rs.score(path, "nps=mark", by=["shop"], totals=True).to_dicts()
    assert first == again
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["answers.csv"]


def test_late_answers_change_their_own_month_and_no_other(tmp_path: Path) -> None:
    early = "mark,at\n" + "10,2026-01-10\n3,2026-02-10\n9,2026-03-10\n" * 20
    path = tmp_path / "answers.csv"
    path.write_text(early, encoding="utf-8")
    before = rs.score(path, "nps=mark", per="month", at="at").to_dicts()
    path.write_text(early + "0,2026-02-11\n" * 7, encoding="utf-8")
    after = rs.score(path, "nps=mark", per="month", at="at").to_dicts()
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True]
    assert after[1]["n"] == 27


def test_rows_without_a_date_do_not_pass_for_the_total_of_all_periods() -> None:
    table = pa.table({"mark": [10, 8, 3], "at": ["2026-02-01", None, "2026-03-01"]})
    scores = rs.score(table, "nps=mark", per="month", at="at", totals=True)
    undated, total = sorted((one for one in scores if one.period is None), key=lambda one: one.n)
    assert (undated.n, total.n) == (1, 3)
    assert what_it_says_it_is(undated) != what_it_says_it_is(total)


def what_it_says_it_is(score: rs.Score) -> tuple[object, ...]:
    document = score.to_dict()
    of_size = {"one_answer", "small_base"}
    return document["period"], document["segment"], set(document["flags"]) - of_size
