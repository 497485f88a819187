from __future__ import annotations

from ressenti.reports.sparklines import sparkline


def test_a_trend_runs_from_its_lowest_to_its_highest_block() -> None:
    assert sparkline([0.0, 50.0, 100.0]) == "▁▅█"


def test_a_period_without_value_is_a_gap_not_a_zero() -> None:
    assert sparkline([1.0, None, 2.0]) == "▁·█"


def test_a_flat_trend_is_drawn_flat() -> None:
    assert sparkline([5.0, 5.0]) == "▄▄"


def test_nothing_known_draws_nothing() -> None:
    assert sparkline([None, None]) == ""
