"""The Office of the Public Guardian prints, each month, five counts and one percentage.

Its percentage was the mean of the five levels from 0 to 100 until March 2026, and is the share of
the two best levels since: two variants, which only their names tell apart.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pytest

import ressenti as rs

pytestmark = pytest.mark.shared
LAST_MONTH_OF_MEANS = "2026-03"
LEVELS = ("very-dissatisfied", "dissatisfied", "neither", "satisfied", "very-satisfied")


@pytest.fixture(scope="module")
def months(shared: Path) -> list[dict[str, str]]:
    path = shared / "data" / "uk_opg_satisfaction" / "opg_deputy_reporting_monthly.csv"
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def weighted_rows(months: list[dict[str, str]]) -> pa.Table:
    """Return one row a month and level, whose weight is the count."""
    rows = [
        {"month": f"{month['month']}-01", "mark": level.replace("-", " "), "n": int(month[level])}
        for month in months
        for level in LEVELS
    ]
    return pa.Table.from_pylist(rows)


def printed(value: float | None) -> int:
    assert value is not None
    return int(value + 0.5)


def variant_of(month: str) -> str:
    return "mean_rescaled_0_100" if month <= LAST_MONTH_OF_MEANS else "top2_box_5pt"


def by_level(month: dict[str, str]) -> dict[str, int]:
    return {str(place): int(month[level]) for place, level in enumerate(LEVELS, start=1)}


def published(months: list[dict[str, str]]) -> dict[str, int]:
    return {month["month"]: int(month["published_satisfaction_percent"]) for month in months}


def test_the_five_counts_of_each_month_give_the_percentage_its_publisher_prints(
    months: list[dict[str, str]],
) -> None:
    found = {
        month["month"]: printed(
            rs.calc("csat", {"counts": by_level(month)}, variant=variant_of(month["month"])).value
        )
        for month in months
    }
    assert len(found) == 39
    assert found == published(months)


def test_rows_weighted_by_their_counts_give_the_percentage_its_publisher_prints(
    months: list[dict[str, str]], weighted_rows: pa.Table
) -> None:
    measures = ["csat/mean_rescaled_0_100=mark", "csat/top2_box_5pt=mark"]
    scores = rs.score(weighted_rows, measures, weight="n", per="month", at="month")
    found = {
        one.period.start[:7]: printed(one.value)
        for one in scores
        if one.period and one.variant == variant_of(one.period.start[:7])
    }
    assert found == published(months)


def test_the_change_of_definition_looks_like_a_rise_that_neither_variant_shows(
    months: list[dict[str, str]],
) -> None:
    march, april = (
        next(month for month in months if month["month"] == name) for name in ("2026-03", "2026-04")
    )
    printed_rise = published(months)["2026-04"] - published(months)["2026-03"]
    assert printed_rise == 4
    for variant in ("mean_rescaled_0_100", "top2_box_5pt"):
        before, after = (
            rs.calc("csat", {"counts": by_level(month)}, variant=variant).value
            for month in (march, april)
        )
        assert before is not None
        assert after is not None
        assert 0 < after - before < 0.5


def test_counts_and_weighted_rows_are_the_same_unrounded_value(
    months: list[dict[str, str]], weighted_rows: pa.Table
) -> None:
    scores = rs.score(weighted_rows, "csat=mark", weight="n", per="month", at="month")
    for month, score in zip(months, scores, strict=True):
        same = rs.calc("csat", {"counts": by_level(month)})
        assert score.value == pytest.approx(same.value, abs=1e-9)
