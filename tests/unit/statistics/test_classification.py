"""An audit by hand corrects what a classifier says, and widens how sure one is."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.errors import InvalidArgument
from ressenti.statistics.classification import corrected_share, prediction_powered_mean


def test_the_corrected_share_is_rogan_and_gladen_s():
    share, error = corrected_share(
        0.3, 1000, sensitivity=0.8, specificity=0.9, n_positive=100, n_negative=200
    )
    estimate = (0.3 - 0.1) / 0.7
    variance = 0.3 * 0.7 / 1000 + estimate**2 * 0.16 / 100 + (1 - estimate) ** 2 * 0.09 / 200
    assert share.estimate == pytest.approx(estimate)
    assert error == pytest.approx(variance**0.5 / 0.7)
    assert share.high - share.low == pytest.approx(2 * 1.959963984540054 * error)


def test_a_perfect_classifier_is_left_as_it_is():
    share, error = corrected_share(0.3, 1000, sensitivity=1, specificity=1)
    assert share.estimate == pytest.approx(0.3)
    assert error == pytest.approx((0.21 / 1000) ** 0.5)


def test_a_share_below_the_false_alarms_is_cut_at_zero():
    share, _ = corrected_share(0.02, 500, sensitivity=0.9, specificity=0.95)
    assert (share.estimate, share.low) == (0.0, 0.0)


def test_a_classifier_no_better_than_chance_cannot_be_corrected():
    share, error = corrected_share(0.3, 100, sensitivity=0.4, specificity=0.6)
    assert (share.estimate, error) == (None, None)
    assert "chance" in str(share.reason)


def test_a_corrected_share_without_any_error_has_no_interval():
    share, error = corrected_share(0, 100, sensitivity=1, specificity=1)
    assert (share.estimate, share.low, error) == (0.0, None, None)


@pytest.mark.parametrize("wrong", [-0.1, 1.2, float("nan")])
def test_a_share_outside_zero_and_one_is_refused(wrong: float):
    with pytest.raises(InvalidArgument):
        corrected_share(wrong, 100, sensitivity=0.9, specificity=0.9)


def test_the_audit_shifts_the_mean_prediction():
    predictions = np.array([1, 1, 0, -1, 0, 1, 1, -1])
    mean, error = prediction_powered_mean(predictions, [1, 0, 1, -1], [1, 1, 1, 0])
    assert mean.estimate == pytest.approx(0.25 + 0.5)
    assert error == pytest.approx((predictions.var() / 8 + 0.25 / 4) ** 0.5)
    assert mean.low == pytest.approx(mean.estimate - 1.959963984540054 * error)


def test_prediction_powered_intervals_cover_the_truth_of_a_biased_model():
    random = np.random.default_rng(2)
    covered = []
    for _ in range(400):
        truth = random.choice([1.0, 0.0, -1.0], p=[0.5, 0.3, 0.2], size=2200)
        model = np.where(random.random(2200) < 0.3, -1.0, truth)
        mean, _ = prediction_powered_mean(model[200:], model[:200], truth[:200])
        covered.append(mean.low <= 0.3 <= mean.high)
    assert 0.92 <= np.mean(covered) <= 0.98


def test_when_all_is_audited_the_predictions_no_longer_count():
    random = np.random.default_rng(3)
    truth = random.choice([1.0, 0.0, -1.0], p=[0.5, 0.3, 0.2], size=50)
    for model in (truth / 2, 2 * truth, random.normal(size=50)):
        mean, error = prediction_powered_mean(model, model, truth, are_among=True)
        assert mean.estimate == pytest.approx(truth.mean())
        assert error == pytest.approx(truth.std() / 50**0.5)


def test_intervals_cover_the_truth_when_half_of_a_timid_models_texts_are_audited():
    random = np.random.default_rng(4)
    covered = []
    for _ in range(400):
        truth = random.choice([1.0, 0.0, -1.0], p=[0.5, 0.3, 0.2], size=400)
        model = 0.4 * truth + random.normal(scale=0.1, size=400)
        mean, _ = prediction_powered_mean(model, model[:200], truth[:200], are_among=True)
        covered.append(mean.low <= 0.3 <= mean.high)
    # Of 400 intervals at 95%: a binomial count lies between these but for one in 1,000.
    assert 0.91 <= np.mean(covered) <= 0.985


@pytest.mark.parametrize(
    ("audited", "truth", "estimate"), [([], [], None), ([1], [0], -0.5), ([1, 1], [1, 1], 0.5)]
)
def test_a_small_or_faultless_audit_is_handled(audited: list, truth: list, estimate: float | None):
    mean, error = prediction_powered_mean([1, 0], audited, truth)
    assert mean.estimate == estimate
    assert (error is None) == (len(audited) < 2)


def test_predictions_and_errors_that_never_vary_have_no_interval():
    mean, error = prediction_powered_mean([1, 1], [1, 1], [1, 1])
    assert (mean.estimate, mean.low, error) == (1.0, None, None)


def test_each_audited_text_needs_both_values():
    with pytest.raises(InvalidArgument, match="2 audited predictions and 1"):
        prediction_powered_mean([1, 0], [1, 0], [1])
