from __future__ import annotations

from typing import Any

import pytest

from ressenti.errors import InvalidArgument
from ressenti.indicators.cpi import INDICATOR
from ressenti.scores.judgement import score_of_example, scores_of_tallies
from ressenti.scores.score import Score
from ressenti.tallies.tally import Tally, TallyTable


def cpi(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_equality_with_the_expectation_is_met_and_misses_tell_by_how_much() -> None:
    parts = cpi("attainment_vs_expectation", expected=10, actual=[10, 12, 18, None]).parts
    assert parts == {"value": pytest.approx(100 / 3), "n": 3, "median_overrun_of_misses": 5}


def test_where_more_is_better_a_miss_falls_short() -> None:
    parts = cpi(
        "attainment_vs_expectation", expected=5, actual=[5, 2, 6], direction="higher_is_better"
    ).parts
    assert parts["value"] == pytest.approx(200 / 3)
    assert parts["median_overrun_of_misses"] == 3


def test_when_all_are_met_there_is_no_overrun() -> None:
    parts = cpi("attainment_vs_expectation", expected=10, actual=[1, 2]).parts
    assert (parts["value"], parts["median_overrun_of_misses"]) == (100, None)


def test_who_still_waits_is_missed_once_the_expectation_has_passed() -> None:
    score = cpi("attainment_vs_expectation", expected=10, actual=[5], still_waiting=[12, 3])
    assert (score.value, score.n, score.n_missing) == (50, 2, 1)


def test_the_outcomes_of_a_company_publish_the_same_object_as_an_example() -> None:
    table = TallyTable.of({"all": Tally.of_counts({"met": 2, "missed": 1}, missing=2)})
    (score,) = scores_of_tallies(INDICATOR, INDICATOR.default, table)
    pairs = [[10, 8], [5, 6], [15, 15], [None, 4], [10, None]]
    example = cpi("attainment_vs_own_expectation", pairs=pairs, direction="lower_is_better")
    assert score.parts == example.parts
    assert (score.low, score.high) == (example.low, example.high)


def test_counts_of_the_outcomes_met_are_enough() -> None:
    assert cpi("attainment_vs_own_expectation", met=3, missed=1).parts["value"] == 75
    assert cpi("attainment_vs_expectation", met=3, n=4).parts["value"] == 75


def test_an_order_with_several_defects_is_one_defective_order() -> None:
    score = cpi("defect_free_share", orders=[0, 2, None, 0, 0])
    assert (score.value, score.n, score.n_missing) == (pytest.approx(75), 4, 1)


def test_minutes_available_are_added_before_they_are_divided() -> None:
    stretches = [[60, 60], [0, 60], [120, 120], [None, 60]]
    score = cpi("availability", stretches=stretches)
    assert (score.value, score.n_missing, score.low) == (pytest.approx(75), 1, None)


def test_an_option_is_offered_or_not_and_unknown_is_missing() -> None:
    score = cpi("option_offered_share", contacts=[True, False, None])
    assert (score.value, score.n_missing) == (50, 1)
    assert cpi("option_offered_share", offered=3, contacts=4).value == pytest.approx(75)


def test_the_value_delivered_is_what_each_customer_saved_on_average() -> None:
    score = cpi("value_delivered", customers=[[100, 80], [90, 60], [None, 3]])
    assert (score.value, score.n, score.n_missing) == (25, 2, 1)


def test_an_unmeasured_indicator_leaves_the_index() -> None:
    cpis = [
        {"attainment": 60, "importance": 5},
        {"attainment": None, "importance": 3},
        {"attainment": 90, "importance": 5},
    ]
    score = cpi("importance_weighted_index", cpis=cpis)
    assert (score.value, score.n, score.n_missing) == (75, 2, 1)


def test_penetration_reads_customers_or_counts() -> None:
    rows = cpi("penetration", customers=[3, 1, 0, 4, None], cpi_count=4)
    counts = cpi("penetration", counts={"0": 1, "1": 1, "3": 1, "4": 1}, cpi_count=4)
    assert rows.parts == counts.parts == {"mean_met": 2, "share_all_met": 25}


@pytest.mark.parametrize(
    ("variant", "inputs", "reason"),
    [
        ("attainment_vs_expectation", {"expected": None, "actual": [1]}, "no_data"),
        ("attainment_vs_own_expectation", {"pairs": [[None, 4], [10, None]]}, "no_data"),
        ("defect_free_share", {"orders": 5, "orders_with_defect": 6}, "inconsistent_input"),
        ("defect_free_share", {"orders": 0, "orders_with_defect": 0}, "no_data"),
        ("availability", {"available_minutes": 0, "promised_minutes": 0}, "no_data"),
        ("importance_weighted_index", {"cpis": []}, "no_data"),
        ("importance_weighted_index", {"cpis": [[50, 0]]}, "invalid_weights"),
        ("importance_weighted_index", {"cpis": [[150, 1]]}, "inconsistent_input"),
        ("penetration", {"customers": [], "cpi_count": 4}, "no_data"),
        ("penetration", {"customers": [5], "cpi_count": 4}, "inconsistent_input"),
    ],
)
def test_what_cannot_be_computed_says_why(
    variant: str, inputs: dict[str, Any], reason: str
) -> None:
    score = cpi(variant, **inputs)
    assert (score.value, score.reason) == (None, reason)


def test_an_unknown_direction_is_refused_with_the_nearest() -> None:
    with pytest.raises(InvalidArgument, match="lower_is_better"):
        cpi("attainment_vs_expectation", expected=1, actual=[1], direction="lower")
