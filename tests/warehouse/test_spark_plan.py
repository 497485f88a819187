"""On Spark a tally query moves rows once: partial counts on their way to one aggregation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import ressenti as rs
from tests.warehouse.nasty_tables import SHOP

NPS, CSAT = "nps=mark:0-10", "csat/mean=Q7 satisfaction :1-5"
MONTHS = {"per": "month", "at": "answered_at", "time_zone": "Europe/Paris"}
QUESTIONS: Mapping[str, tuple[list[str], dict[str, Any]]] = {
    "one measure": ([NPS], {}),
    "by segment and month": ([NPS], {"by": [SHOP], **MONTHS}),
    "weighted": ([NPS], {"by": [SHOP], "weight": "weight", "totals": True}),
    "several measures at once": (
        [NPS, CSAT, "resolution_time/median=wait"],
        {"by": [SHOP], **MONTHS, "where": "NOT is_late"},
    ),
}


def plan_of(session: Any, source: str, measures: list[str], **request: Any) -> str:
    (sql,) = rs.score(source, measures, explain=True, **request).sql
    return str(session.sql(f"EXPLAIN {sql}").collect()[0][0])


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_tally_query_moves_rows_once(
    spark_session: Any, parquet_folder: Path, question: str
) -> None:
    measures, request = QUESTIONS[question]
    source = f"spark://local[2]::{parquet_folder / 'survey'}"
    plan = plan_of(spark_session, source, measures, **request)
    print(f"{question}:\n{plan}")
    assert plan.count("Exchange hashpartitioning") == 1
    assert plan.count("Exchange") == 1
    assert plan.count("FileScan") == 1
    assert "Sort" not in plan
    assert plan.count("HashAggregate") == 2


def test_a_long_table_moves_rows_once(spark_session: Any, parquet_folder: Path) -> None:
    source = f"spark://local[2]::{parquet_folder / 'answers'}"
    measures = ["nps=recommend", "csat/mean=csat"]
    plan = plan_of(spark_session, source, measures, facts="answers", per="month")
    print(plan)
    assert plan.count("Exchange") == 1
    assert "PushedFilters: [In(measure, [csat,recommend])]" in plan


def test_no_derivation_brings_all_rows_to_one_machine(
    spark_session: Any, parquet_folder: Path
) -> None:
    # Rows meet by customer and reason, are counted, and the last contact is a count by itself.
    source = f"spark://local[2]::{parquet_folder / 'visits'}"
    plan = plan_of(spark_session, source, ["fcr/repeat_window"], facts="contacts")
    print(plan)
    windows = [line for line in plan.splitlines() if "Window [" in line]
    assert windows
    assert all("[customer_id" in line for line in windows)
