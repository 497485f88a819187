"""A series of scores: what is judged, what is said of it, and what is left unsaid."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from ressenti.facts.periods import Grain, spans_from
from ressenti.scores.score import Direction, Period, Score, Unit
from ressenti.studies.series import KnownEvent, Looking, SeriesStudy, series_study

FIRST = date(2026, 1, 1)
ERROR = 4.0


def scores(values: list[float | None]) -> list[Score]:
    days = [FIRST + timedelta(days=number) for number in range(len(values) + 1)]
    return [
        Score(
            indicator="nps",
            variant="standard_0_10",
            value=value,
            unit=Unit.POINTS,
            direction=Direction.HIGH,
            n=0 if value is None else 100,
            low=None if value is None else value - 1.959964 * ERROR,
            high=None if value is None else value + 1.959964 * ERROR,
            period=Period(day.isoformat(), following.isoformat(), "day"),
        )
        for value, day, following in zip(values, days, days[1:], strict=False)
    ]


def drawn(levels: list[float], seed: int = 1) -> list[float | None]:
    noise = np.random.default_rng(seed).normal(size=len(levels)) * ERROR
    return [float(value) for value in np.array(levels) + noise]


def studied(values: list[float | None], **looking: object) -> SeriesStudy:
    return series_study(
        "nps",
        scores(values),
        grain=Grain.DAY,
        limits=(-100, 100),
        looking=Looking(**looking),  # type: ignore[arg-type] # told by name
    )


FALL = [40.0] * 50 + [28.0] * 30


def test_a_fall_is_dated_sized_and_put_beside_what_happened() -> None:
    told = KnownEvent(FIRST + timedelta(days=50), "new tariff")
    other = KnownEvent(FIRST + timedelta(days=5), "snow")
    study = studied(drawn(FALL), events=(other, told))
    (change,) = study.changes
    assert change.earliest <= (FIRST + timedelta(days=50)).isoformat() <= change.latest
    assert change.difference.estimate == pytest.approx(-12, abs=3)
    assert change.difference.high is not None
    assert change.difference.high < 0
    assert change.events == (told,)
    assert len(change.before) + len(change.after) == 80


def test_a_fall_raises_one_alarm_and_the_new_level_none() -> None:
    study = studied(drawn(FALL))
    assert [alarm.is_rise for alarm in study.alarms] == [False]
    assert study.alarms[0].start > (FIRST + timedelta(days=49)).isoformat()


def test_a_level_that_stays_is_left_alone() -> None:
    study = studied(drawn([40.0] * 80))
    assert (study.changes, study.alarms) == ((), ())
    assert study.factor < 1.5


def test_nothing_is_compared_across_a_change_of_definition() -> None:
    study = studied(drawn(FALL), broken_at=(FIRST + timedelta(days=50),))
    assert study.since == (FIRST + timedelta(days=50)).isoformat()
    assert study.changes == ()
    assert len(study.scores) == 80
    assert study.forecast[0][1].estimate == pytest.approx(28, abs=3)


def test_a_period_that_is_not_over_is_shown_and_not_judged() -> None:
    values = [*drawn([40.0] * 60), -80.0]
    assert studied(values).changes or studied(values).alarms
    study = studied(values, until=FIRST + timedelta(days=60))
    assert (study.changes, study.alarms, len(study.scores)) == ((), (), 61)


def test_a_week_is_taken_out_and_brought_back_in_the_forecast() -> None:
    weekend = [-15.0 if number % 7 in (3, 4) else 0.0 for number in range(84)]
    study = studied(drawn([40 + effect for effect in weekend]), horizon=7)
    assert study.season.is_established
    assert study.changes == ()
    foreseen = [found.estimate for _, found in study.forecast]
    assert foreseen[3] == pytest.approx(25, abs=4)
    assert foreseen[0] == pytest.approx(40, abs=4)
    assert study.forecast[0][0] == Period("2026-03-26", "2026-03-27", "day")


def test_days_without_an_answer_change_nothing_of_the_rest() -> None:
    values: list[float | None] = drawn(FALL)
    for place in (10, 11, 60):
        values[place] = None
    (change,) = studied(values).changes
    assert change.difference.estimate == pytest.approx(-12, abs=3)


def test_a_young_series_is_told_what_it_needs() -> None:
    study = studied(drawn([40.0] * 10))
    assert study.alarms_reason is not None
    assert "29" in study.alarms_reason.en
    assert study.forecast_reason is not None
    assert study.forecast == ()


def test_a_series_without_any_figure_is_answered() -> None:
    study = studied([None] * 5)
    assert (study.changes, study.alarms, study.forecast) == ((), (), ())


def test_years_have_no_season() -> None:
    days = spans_from(date(2020, 1, 1), date(2025, 1, 1), Grain.YEAR)
    years = [
        Score(
            indicator="nps", variant="standard_0_10", value=40.0, unit=Unit.POINTS,
            direction=Direction.HIGH, low=35.0, high=45.0,
            period=Period(day.isoformat(), day.replace(year=day.year + 1).isoformat(), "year"),
        )
        for day in days
    ]  # fmt: skip
    study = series_study("nps", years, grain=Grain.YEAR)
    assert study.season.reason is not None
    assert study.changes == ()
