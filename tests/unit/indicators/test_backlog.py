from __future__ import annotations

from typing import Any

import pytest

from ressenti.indicators.backlog import INDICATOR
from ressenti.scores.judgement import score_of_example, scores_of_tallies
from ressenti.scores.score import Score
from ressenti.tallies.tally import Tally, TallyTable

MARCH = {"start": "2024-03-01", "end": "2024-03-31"}


def backlog(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_tickets_that_cross_the_period_make_its_stock() -> None:
    tickets = [
        ["2024-02-20", "2024-02-25"],
        ["2024-02-20", "2024-03-01"],
        ["2024-02-20", None],
        ["2024-03-10", "2024-03-12"],
        ["2024-03-30", "2024-03-31"],
        ["2024-04-02", None],
    ]
    # opening 2, created 2, resolved 2 (the end is outside); 2 a month is 1 per 15 days
    parts = backlog("stock", tickets=tickets, **MARCH).parts
    assert parts == {"closing": 2, "days_of_work": pytest.approx(30), "clearance_rate": 100}


def test_without_a_resolution_there_are_no_days_of_work() -> None:
    parts = backlog("stock", opening=10, created=5, resolved=0, reopened=0, days=30).parts
    assert parts == {"closing": 15, "days_of_work": None, "clearance_rate": 0}


def test_a_stock_below_zero_contradicts() -> None:
    score = backlog("stock", opening=0, created=5, resolved=10, reopened=0, days=30)
    assert (score.value, score.reason) == (None, "inconsistent_input")


def test_an_empty_desk_is_a_real_zero() -> None:
    score = backlog("stock", opening=0, created=5, resolved=5, reopened=0, days=5)
    assert score.parts["closing"] == 0
    assert score.parts["days_of_work"] == 0


def test_the_flows_of_a_company_give_its_clearance() -> None:
    flows = {"created": 500, "resolved": 480, "reopened": 15}
    table = TallyTable.of({"March": Tally.of_counts(flows)})
    (score,) = scores_of_tallies(INDICATOR, INDICATOR.variant("clearance_rate"), table)
    assert score.value == pytest.approx(100 * 480 / 515)
    assert score.value == backlog("clearance_rate", **flows).value
