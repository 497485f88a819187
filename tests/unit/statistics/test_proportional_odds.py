from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.statistics.importance import lmg
from ressenti.statistics.logit import ordinal_logit
from ressenti.statistics.proportional_odds import (
    latent_correlations,
    proportional_odds,
    replicated_latent_correlations,
)
from tests.commands import SYNTHETIC, oracle


def sample(seed: int, n: int = 500) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 3)) * [1, 2, 0.5] + [3, 0, 1]
    latent = x @ [1, 0.3, 0] + random.logistic(size=n)
    return np.digitize(latent, [1, 2, 3, 4, 5]), x


def test_the_fit_is_that_of_another_program() -> None:
    rows, expected = pd.read_csv(SYNTHETIC), oracle("ordinal_logit_a")
    fit = proportional_odds(rows["csat"], rows[["d1", "d3", "d4"]])
    assert fit.coefficients == pytest.approx(expected["coef"], abs=1e-5)
    # R's polr stops its search at a change of 1e-8 in the likelihood.
    assert fit.thresholds == pytest.approx(expected["thresholds"], abs=1e-4)
    assert fit.log_likelihood == pytest.approx(expected["loglik"])
    # What the curvature alone says of the errors.
    errors = np.sqrt(np.diagonal(fit.bread))[fit.thresholds.size :]
    assert errors == pytest.approx(expected["se"], rel=1e-3)


@settings(max_examples=10)
@given(st.integers(0, 1000))
def test_ordered_levels_are_fitted_as_statsmodels_does(seed: int) -> None:
    y, x = sample(seed)
    fit, other = proportional_odds(y, x), ordinal_logit(y, x)
    assert fit.coefficients == pytest.approx(other.coefficients, abs=1e-5)
    assert fit.thresholds == pytest.approx(other.thresholds, abs=1e-5)
    assert fit.scores.sum(axis=0) == pytest.approx(0, abs=1e-6)


def test_two_levels_are_logistic_regression_with_its_robust_errors() -> None:
    y, x = sample(1)
    binary = (y > 2).astype(float)
    fit = proportional_odds(binary, x)
    logit = sm.Logit(binary, sm.add_constant(x)).fit(disp=False, cov_type="HC0", tol=1e-12)
    assert fit.coefficients == pytest.approx(logit.params[1:])
    assert fit.thresholds[0] == pytest.approx(-logit.params[0])
    assert fit.standard_errors() == pytest.approx(logit.bse[1:], rel=1e-6)


def test_a_weight_of_two_is_a_row_written_twice() -> None:
    y, x = sample(2)
    weights = np.where(np.arange(y.size) % 3 == 0, 2.0, 1.0)
    repeated = np.repeat(np.arange(y.size), weights.astype(int))
    weighed = proportional_odds(y, x, weights=weights)
    written = proportional_odds(y[repeated], x[repeated])
    assert weighed.coefficients == pytest.approx(written.coefficients)
    assert weighed.log_likelihood == pytest.approx(written.log_likelihood)


def test_the_latent_r2_is_that_of_the_fitted_scale() -> None:
    y, x = sample(3)
    fit = proportional_odds(y, x)
    latent = float(np.var(x @ fit.coefficients))
    parts = lmg(latent_correlations(fit))
    assert parts.sum() == pytest.approx(latent / (latent + np.pi**2 / 3))


def test_replicates_spread_as_the_coefficients_do() -> None:
    y, x = sample(4, n=2000)
    fit = proportional_odds(y, x, buckets=np.arange(2000) % 256)
    replicates = replicated_latent_correlations(fit, replicates=400, seed=0)
    again = [
        latent_correlations(proportional_odds(*sample(seed, n=2000)))[0, 1:]
        for seed in range(100, 160)
    ]
    assert replicates[:, 0, 1:].std(axis=0) == pytest.approx(np.std(again, axis=0), rel=0.3)


def test_a_driver_that_separates_the_levels_has_no_fit_and_a_reason() -> None:
    x = np.arange(40.0)[:, None]
    fit = proportional_odds(x[:, 0] > 20, x)
    assert fit.log_likelihood is None
    assert "separates" in str(fit.reason)


@pytest.mark.parametrize(
    ("y", "said"), [([1, 1, 1, 1, 1, 1], "one value"), ([0, 1, 2, 3], "complete rows")]
)
def test_what_cannot_be_fitted_has_a_reason(y: list[int], said: str) -> None:
    x = np.arange(float(len(y)))[:, None] % 3
    assert said in str(proportional_odds(y, x).reason)


def test_a_driver_that_never_varies_has_no_effect() -> None:
    y, x = sample(5)
    fit = proportional_odds(y, np.column_stack([x[:, 0], np.full(y.size, 7.0)]))
    alone = proportional_odds(y, x[:, :1])
    assert fit.coefficients == pytest.approx([alone.coefficients[0], 0.0], abs=1e-6)
    assert fit.thresholds == pytest.approx(alone.thresholds, abs=1e-6)
