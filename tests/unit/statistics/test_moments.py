"""Moments merge by addition and give the same figures as the rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument, InvalidWeights
from ressenti.statistics.moments import (
    NOTHING,
    Moments,
    bucketed_moments,
    correlation_matrix,
    covariance_matrix,
    delete_a_group_jackknife,
    merged_moments,
    moment_matrix,
    resampled_moments,
    without_each_bucket,
)

values = st.lists(st.floats(-1e3, 1e3), max_size=30)


@pytest.fixture
def rows() -> np.ndarray:
    random = np.random.default_rng(1)
    base = random.normal(size=(200, 1))
    return np.hstack([base + random.normal(size=(200, 3)), base])


@given(left=values, right=values)
def test_merged_blocks_have_the_moments_of_all_their_values(left: list[float], right: list[float]):
    merged = merged_moments([Moments.of(left), NOTHING, Moments.of(right)])
    whole = left + right
    assert merged.n == len(whole)
    if whole:
        assert merged.mean == pytest.approx(np.mean(whole), abs=1e-9)
        assert merged.m2 == pytest.approx(np.var(whole) * len(whole), rel=1e-9, abs=1e-6)


def test_no_values_have_neither_mean_nor_spread():
    nothing = Moments.of([])
    assert (nothing.mean, nothing.variance, nothing.standard_deviation) == (None, None, None)


def test_one_value_has_a_mean_and_no_spread():
    assert Moments.of([4.0]).mean == 4.0
    assert Moments.of([4.0]).standard_deviation is None


def test_the_mean_of_huge_close_values_keeps_its_spread():
    blocks = [Moments.of([1e9 + 4, 1e9 + 7]), Moments.of([1e9 + 13, 1e9 + 16])]
    assert merged_moments(blocks).variance == 30.0


def test_correlations_from_buckets_are_those_of_the_rows(rows: np.ndarray):
    buckets = np.arange(200) % 7
    moments = bucketed_moments(rows, buckets=buckets)
    assert moments.shape == (7, 5, 5)
    np.testing.assert_allclose(
        correlation_matrix(moments.sum(axis=0)), np.corrcoef(rows.T), atol=1e-12
    )


def test_weighted_covariances_are_numpy_s(rows: np.ndarray):
    weights = np.arange(200) % 5
    moments = bucketed_moments(rows, weights=weights)[0]
    np.testing.assert_allclose(
        covariance_matrix(moments), np.cov(rows.T, aweights=weights, ddof=0), atol=1e-12
    )


def test_a_weight_of_two_counts_like_two_rows(rows: np.ndarray):
    weights = np.where(np.arange(200) < 50, 2, 1)
    repeated = np.vstack([rows, rows[:50]])
    np.testing.assert_allclose(
        bucketed_moments(rows, weights=weights), bucketed_moments(repeated), rtol=1e-12
    )


def test_a_constant_column_has_no_correlation():
    rows = np.column_stack([[1.0, 2.0, 4.0], [0.1, 0.1, 0.1]])
    correlations = correlation_matrix(bucketed_moments(rows)[0])
    assert correlations[0, 0] == 1
    assert np.isnan(correlations[0, 1])
    assert np.isnan(correlations[1, 1])


def test_no_rows_have_no_covariance():
    assert np.isnan(covariance_matrix(np.zeros((3, 3)))).all()


def test_a_moment_matrix_is_assembled_from_its_sums(rows: np.ndarray):
    whole = bucketed_moments(rows)[0]
    np.testing.assert_allclose(
        moment_matrix(200, rows.sum(axis=0), rows.T @ rows), whole, rtol=1e-12, atol=1e-12
    )


def test_products_that_do_not_fit_the_sums_are_refused():
    with pytest.raises(InvalidArgument, match="2 sums"):
        moment_matrix(3, [1, 2], [[1]])


@pytest.mark.parametrize("weight", [-1.0, float("nan")])
def test_a_wrong_weight_is_refused(weight: float):
    with pytest.raises(InvalidWeights, match=str(weight)):
        bucketed_moments([[1.0], [2.0]], weights=[1.0, weight])


def test_each_jackknife_replicate_leaves_one_bucket_out(rows: np.ndarray):
    buckets = np.arange(200) % 4
    replicates = without_each_bucket(bucketed_moments(rows, buckets=buckets))
    np.testing.assert_allclose(
        correlation_matrix(replicates[2]), np.corrcoef(rows[buckets != 2].T), atol=1e-12
    )


def test_bootstrap_samples_have_as_many_buckets_as_the_original_and_follow_the_seed():
    moments = bucketed_moments(np.ones((50, 1)), buckets=np.arange(50))
    samples = resampled_moments(moments, replicates=20, seed=3)
    assert samples.shape == (20, 2, 2)
    assert (samples[:, 0, 0] == 50).all()
    np.testing.assert_array_equal(samples, resampled_moments(moments, replicates=20, seed=3))


def test_the_jackknife_error_of_a_mean_is_the_textbook_one():
    numbers = np.array([2.0, 3.0, 7.0, 8.0])
    left_out = (numbers.sum() - numbers) / 3
    jackknife = delete_a_group_jackknife(numbers.mean(), left_out)
    assert jackknife.standard_error == pytest.approx(numbers.std(ddof=1) / 2)
    assert jackknife.n_groups == 4


@pytest.mark.parametrize("replicates", [[], [1.0], [1.0, float("nan")]])
def test_an_undefined_jackknife_error_has_a_reason(replicates: list[float]):
    jackknife = delete_a_group_jackknife(1.0, replicates)
    assert jackknife.standard_error is None
    assert jackknife.reason is not None
