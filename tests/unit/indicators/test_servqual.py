from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_rel

from ressenti.errors import InvalidArgument
from ressenti.indicators.servqual import INDICATOR
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score
from ressenti.scores.service_quality import ITEMS_OF_DIMENSIONS, QUESTIONNAIRE

EXPECTED = [6, 6, 5, 6, 7, 7, 7, 6, 7, 6, 6, 7, 6, 7, 6, 7, 6, 5, 6, 6, 6, 6]
PERCEIVED = [6, 5, 5, 6, 5, 6, 6, 6, 5, 5, 5, 6, 5, 6, 6, 6, 6, 5, 5, 6, 5, 5]
WEIGHTS = dict(zip(ITEMS_OF_DIMENSIONS, [11, 32, 22, 19, 16], strict=True))
ONE = {"expectations": EXPECTED, "perceptions": PERCEIVED, "weights": WEIGHTS}
CONTENT = {"expectations": [7] * 22, "perceptions": [7] * 22, "weights": WEIGHTS}
MARKS = st.lists(st.integers(1, 7), min_size=22, max_size=22)


def servqual(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def test_the_22_statements_fall_into_five_dimensions_as_published() -> None:
    assert list(ITEMS_OF_DIMENSIONS.values()) == [4, 5, 4, 4, 5]
    statements = [text for part in QUESTIONNAIRE.values() for text in part.statements]
    assert len({text.en for text in statements}) == len({text.fr for text in statements}) == 22


def test_marks_and_the_gaps_they_give_lead_to_the_same_scores() -> None:
    gaps = dict(zip(ITEMS_OF_DIMENSIONS, [-0.25, -1.2, -1.0, -0.5, -0.6], strict=True))
    for variant in ("unweighted_from_gaps", "weighted_from_gaps"):
        from_gaps = servqual(variant, gaps=gaps, weights=WEIGHTS)
        assert servqual(variant, **ONE).value == pytest.approx(from_gaps.value)


def test_many_respondents_are_the_mean_of_their_own_scores() -> None:
    # −0.71 and 0; −0.8225 and 0
    assert servqual("unweighted_from_gaps", respondents=[ONE, CONTENT]).value == pytest.approx(
        -0.355
    )
    assert servqual("weighted_from_gaps", respondents=[ONE, CONTENT]).value == pytest.approx(
        -0.41125
    )
    rows = {"expectations": [EXPECTED, [7] * 22], "perceptions": [PERCEIVED, [7] * 22]}
    assert servqual("unweighted_from_gaps", **rows).value == pytest.approx(-0.355)


def test_the_interval_of_a_dimension_is_scipy_s_paired_one() -> None:
    generator = np.random.default_rng(7)
    expected = generator.integers(5, 8, (30, 22))
    perceived = generator.integers(3, 8, (30, 22))
    score = servqual(
        "gap_per_dimension", expectations=expected.tolist(), perceptions=perceived.tolist()
    )
    tangible = ttest_rel(perceived[:, :4].mean(axis=1), expected[:, :4].mean(axis=1))
    low, high = tangible.confidence_interval(0.95)
    assert score.parts["intervals"]["tangibles"] == pytest.approx([low, high])
    overall = servqual(
        "unweighted_from_gaps", expectations=expected.tolist(), perceptions=perceived.tolist()
    )
    assert overall.value == pytest.approx(np.mean(list(score.parts["gaps"].values())))
    assert overall.low is not None
    assert overall.low < (overall.value or 0)


@given(MARKS, MARKS)
def test_servperf_after_minus_before_is_the_unweighted_gap(
    expected: list[int], perceived: list[int]
) -> None:
    gap = servqual("unweighted_from_gaps", expectations=expected, perceptions=perceived).value
    performances = [
        servqual("servperf", perceptions=marks).parts["mean_of_dimensions"]
        for marks in (perceived, expected)
    ]
    assert gap == pytest.approx(performances[0] - performances[1])


def test_contributions_add_up_to_the_weighted_gap_and_rank_the_dimensions() -> None:
    score = servqual("weighted_from_gaps", **ONE)
    contributions = score.parts["contributions"]
    assert sum(contributions.values()) == pytest.approx(score.value)
    assert min(contributions, key=contributions.__getitem__) == "reliability"


def test_a_dimension_needs_half_of_its_pairs() -> None:
    half = servqual(
        "dimension_with_missing_pair", expectations=[7, 7, 6, None], perceptions=[6, None, 6, 5]
    )
    assert (half.value, half.n, half.n_missing) == (-0.5, 2, 2)
    quarter = servqual(
        "dimension_with_missing_pair", expectations=[7, 7, 9, None], perceptions=[6, None, 6, 5]
    )
    assert (quarter.value, quarter.reason, quarter.n_invalid) == (None, "undefined", 1)


def test_a_respondent_without_a_dimension_leaves_the_mean_and_is_counted() -> None:
    silent = ONE | {"perceptions": [None] * 4 + PERCEIVED[4:]}
    score = servqual("unweighted_from_gaps", respondents=[ONE, silent])
    assert (score.value, score.n, score.n_missing) == (pytest.approx(-0.71), 1, 1)
    alone = servqual("unweighted_from_gaps", **silent)
    assert (alone.value, alone.reason) == (None, "undefined")
    partial = servqual("full_22_items_one_respondent", **silent)
    assert (partial.parts["gaps"]["tangibles"], partial.parts["unweighted"]) == (None, None)


@pytest.mark.parametrize(
    "weights",
    [
        WEIGHTS | {"empathy": 6},
        WEIGHTS | {"empathy": 16.6},
        WEIGHTS | {"empathy": None},
        WEIGHTS | {"empathy": -16, "tangibles": 43},
        {},
        None,
    ],
)
def test_points_that_do_not_total_100_are_rejected_and_the_unweighted_gap_stands(
    weights: dict[str, float | None] | None,
) -> None:
    inputs = ONE | {"weights": weights}
    assert servqual("weighted_from_gaps", **inputs).reason == "invalid_weights"
    full = servqual("full_22_items_one_respondent", **inputs).parts
    assert (full["unweighted"], full["weighted"]) == (pytest.approx(-0.71), None)


def test_points_within_half_a_point_are_taken_as_they_are() -> None:
    weights = WEIGHTS | {"empathy": 16.4}
    score = servqual("weighted_from_gaps", **(ONE | {"weights": weights}))
    assert score.value == pytest.approx(-0.8225 - 0.004 * 0.6)


def test_gaps_per_item_keep_their_places() -> None:
    score = servqual("gap_per_item", expectations=[7, None, 6], perceptions=[5, 6, 9])
    assert score.to_dict()["value"] == {"gaps": [-2, None, None]}
    assert score.n_invalid == 1


@pytest.mark.parametrize("variant", [variant.key for variant in INDICATOR.variants])
def test_no_answer_is_null_and_not_zero(variant: str) -> None:
    score = servqual(variant, expectations=[], perceptions=[], weights=WEIGHTS).to_dict()
    assert (score["value"], score["reason"]) == (None, "no_data")


def test_lists_that_do_not_pair_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="do not pair"):
        servqual("unweighted_from_gaps", expectations=EXPECTED, perceptions=PERCEIVED[:21])
    with pytest.raises(InvalidArgument, match="22"):
        servqual("servperf", perceptions=PERCEIVED[:21])
