"""Charts raise an alarm when a series moves and not before."""

from __future__ import annotations

import numpy as np
import pytest

from ressenti.errors import InvalidArgument
from ressenti.statistics.control_charts import cusum, ewma, laney_factor, single_mean_changepoint


def test_a_cusum_forgets_nothing_but_the_slack():
    chart = cusum([1.5, 1.5, -3.0, -3.0], slack=0.5, limit=4)
    assert chart.upper.tolist() == [1.0, 2.0, 0.0, 0.0]
    assert chart.lower.tolist() == [0.0, 0.0, 2.5, 5.0]
    assert chart.alarms == (3,)


def test_a_sum_equal_to_the_limit_is_not_an_alarm():
    assert cusum([5.5], limit=5).alarms == ()


def test_an_empty_series_has_an_empty_chart():
    assert cusum([]).upper.size == 0
    assert ewma([]).alarms == ()


def test_ewma_limits_open_up_to_their_final_width():
    chart = ewma(np.zeros(200), smoothing=0.1, width=2.7, centre=5, deviation=2)
    first, last = chart.high[0] - 5, chart.high[-1] - 5
    assert first == pytest.approx(2.7 * 2 * 0.1)
    assert last == pytest.approx(2.7 * 2 * (0.1 / 1.9) ** 0.5)
    assert chart.alarms[0] > 0


def test_a_lasting_fall_raises_an_alarm_a_single_bad_day_does_not():
    assert ewma([0, 0, -3, 0, 0, 0]).alarms == ()
    assert ewma([0, 0, *([-1.0] * 30)]).alarms != ()


@pytest.mark.parametrize("smoothing", [0, -0.1, 1.1])
def test_a_smoothing_outside_its_range_is_refused(smoothing: float):
    with pytest.raises(InvalidArgument):
        ewma([1, 2], smoothing=smoothing)


def test_a_baseline_that_varies_as_expected_keeps_its_limits():
    random = np.random.default_rng(1)
    assert laney_factor(random.normal(size=5000)) == pytest.approx(1, abs=0.03)
    assert laney_factor(3 * random.normal(size=5000)) == pytest.approx(3, rel=0.03)
    assert laney_factor([2.0]) == 1


def test_the_break_minimises_the_sum_of_squares():
    random = np.random.default_rng(3)
    values = np.concatenate([random.normal(0, 1, 40), random.normal(2, 1, 25)])

    def cost(after: int) -> float:
        return values[:after].var() * after + values[after:].var() * (65 - after)

    found = single_mean_changepoint(values)
    assert found.after == min(range(1, 65), key=cost)
    assert found.reduction == pytest.approx(values.var() * 65 - cost(found.after))
    assert found.after_mean == pytest.approx(values[found.after :].mean())


def test_the_level_of_the_series_does_not_move_its_break():
    values = np.array([1.0, 2, 1, 2, 8, 9, 8])
    assert single_mean_changepoint(values + 1e9).after == 4


def test_each_side_has_at_least_the_shortest_length():
    values = [9.0, 0, 0, 0, 0, 1, 1]
    assert single_mean_changepoint(values).after == 1
    assert single_mean_changepoint(values, shortest=2).after != 1


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 2.0, 2.0]])
def test_a_series_without_a_break_says_why(values: list[float]):
    found = single_mean_changepoint(values)
    assert found.after is None
    assert found.reason is not None
