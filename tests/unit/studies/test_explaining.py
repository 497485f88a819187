"""Why an indicator moved: parts that add up to the change, and segments that stand out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from ressenti.facts.scales import SCALES, Scale
from ressenti.indicators import variant_called
from ressenti.studies.explaining import Explanation, explanation_of_tallies, stretch_table
from ressenti.studies.questions import Measure
from ressenti.studies.scoring import Judging
from ressenti.tallies.tally import Tally, TallyTable
from ressenti.warehouse.relations import Kind

BETWEEN = ("a", "b")


def nps() -> Measure:
    indicator, variant = variant_called("nps")
    scale = SCALES["0-10"]
    assert isinstance(scale, Scale)
    return Measure(
        key="nps",
        indicator=indicator,
        variant=variant,
        value=exp.column("mark"),
        kind=Kind.NUMBER,
        scale=scale,
    )


def marks(promoters: int, passives: int, detractors: int) -> Tally:
    return Tally.of_counts({10.0: promoters, 8.0: passives, 3.0: detractors})


def explained(tallies: dict[tuple[str, str], Tally], **how: int) -> Explanation:
    return explanation_of_tallies(
        nps(),
        TallyTable.of(tallies),
        BETWEEN,
        dimensions=["shop"],
        judging=Judging(minimum_group=how.get("minimum_group")),
    )


# Kitagawa's split of the example of the statistics page: shares 80/20 then 30/70.
PARADOX = {
    ("a", "Lyon"): marks(560, 160, 80),
    ("a", "Nice"): marks(60, 100, 40),
    ("b", "Lyon"): marks(219, 51, 30),
    ("b", "Nice"): marks(245, 315, 140),
}


def test_a_fall_that_is_all_mix_is_told_as_mix_with_its_paradox() -> None:
    found = explained(PARADOX)
    part = found.dimensions[0]
    split = part.split.decomposition
    assert found.comparison.total.difference == pytest.approx(-20.6)
    assert (split.mix.value, split.rate.value) == pytest.approx((-24.5, 3.9))
    assert part.split.alert.is_raised
    assert not part.is_established


def test_the_shop_that_fell_stands_out_and_the_other_does_not() -> None:
    found = explained(
        {
            ("a", "Lyon"): marks(300, 100, 100),
            ("a", "Nice"): marks(300, 100, 100),
            ("b", "Lyon"): marks(150, 100, 250),
            ("b", "Nice"): marks(295, 105, 100),
        }
    )
    part = found.dimensions[0]
    assert part.is_established
    assert [one.segment for one in part.parts] == ["Lyon", "Nice"]
    lyon, nice = part.parts
    assert lyon.rate == pytest.approx(-30.0)
    assert lyon.change.difference == pytest.approx(-60.0)
    assert lyon.change.is_established
    assert not nice.change.is_established
    assert lyon.rate_interval.low is not None
    assert lyon.rate_interval.high is not None
    assert lyon.rate_interval.low < lyon.rate < lyon.rate_interval.high < 0


def test_classes_bring_what_their_shares_moved_by() -> None:
    found = explained(PARADOX)
    brought = {one.name: (one.before, one.after, one.brings) for one in found.classes}
    assert brought["promoters"] == pytest.approx((0.62, 0.464, -15.6))
    assert brought["passives"][2] == 0
    assert brought["detractors"] == pytest.approx((0.12, 0.17, -5.0))


counts = st.integers(0, 40)
tallies = st.builds(marks, counts, counts, counts)


@given(st.lists(st.tuples(tallies, tallies), min_size=2, max_size=5))
def test_classes_and_segments_both_add_up_to_the_change(
    shops: list[tuple[Tally, Tally]],
) -> None:
    table = {
        (level, f"shop {number}"): tally
        for number, pair in enumerate(shops)
        for level, tally in zip(BETWEEN, pair, strict=True)
    }
    found = explained(table)
    difference = found.comparison.total.difference
    if difference is None:
        assert found.classes == ()
        return
    assert sum(one.brings for one in found.classes) == pytest.approx(difference, abs=1e-9)
    for part in found.dimensions:
        whole = sum(own.mix + own.rate for own in part.parts)
        assert whole == pytest.approx(difference, abs=1e-9)
        assert part.p_value is None or 0 <= part.p_value <= 1


def test_a_small_group_hides_the_dimension_that_would_tell_it() -> None:
    table = dict(PARADOX) | {("a", "Metz"): marks(1, 1, 1), ("b", "Metz"): marks(2, 0, 1)}
    found = explained(table, minimum_group=5)
    assert found.dimensions == ()
    assert found.hidden == ("shop",)
    assert found.comparison.total.difference is not None


def test_stretches_merge_the_periods_on_each_side_and_leave_the_rest() -> None:
    table = TallyTable.of(
        {
            ("2026-01-01", "Lyon"): marks(1, 0, 0),
            ("2026-02-01", "Lyon"): marks(2, 0, 0),
            ("2026-03-01", "Lyon"): marks(0, 0, 5),
            ("2026-04-01", "Lyon"): marks(0, 9, 0),
        }
    )
    found = stretch_table(table, ("2026-01-01", "2026-02-01"), ("2026-03-01",))
    assert found.keys == (("before", "Lyon"), ("after", "Lyon"))
    assert found.n.sum(axis=1).tolist() == [3, 5]
