"""Alpha and omega agree with psych and lavaan, and are undefined when nothing varies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument
from ressenti.statistics.reliability import cronbach_alpha, item_covariances, mcdonald_omega

LOADINGS = np.array([0.9, 0.7, 0.6, 0.4])
RESIDUALS = np.array([0.3, 0.5, 0.2, 0.6])
ONE_FACTOR = np.outer(LOADINGS, LOADINGS) + np.diag(RESIDUALS)

# Ten people, four items; figures of R 4.2.2, psych 2.2.9 alpha() and lavaan 0.6.14 cfa().
ROWS = [
    [5, 4, 4, 3],
    [3, 3, 2, 4],
    [4, 4, 5, 4],
    [2, 1, 2, 3],
    [5, 5, 4, 5],
    [1, 2, 3, 1],
    [4, 3, 3, 5],
    [3, 4, 3, 3],
    [2, 2, 1, 4],
    [5, 4, 5, 2],
]


def test_alpha_agrees_with_psych():
    found = cronbach_alpha(*item_covariances(ROWS))
    assert found.alpha.estimate == pytest.approx(0.788038698328936, rel=1e-10)
    assert found.standardised == pytest.approx(0.784125170957265, rel=1e-10)
    assert found.if_dropped == pytest.approx(
        (0.560344827586207, 0.614634146341463, 0.759574468085106, 0.903010033444816), rel=1e-10
    )


def test_omega_agrees_with_lavaan():
    covariances, n = item_covariances(ROWS)
    found = mcdonald_omega(covariances * (n - 1) / n)
    assert found.omega == pytest.approx(0.847615798867089, rel=1e-5)
    assert found.loadings == pytest.approx(
        (1.25588007976964, 1.06034528929133, 0.969019003994297, 0.379941032664153), rel=1e-4
    )
    assert found.residual_variances == pytest.approx(
        (0.262767586967846, 0.235669805377983, 0.621004375710963, 1.29564532424578), rel=1e-4
    )


def test_omega_recovers_a_true_one_factor_model():
    found = mcdonald_omega(ONE_FACTOR)
    assert found.loadings == pytest.approx(LOADINGS, abs=1e-6)
    assert found.residual_variances == pytest.approx(RESIDUALS, abs=1e-6)
    assert found.omega == pytest.approx(2.6**2 / (2.6**2 + 1.6))


def test_omega_does_not_depend_on_the_unit_of_all_items():
    assert mcdonald_omega(100 * ONE_FACTOR).omega == pytest.approx(mcdonald_omega(ONE_FACTOR).omega)


def test_loadings_point_the_way_most_items_do():
    assert min(mcdonald_omega(ONE_FACTOR).loadings) > 0


def test_an_item_explained_wholly_is_flagged():
    heywood = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.5], [0.8, 0.5, 1.0]])
    assert "Heywood" in str(mcdonald_omega(heywood).flags[0])


@given(st.integers(2, 8), st.floats(0.0, 0.99))
def test_alpha_of_parallel_items_is_the_spearman_brown_formula(k: int, r: float):
    covariances = np.full((k, k), r) + (1 - r) * np.eye(k)
    assert cronbach_alpha(covariances).alpha.estimate == pytest.approx(
        k * r / (1 + (k - 1) * r), abs=1e-9
    )


def test_negative_alpha_is_reported_with_a_flag():
    rows = [[1, 5], [2, 4], [5, 1], [4, 1], [3, 3]]
    found = cronbach_alpha(*item_covariances(rows))
    assert found.alpha.estimate == pytest.approx(-55)
    assert "reversed" in str(found.flags[0])


def test_identical_items_have_alpha_one_and_no_interval():
    found = cronbach_alpha(*item_covariances([[1, 1], [2, 2], [5, 5], [3, 3]]))
    assert found.alpha.estimate == pytest.approx(1)
    assert found.alpha.low is None
    assert found.if_dropped == (None, None)


def test_alpha_from_covariances_alone_has_no_interval():
    found = cronbach_alpha(ONE_FACTOR)
    assert found.alpha.estimate is not None
    assert found.alpha.high is None


@pytest.mark.parametrize(
    "rows",
    [[[3, 3], [3, 3], [3, 3]], [[1, 3], [2, 2], [3, 1]], [[1], [2]], [[1, 2]], [[1, np.nan]] * 3],
    ids=["constant", "total constant", "one item", "one row", "no complete row"],
)
def test_undefined_alpha_has_a_reason(rows: list[list[float]]):
    found = cronbach_alpha(*item_covariances(rows))
    assert found.alpha.estimate is None
    assert found.alpha.reason is not None


def test_a_constant_item_leaves_no_standardised_alpha():
    found = cronbach_alpha([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 0]])
    assert found.alpha.estimate is not None
    assert found.standardised is None


@pytest.mark.parametrize(
    "covariances",
    [[[1, 0.5], [0.5, 1]], np.diag([1.0, 2.0, 0.0]), np.ones((3, 3))],
    ids=["two items", "constant item", "identical items"],
)
def test_undefined_omega_has_a_reason(covariances: list):
    found = mcdonald_omega(covariances)
    assert found.omega is None
    assert found.reason is not None


def test_covariances_must_be_square():
    with pytest.raises(InvalidArgument, match="square"):
        cronbach_alpha([[1, 2, 3], [4, 5, 6]])
