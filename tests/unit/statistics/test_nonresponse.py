"""Who did not answer: rates, evenness, worst cases and reference mixes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.statistics.nonresponse import (
    Dispositions,
    representativeness,
    response_rate,
    standardised_mean,
    worst_case_bounds,
)


def test_partial_answers_count_in_the_second_rate_only():
    people = Dispositions(complete=300, partial=20, refusals=80, non_contacts=500, unknown=100)
    assert response_rate(people) == 0.3
    assert response_rate(people, with_partial=True) == 0.32
    assert response_rate(Dispositions(complete=0)) is None


def test_response_alike_in_every_cell_is_perfectly_representative():
    found = representativeness([100, 200, 50], [30, 60, 15])
    assert found.indicator == pytest.approx(1)
    assert found.variation == pytest.approx(0, abs=1e-9)


def test_nobody_invited_or_too_many_answers_are_refused():
    with pytest.raises(UndefinedResult):
        representativeness([0], [0])
    with pytest.raises(InvalidArgument):
        representativeness([10], [11])
    assert representativeness([10, 10], [0, 0]).variation is None


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_the_mean_of_everybody_is_within_the_worst_cases(
    answered: float, silent: float, response: float
):
    low, high = worst_case_bounds(answered, response)
    everybody = response * answered + (1 - response) * silent
    assert low - 1e-12 <= everybody <= high + 1e-12
    assert high - low == pytest.approx(1 - response)


def test_impossible_worst_cases_are_refused():
    with pytest.raises(InvalidArgument, match="45"):
        worst_case_bounds(45, 0.3)


def test_a_group_of_the_reference_without_answers_leaves_no_figure():
    interval, error = standardised_mean([0.5, 0.1], [0.6, 0.7], [100, 0], [0.5, 0.5])
    assert interval.estimate is error is None
    unused, _ = standardised_mean([0.5, 0.1], [0.6, 0.7], [100, 0], [1, 0])
    assert unused.estimate == 0.5
    with pytest.raises(InvalidArgument):
        standardised_mean([0.5], [0.6], [100], [0])
