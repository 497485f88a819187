"""Input that allows no answer: each verb says why, in its language, and claims nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.faces.conftest import Call

SIZE = 480
ROLLOUT = ("--treated", "new", "--within", "shop", "--randomised")
OF_SHOPS = ("--unit", "group", "--within", "shop")
LATE = ("--at", "at", "--outcome-at", "later")
MONTHS = ("--per", "month", "--at", "at")


@pytest.fixture
def rows(tmp_path: Path) -> pd.DataFrame:
    """Write and return rows in which columns are constant, copies, or of a single unit."""
    random = np.random.default_rng(2)
    x = random.normal(size=SIZE).round(4)
    met = (random.random(SIZE) < 0.5).astype(int)
    frame = pd.DataFrame(
        {
            "at": [f"20{24 + i // 240}-{1 + (i // 20) % 12:02d}-05" for i in range(SIZE)],
            "later": "2026-06-01",
            "shop": [f"s{i % 12}" for i in range(SIZE)],
            "new": [i % 2 for i in range(SIZE)],
            "mark": random.integers(0, 11, SIZE),
            "x": x,
            "y": (x + random.normal(size=SIZE)).round(4),
            "twice": 2 * x,
            "met": met,
            "copy": met,
            "flat": 5,
            "one": "only",
        }
    )
    frame.to_csv(tmp_path / "all.csv", index=False)
    frame.head(2).to_csv(tmp_path / "two.csv", index=False)
    frame.head(0).to_csv(tmp_path / "none.csv", index=False)
    outcomes = pd.DataFrame(
        {
            "outcome": "soon",
            "customer_id": [f"c{i}" for i in range(SIZE)],
            "occurred_at": frame["at"],
            "actual": 9.0 + x.round(),
            "expected": 10.0,
        }
    )
    outcomes.to_csv(tmp_path / "outcomes.csv", index=False)
    outcomes.head(0).to_csv(tmp_path / "no_outcomes.csv", index=False)
    outcomes.assign(customer_id="c1").to_csv(tmp_path / "one_customer.csv", index=False)
    outcomes.assign(actual=9.0).to_csv(tmp_path / "always.csv", index=False)
    return frame


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        # A constant side.
        (("all.csv", "--outcome", "flat", "--kpi", "nps=mark"), 0, "does not vary"),
        (("all.csv", "--outcome", "met", "--kpi", "flat", *MONTHS), 0, "does not vary"),
        # Under three points.
        (("two.csv", "--outcome", "x", "--kpi", "y"), 0, "2 complete pairs: at least 3"),
        (("none.csv", "--outcome", "met", "--kpi", "nps=mark"), 0, "0 complete pairs"),
        (("two.csv", "--outcome", "x", "--kpi", "y", *MONTHS), 1, "at least 12 are needed"),
        # One thing under two names.
        (("all.csv", "--outcome", "x", "--kpi", "twice"), 0, "one thing under two names"),
        (("all.csv", "--outcome", "met", "--kpi", "copy"), 0, "(r = +1)"),
        (
            ("all.csv", "--outcome", "x", "--kpi", "-1 * twice", *OF_SHOPS),
            0,
            "(r = −1)",
        ),
        (
            ("all.csv", "--outcome", "x", "--kpi", "twice", "--within", "shop", *MONTHS),
            0,
            "one thing under two names",
        ),
        # One unit.
        (
            ("all.csv", "--outcome", "x", "--kpi", "y", "--unit", "group", "--within", "one"),
            0,
            "1 complete pairs: at least 3",
        ),
        # What came after.
        (
            ("all.csv", "--outcome", "met", "--kpi", "nps=mark", *LATE),
            1,
            "measured after the indicator in 480 rows of 480",
        ),
    ],
)
def test_no_link_is_sought_where_none_can_be(
    call: Call, rows: pd.DataFrame, asked: Sequence[str], status: int, told: str
) -> None:
    found = call("link", *asked)
    assert found.status == status
    assert told in " ".join((found.out + found.err).split())
    assert "moves with" not in found.out + found.err
    assert "predicts" not in found.out + found.err


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        (("all.csv", "--target", "flat", "--of", "x"), 1, "nothing to explain"),
        (("all.csv", "--target", "y", "--of", "x,flat"), 0, "flat: it never varies"),
        (("two.csv", "--target", "y", "--of", "x"), 1, "at least 3 are needed"),
        (("none.csv", "--target", "y", "--of", "x"), 1, "no row is left"),
        (("all.csv", "--target", "y", "--of", "x,twice"), 0, "x: it cannot be told apart"),
        (("all.csv", "--target", "twice", "--of", "x,met"), 0, "under another name"),
        (("all.csv", "--target", "y", "--of", "x", "--unit", "one"), 0, "at least 5 are needed"),
        (("all.csv", "--target", "y", "--of", "x", "--cluster", "one"), 0, "with answers: 1."),
        (
            ("all.csv", "--target", "flat", "--of", "x", "--model", "logistic"),
            1,
            "nothing to explain",
        ),
    ],
)
def test_drivers_say_what_they_cannot_tell(
    call: Call, rows: pd.DataFrame, asked: Sequence[str], status: int, told: str
) -> None:
    found = call("drivers", *asked)
    assert found.status == status
    assert told in " ".join((found.out + found.err).split())


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("all.csv", "--kpi", "flat", *ROLLOUT), "all values are equal"),
        (("two.csv", "--kpi", "nps=mark", *ROLLOUT), "1 units with the change and 1 without"),
        (("none.csv", "--kpi", "nps=mark", *ROLLOUT), "0 units with the change and 0 without"),
        (
            ("all.csv", "--kpi", "y", "--treated", "new", "--within", "one", "--randomised"),
            "at least 2 of each are needed",
        ),
    ],
)
def test_no_effect_is_told_of_what_cannot_be_compared(
    call: Call, rows: pd.DataFrame, asked: Sequence[str], told: str
) -> None:
    found = call("effect", *asked)
    assert (found.status, found.err) == (0, "")
    assert "cannot be told" in found.out
    assert told in found.out


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        (("csat/mean=flat", "all.csv", "--by", "shop"), 0, "Not distinguishable from 0"),
        (("nps=mark", "all.csv", "--by", "one"), 0, "all rows have one value of it"),
        (("nps=mark", "none.csv", "--by", "shop"), 1, "no row is left to look at"),
    ],
)
def test_a_change_that_nothing_can_explain_is_left_unexplained(
    call: Call, rows: pd.DataFrame, asked: Sequence[str], status: int, told: str
) -> None:
    found = call("explain", *asked, "--change", "new=0,1")
    assert found.status == status
    assert told in found.out + found.err


@pytest.mark.parametrize(
    ("source", "measure", "told"),
    [
        ("all.csv", "csat/mean=flat", "No change of level stands out of chance."),
        ("two.csv", "nps=mark", "a change is looked for from 9 on"),
        ("two.csv", "nps=mark", "a forecast needs at least 12"),
        ("none.csv", "nps=mark", "no dated row: there is nothing to look at"),
    ],
)
def test_a_series_that_is_flat_or_short_raises_no_alarm(
    call: Call, rows: pd.DataFrame, source: str, measure: str, told: str
) -> None:
    found = call("series", source, "--measure", measure, *MONTHS)
    assert (found.status, found.err) == (0, "")
    assert told in found.out
    assert "alarm on" not in found.out


def test_outcomes_of_nobody_of_one_customer_or_always_met_are_told_as_such(
    call: Call, rows: pd.DataFrame
) -> None:
    nothing = call("outcomes", "score", "no_outcomes.csv")
    assert (nothing.status, nothing.out) == (1, "")
    assert "no dated row tells of an outcome" in nothing.err
    one = call("outcomes", "score", "one_customer.csv", "--format", "json").document()["scores"]
    assert {score["low"] for score in one if score["segment"]} == {None}
    always = call("outcomes", "score", "always.csv", "--format", "json").document()["scores"]
    met = next(score for score in always if score["variant"].startswith("attainment"))
    assert (met["value"], met["high"]) == (100, 100)
    assert met["low"] < 100
    gap = next(score for score in always if score["variant"] == "gap_mean")
    assert (gap["value"], gap["low"], gap["high"]) == (-1, None, None)


def test_the_reasons_are_told_in_french(call: Call, rows: pd.DataFrame) -> None:
    french = {"LANG": "fr_FR.UTF-8"}
    link = call("link", "all.csv", "--outcome", "x", "--kpi", "twice", **french)
    assert "une seule chose sous deux noms" in " ".join(link.out.split())
    drivers = call("drivers", "all.csv", "--target", "twice", "--of", "x", **french)
    assert "sous un autre nom" in drivers.out
    outcomes = call("outcomes", "score", "no_outcomes.csv", **french)
    assert "aucune ligne datée" in outcomes.err
