"""Tables of counts: whole profiles, and the same people twice."""

from __future__ import annotations

import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as reference

from ressenti.statistics.contingency import independence_test, mcnemar


def test_empty_rows_and_columns_do_not_count():
    found = independence_test([[10, 0, 20], [20, 0, 10], [0, 0, 0]])
    expected = stats.chi2_contingency([[10, 20], [20, 10]], correction=False)
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.degrees_of_freedom == 1
    assert found.p_value == pytest.approx(expected.pvalue)


@pytest.mark.parametrize("table", [[[1, 2, 3]], [[1, 0], [2, 0]], [[0, 0], [0, 0]]])
def test_a_single_profile_cannot_be_compared(table: list[list[int]]):
    found = independence_test(table)
    assert found.statistic is found.p_value is None
    assert found.reason is not None


def test_mcnemars_test_is_that_of_statsmodels():
    found = mcnemar(25, 10)
    expected = reference([[40, 25], [10, 30]], exact=False, correction=False)
    assert (found.statistic, found.p_value) == pytest.approx(
        (expected.statistic, expected.pvalue), rel=1e-12
    )


def test_when_nobody_changed_there_is_nothing_to_test():
    assert mcnemar(0, 0).p_value is None
