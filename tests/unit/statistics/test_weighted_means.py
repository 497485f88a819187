"""Weighted figures: standard errors of strata, clusters, domains and closed lists."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument, InvalidWeights, UndefinedResult
from ressenti.statistics.linearisation import design_variance, mean_scores, ratio_scores
from ressenti.statistics.weighted_means import (
    Design,
    domain_difference,
    korn_graubard_interval,
    logit_interval,
    weighted_mean,
    weighted_mean_of_sums,
    weighted_ratio,
)

RANDOM = np.random.default_rng(20261122)
VALUES = RANDOM.integers(0, 11, 200).astype(float)
WEIGHTS = RANDOM.gamma(2, 0.5, 200) + 0.1
STORES = RANDOM.integers(0, 12, 200)


def test_clustered_errors_are_those_of_a_regression_on_a_constant():
    # Statsmodels multiplies by G/(G-1) (n-1)/(n-k); with k = 1 the second factor is 1.
    fitted = sm.WLS(VALUES, np.ones(200), WEIGHTS).fit(
        cov_type="cluster", cov_kwds={"groups": STORES}
    )
    found = weighted_mean(VALUES, WEIGHTS, Design(clusters=STORES))
    assert found.estimate == pytest.approx(fitted.params[0], rel=1e-12)
    assert found.standard_error == pytest.approx(fitted.bse[0], rel=1e-10)
    assert found.degrees_of_freedom == 11


def test_a_domain_is_not_a_subset():
    domain = STORES < 3
    found = weighted_mean(VALUES, WEIGHTS, Design(domain=domain))
    subset = weighted_mean(VALUES[domain], WEIGHTS[domain])
    n = int(domain.sum())
    assert found.estimate == pytest.approx(subset.estimate)
    # The same squares, with n/(n-1) of the whole sample.
    ratio = math.sqrt(200 / 199 / (n / (n - 1)))
    assert found.standard_error == pytest.approx(subset.standard_error * ratio, rel=1e-12)


def test_equal_weights_give_the_textbook_standard_error():
    found = weighted_mean(VALUES, np.ones(200))
    assert found.standard_error == pytest.approx(VALUES.std(ddof=1) / math.sqrt(200), rel=1e-12)
    assert found.design_effect == pytest.approx(1)


def test_proportional_strata_remove_the_variance_between_them():
    values = np.array([0.0, 1, 0, 1, 10, 11, 10, 11])
    strata = np.repeat([1, 2], 4)
    found = weighted_mean(values, np.ones(8), Design(strata=strata))
    # Within each stratum s2 = 1/3, so Var = 2 (4/8)^2 (1/3) / 4.
    assert found.standard_error == pytest.approx(math.sqrt(2 * 0.25 / 12))
    assert found.degrees_of_freedom == 6


def test_a_census_of_each_stratum_has_no_sampling_error():
    design = Design(strata=np.repeat([1, 2], 4), sampling_fractions=np.ones(8))
    assert weighted_mean(np.arange(8.0), np.ones(8), design).standard_error == 0


def test_the_same_store_number_in_two_regions_is_two_stores():
    scores = mean_scores(np.arange(8.0), np.ones(8))
    strata = np.repeat(["north", "south"], 4)
    shared = design_variance(scores, strata=strata, clusters=[1, 1, 2, 2] * 2)
    own = design_variance(scores, strata=strata, clusters=[1, 1, 2, 2, 3, 3, 4, 4])
    assert shared.degrees_of_freedom == own.degrees_of_freedom == 2
    assert shared.variance[0] == pytest.approx(own.variance[0])


@given(st.lists(st.booleans(), min_size=200, max_size=200))
def test_a_row_of_weight_zero_changes_nothing(kept: list[bool]):
    mask = np.array(kept)
    assume(mask.sum() >= 2)
    found = weighted_mean(VALUES, np.where(mask, WEIGHTS, 0))
    alone = weighted_mean(VALUES[mask], WEIGHTS[mask])
    assert found.n == alone.n
    assert found.n_zero_weight == 200 - alone.n
    assert found.estimate == pytest.approx(alone.estimate)
    assert found.standard_error == pytest.approx(alone.standard_error)


@pytest.mark.parametrize("weight", [-0.5, float("nan"), float("inf")])
def test_a_negative_or_missing_weight_is_refused_with_its_value(weight: float):
    with pytest.raises(InvalidWeights, match=str(weight)):
        weighted_mean([1, 0, 1], [1, weight, 1])


def test_a_stratum_with_one_store_is_refused_by_name():
    with pytest.raises(UndefinedResult, match="south"):
        weighted_mean([1, 0, 1], [1, 1, 1], Design(strata=["north", "north", "south"]))


def test_more_answers_than_population_are_refused():
    with pytest.raises(InvalidArgument, match=r"1\.5"):
        weighted_mean([1, 0], [1, 1], Design(sampling_fractions=[1.5, 1.5]))


@pytest.mark.parametrize(("n", "estimate"), [(0, None), (1, 7.0)])
def test_too_few_rows_have_no_standard_error(n: int, estimate: float | None):
    found = weighted_mean([7.0] * n, [2.0] * n)
    assert found.estimate == estimate
    assert found.standard_error is None
    assert found.interval().low is None
    assert found.reason is not None


def test_a_missing_value_leaves_the_sample():
    found = weighted_mean([1.0, float("nan"), 3.0], [1.0, 5.0, 1.0])
    assert (found.n, found.estimate) == (2, 2.0)


def test_the_mean_from_sums_is_the_mean_from_rows():
    found = weighted_mean(VALUES, WEIGHTS)
    sums = weighted_mean_of_sums(
        200,
        WEIGHTS.sum(),
        (WEIGHTS**2).sum(),
        WEIGHTS @ VALUES,
        WEIGHTS**2 @ VALUES,
        WEIGHTS**2 @ VALUES**2,
    )
    assert sums == pytest.approx((found.estimate, found.standard_error), rel=1e-10)
    assert weighted_mean_of_sums(0, 0, 0, 0, 0, 0) == (None, None)


def test_a_ratio_of_constants_has_no_error():
    found = weighted_ratio(3 * WEIGHTS, WEIGHTS, np.ones(200))
    assert found.estimate == pytest.approx(3)
    assert found.standard_error == pytest.approx(0, abs=1e-12)
    with pytest.raises(UndefinedResult):
        ratio_scores([1, 2], [0, 0], [1, 1])


def test_a_difference_of_domains_within_stores_counts_their_covariance():
    first = np.arange(200) % 2 == 0
    together, error = domain_difference(
        VALUES + 5 * (STORES % 2), WEIGHTS, first, ~first, Design(clusters=STORES)
    )
    rows = domain_difference(VALUES + 5 * (STORES % 2), WEIGHTS, first, ~first)
    assert together == pytest.approx(rows[0])
    assert error < rows[1]
    with pytest.raises(UndefinedResult):
        domain_difference(VALUES, WEIGHTS, first, np.zeros(200, dtype=bool))


def test_a_proportion_of_one_has_no_logit_but_an_exact_limit():
    found = weighted_mean(np.ones(10), np.ones(10))
    assert logit_interval(found).low is None
    interval = korn_graubard_interval(found)
    # Exact lower limit of 10 of 10: 0.025 ** (1 / 10).
    assert interval.low == pytest.approx(0.025**0.1)
    assert interval.high == 1.0


def test_the_logit_interval_stays_between_zero_and_one():
    found = weighted_mean([1.0] * 19 + [0.0], np.ones(20))
    interval = logit_interval(found)
    assert found.interval().high > 1 > interval.high > 0.95 > interval.low > 0
