"""Linear regressions agree with R, and leave undefined what the data do not tell."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.errors import InvalidArgument
from ressenti.statistics.moments import bucketed_moments, correlation_matrix
from ressenti.statistics.regression import (
    least_squares,
    predicted_mean,
    standardised_fit,
    with_intercept,
)

FIRST = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 4]
SECOND = [2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 3, 1]
CLUSTERS = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
OUTCOME = [3, 4, 4, 6, 5, 8, 9, 7, 11, 10, 3, 6]
DESIGN = with_intercept(np.column_stack([FIRST, SECOND]))


def test_coefficients_and_their_errors_agree_with_lm_and_sandwich():
    # R 4.2.2: lm, vcovHC(type = "HC3"), vcovCL(type = "HC1").
    fit = least_squares(OUTCOME, DESIGN, clusters=CLUSTERS)
    assert fit.coefficients == pytest.approx([1.9651898734177, 0.9178119349005, -0.0604882459313])
    assert fit.r2 == pytest.approx(0.871950891456)
    assert fit.standard_errors("classical") == pytest.approx(
        [0.639214768608, 0.255584424642, 0.243099116958]
    )
    assert fit.standard_errors("hc3") == pytest.approx(
        [0.493907311494, 0.253256678481, 0.260304153437]
    )
    assert fit.standard_errors("cluster") == pytest.approx(
        [0.121771685965, 0.313214340235, 0.358081244831]
    )
    assert (fit.n, fit.freedom, fit.n_clusters) == (12, 9, 4)


def test_a_prediction_agrees_with_predict_lm():
    found = predicted_mean(least_squares(OUTCOME, DESIGN), [1, 5, 5])
    assert (found.estimate, found.low, found.high) == pytest.approx(
        (6.25180831826, 5.54623048326, 6.95738615327)
    )


def test_a_coming_period_is_less_certain_than_the_mean():
    fit = least_squares(OUTCOME, DESIGN)
    mean = predicted_mean(fit, [1, 5, 5])
    period = predicted_mean(fit, [1, 5, 5], period_size=10)
    gap = (period.high - period.estimate) ** 2 - (mean.high - mean.estimate) ** 2
    assert gap == pytest.approx(2.2621571628**2 * fit.residual_variance / 10)


def test_a_prediction_with_clusters_counts_the_clusters():
    fit = least_squares(OUTCOME, DESIGN, clusters=CLUSTERS)
    assert fit.reference_freedom("cluster") == 3
    assert predicted_mean(fit, [1, 5, 5], errors="cluster").low is not None


def test_a_driver_that_repeats_another_has_no_coefficient():
    design = np.column_stack([DESIGN[:, :2], 2 * DESIGN[:, 1], DESIGN[:, 2]])
    fit = least_squares(OUTCOME, design)
    assert np.isnan(fit.coefficients[2])
    assert np.isnan(fit.standard_errors()[2])
    assert fit.coefficients[[0, 1, 3]] == pytest.approx(
        [1.9651898734177, 0.9178119349005, -0.0604882459313]
    )
    assert predicted_mean(fit, [1, 5, 10, 5]).estimate == pytest.approx(6.25180831826)


def test_a_row_with_a_missing_value_is_left_out():
    with_hole = least_squares([*OUTCOME, 5], np.vstack([DESIGN, [1, np.nan, 3]]))
    assert with_hole.n == 12
    assert with_hole.coefficients == pytest.approx(least_squares(OUTCOME, DESIGN).coefficients)


def test_as_many_coefficients_as_rows_have_no_errors():
    fit = least_squares([1, 3], with_intercept([1, 2]))
    assert fit.coefficients == pytest.approx([-1, 2])
    assert np.isnan(fit.standard_errors()).all()
    assert (fit.r2, fit.residual_variance) == (None, None)
    prediction = predicted_mean(fit, [1, 3])
    assert prediction.estimate == pytest.approx(5)
    assert prediction.low is None


def test_no_rows_leave_everything_undefined_with_a_reason():
    fit = least_squares([np.nan], [[1.0, 2.0]])
    assert np.isnan(fit.coefficients).all()
    assert fit.reason is not None
    assert predicted_mean(fit, [1, 2]).reason == fit.reason


def test_one_cluster_gives_no_errors_by_cluster():
    fit = least_squares(OUTCOME, DESIGN, clusters=[7] * 12)
    assert np.isnan(fit.standard_errors("cluster")).all()
    assert predicted_mean(fit, [1, 5, 5], errors="cluster").low is None


def test_a_row_that_alone_decides_a_coefficient_leaves_its_robust_error_undefined():
    fit = least_squares([1, 2, 3, 9], with_intercept([0, 0, 0, 1]))
    assert fit.coefficients == pytest.approx([2, 7])
    assert np.isnan(fit.standard_errors("hc3")).all()


def test_an_outcome_that_does_not_vary_has_no_share_explained():
    assert least_squares([4] * 12, DESIGN).r2 is None


def test_errors_that_were_not_fitted_are_refused():
    with pytest.raises(InvalidArgument, match="classical, hc3"):
        least_squares(OUTCOME, DESIGN).standard_errors("cluster")


def test_outcomes_and_rows_must_go_together():
    with pytest.raises(InvalidArgument, match="12 outcomes and 3 rows"):
        least_squares(OUTCOME, DESIGN[:3])


def test_the_standardised_fit_is_that_of_standardised_rows():
    rows = np.column_stack([OUTCOME, FIRST, SECOND]).astype(float)
    found = standardised_fit(correlation_matrix(bucketed_moments(rows)[0]))
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    expected = np.linalg.lstsq(scaled[:, 1:], scaled[:, 0], rcond=None)[0]
    assert found.betas == pytest.approx(expected)
    r = np.corrcoef(FIRST, SECOND)[0, 1]
    assert found.inflation_factors == pytest.approx([1 / (1 - r * r)] * 2)


def test_constant_and_repeated_drivers_have_no_standardised_coefficient():
    table = np.array([[1, 0.5, 0.4, 0.4], [0.5, 1, 0, 0], [0.4, 0, 1, 1], [0.4, 0, 1, 1]])
    with_constant = np.full((5, 5), np.nan)
    with_constant[:4, :4] = table
    found = standardised_fit(with_constant)
    assert found.betas == (pytest.approx(0.5), None, None, None)
    assert found.inflation_factors == (pytest.approx(1), None, None, None)
