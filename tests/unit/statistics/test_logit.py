"""Regressions of choices agree with glm and polr, and refuse to invent what has no finite value."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.errors import InvalidArgument
from ressenti.statistics.logit import logistic_regression, ordinal_logit
from ressenti.statistics.regression import with_intercept

FIRST = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 4]
SECOND = [2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 3, 1]
RETAINED = [0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1]
SATISFIED = [1, 2, 1, 2, 2, 3, 3, 2, 4, 4, 1, 3]
EASE = [3, 5, 2, 4, 1, 2, 6, 3, 5, 7, 4, 2]
DESIGN = with_intercept(np.column_stack([FIRST, SECOND]))


def test_the_logistic_regression_agrees_with_glm():
    # R 4.2.2: glm(family = binomial).
    fit = logistic_regression(RETAINED, DESIGN)
    assert fit.coefficients == pytest.approx([-1.868743064072, 0.319893272044, 0.155268730329])
    assert fit.standard_errors == pytest.approx(
        [1.455730332610, 0.552905475665, 0.509435150660], rel=1e-6
    )
    assert fit.log_likelihood == pytest.approx(-6.37701292346)


def test_the_ordinal_logit_agrees_with_polr():
    # R 4.2.2: MASS::polr(method = "logistic").
    fit = ordinal_logit(SATISFIED, EASE)
    assert fit.coefficients == pytest.approx([0.503792259237], rel=1e-3)
    assert fit.standard_errors == pytest.approx([0.321690109142], rel=1e-3)
    assert fit.thresholds == pytest.approx(
        [0.555838051821, 2.132329806679, 3.669803744444], rel=1e-3
    )
    assert fit.log_likelihood == pytest.approx(-14.9864623462)


def test_a_repeated_or_constant_driver_has_no_coefficient():
    repeated = np.column_stack([DESIGN, 3 * DESIGN[:, 1]])
    fit = logistic_regression(RETAINED, repeated)
    assert fit.coefficients[3] is None
    ordinal = ordinal_logit(SATISFIED, np.column_stack([np.ones(12), EASE]))
    assert ordinal.coefficients[0] is None
    assert ordinal.coefficients[1] == pytest.approx(0.503792259237, rel=1e-3)


@pytest.mark.parametrize("values", [[0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1]])
def test_separated_outcomes_have_no_finite_coefficients(values: list[int]):
    fit = logistic_regression(values, with_intercept([1, 2, 3, 4, 5, 6]))
    assert fit.coefficients == ()
    assert "separates" in str(fit.reason)


def test_separated_levels_have_no_finite_coefficients():
    fit = ordinal_logit([1, 1, 2, 2, 3, 3], [1, 2, 3, 4, 5, 6])
    assert fit.coefficients == ()
    assert fit.reason is not None


def test_an_outcome_of_one_value_has_nothing_to_explain():
    assert "one value only" in str(logistic_regression([1] * 12, DESIGN).reason)
    assert "one value only" in str(ordinal_logit([3] * 12, EASE).reason)


def test_fewer_rows_than_coefficients_leave_everything_undefined():
    assert logistic_regression([0, 1], DESIGN[:2]).log_likelihood is None
    assert ordinal_logit([1, 2, 3], [1, 2, 4]).log_likelihood is None


def test_an_outcome_that_is_neither_yes_nor_no_is_refused():
    with pytest.raises(InvalidArgument, match=r"2\.0"):
        logistic_regression([0, 1, 2], DESIGN[:3])
