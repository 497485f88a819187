from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.statistics.moment_regression import least_squares_of_moments, slopes_of_moments
from ressenti.statistics.moments import bucketed_moments
from ressenti.statistics.regression import least_squares, with_intercept


def sample(seed: int, n: int = 300, k: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, k)) * random.uniform(0.5, 3, k) + random.uniform(-5, 5, k)
    groups = random.integers(0, 30, n)
    y = x @ random.normal(size=k) + groups / 10 + random.normal(size=n)
    return y, x, groups


@given(st.integers(0, 1000))
def test_sums_by_cluster_give_the_regression_of_the_rows(seed: int) -> None:
    y, x, groups = sample(seed)
    rows = least_squares(y, with_intercept(x), clusters=groups)
    found = least_squares_of_moments(
        bucketed_moments(np.column_stack([y, x]), buckets=groups), len(y)
    )
    assert found.coefficients == pytest.approx(rows.coefficients)
    assert found.r2 == pytest.approx(rows.r2)
    assert found.residual_variance == pytest.approx(rows.residual_variance)
    for kind in ("classical", "cluster"):
        assert found.standard_errors(kind) == pytest.approx(rows.standard_errors(kind))
    assert found.n_clusters == rows.n_clusters


def test_a_column_that_others_explain_has_no_coefficient() -> None:
    y, x, groups = sample(1)
    doubled = np.column_stack([y, x[:, 0], 2 * x[:, 0] + 1, np.full(len(y), 4.0), x[:, 1]])
    found = least_squares_of_moments(bucketed_moments(doubled, buckets=groups), len(y))
    assert np.isfinite(found.coefficients).tolist() == [True, True, False, False, True]
    alone = least_squares(y, with_intercept(x[:, :2]))
    assert found.coefficients[[0, 1, 4]] == pytest.approx(alone.coefficients)


def test_as_many_coefficients_as_rows_have_no_errors_and_a_reason() -> None:
    rows = [[1.0, 2.0, 3.0], [2.0, 1.0, 5.0], [4.0, 4.0, 4.0]]
    found = least_squares_of_moments(bucketed_moments(rows, buckets=[0, 1, 2]), 3)
    assert found.reason is not None
    assert np.isnan(found.standard_errors("cluster")).all()


def test_slopes_of_many_samples_are_those_of_each() -> None:
    tables = []
    for seed in range(5):
        y, x, _ = sample(seed)
        tables.append(bucketed_moments(np.column_stack([y, x]))[0])
    found = slopes_of_moments(np.stack(tables))
    for seed in range(5):
        y, x, _ = sample(seed)
        assert found[seed] == pytest.approx(least_squares(y, with_intercept(x)).coefficients[1:])


def test_slopes_without_weight_are_not_numbers() -> None:
    assert np.isnan(slopes_of_moments(np.zeros((2, 3, 3)))).all()
