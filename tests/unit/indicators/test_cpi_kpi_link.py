from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ressenti.indicators.cpi_kpi_link import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score
from ressenti.statistics.intervals import net_score_interval

CPI = [60, 65, 80, 70, 90, 85, 75]
KPI = [12, 20, 25, 40, 30, 50, 41]


def link(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_the_linear_correlation_is_scipy_s_with_fisher_s_limits() -> None:
    score = link("pearson", cpi=CPI, kpi=KPI)
    expected = stats.pearsonr(CPI, KPI)
    limits = expected.confidence_interval(0.95)
    assert score.parts == {"r": pytest.approx(expected.statistic), "n": 7}
    assert (score.low, score.high) == pytest.approx((limits.low, limits.high))


def test_the_rank_correlation_is_scipy_s_ties_included() -> None:
    cpi, kpi = [1, 2, 2, 4, 5], [3, 1, 1, 5, 4]
    score = link("spearman_with_ties", cpi=cpi, kpi=kpi)
    assert score.parts["rho"] == pytest.approx(stats.spearmanr(cpi, kpi).statistic)
    # Fisher's z of 5 pairs, its variance times 1 + ρ²/2.
    rho = score.parts["rho"]
    margin = stats.norm.ppf(0.975) * np.sqrt((1 + rho**2 / 2) / 2)
    expected = np.tanh([np.arctanh(rho) - margin, np.arctanh(rho) + margin])
    assert (score.low, score.high) == pytest.approx(tuple(expected))


def test_a_lag_pairs_the_outcome_with_the_later_indicator() -> None:
    score = link("lagged_pearson", cpi=CPI, kpi=KPI, lag_periods=2)
    assert score.parts["r"] == pytest.approx(stats.pearsonr(CPI[:-2], KPI[2:]).statistic)
    assert score.parts["n"] == 5


def test_pairs_with_a_missing_value_are_left_out_and_counted() -> None:
    rows = [[1, 2], [2, 1], [3, None], [4, 5], [None, 1]]
    score = link("pearson", rows=rows)
    assert (score.n, score.n_missing) == (3, 2)
    assert score.value == pytest.approx(stats.pearsonr([1, 2, 4], [2, 1, 5]).statistic)


def test_a_perfect_correlation_has_no_interval_of_width_zero() -> None:
    score = link("pearson", cpi=[1, 2, 3, 4, 5], kpi=[2, 4, 6, 8, 10])
    assert (score.value, score.low, score.high) == (pytest.approx(1), None, None)


@pytest.mark.parametrize(
    ("variant", "inputs", "reason"),
    [
        ("pearson", {"cpi": [5, 5, 5], "kpi": [1, 2, 3]}, "undefined"),
        ("spearman_with_ties", {"cpi": [1, 2, 3], "kpi": [7, 7, 7]}, "undefined"),
        ("pearson", {"cpi": [1, 2], "kpi": [1, 2]}, "undefined"),
        ("pearson", {"cpi": [], "kpi": []}, "no_data"),
        ("pearson", {"cpi": [1, 2, 3], "kpi": [1, 2]}, "inconsistent_input"),
        ("lagged_pearson", {"cpi": [1, 2, 3], "kpi": [1, 2, 3], "lag_periods": 5}, "no_data"),
        (
            "kpi_lift_met_vs_missed",
            {"met": {"scores": []}, "missed": {"scores": [9, 3]}},
            "no_data",
        ),
    ],
)
def test_what_cannot_be_computed_says_why(
    variant: str, inputs: dict[str, Any], reason: str
) -> None:
    score = link(variant, **inputs)
    assert (score.value, score.reason) == (None, reason)


def test_the_lift_compares_customers_whose_outcome_was_met_with_the_others() -> None:
    customers = [[True, 9], [True, 10], [True, 8], [False, 3], [False, 7], [None, 7], [True, None]]
    score = link("kpi_lift_met_vs_missed", customers=customers)
    assert score.parts == {
        "nps_met": pytest.approx(200 / 3),
        "nps_missed": pytest.approx(-50),
        "lift_points": pytest.approx(200 / 3 + 50),
    }
    assert (score.n, score.n_missing) == (5, 1)


def test_the_lift_has_the_interval_of_a_difference_of_two_scores() -> None:
    met = {"promoters": 60, "passives": 25, "detractors": 15}
    missed = {"promoters": 20, "passives": 30, "detractors": 50}
    score = link("kpi_lift_met_vs_missed", met=met, missed=missed)
    one, one_low, one_high = (100 * limit for limit in net_score_interval(60, 25, 15).bounds())
    two, two_low, two_high = (100 * limit for limit in net_score_interval(20, 30, 50).bounds())
    # Zou and Donner (2008): each limit takes the nearer side of one and the farther of the other
    assert score.low == pytest.approx(75 - math.hypot(one - one_low, two_high - two))
    assert score.high == pytest.approx(75 + math.hypot(one_high - one, two - two_low))
