"""Who is in the base: dismissed cards, blanks, nothing at all, and figures that are no answers."""

from __future__ import annotations

import json
import math
from typing import Any

import pyarrow as pa
import pytest
from scipy import stats

import ressenti as rs


def marks(*values: object) -> pa.Table:
    return pa.table({"mark": ["" if value is None else str(value) for value in values]})


def test_people_who_dismissed_the_card_are_in_no_base_by_any_road() -> None:
    # 30 promoters, 10 passives, 20 detractors, 40 dismissed: 100 · (30 − 20) / 60
    answers: list[int | None] = [10] * 30 + [8] * 10 + [2] * 20 + [None] * 40
    by_file = rs.score(marks(*answers), "nps=mark")[0]
    by_rows = rs.calc("nps", {"scores": answers})
    by_counts = rs.calc("nps", {"promoters": 30, "passives": 10, "detractors": 20})
    for score in (by_file, by_rows, by_counts):
        assert score.value == pytest.approx(100 / 6)
        assert score.n == 60
    assert by_file.n_missing == by_rows.n_missing == 40


def test_values_outside_the_eleven_levels_enter_no_class_and_no_denominator() -> None:
    wrong = [6.5, 8.5, 11, -3, 99, 8.9]
    answers = [10] * 40 + [8] * 30 + [2] * 30
    score = rs.score(marks(*answers, *wrong), "nps=mark")[0]
    assert score.value == pytest.approx(10)
    assert (score.n, score.n_invalid) == (100, 6)
    assert score.parts["promoters"] + score.parts["passives"] + score.parts["detractors"] == 100
    assert "invalid_values" in score.flags


def test_values_outside_the_levels_are_shown_with_how_often_they_were_met() -> None:
    scores = rs.score(marks(*[9] * 40, 6.5, 11, 11), "nps=mark")
    off = scores.off_scale["nps=mark"]
    assert dict(off.values) == {"6.5": 1, "11": 2}
    assert off.rows == 3


def test_every_answer_is_read_exactly_once_in_whatever_order_it_was_dated_and_numbered() -> None:
    # Back-dated answers: numbers go up while dates go down, and many share one date.
    n = 20_000
    table = pa.table(
        {
            "id": list(range(n)),
            "mark": [place % 11 for place in range(n)],
            "at": [f"2026-01-{28 - place % 28:02d}" for place in range(n)],
        }
    )
    by_day = rs.score(table, "nps=mark", per="day", at="at", totals=True)
    total = next(one for one in by_day if one.period is None)
    days = [one for one in by_day if one.period is not None]
    assert total.n == sum(one.n for one in days) == n
    promoters = sum(1 for place in range(n) if place % 11 >= 9)
    detractors = sum(1 for place in range(n) if place % 11 <= 6)
    assert total.value == pytest.approx(100 * (promoters - detractors) / n)


@pytest.mark.parametrize(
    ("indicator", "inputs"),
    [
        ("nps", {"scores": []}),
        ("nps", {"scores": [None, None]}),
        ("nps", {"promoters": 0, "passives": 0, "detractors": 0}),
        ("csat", {"scores": []}),
        ("csat/mean", {"scores": [None]}),
        ("ces", {"scores": []}),
        ("review_score", {"counts": {}}),
        ("churn", {"start": 0, "lost": 0}),
    ],
)
def test_nothing_to_count_is_null_with_its_reason_and_never_zero_nor_nan(
    indicator: str, inputs: dict[str, Any]
) -> None:
    score = rs.calc(indicator, inputs)
    assert (score.value, score.low, score.high) == (None, None, None)
    assert score.reason == "no_data"
    assert "NaN" not in json.dumps(score.to_dict(), allow_nan=False)


def test_unanswered_questions_do_not_pull_a_mean_down() -> None:
    score = rs.score(marks(4, 5, None, None, None), "csat/mean=mark")[0]
    assert score.value == pytest.approx(4.5)
    assert (score.n, score.n_missing) == (2, 3)


@pytest.mark.parametrize("zero", ["0", "0.0", "0.0000000000", " 0 "])
def test_a_zero_is_an_answer_in_the_mean_and_in_its_spread_however_it_is_written(
    zero: str,
) -> None:
    # 0, 0, 10, 10: mean 5; Student's interval with the deviation √(100 / 3)
    score = rs.score(marks(zero, zero, 10, 10), "aht=mark")[0]
    half = stats.t.ppf(0.975, 3) * math.sqrt(100 / 3) / 2
    assert score.value == pytest.approx(5)
    assert score.high == pytest.approx(5 + half)
    scale = rs.score(marks(zero, zero, 10, 10), "csat/mean=mark:0-10")[0]
    mirror = rs.score(marks(10, 10, zero, zero), "csat/mean=mark:0-10")[0]
    assert (scale.value, scale.low, scale.high) == (mirror.value, mirror.low, mirror.high)
    assert scale.low is not None
    assert scale.low < 2


def test_zeros_alone_have_a_mean_of_zero_and_no_division_by_zero() -> None:
    score = rs.score(marks(0, 0), "csat/mean=mark:0-10")[0]
    assert score.value == 0
    assert score.high is not None
    assert score.high > 0


def test_one_answer_and_answers_that_all_agree_are_never_certain() -> None:
    for answers in ([9], [7, 8] * 20, [10] * 50):
        score = rs.score(marks(*answers), "nps=mark")[0]
        assert score.low is not None
        assert score.high is not None
        assert score.high - score.low > 1
    assert "one_answer" in rs.score(marks(9), "nps=mark")[0].flags
