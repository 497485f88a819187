"""A change of average splits into mix and rate, and says when the total misleads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument
from ressenti.statistics.decomposition import (
    SegmentSums,
    mix_rate_decomposition,
    simpson_alert,
)

segment = st.tuples(st.integers(0, 500), st.floats(-1, 1), st.integers(0, 500), st.floats(-1, 1))


def test_mix_and_rate_are_those_of_the_worked_reversal():
    split = mix_rate_decomposition(
        SegmentSums((800, 200), (480, 20)), SegmentSums((300, 700), (189, 105)), scale=100
    )
    assert split.total.value == pytest.approx(-20.6)
    assert split.mix_by_segment == pytest.approx((-30.75, 6.25))
    assert split.rate_by_segment == pytest.approx((1.65, 2.25))
    assert split.changes == pytest.approx((3.0, 5.0))


@given(st.lists(segment, min_size=1, max_size=6))
def test_mix_and_rate_add_up_to_the_total(segments: list[tuple[int, float, int, float]]):
    n_before, rates_before, n_after, rates_after = map(np.array, zip(*segments, strict=True))
    before = SegmentSums(n_before, n_before * rates_before)
    after = SegmentSums(n_after, n_after * rates_after)
    split = mix_rate_decomposition(before, after)
    if n_before.sum() == 0 or n_after.sum() == 0:
        assert split.total.value is None
        assert split.total.reason is not None
    else:
        change = sum(after.sums) / sum(after.n) - sum(before.sums) / sum(before.n)
        assert split.total.value == pytest.approx(change, abs=1e-9)
        assert split.mix.value + split.rate.value == pytest.approx(change, abs=1e-9)


def test_a_segment_of_one_period_is_all_mix():
    split = mix_rate_decomposition(SegmentSums((100, 0), (50, 0)), SegmentSums((100, 100), (50, 0)))
    assert split.rate.value == 0
    assert split.mix.value == pytest.approx(-0.25)
    assert split.changes == (0.0, None)


def test_standard_errors_are_the_spread_of_simulated_samples():
    random = np.random.default_rng(5)
    shares = (np.array([0.8, 0.2]), np.array([0.3, 0.7]))
    answers = (
        np.array([[0.7, 0.2, 0.1], [0.4, 0.3, 0.3]]),
        np.array([[0.75, 0.13, 0.12], [0.5, 0.15, 0.35]]),
    )

    def sample(period: int) -> SegmentSums:
        n = random.multinomial(1000, shares[period])
        counts = np.array(
            [random.multinomial(size, p) for size, p in zip(n, answers[period], strict=True)]
        )
        return SegmentSums(n, counts[:, 0] - counts[:, 2], counts[:, 0] + counts[:, 2])

    splits = [mix_rate_decomposition(sample(0), sample(1), scale=100) for _ in range(3000)]
    for part in ("total", "mix", "rate"):
        effects = [getattr(split, part) for split in splits]
        spread = np.std([effect.value for effect in effects])
        claimed = np.mean([effect.standard_error for effect in effects])
        assert claimed == pytest.approx(spread, rel=0.05)


def test_the_standard_error_of_the_total_is_that_of_two_independent_means():
    before = SegmentSums((60, 40), (30, -10), (42, 26))
    after = SegmentSums((50, 70), (20, 14), (40, 40))
    first = 68 / 100 - 0.2**2
    second = 80 / 120 - (34 / 120) ** 2
    error = mix_rate_decomposition(before, after).total.standard_error
    assert error == pytest.approx((first / 100 + second / 120) ** 0.5)


def test_without_squares_there_is_no_standard_error_and_no_interval():
    split = mix_rate_decomposition(SegmentSums((10, 10), (5, 2)), SegmentSums((10, 10), (6, 1)))
    assert split.rate.standard_error is None
    assert split.rate.reason is not None
    assert split.rate.interval().low is None


def test_the_alert_rises_when_the_total_goes_against_every_segment():
    before = SegmentSums((800, 200), (480, 20), (560, 120))
    after = SegmentSums((300, 700), (189, 105), (240, 400))
    alert = simpson_alert(mix_rate_decomposition(before, after, scale=100))
    assert alert.is_raised
    assert len(alert.reasons) == 2
    assert alert.is_established is False


def test_the_alert_stays_down_when_nothing_changes():
    before, after = SegmentSums((50, 50), (10, 5)), SegmentSums((100, 100), (20, 10))
    assert simpson_alert(mix_rate_decomposition(before, after)).is_raised is False


def test_the_alert_stays_down_when_total_and_rates_fall_together():
    before, after = SegmentSums((50, 50), (25, 15)), SegmentSums((60, 40), (24, 8))
    assert simpson_alert(mix_rate_decomposition(before, after)).is_raised is False


def test_there_is_no_alert_without_answers():
    split = mix_rate_decomposition(SegmentSums((0, 0), (0, 0)), SegmentSums((1, 2), (1, 1)))
    assert simpson_alert(split).is_raised is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SegmentSums((1, 2), (1, 1)), SegmentSums((1,), (1,))),
        (SegmentSums((), ()), SegmentSums((), ())),
        (SegmentSums((-1, 2), (1, 1)), SegmentSums((1, 2), (1, 1))),
    ],
)
def test_segments_that_do_not_match_or_have_negative_counts_are_refused(
    before: SegmentSums, after: SegmentSums
):
    with pytest.raises(InvalidArgument):
        mix_rate_decomposition(before, after)
