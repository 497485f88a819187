"""Segments and comparisons of the cockpit are those of the engine on the same answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import ressenti as rs
from tests.server.cockpit.conftest import NOVEMBER, NOW, OCTOBER, Record

if TYPE_CHECKING:
    from ressenti.server.cockpit.segments import Segments
    from ressenti.server.models import Measure
    from ressenti.studies.comparing import Comparison

SHOPS = {
    "lyon": [10.0] * 40 + [8.0] * 8 + [2.0] * 6,
    "nice": [10.0] * 18 + [7.0] * 9 + [4.0] * 24,
    "lille": [9.0] * 30 + [6.0] * 20,
}


def answered_in_shops(record: Record) -> Measure:
    from ressenti.server.models import Unit

    Unit.objects.create(
        organisation=record.tenant.organisation, parent=record.tenant.region, key="lille",
        name="Lille",
    )  # fmt: skip
    for unit, marks in SHOPS.items():
        record.answer(marks, unit=unit, day=NOVEMBER)
        record.answer(marks[5:], unit=unit, day=OCTOBER)
    return record.follow()


def segments(record: Record, measure: Measure, dimension: str, at: str = "all") -> Segments:
    from ressenti.server.cockpit.figures import figures_of
    from ressenti.server.cockpit.filters import Filters
    from ressenti.server.cockpit.focus import focus_of
    from ressenti.server.cockpit.scope import scope_of
    from ressenti.server.cockpit.segments import segments_of

    scope = scope_of(record.tenant.organisation, None, Filters())
    (figure,) = figures_of(scope, [measure], now=NOW)
    window = scope.window(NOW)
    focus = focus_of(figure, window, at)
    return segments_of(scope, figure, window, focus, dimension=dimension, labels={})


def comparison(record: Record, measure: Measure, at: str = "all", **pair: str) -> Comparison:
    from ressenti.server.cockpit.comparison import Pair, comparison_of
    from ressenti.server.cockpit.figures import figures_of
    from ressenti.server.cockpit.filters import Filters
    from ressenti.server.cockpit.focus import focus_of
    from ressenti.server.cockpit.scope import scope_of

    scope = scope_of(record.tenant.organisation, None, Filters())
    (figure,) = figures_of(scope, [measure], now=NOW)
    window = scope.window(NOW)
    return comparison_of(scope, figure, window, focus_of(figure, window, at), Pair(**pair))


def answers(record: Record) -> pa.Table:
    months = [row | {"month": f"{row['day']:%Y-%m}-01"} for row in record.rows]
    return pa.table({name: [row[name] for row in months] for name in months[0]})


def test_shops_are_shrunk_and_ranked_as_the_engine_does(record: Record) -> None:
    measure = answered_in_shops(record)
    found = segments(record, measure, "unit").league
    assert found is not None
    own = rs.rank(answers(record), "nps=level", by=["unit"]).leagues[0]
    assert [one.segment["unit"] for one in found.standings] == [
        one.segment["unit"] for one in own.standings
    ]
    for one, same in zip(found.standings, own.standings, strict=True):
        assert (one.shrunk, one.low, one.high) == pytest.approx((same.shrunk, same.low, same.high))
        assert one.ranks == same.ranks


def test_one_month_has_its_own_segments(record: Record) -> None:
    measure = answered_in_shops(record)
    own = {score.segment["unit"]: score.n for score in segments(record, measure, "unit", "").scores}
    assert own == {unit: len(marks) for unit, marks in SHOPS.items()}


def test_a_shop_of_three_answers_takes_another_one_with_it(record: Record) -> None:
    measure = answered_in_shops(record)
    record.answer([0.0] * 3, unit="nowhere")
    found = segments(record, measure, "unit", "")
    hidden = {score.segment["unit"] for score in found.scores if score.value is None}
    assert "nowhere" in hidden
    assert len(hidden) > 1
    assert found.n_hidden == len(hidden)


def test_two_months_compare_as_the_engine_compares_them(record: Record) -> None:
    measure = answered_in_shops(record)
    found = comparison(
        record, measure, kind="periods", before="2026-10-01", after="2026-11-01", across="unit"
    )
    own = rs.compare(
        answers(record), "nps=level", between="month=2026-10-01,2026-11-01", by=["unit"]
    ).comparisons[0]
    assert found.total.difference == pytest.approx(own.total.difference)
    assert (found.total.low, found.total.high) == pytest.approx((own.total.low, own.total.high))
    assert found.total.p_value == pytest.approx(own.total.p_value)
    mix, rate = (split.decomposition for split in (found.splits[0], own.splits[0]))
    assert mix.mix.value == pytest.approx(rate.mix.value)
    assert mix.rate.value == pytest.approx(rate.rate.value)


def test_two_shops_compare_as_the_engine_compares_them(record: Record) -> None:
    measure = answered_in_shops(record)
    found = comparison(record, measure, kind="unit", before="lyon", after="nice")
    own = rs.compare(answers(record), "nps=level", between="unit=lyon,nice").comparisons[0]
    assert found.total.difference == pytest.approx(own.total.difference)
    assert found.total.p_value == pytest.approx(own.total.p_value)


def test_a_hidden_shop_is_compared_with_nothing(record: Record) -> None:
    from ressenti.errors import UndefinedResult

    measure = answered_in_shops(record)
    record.answer([0.0] * 3, unit="nowhere")
    assert comparison(record, measure, "", kind="unit", before="lyon", after="nice").total.p_value
    # Lille has the fewest answers of the shops: it hides the three that are nowhere.
    for hidden in ("nowhere", "lille"):
        with pytest.raises(UndefinedResult, match="hidden"):
            comparison(record, measure, "", kind="unit", before="lyon", after=hidden)


def test_two_shops_are_compared_over_the_months_that_both_show(record: Record) -> None:
    measure = answered_in_shops(record)
    record.answer([0.0] * 3, unit="nowhere")
    total = comparison(record, measure, kind="unit", before="lyon", after="lille").total
    # November of Lille is hidden: October alone, from which five answers are missing.
    assert (total.before.n, total.after.n) == (len(SHOPS["lyon"]) - 5, len(SHOPS["lille"]) - 5)


def test_a_split_that_would_tell_a_hidden_part_is_not_made(record: Record) -> None:
    measure = answered_in_shops(record)
    record.answer([0.0] * 3, unit="nowhere")
    found = comparison(
        record, measure, kind="periods", before="2026-10-01", after="2026-11-01", across="unit"
    )
    assert found.total.p_value is not None
    assert (found.splits, found.segments) == ((), ())
