"""What if: what one scenario gives for every other one is what the study itself would say."""

from __future__ import annotations

from random import Random
from typing import Any

import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.errors import UndefinedResult
from ressenti.scores.score import Unit
from ressenti.server.cockpit.what_if import (
    Lever,
    answer_words,
    asked_value,
    change_at,
    levers_of_answer,
)
from ressenti.server.studying.answers import driver_answer

WAIT = "wait"


@pytest.fixture(scope="module")
def visits() -> pa.Table:
    """Marks of eight shops that differ in how long one waits."""
    random = Random(5)
    rows = []
    for number in range(1600):
        shop = number % 8
        is_long = random.random() < 0.1 + 0.05 * shop
        wait = random.choice([1, 2] if is_long else [3, 4, 5])
        mark = max(0, min(10, round(random.gauss(6 + wait / 2, 1.5))))
        rows.append({"mark": mark, WAIT: wait, "price": random.randint(1, 5), "shop": f"s{shop}"})
    return pa.Table.from_pylist(rows)


def studied(visits: pa.Table, **changes: float) -> Any:
    return rs.drivers(visits, "nps=mark", [f"{WAIT}:1-5", "price:1-5"], unit="shop",
                      changes=changes)  # fmt: skip


@pytest.fixture(scope="module")
def lever(visits: pa.Table) -> Lever:
    found = levers_of_answer(driver_answer(studied(visits), "NPS", [], "en"))
    return next(one for one in found if one.driver == WAIT)


@pytest.mark.parametrize("aim", [0.15, 0.2, 0.4])
def test_the_change_is_the_one_of_a_study_asked_for_it(
    visits: pa.Table, lever: Lever, aim: float
) -> None:
    asked = studied(visits, wait=aim).to_dict()
    told = next(one for one in asked["drivers"] if one["driver"] == WAIT)["what_if"]
    change = told["change"]
    assert told["source"] == "asked"
    assert change_at(lever, aim) == pytest.approx(
        (change["estimate"], change["low"], change["high"]), rel=1e-9
    )


def test_where_one_stands_nothing_moves(lever: Lever) -> None:
    assert change_at(lever, lever.now) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("text", ["99", "0", "-3", "nan", "inf", "beaucoup", ""])
def test_what_no_unit_does_and_what_is_no_number_are_refused(lever: Lever, text: str) -> None:
    with pytest.raises(UndefinedResult):
        asked_value(lever, text, "fr")


def test_a_limit_is_taken_back_as_it_is_written(lever: Lever) -> None:
    assert asked_value(lever, lever.shown(lever.low, "fr"), "fr") == pytest.approx(
        lever.low, abs=5e-4
    )
    assert asked_value(lever, "20,5 %", "fr") == pytest.approx(0.205)
    assert lever.low <= asked_value(lever, lever.shown(lever.high, "en"), "en") <= lever.high


def test_the_answer_says_how_far_and_how_sure(lever: Lever) -> None:
    told = answer_words(lever, 0.2, "NPS", Unit.POINTS, "en")
    assert told.startswith("From 2")
    assert "to 20.0%, NPS would move by +" in told
    assert told.endswith("if the association were causal.")
