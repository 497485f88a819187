"""CDNOW's purchases: a file of aligned columns without header, and its published summary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import ressenti as rs
from ressenti.warehouse.relations import Relation

pytestmark = pytest.mark.shared
AS_ORDERS = {"customer_id": "column_2", "ordered_at": "column_3"}
# The published models are fitted on the first 39 weeks of 1997.
CALIBRATION = "column_3 < '19971001'"


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "cdnow_sample"


@pytest.fixture(scope="module")
def purchases(folder: Path) -> Relation:
    return rs.connect(folder / "CDNOW_sample.txt", header=False, separator=" ")


@pytest.fixture(scope="module")
def rows(folder: Path) -> pd.DataFrame:
    names = ["master", "customer", "day", "discs", "dollars"]
    return pd.read_csv(
        folder / "CDNOW_sample.txt", sep=r"\s+", names=names, dtype={"customer": str, "day": str}
    )


def repurchase(purchases: Relation, **request: Any) -> rs.Score:
    return rs.score(purchases, "repurchase", facts="orders", mapping=AS_ORDERS, **request)[0]


def test_946_of_2357_customers_buy_again_in_the_weeks_of_calibration(purchases: Relation) -> None:
    score = repurchase(purchases, where=CALIBRATION)
    assert (score.parts["again"], score.n) == (946, 2357)
    assert score.value == pytest.approx(100 * 946 / 2357)


def test_the_published_summary_counts_the_same_946_repeat_buyers(folder: Path) -> None:
    summary = folder / "cdnow_customers_summary.csv"
    score = rs.score(summary, "fcr/survey_yes_share=frequency > 0")[0]
    assert (score.parts["positive"], score.n) == (946, 2357)


def test_the_means_of_frequency_and_recency_are_those_of_the_published_summary(
    folder: Path,
) -> None:
    summary = folder / "cdnow_customers_summary.csv"
    frame = pd.read_csv(summary)
    frequency = rs.score(summary, "aht=frequency")[0]
    recency = rs.score(summary, "aht=recency")[0]
    assert frequency.value == pytest.approx(frame["frequency"].mean())
    assert recency.value == pytest.approx(frame["recency"].mean())
    assert frequency.n == recency.n == 2357


def test_two_orders_of_one_day_are_one_occasion(purchases: Relation, rows: pd.DataFrame) -> None:
    occasions = rows.drop_duplicates(["customer", "day"]).groupby("customer").size()
    score = repurchase(purchases)
    assert score.parts["again"] == int((occasions > 1).sum()) == 1139


def test_two_orders_of_one_day_are_two_occasions_when_asked(
    purchases: Relation, rows: pd.DataFrame
) -> None:
    orders = rows.groupby("customer").size()
    score = repurchase(purchases, derivation_options={"same_day_counts_once": False})
    assert score.parts["again"] == int((orders > 1).sum()) == 1152


def test_a_window_counts_second_occasions_within_it_as_pandas_does(
    purchases: Relation, rows: pd.DataFrame
) -> None:
    occasions = rows.drop_duplicates(["customer", "day"]).sort_values(["customer", "day"])
    days = pd.to_datetime(occasions["day"], format="%Y%m%d")
    waited = days.groupby(occasions["customer"]).diff()
    second = occasions.groupby("customer").cumcount() == 1
    expected = int((waited[second] <= pd.Timedelta(days=180)).sum())
    score = repurchase(purchases, derivation_options={"window_days": 180})
    assert score.parts["again"] == expected == 887


def test_every_later_buyer_of_the_cohort_is_a_known_one(
    purchases: Relation, rows: pd.DataFrame
) -> None:
    # The sample is the cohort that first bought in the first quarter of 1997.
    quarter = pd.to_datetime(rows["day"], format="%Y%m%d").dt.to_period("Q")
    buyers = rows.groupby(quarter)["customer"].nunique()
    scores = rs.score(purchases, "loyalty", facts="orders", mapping=AS_ORDERS, per="quarter")
    found = {one.period.start: (one.value, one.n) for one in scores if one.period}
    assert found == {
        str(period.start_time.date()): (100.0, n)
        for period, n in buyers.items()
        if str(period) != "1997Q1"
    }
