"""Places worked out by hand: a drawing that looks right may still be wrong."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from ressenti.facts.plan import Target
from ressenti.facts.scales import EFFORT_FIVE, YES_NO
from ressenti.reports.drawings.axes import Axis, axis_over, bounds_of
from ressenti.reports.drawings.distribution import distribution_svg
from ressenti.reports.drawings.interval_bar import interval_bar_svg
from ressenti.reports.drawings.intervals import intervals_svg, rows_of_league
from ressenti.reports.drawings.mix_rate import mix_rate_svg, steps_of
from ressenti.reports.drawings.moments import Moment, notes_over
from ressenti.reports.drawings.sparkline import sparkline_svg
from ressenti.reports.drawings.timeline import Timeline, time_labels, timeline_over
from ressenti.reports.drawings.trend import Series, Surroundings, trend_svg
from ressenti.scores.score import Direction, Period, Reason
from ressenti.statistics.decomposition import (
    SegmentSums,
    mix_rate_decomposition,
    simpson_alert,
)
from ressenti.studies.comparing import Change, Split
from ressenti.studies.ranking import League, Standing
from ressenti.tallies.tally import Tally
from tests.unit.reports.conftest import MakeScore, month


def shapes(svg: str, mark: str) -> list[dict[str, str]]:
    found = ElementTree.fromstring(svg).iter()
    return [dict(one.attrib) for one in found if one.get("class") == mark]


def texts(svg: str) -> list[str]:
    return [
        one.text or "" for one in ElementTree.fromstring(svg).iter() if one.tag.endswith("}text")
    ]


def test_a_sparkline_runs_between_the_ends_of_its_intervals(nps: MakeScore) -> None:
    # −10 lies at 31, 20 at 5: a point is worth 26 / 30 of a pixel.
    svg = sparkline_svg([nps(0.0, 10.0), nps(10.0, 10.0)], "en")
    assert [one["points"] for one in shapes(svg, "line")] == ["5,22.33 155,13.67"]
    assert [one["points"] for one in shapes(svg, "band")] == ["5,13.67 155,5 155,22.33 5,31"]
    assert [(one["cx"], one["cy"]) for one in shapes(svg, "dot")] == [("155", "13.67")]


def test_a_sparkline_breaks_where_there_is_no_value(nps: MakeScore) -> None:
    none = nps(None, reason=Reason.NO_DATA)
    svg = sparkline_svg([nps(0.0), nps(5.0), none, nps(5.0), nps(9.0, is_small=True)], "en")
    assert [one["points"].count(" ") for one in shapes(svg, "line")] == [1, 1]
    assert len(shapes(svg, "hollow")) == 1
    assert "5 periods, 4 with a value." in svg


def test_a_lone_value_between_two_gaps_is_a_point_with_its_whisker(nps: MakeScore) -> None:
    none = nps(None, reason=Reason.NO_DATA)
    svg = sparkline_svg([none, nps(5.0), none], "en")
    assert shapes(svg, "line") == []
    assert [(one["cx"], one["cy"]) for one in shapes(svg, "dot")] == [("80", "18")]
    assert [(one["y1"], one["y2"]) for one in shapes(svg, "whisker")] == [("31", "5")]


def test_an_axis_stops_where_values_do() -> None:
    # 6 % of 80 is 4.8: there is room below 10 but none above 90 when 92 is the most there is.
    assert axis_over([10.0, 90.0], 0.0, 1.0, limits=(0.0, 92.0)) == Axis(5.2, 92.0, 0.0, 1.0)


def test_ticks_are_round_and_few() -> None:
    assert Axis(-3.0, 47.0, 0.0, 1.0).ticks() == (0.0, 10.0, 20.0, 30.0, 40.0)
    assert Axis(4.1, 4.6, 0.0, 1.0).ticks() == pytest.approx((4.1, 4.2, 4.3, 4.4, 4.5, 4.6))


def test_scores_under_each_other_share_one_axis(nps: MakeScore) -> None:
    # From 10 to 50, and 6 % of 40 on either side.
    assert bounds_of([nps(20.0, 10.0), nps(45.0, 5.0)]) == pytest.approx((7.6, 52.4))


def test_a_period_stands_over_its_middle() -> None:
    # 31 days of January and 28 of February: 590 pixels for 59 days from 1 January.
    line = timeline_over([month(0), month(1)], 0.0, 590.0)
    assert line.middle(month(0)) == pytest.approx(155.0)
    assert line.middle(month(1)) == pytest.approx(310.0 + 140.0)
    assert line.place(date(2026, 2, 1).toordinal()) == pytest.approx(310.0)


def test_labels_of_months_stand_at_round_numbers_and_tell_the_year_once() -> None:
    months = [month(number) for number in range(-6, 12)]
    line = timeline_over(months, 0.0, 300.0)
    labels = time_labels(months, line, "fr")
    assert [(one.text, one.year) for one in labels] == [
        ("juil.", "2025"),
        ("oct.", ""),
        ("janv.", "2026"),
        ("avr.", ""),
        ("juil.", ""),
        ("oct.", ""),
    ]


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (Period("2026-04-01", "2026-07-01", "quarter"), "Q2"),
        (Period("2026-01-05", "2026-01-12", "week"), "5 Jan"),
        (Period("2026-01-01", "2027-01-01", "year"), "2026"),
        (Period("2026-01-09T00:00:00Z", "2026-01-10T00:00:00Z", "day"), "9 Jan"),
    ],
)
def test_each_grain_has_its_own_label(period: Period, text: str) -> None:
    label = time_labels([period], timeline_over([period], 0.0, 300.0), "en")
    assert [one.text for one in label] == [text]


def test_words_of_moments_never_cover_each_other() -> None:
    line = Timeline(0, 1000, 0.0, 1000.0)
    days = [Moment(date.fromordinal(day), "a new tariff") for day in (100, 120, 400, 990)]
    notes = notes_over((), days, line)
    assert [note.row for note in notes] == [0, 1, 0, 0]
    assert [note.is_left for note in notes] == [False, False, False, True]


def test_moments_outside_the_trend_are_not_drawn() -> None:
    line = Timeline(0, 1000, 0.0, 1000.0)
    assert notes_over((), [Moment(date.fromordinal(1001), "later")], line) == ()


def test_a_trend_stops_where_its_definition_changes(nps: MakeScore) -> None:
    scores = Series([nps(20.0 + k, number=k) for k in range(6)])
    whole = trend_svg(scores, "en")
    changed = Surroundings(breaks=[Moment(date(2026, 3, 1), "new wording")])
    cut = trend_svg(scores, "en", surroundings=changed)
    assert [one["points"].count(" ") for one in shapes(whole, "line")] == [5]
    assert [one["points"].count(" ") for one in shapes(cut, "line")] == [1, 3]
    assert len(shapes(cut, "break")) == 1
    assert "Definition changed on 1 Mar 2026: new wording." in cut


def test_a_trend_marks_what_is_indicative_and_writes_its_last_value(nps: MakeScore) -> None:
    scores = [nps(20.0 + k, number=k, is_small=k == 1) for k in range(4)]
    other = [nps(60.0, number=k) for k in range(4)]
    svg = trend_svg(Series(scores, "Lyon"), "fr", second=Series(other, "Ensemble"))
    assert len(shapes(svg, "hollow")) == 1
    assert len(shapes(svg, "dot")) == 3
    assert {"width": "7", "height": "7"}.items() <= shapes(svg, "dot-second")[-1].items()
    assert texts(svg)[-2:] == ["Ensemble 60,0", "Lyon 23,0"]


def test_a_target_stands_at_its_value(nps: MakeScore) -> None:
    # 10 to 30 with 6 % room is 8.8 to 31.2, on 248 pixels from 260 up: 20 is in the middle.
    scores = [nps(20.0, 10.0, number=k) for k in range(2)]
    svg = trend_svg(Series(scores), "en", surroundings=Surroundings(targets=[Target(value=20)]))
    assert [(one["y1"], one["y2"]) for one in shapes(svg, "target")] == [("136", "136")]
    assert "target 20" in texts(svg)


def test_a_bar_says_a_target_is_reached_only_when_its_whole_interval_is(nps: MakeScore) -> None:
    score = nps(50.0, 10.0)
    marks = {
        target: re.findall(
            r'class="(interval[a-z-]*)"', interval_bar_svg(score, "en", target=Target(value=target))
        )
        for target in (40, 45, 61)
    }
    assert marks == {40: ["interval-reached"], 45: ["interval"], 61: ["interval-missed"]}


def test_a_bar_lies_on_the_axis_it_is_given(nps: MakeScore) -> None:
    # 0 lies at 6 and 100 at 114: 1.08 pixel a point.
    svg = interval_bar_svg(nps(50.0, 10.0), "en", bounds=(0.0, 100.0))
    (bar,) = shapes(svg, "interval")
    assert (bar["x1"], bar["x2"]) == ("49.2", "70.8")
    assert shapes(svg, "dot")[0]["cx"] == "60"


def test_intervals_mark_the_shrunk_figure_and_tick_the_own_one(nps: MakeScore) -> None:
    standing = Standing(
        score=nps(50.0, 20.0, segment={"shop": "Lyon"}),
        shrunk=40.0,
        low=30.0,
        high=50.0,
        ranks=(1, 1),
    )
    hidden = Standing(score=nps(None, n=0, segment={"shop": "Nice"}, reason=Reason.SUPPRESSED))
    league = League(
        measure="nps", whole=nps(20.0, 0.0), tau2=1.0, mean=20.0, standings=(standing, hidden)
    )
    svg = intervals_svg(rows_of_league(league, "en"), league.whole, "en")
    low, high = (float(shapes(svg, "interval")[0][name]) for name in ("x1", "x2"))
    (whole,), (dot,) = shapes(svg, "whole"), shapes(svg, "dot")
    (raw,) = (one for one in shapes(svg, "raw") if float(one["x1"]) > low)
    # From 20 to 50, evenly: 20 all together, 30 and 50 the ends, 40 the mark, 50 the own figure.
    step = (high - low) / 20
    assert float(whole["x1"]) == pytest.approx(low - 10 * step, abs=0.02)
    assert float(dot["cx"]) == pytest.approx(low + 10 * step, abs=0.02)
    assert float(raw["x1"]) == pytest.approx(high, abs=0.02)
    assert "hidden: small group" in texts(svg)
    assert "1" in texts(svg)
    assert "0" not in texts(svg)


def test_bars_are_as_long_as_their_shares_and_the_best_level_is_on_top() -> None:
    svg = distribution_svg(Tally.of_counts({0.0: 1, 1.0: 3}, invalid=2), YES_NO, "en")
    bars = {
        mark: [one for one in shapes(svg, mark) if one["height"] == "13"]
        for mark in ("positive", "negative")
    }
    yes, no = bars["positive"][0], bars["negative"][0]
    assert float(no["width"]) == pytest.approx(float(yes["width"]) / 3, abs=0.01)
    assert float(yes["y"]) < float(no["y"])
    assert {"positive 75%", "negative 25%", "75.0%", "25.0%"} <= set(texts(svg))
    assert "4 answers · 2 off the scale" in texts(svg)


def test_the_best_level_of_an_effort_is_the_lowest() -> None:
    svg = distribution_svg(Tally.of_counts({1.0: 1, 5.0: 1}), EFFORT_FIVE, "en")
    labels = [text for text in texts(svg) if " · " in text]
    assert labels[0] == "1 · very low effort"


def fall() -> Split:
    """Return the fall of 20.6 points although both segments rise, of Kitagawa's example."""
    parts = mix_rate_decomposition(
        SegmentSums(n=(800, 200), sums=(480, 20), squares=(640, 100)),
        SegmentSums(n=(300, 700), sums=(189, 105), squares=(240, 400)),
        scale=100,
    )
    return Split(
        dimension="channel",
        segments=("web", "shop"),
        decomposition=parts,
        alert=simpson_alert(parts),
    )


def test_the_steps_of_a_fall_lead_from_the_first_value_to_the_second() -> None:
    # Mix −24.5; web 3 points of rate on a mean share of 0.55; shop 5 points on 0.45.
    steps = steps_of(fall(), 50.0, "en")
    assert [(step.label, round(step.amount, 6)) for step in steps] == [
        ("mix", -24.5),
        ("shop", 2.25),
        ("web", 1.65),
    ]
    assert steps[-1].end == pytest.approx(29.4)


@pytest.mark.parametrize(
    ("direction", "marks"),
    [
        (Direction.HIGH, {"negative": 1, "positive": 2, "neutral": 0}),
        (Direction.LOW, {"negative": 2, "positive": 1, "neutral": 0}),
        (Direction.CONTEXT, {"negative": 0, "positive": 0, "neutral": 3}),
    ],
)
def test_a_step_is_good_or_bad_as_the_indicator_says(
    nps: MakeScore, direction: Direction, marks: dict[str, int]
) -> None:
    before, after = (nps(value, direction=direction) for value in (50.0, 29.4))
    change = Change(before=before, after=after, difference=-20.6, segment={})
    svg = mix_rate_svg(change, fall(), ("2025", "2026"), "en")
    assert {mark: len(shapes(svg, mark)) for mark in marks} == marks
    assert "−24.5\N{NO-BREAK SPACE}pts" in texts(svg)
    assert "every segment moves against the total." in svg


def test_many_segments_are_summed_up_as_others(nps: MakeScore) -> None:
    count = 12
    parts = mix_rate_decomposition(
        SegmentSums(n=[10.0] * count, sums=[5.0] * count),
        SegmentSums(n=[10.0] * count, sums=[5.0 + k / 10 for k in range(count)]),
        scale=100,
    )
    split = Split(
        dimension="shop",
        segments=tuple(f"shop {k}" for k in range(count)),
        decomposition=parts,
        alert=simpson_alert(parts),
    )
    steps = steps_of(split, 50.0, "fr")
    assert [step.label for step in steps[1:3]] == ["shop 11", "shop 10"]
    assert steps[-1].label == "4 autres segments"
    assert steps[-1].end == pytest.approx(50.0 + (parts.total.value or 0.0))
