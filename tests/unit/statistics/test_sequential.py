"""Figures looked at after every answer stay right."""

from __future__ import annotations

from math import inf, log

import numpy as np
import pytest

from ressenti.errors import InvalidArgument
from ressenti.statistics.sequential import (
    Sample,
    confidence_sequence,
    difference_sequence,
    multinomial_evidence,
    tightest_rho,
)


def test_a_sequence_is_tightest_where_it_was_asked_to_be():
    def relative_width(n: int, rho_at: float) -> float:
        found = confidence_sequence(n, 0.0, 1.0, tightest_at=rho_at)
        return found.high * n**0.5

    widths = [relative_width(500, at) for at in (250, 400, 500, 650, 1000)]
    assert min(widths) == widths[2]


def test_the_truth_rarely_leaves_a_sequence_at_any_look():
    random = np.random.default_rng(12)
    missed = 0
    for _ in range(200):
        scores = random.choice([1.0, 0.0, -1.0], p=[0.6, 0.25, 0.15], size=1000)
        sizes = np.arange(1, 1001)
        means = scores.cumsum() / sizes
        deviations = np.sqrt(np.maximum((scores**2).cumsum() / sizes - means**2, 0))
        looks = range(50, 1000, 20)
        sequences = [
            confidence_sequence(n, means[n - 1], deviations[n - 1], tightest_at=300) for n in looks
        ]
        missed += any(not found.low <= 0.45 <= found.high for found in sequences)
    assert missed / 200 <= 0.05


def test_answers_all_equal_have_no_sequence_yet():
    found = confidence_sequence(50, 1.0, 0.0, tightest_at=500)
    assert found.estimate == 1
    assert (found.low, found.high) == (None, None)
    assert "exact multinomial" in str(found.reason)


@pytest.mark.parametrize(("n", "estimate"), [(0, None), (1, 3.0)])
def test_one_answer_is_too_few(n: int, estimate: float | None):
    found = confidence_sequence(n, 3.0, 0.0, tightest_at=500)
    assert found.estimate == estimate
    assert found.low is None


def test_a_difference_of_equal_groups_is_the_sequence_of_a_doubled_variance():
    found = difference_sequence(Sample(500, 0.5, 0.8), Sample(500, 0.2, 0.8), tightest_at=1000)
    alone = confidence_sequence(1000, 0.3, 2 * 0.8, tightest_at=1000)
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high))


def test_a_difference_without_spread_or_answers_has_no_sequence():
    assert difference_sequence(Sample(5, 1, 0), Sample(5, 1, 0), tightest_at=9).low is None
    assert difference_sequence(Sample(5, 1, 1), Sample(1, 1, 0), tightest_at=9).reason is not None


@pytest.mark.parametrize("at", [0, -3, float("nan")])
def test_a_number_of_answers_that_is_not_above_zero_is_refused(at: float):
    with pytest.raises(InvalidArgument):
        tightest_rho(at)


def test_the_evidence_of_one_answer_is_a_hand_computed_ratio():
    # With a flat prior one answer in three classes has probability 1/3.
    found = multinomial_evidence([1, 0, 0], [0.5, 0.25, 0.25])
    assert found.log_e == pytest.approx(log((1 / 3) / 0.5))
    assert found.p_value == 1


def test_an_answer_the_declared_mix_excludes_is_proof():
    found = multinomial_evidence([5, 1], [1.0, 0.0])
    assert (found.log_e, found.p_value) == (inf, 0.0)


def test_no_answers_are_no_evidence():
    assert multinomial_evidence([0, 0], [0.3, 0.7]).log_e == pytest.approx(0)


def test_the_evidence_averages_to_one_under_the_declared_mix():
    shares = np.array([0.6, 0.4])
    sizes = np.arange(11)
    from scipy.stats import binom

    chances = binom.pmf(sizes, 10, shares[0])
    ratios = [np.exp(multinomial_evidence([k, 10 - k], shares).log_e) for k in sizes]
    assert chances @ ratios == pytest.approx(1)


@pytest.mark.parametrize(
    ("counts", "shares", "prior"),
    [
        ([1, 2], [0.5, 0.6], None),
        ([1, -2], [0.5, 0.5], None),
        ([1, 2, 3], [0.5, 0.5], None),
        ([1, 2], [0.5, 0.5], [0, 1]),
    ],
)
def test_counts_or_shares_that_make_no_mix_are_refused(counts, shares, prior):
    with pytest.raises(InvalidArgument):
        multinomial_evidence(counts, shares, prior=prior)
