"""A company's own facts: what was planted is found again, the decoy and the way back are not."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.errors import NotComparable, UnknownName
from ressenti.library.lakes import Lake, lake_of_frames
from ressenti.library.linked_facts import linked_table
from ressenti.library.request import Request
from ressenti.simulation import Company, simulate_company, write_company
from ressenti.studies.links import Level, Wording


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate_company(seed=7, n_answers=120_000)


@pytest.fixture(scope="module")
def folder(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("company")
    write_company(company, path)
    return path


@pytest.mark.slow
def test_the_lifts_that_were_planted_are_within_their_intervals(
    company: Company, folder: Path
) -> None:
    planted = {one.outcome: one.nps_lift for one in company.truth.outcomes}
    found = rs.link(folder, outcome=list(planted), kpi="nps", same="touchpoint")
    for link in found:
        assert link.wording is Wording.MOVES_WITH
        difference = link.lift.difference
        assert difference.low <= planted[link.outcome] <= difference.high


@pytest.mark.slow
def test_the_decoy_is_not_found(company: Company, folder: Path) -> None:
    found = rs.link(folder, outcome=company.truth.decoy, kpi=["nps", "csat", "ces"])
    assert [link.wording for link in found] == [Wording.NOTHING_SHOWN] * 3


@pytest.mark.slow
def test_what_leads_is_found_at_its_lag_and_what_follows_is_said_to_follow(
    company: Company, folder: Path
) -> None:
    leading, following = company.truth.leading, company.truth.following
    found = rs.link(
        folder,
        outcome=[leading.outcome, following.outcome],
        kpi="nps",
        within="shop",
        per="month",
        lag=3,
    )
    assert (found[0].lag, found[0].wording) == (leading.months_before, Wording.PREDICTS)
    assert (found[1].lag, found[1].wording) == (following.months_before, Wording.INDICATOR_FIRST)


@pytest.mark.slow
def test_the_mood_of_teams_comes_before_that_of_their_customers(
    company: Company, folder: Path
) -> None:
    found = rs.link(folder, outcome="enps", kpi="csat", within="shop", per="month", lag=2)[0]
    assert found.is_claimed
    assert found.lag == company.truth.staff.lag_months


def facts(days_before: dict[str, int]) -> Lake:
    """Return one answer a customer, and an outcome so many days before it (after it, below 0)."""
    answers = pa.table(
        {
            "response_id": [f"r{name}" for name in days_before],
            "respondent_id": list(days_before),
            "answered_at": [f"2026-03-20T{hour + 8:02d}:00:00" for hour in range(len(days_before))],
            "measure": ["nps"] * len(days_before),
            "value": [9.0] * len(days_before),
        }
    )
    happened = pa.table(
        {
            "outcome": ["on_time"] * len(days_before),
            "customer_id": list(days_before),
            "occurred_at": [f"2026-03-{20 - days:02d}T00:00:00" for days in days_before.values()],
            "actual": [1.0] * len(days_before),
            "expected": [2.0] * len(days_before),
        }
    )

    def dated(table: pa.Table, name: str) -> pa.Table:
        times = table[name].cast(pa.timestamp("us"))
        return table.set_column(table.column_names.index(name), name, times)

    return lake_of_frames(
        "facts",
        {"answers": dated(answers, "answered_at"), "outcomes": dated(happened, "occurred_at")},
    )


def test_only_an_outcome_before_the_answer_and_not_too_long_before_counts() -> None:
    lake = facts({"just before": 2, "long before": 15, "after": -3})
    table = linked_table(
        lake, ["on_time"], ["nps"], level=Level.CUSTOMER, within=None, days=10, asked=Request()
    )
    rows = table.relation.warehouse.fetch(table.relation.select("*")).to_pylist()
    assert [row["customer"] for row in rows] == ["just before"]
    assert (rows[0]["on_time"], rows[0]["nps"]) == (1, 9.0)


def test_over_periods_answers_and_outcomes_keep_their_own_dates() -> None:
    table = linked_table(
        facts({"a": 2, "b": 5}),
        [],
        [],
        level=Level.PERIOD,
        within=None,
        days=10,
        asked=Request(),
    )
    rows = table.relation.warehouse.fetch(table.relation.select("*")).to_pylist()
    assert len(rows) == 4
    assert sum(row["nps"] is not None for row in rows) == 2
    assert {row["at"].day for row in rows if row["on_time"] is not None} == {15, 18}


def test_one_question_on_both_sides_is_refused() -> None:
    lake = facts({"a": 2})
    table = linked_table(
        lake, ["nps"], ["nps"], level=Level.CUSTOMER, within=None, days=10, asked=Request()
    )
    assert table.outcomes == table.indicators == ("nps=nps",)
    with pytest.raises(NotComparable, match="defines both sides"):
        rs.link(table.relation, outcome=table.outcomes, kpi=table.indicators)


def test_an_outcome_or_a_measure_that_no_fact_bears_is_refused_by_name() -> None:
    asked = {"level": Level.CUSTOMER, "within": None, "days": 10, "asked": Request()}
    with pytest.raises(UnknownName, match="on_time"):
        linked_table(facts({"a": 2}), ["on_tim"], ["nps"], **asked)
    with pytest.raises(UnknownName, match="measure"):
        linked_table(facts({"a": 2}), ["on_time"], ["csat"], **asked)
