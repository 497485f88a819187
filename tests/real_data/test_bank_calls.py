"""A bank's calls every five minutes in 2003, in UTC instants."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import ressenti as rs

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def calls(shared: Path) -> Path:
    return shared / "data" / "bank_calls" / "fpp3_bank_calls.csv"


def test_the_mean_volume_is_exact_although_quantities_are_tallied_in_buckets(calls: Path) -> None:
    volumes = pd.read_csv(calls)["Calls"]
    score = rs.score(calls, "aht=Calls")[0]
    assert score.n == len(volumes) == 27_716
    assert score.value == pytest.approx(volumes.mean(), rel=1e-12)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata"])
def test_an_instant_falls_in_the_day_of_the_organisation_s_own_zone(calls: Path, zone: str) -> None:
    frame = pd.read_csv(calls)
    at = pd.to_datetime(frame["DateTime"], utc=True).dt.tz_convert(zone)
    expected = frame["Calls"].groupby(at.dt.strftime("%Y-%m-%d")).agg(["mean", "size"])
    scores = rs.score(calls, "aht=Calls", per="day", at="DateTime", time_zone=zone)
    found = {one.period.start: one for one in scores if one.period and one.n}
    assert {day: one.n for day, one in found.items()} == expected["size"].to_dict()
    assert {day: one.value for day, one in found.items()} == pytest.approx(
        expected["mean"].to_dict()
    )


def test_a_weekend_without_calls_is_no_data_and_not_zero(calls: Path) -> None:
    scores = rs.score(calls, "aht=Calls", per="day", at="DateTime")
    saturday = next(one for one in scores if one.period and one.period.start == "2003-03-08")
    assert (saturday.value, saturday.reason, saturday.n) == (None, "no_data", 0)
