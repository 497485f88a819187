"""Values that other tools turn into figures: excluded and visible, or refused with the reason."""

from __future__ import annotations

import math
from pathlib import Path

import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.errors import InvalidWeights

GOOD = ["10"] * 60 + ["8"] * 20 + ["2"] * 20


def of_text(*extra: str) -> rs.Score:
    return rs.score(pa.table({"mark": [*GOOD, *extra]}), "nps=mark")[0]


@pytest.mark.parametrize(
    "poison", ["6.5", "-1", "11", "1e309", "-1e309", "true", "١٠", "0x9", "9_0"]
)
def test_what_is_no_level_is_invalid_and_the_figure_unchanged(poison: str) -> None:
    score = of_text(poison)
    assert (score.value, score.n) == (40, 100)
    assert (score.n_invalid, score.n_missing) == (1, 0)


@pytest.mark.parametrize("blank", ["", "  ", "NaN", "null", "N/A", "None", "-", "Ne sait pas"])
def test_what_stands_for_no_answer_is_missing_and_the_figure_unchanged(blank: str) -> None:
    score = of_text(blank)
    assert (score.value, score.n) == (40, 100)
    assert (score.n_invalid, score.n_missing) == (0, 1)


@pytest.mark.parametrize("nine", ["9 ", " 9", "9.0", "9,0", "09"])
def test_what_spells_a_level_is_that_level(nine: str) -> None:
    score = of_text(nine)
    assert score.n == 101
    assert score.value == pytest.approx(100 * (61 - 20) / 101)


def test_numbers_that_are_no_numbers_are_excluded_from_columns_of_numbers_too() -> None:
    table = pa.table({"mark": [9.0] * 50 + [math.nan, math.inf, -math.inf, 6.5, None]})
    score = rs.score(table, "nps=mark")[0]
    assert (score.value, score.n) == (100, 50)
    assert score.n_missing + score.n_invalid == 5
    assert score.n_invalid >= 3


def test_true_and_false_are_no_marks() -> None:
    table = pa.table({"mark": [True, False] * 10})
    with pytest.raises(ValueError, match="R202"):
        rs.score(table, "nps=mark")


def test_a_negative_duration_is_invalid_and_does_not_shorten_the_mean() -> None:
    table = pa.table(
        {
            "start": ["2026-01-01 10:00"] * 21,
            "stop": ["2026-01-01 11:00"] * 20 + ["2026-01-01 09:00"],
        }
    )
    mapping = {"offered_at": "start", "resolved_at": "stop"}
    score = rs.score(table, "resolution_time/mean", facts="contacts", mapping=mapping)[0]
    assert (score.value, score.n, score.n_invalid) == (1, 20, 1)


def test_a_call_answered_before_it_was_offered_is_invalid_and_in_no_service_level() -> None:
    table = pa.table(
        {
            "offered": ["2026-01-01 10:00:00"] * 4,
            "answered": ["2026-01-01 10:00:05", "2026-01-01 10:00:50", "2026-01-01 09:59:00", None],
            "gone": [None, None, None, "2026-01-01 10:01:00"],
        }
    )
    mapping = {"offered_at": "offered", "answered_at": "answered", "abandoned_at": "gone"}
    measure = "service_level/f3_all_abandons_fail"
    score = rs.score(table, measure, facts="contacts", mapping=mapping)[0]
    assert score.value == pytest.approx(100 / 3)
    assert (score.n, score.n_invalid) == (3, 1)


@pytest.mark.parametrize("wrong", [-1.0, math.nan, math.inf, -math.inf])
def test_a_weight_that_is_no_number_of_people_is_refused_and_loses_no_answer(wrong: float) -> None:
    table = pa.table({"mark": [10, 10, 1], "weight": [1.0, wrong, 1.0]})
    with pytest.raises(InvalidWeights, match="R204"):
        rs.score(table, "nps/weighted=mark", weight="weight")


def test_a_weight_in_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("mark,weight\n10,1\n10,heavy\n1,1\n", encoding="utf-8")
    with pytest.raises(InvalidWeights, match="R204"):
        rs.score(path, "nps/weighted=mark", weight="weight")


def test_weights_that_are_all_zero_are_refused() -> None:
    table = pa.table({"mark": [10, 1], "weight": [0, 0]})
    with pytest.raises(InvalidWeights, match="zero"):
        rs.score(table, "nps/weighted=mark", weight="weight")


def test_an_answer_without_a_weight_is_counted_as_left_out() -> None:
    table = pa.table({"mark": [10] * 30 + [1], "weight": [1.0] * 30 + [None]})
    score = rs.score(table, "nps/weighted=mark", weight="weight")[0]
    assert (score.value, score.n) == (100, 30)
    assert score.n_missing + score.n_invalid == 1
