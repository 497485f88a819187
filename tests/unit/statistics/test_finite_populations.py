"""Closed lists: exact limits by enumeration, and corrections that vanish at a census."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument
from ressenti.statistics.finite_populations import (
    correction_factor,
    hypergeometric_interval,
    mean_standard_error,
)


@st.composite
def lists(draw: st.DrawFn) -> tuple[int, int, int]:
    population = draw(st.integers(1, 60))
    n = draw(st.integers(1, population))
    return draw(st.integers(0, n)), n, population


def chance(total: int, n: int, population: int, outcomes: range) -> Fraction:
    """The exact probability that the successes drawn are among some outcomes."""
    ways = sum(
        comb(total, x) * comb(population - total, n - x)
        for x in outcomes
        if x <= total and 0 <= n - x <= population - total
    )
    return Fraction(ways, comb(population, n))


@given(lists())
def test_the_limits_are_the_last_lists_that_both_tails_allow(drawn: tuple[int, int, int]):
    successes, n, population = drawn
    tail = Fraction(25, 1000)
    possible = [
        total
        for total in range(population + 1)
        if chance(total, n, population, range(successes, n + 1)) > tail
        and chance(total, n, population, range(successes + 1)) > tail
    ]
    interval = hypergeometric_interval(successes, n, population)
    assert interval.low == pytest.approx(min(possible) / population)
    assert interval.high == pytest.approx(max(possible) / population)


def test_a_census_has_no_sampling_error():
    assert correction_factor(100, 100) == 0
    assert hypergeometric_interval(3, 5, 5).bounds() == (0.6, 0.6, 0.6)


def test_sixty_answers_of_a_hundred_clients_have_63_percent_of_the_error():
    assert mean_standard_error(1.0, 60, 100) == pytest.approx(0.6324555 / 60**0.5, rel=1e-6)
    assert mean_standard_error(1.0, 1, 100) is None
    assert hypergeometric_interval(0, 0, 10).low is None


@pytest.mark.parametrize(("n", "population"), [(11, 10), (0, 0), (-1, 10)])
def test_more_answers_than_clients_are_refused(n: int, population: int):
    with pytest.raises(InvalidArgument, match=str(population)):
        correction_factor(n, population)
