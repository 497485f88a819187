"""Student's quantiles against printed tables and against scipy."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtr, stdtrit

from ressenti.statistics.student import student_quantile


@pytest.mark.parametrize(
    ("freedom", "probability", "printed"),
    [
        # NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2.
        (1, 0.975, 12.706),
        (2, 0.95, 2.920),
        (5, 0.99, 3.365),
        (10, 0.975, 2.228),
        (30, 0.995, 2.750),
        (100, 0.999, 3.174),
    ],
)
def test_quantiles_are_those_of_the_printed_table(
    freedom: float, probability: float, printed: float
) -> None:
    assert round(student_quantile(freedom, probability), 3) == printed


@given(
    freedom=st.floats(0.5, 1e9),
    probability=st.floats(1e-9, 1 - 1e-9).filter(lambda p: abs(p - 0.5) > 1e-6),
)
def test_quantiles_are_those_of_scipy(freedom: float, probability: float) -> None:
    assert student_quantile(freedom, probability) == pytest.approx(
        float(stdtrit(freedom, probability)), rel=1e-9
    )


@given(freedom=st.floats(0.5, 1e6), probability=st.floats(1e-6, 1 - 1e-6))
def test_the_law_gives_a_quantile_its_probability_back(freedom: float, probability: float) -> None:
    value = student_quantile(freedom, probability)
    assert float(stdtr(freedom, value)) == pytest.approx(probability, rel=1e-10)


@given(freedom=st.floats(0.5, 1e9), probability=st.floats(1e-6, 1 - 1e-6))
def test_the_law_is_symmetric(freedom: float, probability: float) -> None:
    low, high = student_quantile(freedom, probability), student_quantile(freedom, 1 - probability)
    assert low == pytest.approx(-high, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("freedom", "probability"),
    [(0, 0.9), (-1, 0.9), (math.nan, 0.9), (5, 0), (5, 1), (5, math.nan)],
)
def test_what_has_no_quantile_is_not_a_number(freedom: float, probability: float) -> None:
    assert math.isnan(student_quantile(freedom, probability))
