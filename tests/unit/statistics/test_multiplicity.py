"""Families of tests: R's p.adjust, with missing p-values staying missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument, UnknownName
from ressenti.statistics.multiplicity import adjusted_p_values, selected_confidence

# By hand from the definitions that R documents for p.adjust.
EXPECTED = {
    "BH": [0.02, 0.02666666667, 0.03, 0.02],
    "BY": [0.04166666667, 0.05555555556, 0.0625, 0.04166666667],
    "holm": [0.03, 0.04, 0.04, 0.02],
    "hochberg": [0.03, 0.03, 0.03, 0.02],
    "hommel": [0.03, 0.03, 0.03, 0.02],
    "bonferroni": [0.04, 0.08, 0.12, 0.02],
    "none": [0.01, 0.02, 0.03, 0.005],
}


@pytest.mark.parametrize("method", EXPECTED)
def test_adjusted_p_values_are_those_of_r(method: str):
    found = adjusted_p_values([0.01, 0.02, 0.03, 0.005], method=method)
    assert found == pytest.approx(EXPECTED[method], rel=1e-9)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=30))
def test_an_undefined_test_stays_undefined_and_does_not_count(p_values: list[float | None]):
    found = adjusted_p_values(p_values)
    known = adjusted_p_values([p for p in p_values if p is not None])
    assert [p is None for p in found] == [p is None for p in p_values]
    assert [p for p in found if p is not None] == pytest.approx(known)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_false_discoveries_are_controlled_as_scipy_does(p_values: list[float]):
    from scipy.stats import false_discovery_control

    assert adjusted_p_values(p_values) == pytest.approx(false_discovery_control(p_values).tolist())


def test_a_wrong_method_or_p_value_is_refused():
    with pytest.raises(UnknownName, match="holm"):
        adjusted_p_values([0.5], method="holms")
    with pytest.raises(InvalidArgument, match=r"1\.5"):
        adjusted_p_values([1.5])


def test_without_selection_there_is_no_level():
    assert selected_confidence(0, 50) is None
    with pytest.raises(InvalidArgument):
        selected_confidence(51, 50)
