"""The same answers give the same scores on every engine, as pandas and numpy compute them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.warehouse.asking import Engine, Reply
from tests.warehouse.nasty_tables import SATISFACTION, SHOP, survey

EXACT = 1e-9
NPS = "nps=mark:0-10"
CSAT = f"csat/mean={SATISFACTION}:1-5"
PARIS = {"at": "answered_at", "time_zone": "Europe/Paris"}


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    return survey()[1]


def marks_of(rows: pd.DataFrame) -> pd.Series:
    return rows[~rows["mark"].isin(["missing", "invalid"])]["mark"].astype(float)


def nps_of(rows: pd.DataFrame) -> float | None:
    marks = marks_of(rows)
    if marks.empty:
        return None
    return float(100 * ((marks >= 9).mean() - (marks <= 6).mean()))


def assert_nps(score: Reply, rows: pd.DataFrame) -> None:
    assert score["n"] == len(marks_of(rows))
    assert score["n_missing"] == (rows["mark"] == "missing").sum()
    assert score["n_invalid"] == (rows["mark"] == "invalid").sum()
    assert score["value"] == pytest.approx(nps_of(rows), rel=0, abs=EXACT)


def test_marks_written_in_every_way_are_read_the_same(engine: Engine, truth: pd.DataFrame) -> None:
    assert_nps(engine.score("survey", NPS), truth)


def test_values_off_the_scale_are_counted_by_what_was_written(
    engine: Engine, truth: pd.DataFrame
) -> None:
    counts = engine.off_scale("survey", NPS)
    assert set(counts) == {"11", "6,5", "١٠", "dix", "9\n9"}
    assert sum(counts.values()) == (truth["mark"] == "invalid").sum()


def test_a_mean_and_a_share_of_whole_numbers(engine: Engine, truth: pd.DataFrame) -> None:
    answered = truth["satisfaction"].dropna().astype(float)
    mean, share = engine.scores("survey", [CSAT, f"csat/top2_box_5pt={SATISFACTION}:1-5"])
    assert mean["n"] == share["n"] == len(answered)
    assert mean["n_missing"] == truth["satisfaction"].isna().sum()
    assert mean["value"] == pytest.approx(answered.mean(), rel=EXACT)
    assert share["value"] == pytest.approx(100 * (answered >= 4).mean(), rel=EXACT)


def test_several_measures_and_a_quantity_are_counted_in_one_pass(
    engine: Engine, truth: pd.DataFrame
) -> None:
    nps, mean, wait = engine.scores(
        "survey", [NPS, CSAT, "nes/mean_max_arousal=wait"], by=["is_late"], where="is_late"
    )
    late = truth[truth["is_late"]]
    assert_nps(nps, late)
    assert mean["value"] == pytest.approx(late["satisfaction"].astype(float).mean(), rel=EXACT)
    assert wait["value"] == pytest.approx(late["wait"].mean(), rel=EXACT)
    assert wait["n"] == late["wait"].notna().sum()
    assert [one["segment"]["is_late"].lower() for one in (nps, mean, wait)] == ["true"] * 3


def test_segments_of_a_column_and_of_values_with_odd_signs(
    engine: Engine, truth: pd.DataFrame
) -> None:
    scores = engine.scores("survey", NPS, by=[SHOP])
    found = {one["segment"][SHOP]: one for one in scores}
    expected = dict(list(truth.groupby("shop", dropna=False)))
    expected = {None if pd.isna(shop) else shop: rows for shop, rows in expected.items()}
    assert set(found) == set(expected)
    for shop, rows in expected.items():
        assert_nps(found[shop], rows)


def start_of_week(day: pd.Series, first: int) -> pd.Series:
    return day - pd.to_timedelta((day.dt.day_of_week - first) % 7, unit="D")


PERIODS: Mapping[str, Callable[[pd.Series], pd.Series]] = {
    "day": lambda day: day,
    "week": lambda day: start_of_week(day, 0),
    "month": lambda day: day.dt.to_period("M").dt.to_timestamp(),
    "quarter": lambda day: day.dt.to_period("Q").dt.to_timestamp(),
}


@pytest.mark.parametrize("grain", PERIODS)
def test_periods_begin_at_midnight_in_paris_over_the_change_to_summer_time(
    engine: Engine, truth: pd.DataFrame, grain: str
) -> None:
    days = truth["answered_at"].dt.tz_convert("Europe/Paris").dt.tz_localize(None).dt.normalize()
    expected = dict(list(truth.groupby(PERIODS[grain](days))))
    scores = engine.scores("survey", NPS, per=grain, **PARIS)
    assert [one["period"]["start"] for one in scores] == [
        start.date().isoformat() for start in expected
    ]
    for score, rows in zip(scores, expected.values(), strict=True):
        assert_nps(score, rows)


def test_weeks_may_begin_on_sunday(engine: Engine, truth: pd.DataFrame) -> None:
    days = truth["answered_at"].dt.tz_convert("Europe/Paris").dt.tz_localize(None).dt.normalize()
    expected = dict(list(truth.groupby(start_of_week(days, 6))))
    scores = engine.scores("survey", NPS, per="week", week_starts_on="sunday", **PARIS)
    assert [one["period"]["start"] for one in scores] == [
        start.date().isoformat() for start in expected
    ]
    for score, rows in zip(scores, expected.values(), strict=True):
        assert_nps(score, rows)


@pytest.mark.parametrize("column", ["wall_clock", "day"])
def test_wall_clocks_and_days_are_in_no_zone(
    engine: Engine, truth: pd.DataFrame, column: str
) -> None:
    days = truth["answered_at"].dt.tz_localize(None).dt.normalize()
    scores = engine.scores("survey", NPS, per="day", at=column, time_zone="Europe/Paris")
    for score, rows in zip(scores, dict(list(truth.groupby(days))).values(), strict=True):
        assert_nps(score, rows)


def test_dates_written_as_text_are_read_or_refused_with_the_reason(
    engine: Engine, truth: pd.DataFrame
) -> None:
    request = {"per": "week", "at": "day as text"}
    if engine.name == "postgres":
        said = engine.refusal("nasty.survey", NPS, **request)
        assert "PostgreSQL cannot read dates written as text" in said
        return
    *dated, undated = engine.scores("survey", NPS, **request)
    lost = truth.index % 77 == 3
    days = truth["answered_at"].dt.tz_localize(None).dt.normalize()[~lost]
    expected = dict(list(truth[~lost].groupby(start_of_week(days, 0))))
    assert [one["period"]["start"] for one in dated] == [
        start.date().isoformat() for start in expected
    ]
    for score, rows in zip(dated, expected.values(), strict=True):
        assert_nps(score, rows)
    assert undated["period"] is None
    assert_nps(undated, truth[lost])


def test_totals_by_merging_are_what_a_direct_count_gives(
    engine: Engine, truth: pd.DataFrame
) -> None:
    scores = engine.scores("survey", NPS, by=[SHOP], per="month", totals=True, **PARIS)
    (everything,) = [one for one in scores if one["period"] is None and not one["segment"]]
    assert_nps(everything, truth)
    months = {
        one["period"]["start"]: one["value"]
        for one in scores
        if one["period"] and not one["segment"]
    }
    direct = engine.scores("survey", NPS, per="month", **PARIS)
    assert months == pytest.approx(
        {one["period"]["start"]: one["value"] for one in direct}, rel=EXACT
    )


def test_weights_with_zeros_and_blanks(engine: Engine, truth: pd.DataFrame) -> None:
    rows = truth[~truth["mark"].isin(["missing", "invalid"])].dropna(subset=["weight"])
    rows = rows[rows["weight"] > 0]
    mark, weight = rows["mark"].astype(float).to_numpy(), rows["weight"].to_numpy()
    each = np.where(mark >= 9, 100.0, np.where(mark <= 6, -100.0, 0.0))
    score = engine.score("survey", NPS, weight="weight")
    assert score["n"] == len(rows)
    mean = np.average(each, weights=weight)
    assert score["value"] == pytest.approx(mean, rel=EXACT)
    # As many answers of equal weight as would give the linearised variance of the weighted mean.
    n = len(rows)
    variance = n / (n - 1) * ((weight / weight.sum() * (each - mean)) ** 2).sum()
    effective = np.average((each - mean) ** 2, weights=weight) / variance
    assert score["n_effective"] == pytest.approx(effective, rel=EXACT)


CONDITIONS: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    '"shop ""O\'Brien""; -- " = \'O\'\'Brien\'': lambda t: t["shop"] == "O'Brien",
    '"shop ""O\'Brien""; -- " = \'back\\slash\'': lambda t: t["shop"] == "back\\slash",
    '"shop ""O\'Brien""; -- " IN (\'東京\', \'Zoé\')': lambda t: t["shop"].isin(["東京", "Zoé"]),
    '"shop ""O\'Brien""; -- " ILIKE \'%OLD%\'': lambda t: t["shop"] == 'the "old" one',
    '"shop ""O\'Brien""; -- " IS NULL': lambda t: t["shop"].isna(),
    'length("shop ""O\'Brien""; -- ") = 3': lambda t: t["shop"].isin(["Zoé", "FR "]),
    "NOT is_late": lambda t: ~t["is_late"],
    "CAST(is_late AS INT) = 1": lambda t: t["is_late"],
    '"wait as text" > 50': lambda t: t["wait"] > 50,
    "wait / weight > 100": lambda t: (t["weight"] > 0) & (t["wait"] / t["weight"] > 100),
    "round(wait, 1) = 0.0": lambda t: t["wait"] < 0.05,
    "CAST(wait AS INT) % 2 = 1": lambda t: np.floor(t["wait"] + 0.5).mod(2) == 1,
    "wall_clock < '2024-04-01 12:00:00'": lambda t: (
        t["answered_at"] < pd.Timestamp("2024-04-01 12:00", tz="UTC")
    ),
    "day BETWEEN '2024-04-01' AND '2024-04-07'": lambda t: (
        (t["answered_at"].dt.date >= pd.Timestamp("2024-04-01").date())
        & (t["answered_at"].dt.date <= pd.Timestamp("2024-04-07").date())
    ),
    "extract(hour FROM wall_clock) >= 18": lambda t: t["answered_at"].dt.hour >= 18,
    "date_trunc('month', wall_clock) = '2024-04-01'": lambda t: t["answered_at"].dt.month == 4,
    "date_diff('day', day, wall_clock) = 0": lambda t: t["answered_at"].notna(),
    "date_diff('second', day, wall_clock) < 3600.5": lambda t: (
        (t["answered_at"] - t["answered_at"].dt.normalize()).dt.total_seconds() < 3600.5
    ),
    "wall_clock - INTERVAL '2' day < '2024-03-25'": lambda t: (
        t["answered_at"] < pd.Timestamp("2024-03-27", tz="UTC")
    ),
    "concat(day, '|', is_late) LIKE '2024-04-0_|true'": lambda t: (
        (t["answered_at"].dt.month == 4) & (t["answered_at"].dt.day < 10) & t["is_late"]
    ),
    "CASE WHEN wait > 100 THEN is_late ELSE weight = 0 END": lambda t: (
        ((t["wait"] > 100) & t["is_late"]) | (~(t["wait"] > 100) & (t["weight"] == 0))
    ),
    "coalesce(weight, 3.75) = 3.75": lambda t: t["weight"].fillna(3.75) == 3.75,
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_means_the_same_on_every_engine(
    engine: Engine, truth: pd.DataFrame, condition: str
) -> None:
    kept = truth[CONDITIONS[condition](truth)]
    assert 0 < len(kept) <= len(truth)
    assert_nps(engine.score("survey", NPS, where=condition), kept)


@pytest.mark.parametrize("column", ["wait", "wait as text"])
def test_durations_as_decimals_and_as_text(
    engine: Engine, truth: pd.DataFrame, column: str
) -> None:
    waits = np.sort(truth["wait"].dropna().to_numpy())
    measures = [f"{name}={column}" for name in ("resolution_time/mean", "resolution_time/median")]
    mean, median, p90 = engine.scores("survey", [*measures, f"resolution_time/p90={column}"])
    assert mean["value"] == pytest.approx(waits.mean() / 3600, rel=EXACT)
    assert mean["n_missing"] == truth["wait"].isna().sum()
    for score, share in ((median, 0.5), (p90, 0.9)):
        # Between the neighbours of the exact quantile, give or take one per cent.
        place = int(share * len(waits))
        low, high = waits[place - 1] * 0.99 / 3600, waits[place + 1] * 1.01 / 3600
        assert low <= score["value"] <= high


def test_a_duration_that_nobody_waited_is_counted_apart(engine: Engine) -> None:
    score = engine.score("bad_quantities", "resolution_time/mean=wait_s")
    assert (score["n"], score["n_missing"], score["n_invalid"]) == (40, 2, 3)
    assert score["value"] == pytest.approx(60 * 39 / 40 / 3600, rel=EXACT)


def test_a_long_table_gives_what_the_wide_one_gives(engine: Engine, truth: pd.DataFrame) -> None:
    nps, mean = engine.scores(
        "answers", ["nps=recommend", "csat/mean"], facts="answers", where="measure <> 'd''autre'"
    )
    assert_nps(nps, truth)
    answered = truth["satisfaction"].dropna().astype(float)
    assert mean["n"] == len(answered)
    assert mean["value"] == pytest.approx(answered.mean(), rel=EXACT)


def test_a_long_table_by_month(engine: Engine, truth: pd.DataFrame) -> None:
    scores = engine.scores(
        "answers", "nps=recommend", facts="answers", per="month", time_zone="Europe/Paris"
    )
    months = truth["answered_at"].dt.tz_convert("Europe/Paris").dt.strftime("%Y-%m-01")
    expected: dict[Any, pd.DataFrame] = dict(list(truth.groupby(months)))
    assert [one["period"]["start"] for one in scores] == list(expected)
    for score, rows in zip(scores, expected.values(), strict=True):
        assert_nps(score, rows)
