"""Agreement between judgements is that of psych, and undefined when nothing varies."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.errors import InvalidArgument
from ressenti.statistics.agreement import (
    agreement_table,
    cohen_kappa,
    intraclass_correlations,
    one_way_intraclass_correlation,
)

# Shrout and Fleiss (1979): six subjects, four judges.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
RATERS = [[20, 5, 2], [8, 30, 6], [1, 4, 24]]


# R 4.2.2, psych 2.2.9: ICC(lmer = FALSE).
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("one_way", (0.165741768405, -0.1329323248748, 0.722560062328)),
        ("random_raters", (0.289763779528, 0.0187865133747, 0.761084369649)),
        ("fixed_raters", (0.714840714841, 0.3424647650339, 0.945858259955)),
        ("mean_one_way", (0.442797133679, -0.8844421552381, 0.912415420341)),
        ("mean_random_raters", (0.620050547599, 0.0711368153025, 0.927232040168)),
        ("mean_fixed_raters", (0.909315542377, 0.6756747138163, 0.985891678169)),
    ],
)
def test_intraclass_correlations_agree_with_psych(kind: str, expected: tuple[float, float, float]):
    found = getattr(intraclass_correlations(JUDGES), kind)
    assert (found.estimate, found.low, found.high) == pytest.approx(expected, rel=1e-9)


def test_a_subject_with_a_missing_rating_is_left_out():
    found = intraclass_correlations([*JUDGES, [5, np.nan, 3, 4]])
    assert found == intraclass_correlations(JUDGES)


@pytest.mark.parametrize("ratings", [[[1, 2, 3]], [[1], [2]], [[4, 4], [4, 4]]])
def test_undefined_intraclass_correlations_have_a_reason(ratings: list[list[float]]):
    found = intraclass_correlations(ratings).one_way
    assert found.estimate is None
    assert found.reason is not None


def test_perfect_agreement_has_no_interval():
    found = intraclass_correlations([[1, 1], [2, 2], [3, 3]])
    assert (found.one_way.estimate, found.one_way.low) == (1.0, None)
    assert (found.random_raters.estimate, found.random_raters.high) == (1.0, None)


def test_raters_who_only_disagree_on_the_level_have_an_exact_fixed_agreement():
    found = intraclass_correlations([[1, 3], [2, 4], [3, 5], [6, 8]])
    assert (found.fixed_raters.estimate, found.fixed_raters.low) == (1.0, None)
    assert found.random_raters.estimate < 1


def test_subjects_all_alike_on_average_have_no_interval_of_their_mean():
    found = intraclass_correlations([[1, 3], [3, 1], [2, 2]])
    assert found.mean_one_way.low is None
    assert found.one_way.estimate == pytest.approx(-1)


def test_equal_groups_have_the_one_way_correlation_of_their_ratings():
    rows = np.array(JUDGES, dtype=float)
    m2 = ((rows - rows.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    estimate, reason = one_way_intraclass_correlation(np.full(6, 4), rows.mean(axis=1), m2)
    assert estimate == pytest.approx(0.165741768405)
    assert reason is None


def test_unequal_groups_use_their_typical_size():
    # Groups (1, 2, 3), (5, 6), (9): between 245 / 6 / 2, within 2.5 / 3, typical size 11 / 6.
    estimate, _ = one_way_intraclass_correlation([3, 2, 1], [2.0, 5.5, 9.0], [2.0, 0.5, 0.0])
    between, within, typical = 245 / 12, 2.5 / 3, (6 - 14 / 6) / 2
    assert estimate == pytest.approx((between - within) / (between + (typical - 1) * within))


@pytest.mark.parametrize(
    "moments", [([5], [1.0], [2.0]), ([1, 1], [1.0, 2.0], [0.0, 0.0]), ([2, 2], [1, 1], [0, 0])]
)
def test_an_undefined_group_correlation_has_a_reason(moments: tuple):
    estimate, reason = one_way_intraclass_correlation(*moments)
    assert estimate is None
    assert reason is not None


def test_kappa_agrees_with_psych():
    found = cohen_kappa(RATERS)
    assert (found.low, found.estimate, found.high) == pytest.approx(
        (0.47309464312839, 0.60444241594401, 0.73579018875963), rel=1e-10
    )


@pytest.mark.parametrize(
    ("weights", "expected"), [("quadratic", 0.70054757015743), ("linear", 0.649673834259483)]
)
def test_near_misses_count_as_partial_agreement(weights: str, expected: float):
    assert cohen_kappa(RATERS, weights=weights).estimate == pytest.approx(expected, rel=1e-10)


def test_perfect_kappa_has_no_interval():
    found = cohen_kappa([[10, 0], [0, 7]])
    assert found.estimate == pytest.approx(1)
    assert found.low is None


@pytest.mark.parametrize("table", [[[12, 0], [0, 0]], [[0, 0], [0, 0]], [[3]]])
def test_kappa_is_undefined_when_one_category_alone_is_used(table: list[list[int]]):
    found = cohen_kappa(table)
    assert found.estimate is None
    assert found.reason is not None


@pytest.mark.parametrize("table", [[[1, 2, 3]], [[1, -2], [3, 4]]])
def test_a_table_that_is_not_one_of_counts_is_refused(table: list[list[int]]):
    with pytest.raises(InvalidArgument):
        cohen_kappa(table)


def test_unknown_kappa_weights_are_refused_with_the_known_ones():
    with pytest.raises(InvalidArgument, match="quadratic"):
        cohen_kappa(RATERS, weights="cubic")


def test_a_category_that_one_rater_never_used_stays_in_the_table():
    assert agreement_table([1, 1, 2], [1, 3, 2]).tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 0]]
