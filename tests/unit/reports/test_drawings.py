from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.facts.plan import Target
from ressenti.facts.scales import ONE_TO_FIVE, SCALES, ZERO_TO_TEN, Scale
from ressenti.language import LANGUAGES, Language, Text
from ressenti.reports.drawings.axes import bounds_of
from ressenti.reports.drawings.distribution import distribution_svg
from ressenti.reports.drawings.heat_map import HeatRow, heat_map_svg
from ressenti.reports.drawings.interval_bar import interval_bar_svg
from ressenti.reports.drawings.intervals import intervals_svg, rows_of_league, rows_of_scores
from ressenti.reports.drawings.journey import journey_cell_svg
from ressenti.reports.drawings.journey_map import MapRow, journey_map_svg
from ressenti.reports.drawings.mix_rate import mix_rate_svg
from ressenti.reports.drawings.moments import Moment
from ressenti.reports.drawings.sparkline import sparkline_svg
from ressenti.reports.drawings.standalone import standalone
from ressenti.reports.drawings.trend import Series, Surroundings, trend_svg
from ressenti.reports.palette import DARK, LIGHT, MARKS
from ressenti.scores.score import Direction, Flag, Period, Reason, Score, Unit
from ressenti.statistics.decomposition import (
    SegmentSums,
    mix_rate_decomposition,
    simpson_alert,
)
from ressenti.studies.comparing import Change, Split
from ressenti.studies.ranking import League, Standing
from ressenti.tallies.tally import Tally
from tests.unit.reports.conftest import HOSTILE_LABELS, MakeScore, month

SVG = "{http://www.w3.org/2000/svg}"
DEFINITIONS = [
    ("nps", "standard_0_10", Unit.POINTS),
    ("csat", "top2_box_5pt", Unit.PERCENT),
    ("first_response_time", "median", Unit.MINUTES),
]
COORDINATES = re.compile(r"[\d\s.,%-]*")
CLOSED_SCALES = [scale for scale in SCALES.values() if isinstance(scale, Scale)]


def split_of(labels: tuple[str | None, ...]) -> Split:
    count = len(labels)
    parts = mix_rate_decomposition(
        SegmentSums(n=[100.0] * count, sums=[40.0] * count, squares=[60.0] * count),
        SegmentSums(
            n=[100.0 + 10 * k for k in range(count)],
            sums=[30.0 + 5 * k for k in range(count)],
            squares=[60.0] * count,
        ),
        scale=100,
    )
    return Split(dimension="shop", segments=labels, decomposition=parts, alert=simpson_alert(parts))


def every_drawing(nps: MakeScore, label: str, language: Language) -> Iterator[str]:
    """Yield each picture with a label that somebody else wrote wherever one can stand."""
    trend = [nps(30.0 + k, number=k, is_small=k == 2) for k in range(6)]
    trend[3] = nps(None, number=3, reason=Reason.NO_DATA)
    here = nps(35.0, segment={"shop": label})
    hidden = nps(None, n=0, segment={"shop": label}, reason=Reason.SUPPRESSED)
    surroundings = Surroundings(
        targets=(Target(value=40),),
        breaks=(Moment(date(2026, 3, 1), label),),
        events=(Moment(date(2026, 2, 3), label), Moment(date(2026, 5, 20), label)),
    )
    named = Scale(
        key="own",
        name=Text(en=label, fr=label),
        levels=(1.0, label),
        labels={1.0: Text(en=label, fr=label)},
        positive=frozenset({label}),
    )
    league = League(
        measure=label,
        whole=nps(30.0),
        tau2=4.0,
        mean=30.0,
        standings=(
            Standing(score=here, shrunk=33.0, low=30.0, high=36.0, ranks=(1, 2)),
            Standing(score=hidden),
        ),
    )
    change = Change(before=nps(40.0), after=nps(35.0), difference=-5.0, segment={})
    yield sparkline_svg(trend, language)
    yield trend_svg(
        Series(trend, label),
        language,
        second=Series([nps(10.0, number=k) for k in range(6)], label),
        surroundings=surroundings,
    )
    yield intervals_svg(rows_of_league(league, language), league.whole, language)
    yield intervals_svg(rows_of_scores([here, hidden], language), nps(30.0), language, width=358)
    yield distribution_svg(Tally.of_counts({label: 3, 1.0: 2}, missing=1), named, language)
    yield interval_bar_svg(here, language, target=Target(value=40))
    yield journey_cell_svg(here, label, language, bounds=(0.0, 50.0), target=Target(value=20))
    yield journey_cell_svg(hidden, label, language, bounds=(0.0, 50.0))
    row = MapRow(name=label, detail=label, scores={label: here}, bounds=(0.0, 50.0))
    yield journey_map_svg([row], {label: label, "buy": label}, language)
    theme = HeatRow(name=label, scores={label: here, "buy": hidden})
    yield heat_map_svg([theme], {label: label, "buy": label, "use": label}, language)
    yield mix_rate_svg(change, split_of((label, None, "b")), (label, label), language)


def classes_in(svg: str) -> set[str]:
    return {found for one in ElementTree.fromstring(svg).iter() if (found := one.get("class"))}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("label", HOSTILE_LABELS, ids=range(len(HOSTILE_LABELS)))
def test_a_hostile_label_is_a_text_and_nothing_more(
    nps: MakeScore, label: str, language: Language
) -> None:
    for calm, svg in zip(
        every_drawing(nps, "Lyon", language), every_drawing(nps, label, language), strict=True
    ):
        tree, own = ElementTree.fromstring(svg), ElementTree.fromstring(calm)
        assert {one.tag for one in tree.iter()} == {one.tag for one in own.iter()}
        names = {name for one in tree.iter() for name in one.attrib}
        assert names == {name for one in own.iter() for name in one.attrib}
        assert not {name for name in names if name.startswith("on") or name in ("style", "href")}
        alone = ElementTree.fromstring(standalone(svg))
        assert [one.text for one in alone.iter() if one.tag == f"{SVG}text"] == [
            one.text for one in tree.iter() if one.tag == f"{SVG}text"
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_drawing_names_itself_and_tells_its_figures(
    nps: MakeScore, language: Language
) -> None:
    for svg in every_drawing(nps, "Lyon", language):
        root = ElementTree.fromstring(svg)
        assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
        assert root.get("role") == "img"
        assert root[0].text
        told = {"en": "hidden: small group", "fr": "masqué\N{NO-BREAK SPACE}: petit groupe"}
        assert re.search(r"\d", root[1].text or "") or told[language] in (root[1].text or "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_class_of_a_drawing_has_its_rule(nps: MakeScore, language: Language) -> None:
    for svg in every_drawing(nps, "Lyon", language):
        assert classes_in(svg) - {"drawing"} <= set(MARKS)


def test_the_same_scores_give_the_same_bytes(nps: MakeScore) -> None:
    assert list(every_drawing(nps, "Lyon", "fr")) == list(every_drawing(nps, "Lyon", "fr"))


def test_the_two_languages_differ_in_words_not_in_places(nps: MakeScore) -> None:
    english, french = (sparkline_svg([nps(1234.5), nps(20.0)], one) for one in LANGUAGES)
    assert "1,234.5" in english
    assert "1\N{NARROW NO-BREAK SPACE}234,5" in french
    assert english[english.index("</desc>") :] == french[french.index("</desc>") :]


def test_a_file_of_its_own_has_colours_instead_of_classes(nps: MakeScore) -> None:
    for palette in (LIGHT, DARK):
        svg = standalone(sparkline_svg([nps(10.0), nps(20.0)], "en"), palette=palette)
        assert "class=" not in svg
        assert f'stroke="{palette.accent}"' in svg
        assert ElementTree.fromstring(svg)[2].get("fill") == palette.surface


finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def any_score(draw: st.DrawFn, definition: tuple[str, str, Unit]) -> Score:
    value = draw(st.none() | finite)
    limits = sorted([draw(finite), draw(finite)]) if draw(st.booleans()) else [None, None]
    indicator, variant, unit = definition
    return Score(
        indicator=indicator,
        variant=variant,
        value=value,
        unit=unit,
        direction=draw(st.sampled_from(Direction)),
        n=draw(st.integers(0, 10**12)),
        low=None if value is None else limits[0],
        high=None if value is None else limits[1],
        reason=Reason.UNDEFINED if value is None else None,
        flags=draw(st.sampled_from([(), (Flag.SMALL_BASE,)])),
        period=draw(st.sampled_from([None, *map(month, range(-3, 30)), DAY, YEAR])),
        segment=draw(st.sampled_from([{}, {"shop": None}, {"shop": "Lyon"}])),
    )


DAY = Period("2026-02-28", "2026-03-01", "day")
YEAR = Period("0001-01-01", "0002-01-01", "year")


@settings(max_examples=80, deadline=None)
@given(st.data(), st.sampled_from(DEFINITIONS), st.sampled_from(LANGUAGES))
def test_whatever_the_scores_every_coordinate_is_a_number(
    data: st.DataObject, definition: tuple[str, str, Unit], language: Language
) -> None:
    scores = data.draw(st.lists(any_score(definition), max_size=6))
    width = data.draw(st.sampled_from([200.0, 358.0, 720.0]))
    target = Target(value=data.draw(finite))
    moments = [Moment(date(2026, 3, 1), "strike")]
    drawn = [
        sparkline_svg(scores, language),
        trend_svg(
            Series(scores, "a"),
            language,
            second=Series(scores[:2], "b"),
            surroundings=Surroundings(targets=[target], breaks=moments, events=moments),
            width=width,
        ),
    ]
    for score in scores:
        drawn.append(interval_bar_svg(score, language, target=target))
        bounds = bounds_of(scores)
        drawn.append(journey_cell_svg(score, "step", language, bounds=bounds, target=target))
        drawn.append(intervals_svg(rows_of_scores(scores, language), score, language, width=width))
        row = MapRow(name="a", detail="", scores={"s": score}, bounds=bounds, target=target)
        drawn.append(journey_map_svg([row], {"s": "step"}, language))
        theme = HeatRow(name="a", scores={"s": score})
        drawn.append(heat_map_svg([theme], {"s": "step"}, language))
        change = Change(before=scores[0], after=score, segment={})
        drawn.append(mix_rate_svg(change, split_of(("a", "b")), ("x", "y"), language))
    for svg in drawn:
        for one in ElementTree.fromstring(svg).iter():
            for name in ("x", "y", "x1", "y1", "x2", "y2", "width", "height", "points", "cx", "cy"):
                assert COORDINATES.fullmatch(one.get(name, "0")), (name, one.attrib)
            assert float(one.get("width", "0").rstrip("%")) >= 0


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(CLOSED_SCALES), st.sampled_from(LANGUAGES))
def test_any_tally_is_drawn_with_each_of_its_levels(
    data: st.DataObject, scale: Scale, language: Language
) -> None:
    counts = {level: data.draw(st.integers(0, 10**9)) for level in scale.levels}
    svg = distribution_svg(Tally.of_counts(counts), scale, language)
    bars = [
        one for one in ElementTree.fromstring(svg).iter(f"{SVG}rect") if one.get("height") == "13"
    ]
    assert len(bars) == len(scale.levels)
    assert all(float(bar.get("width", "")) >= 0 for bar in bars)


def test_a_distribution_that_nobody_answered_says_so() -> None:
    svg = distribution_svg(Tally(missing=4), ONE_TO_FIVE, "fr")
    assert "Aucune réponse pour l'instant. 0 réponses · 4 sans réponse." in svg


def test_nothing_at_all_is_a_drawing_that_says_so() -> None:
    for svg in (sparkline_svg([], "en"), trend_svg(Series([]), "en")):
        assert "<title>Nothing to draw yet</title>" in svg


def test_a_change_without_a_value_says_why(nps: MakeScore) -> None:
    before = nps(None, reason=Reason.NO_DATA)
    change = Change(before=before, after=nps(3.0), reason=Reason.NO_DATA, segment={})
    svg = mix_rate_svg(change, split_of(("a", "b")), ("x", "y"), "en")
    assert "No change to split. no data." in svg
    assert ZERO_TO_TEN.key not in svg
