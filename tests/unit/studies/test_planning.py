from __future__ import annotations

import pytest

from ressenti.errors import InvalidArgument, UndefinedResult
from ressenti.indicators import variant_called
from ressenti.studies.planning import (
    Survey,
    answer_variance,
    expected_shares,
    plan_for_change,
    plan_for_margin,
    plan_of_size,
)


def shares(name: str, text: str) -> dict[object, float]:
    return dict(expected_shares(*variant_called(name), text))


@pytest.mark.parametrize(("text", "n"), [("60,25,15", 3438), ("80,15,5", 1806), ("50,0,50", 6280)])
def test_seeing_five_points_of_nps_between_two_waves(text: str, n: int) -> None:
    # (z.975 + z.80)² · 2 V / 25, V in points²: the figures of the method's own table.
    _, variant = variant_called("nps")
    plan = plan_for_change(variant, 5, Survey(shares=shares("nps", text)))
    assert plan.n == n


@pytest.mark.parametrize(("n", "margin"), [(100, 14.5), (400, 7.3), (1000, 4.6)])
def test_the_margin_of_an_nps_of_45(n: int, margin: float) -> None:
    _, variant = variant_called("nps")
    plan = plan_of_size(variant, n, Survey(shares=shares("nps", "60,25,15")))
    assert plan.margin == pytest.approx(margin, abs=0.05)


def test_four_hundred_answers_a_wave_see_fifteen_points_only() -> None:
    _, variant = variant_called("nps")
    plan = plan_of_size(variant, 400, Survey(shares=shares("nps", "60,25,15")))
    assert plan.change == pytest.approx(14.7, abs=0.05)


def test_a_closed_list_needs_fewer_answers() -> None:
    _, variant = variant_called("csat")
    known = shares("csat", "80")
    open_list = plan_for_margin(variant, 5, Survey(shares=known))
    closed = plan_for_margin(variant, 5, Survey(shares=known, population=300))
    assert closed.n < open_list.n


def test_people_to_ask_follow_from_the_response_rate() -> None:
    _, variant = variant_called("csat")
    plan = plan_for_margin(variant, 5, Survey(response_rate=0.2))
    assert (plan.n, plan.to_ask) == (385, 1925)


def test_the_worst_case_of_an_nps_is_half_and_half() -> None:
    _, variant = variant_called("nps")
    assert answer_variance(variant, None) == 100**2


def test_shares_that_do_not_add_up_are_refused() -> None:
    _, variant = variant_called("nps")
    with pytest.raises(InvalidArgument, match="add up to 100%"):
        answer_variance(variant, shares("nps", "60,25,25"))


def test_a_quantile_has_no_such_plan() -> None:
    _, variant = variant_called("first_response_time")
    with pytest.raises(UndefinedResult):
        plan_for_margin(variant, 5, Survey())
