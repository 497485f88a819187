"""Customers with several results: what they are worth, beside statsmodels and beside the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

import ressenti as rs
from ressenti.library.outcomes import OutcomeScores
from ressenti.scores.score import Score

DAYS = ("2026-01-05", "2026-02-05")


def facts(customers: Any, waits: Any, **columns: Any) -> pa.Table:
    size = len(waits)
    return pa.table(
        {
            "outcome": ["answered_soon"] * size,
            "customer_id": [None if one is None else f"c{one}" for one in customers],
            "occurred_at": ["2026-03-01"] * size,
            "actual": pa.array(waits, pa.float64()),
            "expected": [10.0] * size,
            **columns,
        }
    )


def drawn(
    seed: int, customers: int, *, alike: float, each: float = 2.0
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return whose each wait is and how long it was, waits of one customer being alike."""
    random = np.random.default_rng(seed)
    counts = 1 + random.poisson(each, customers)
    whose = np.repeat(np.arange(customers), counts)
    own = random.normal(0, alike, customers)[whose]
    return whose, 10.3 + own + random.normal(0, 1, len(whose))


def clustered(values: np.ndarray[Any, Any], whose: np.ndarray[Any, Any]) -> Any:
    groups = np.unique(whose, return_inverse=True)[1]
    return sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": groups}, use_t=True
    )


def only(scores: tuple[Score, ...]) -> Score:
    (score,) = scores
    return score


def told(found: OutcomeScores) -> list[tuple[Any, ...]]:
    return [
        (one.variant, one.value, one.low, one.high, one.n_effective, one.flags)
        for one in found.each
    ]


def test_the_mean_gap_of_clustered_results_is_that_of_statsmodels() -> None:
    whose, waits = drawn(3, 200, alike=1.0)
    gap = only(rs.outcomes(facts(whose, waits)).of("gap_mean"))
    oracle = clustered(waits - 10, whose)
    ((low, high),) = oracle.conf_int()
    assert gap.value == pytest.approx(oracle.params[0])
    assert (gap.low, gap.high) == pytest.approx((low, high))
    assert gap.flags == ("clustered",)


def test_an_attainment_is_worth_what_its_variance_between_customers_says() -> None:
    whose, waits = drawn(3, 200, alike=1.0)
    met = only(rs.outcomes(facts(whose, waits)).attainments)
    oracle = clustered((waits <= 10).astype(float), whose)
    share = oracle.params[0]
    # The score interval is normal; Student's quantile goes into the size it is made of.
    few = (stats.norm.ppf(0.975) / stats.t.ppf(0.975, 199)) ** 2
    assert met.n_effective == pytest.approx(share * (1 - share) / oracle.bse[0] ** 2 * few)
    assert met.n == len(waits)
    assert met.parts["clusters"] == 200


@pytest.mark.parametrize("is_known", [True, False])
def test_one_result_a_customer_is_told_as_if_nobody_owned_it(is_known: bool) -> None:
    _, waits = drawn(4, 60, alike=1.0)
    whose = range(len(waits)) if is_known else [None] * len(waits)
    table = facts(whose, waits)
    owned, alone = rs.outcomes(table), rs.outcomes(table.drop_columns(["customer_id"]))
    assert told(owned) == told(alone)
    assert owned.distances == alone.distances


def test_results_that_nobody_owns_count_each_for_itself_beside_those_of_customers() -> None:
    whose, waits = drawn(5, 80, alike=1.0)
    known = [one if one % 2 else None for one in whose.tolist()]
    gap = only(rs.outcomes(facts(known, waits)).of("gap_mean"))
    apart = np.array([one if one % 2 else -1 - row for row, one in enumerate(whose.tolist())])
    ((low, high),) = clustered(waits - 10, apart).conf_int()
    assert (gap.low, gap.high) == pytest.approx((low, high))


def test_a_total_over_months_knows_that_the_same_customers_come_back() -> None:
    whose, waits = drawn(6, 90, alike=1.5)
    dates = [DAYS[row % 2] for row in range(len(waits))]
    table = facts(whose, waits).set_column(2, "occurred_at", pa.array(dates))
    found = rs.outcomes(table, per="month", totals=True).of("gap_mean")
    total = only(tuple(one for one in found if one.period is None))
    january = only(tuple(one for one in found if one.period and one.period.start < "2026-02"))
    is_january = np.array(dates) == DAYS[0]
    for score, rows in ((total, slice(None)), (january, is_january)):
        ((low, high),) = clustered(waits[rows] - 10, whose[rows]).conf_int()
        assert (score.low, score.high) == pytest.approx((low, high))


def test_a_single_customer_has_figures_and_no_interval() -> None:
    found = rs.outcomes(facts(["ana"] * 6, [8.0, 9.0, 12.0, 7.0, 15.0, 10.0]))
    met = only(found.attainments)
    assert met.value == pytest.approx(400 / 6)
    assert (met.low, met.high) == (None, None)
    assert "few_clusters" in met.flags
    assert {(one.low, one.high) for one in found.distances[0].shares} == {(None, None)}
    assert only(found.of("gap_mean")).low is None


def test_customers_who_all_got_it_are_as_many_as_they_are_and_not_as_their_results() -> None:
    whose = np.repeat(np.arange(25), 4)
    met = only(rs.outcomes(facts(whose, np.full(100, 9.0))).attainments)
    assert met.value == 100
    low_of_25, _ = proportion_confint(25, 25, method="wilson")
    assert met.low is not None
    assert met.low < 100 * low_of_25
    assert met.low == pytest.approx(100 * low_of_25, abs=2)


@pytest.mark.parametrize(
    ("customers", "alike", "naive"), [(30, 1.0, 92), (100, 1.0, 92), (100, 0.0, 99)]
)
def test_intervals_hold_the_truth_as_often_as_they_say(
    customers: int, alike: float, naive: float
) -> None:
    runs = 400
    parts = [drawn(100 + run, customers, alike=alike, each=3.0) for run in range(runs)]
    whose = np.concatenate([run * customers + own for run, (own, _) in enumerate(parts)])
    waits = np.concatenate([own for _, own in parts])
    which = np.repeat(np.arange(runs), [len(own) for own, _ in parts])
    table = facts(whose, waits, run=pa.array([f"r{run}" for run in which]))
    spread = np.sqrt(1 + alike**2)
    truths = {
        "attainment_vs_own_expectation": 100 * stats.norm.cdf(-0.3 / spread),
        "gap_mean": 0.3,
        "gap_median": 0.3,
        "far_misses_share": 100 * stats.norm.sf(0.7 / spread),
    }
    found = rs.outcomes(table, by=["run"])
    alone = rs.outcomes(table.drop_columns(["customer_id"]), by=["run"])
    for variant, truth in truths.items():
        # What the mean is worth is less than what a median is: its interval is too wide if wrong.
        most = 100 if variant == "gap_median" else 99
        assert 93 <= coverage(found.of(variant), truth) <= most, variant
    assert coverage(alone.of("gap_mean"), 0.3) <= naive


def coverage(scores: tuple[Score, ...], truth: float) -> float:
    """Return the percentage of intervals that hold the truth."""
    assert len(scores) == 400
    return sum((one.low or 0.0) <= truth <= (one.high or 0.0) for one in scores) / 4
