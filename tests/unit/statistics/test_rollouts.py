"""Roll-outs: the effect of the regression, errors that hold, and as many shops as it takes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from ressenti.errors import InvalidArgument
from ressenti.statistics.rollout_effects import (
    difference_in_differences,
    randomised_effect,
    trend_difference,
)
from ressenti.statistics.rollout_planning import (
    RolloutDesign,
    detectable_effect,
    units_for_effect,
)

TREATED = np.arange(12) < 6


def shops(seed: int, *, effect: float) -> np.ndarray:
    """Return figures of 12 shops over 10 months; the first six get a change after the sixth."""
    chance = np.random.default_rng(seed)
    values = chance.normal(size=(12, 1)) * 5 + chance.normal(size=10) + chance.normal(size=(12, 10))
    values[:6, 6:] += effect
    return values


def test_the_difference_in_differences_is_that_of_a_two_way_regression():
    values = shops(1, effect=3)
    rows = [
        {"y": values[shop, month], "shop": shop, "month": month, "d": int(shop < 6 and month >= 6)}
        for shop in range(12)
        for month in range(10)
    ]
    fit = smf.ols("y ~ d + C(shop) + C(month)", pd.DataFrame(rows)).fit()
    found = difference_in_differences(
        values[:, :6].mean(axis=1), values[:, 6:].mean(axis=1), TREATED
    )
    assert found.effect.estimate == pytest.approx(fit.params["d"])
    assert (found.n_treated, found.n_others) == (6, 6)


def test_its_interval_is_welchs_on_the_change_of_each_shop():
    values = shops(1, effect=3)
    change = values[:, 6:].mean(axis=1) - values[:, :6].mean(axis=1)
    expected = stats.ttest_ind(change[TREATED], change[~TREATED], equal_var=False)
    found = difference_in_differences(np.zeros(12), change, TREATED)
    assert (found.effect.low, found.effect.high) == pytest.approx(
        tuple(expected.confidence_interval())
    )
    assert found.p_value == pytest.approx(expected.pvalue)


def test_the_p_value_of_a_draw_counts_every_other_draw():
    figures = np.array([5.0, 7, 8, 9, 3, 2, 4, 6])
    drawn = np.arange(8) < 4
    gaps = [
        figures[list(chosen)].mean() - np.delete(figures, chosen).mean()
        for chosen in combinations(range(8), 4)
    ]
    own = figures[drawn].mean() - figures[~drawn].mean()
    expected = np.mean(np.abs(gaps) >= abs(own) - 1e-9)
    assert randomised_effect(figures, drawn).p_value == pytest.approx(expected)


def test_what_units_were_before_sharpens_the_effect_of_a_draw():
    values = shops(4, effect=3)
    before, after = values[:, :6].mean(axis=1), values[:, 6:].mean(axis=1)
    alone = randomised_effect(after, TREATED).effect
    sharper = randomised_effect(after, TREATED, before=before).effect
    assert sharper.high - sharper.low < 0.6 * (alone.high - alone.low)
    assert sharper.low < 3 < sharper.high


def test_groups_that_drift_apart_before_the_change_are_seen():
    values = shops(1, effect=0)[:, :6]
    assert (
        trend_difference(values, TREATED).effect.low
        < 0
        < trend_difference(values, TREATED).effect.high
    )
    values[:6] += 2 * np.arange(6)
    found = trend_difference(values, TREATED).effect
    assert found.low > 0
    assert found.estimate == pytest.approx(2, abs=0.5)


def test_two_periods_before_say_nothing_of_a_drift():
    found = trend_difference(shops(1, effect=0)[:, :2], TREATED).effect
    assert found.estimate is None
    assert "3" in str(found.reason)


def test_one_unit_in_a_group_is_refused_with_the_number_needed():
    found = difference_in_differences([1.0, 2, 3], [2.0, 3, 4], [True, False, False])
    assert found.effect.estimate is None
    assert "at least 2" in str(found.effect.reason)


def test_planned_shops_see_the_effect_as_often_as_planned():
    design = RolloutDesign(answer_variance=5475, answers=100, unit_deviation=6, stability=0.8)
    units = units_for_effect(design, 8, has_before=True)
    chance = np.random.default_rng(6)
    seen = 0
    for _ in range(400):
        level = chance.normal(0, 6 * np.sqrt(0.8), 2 * units)
        before, after = (
            level
            + chance.normal(0, 6 * np.sqrt(0.2), 2 * units)
            + chance.normal(0, np.sqrt(54.75), 2 * units)
            for _ in range(2)
        )
        treated = np.arange(2 * units) < units
        found = difference_in_differences(before, after + 8 * treated, treated)
        seen += found.p_value < 0.05
    assert 0.74 <= seen / 400 <= 0.86


def test_size_and_detectable_effect_answer_one_another():
    design = RolloutDesign(answer_variance=2500, answers=50, unit_deviation=4)
    for has_before in (False, True):
        units = units_for_effect(design, 6, has_before=has_before)
        assert detectable_effect(design, units, has_before=has_before) <= 6
        assert detectable_effect(design, units - 1, has_before=has_before) > 6


def test_an_effect_of_nothing_cannot_be_planned():
    design = RolloutDesign(answer_variance=2500, answers=50, unit_deviation=4)
    with pytest.raises(InvalidArgument, match="no size"):
        units_for_effect(design, 0, has_before=False)
    with pytest.raises(InvalidArgument, match="at least 2"):
        detectable_effect(design, 1, has_before=False)
