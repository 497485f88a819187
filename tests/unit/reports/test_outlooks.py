"""The chart of a series shows its levels, its alarms and what may come where its table says."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest

from ressenti.facts.periods import Grain
from ressenti.language import LANGUAGES, Language
from ressenti.reports.drawings.moments import Moment
from ressenti.reports.drawings.outlook import key_words, outlook_of
from ressenti.reports.drawings.trend import Series, Surroundings, trend_svg
from ressenti.reports.palette import MARKS
from ressenti.reports.series_evidence import (
    alarms_evidence,
    forecast_evidence,
    level_evidence,
)
from ressenti.reports.series_tables import series_table
from ressenti.studies.series import KnownEvent, Looking, SeriesStudy, series_study
from tests.unit.reports.conftest import HOSTILE_LABELS, MakeScore

SVG = "{http://www.w3.org/2000/svg}"
# Ten months around 40, then eight around 20; by hand the levels are 40 and 20.
VALUES = [41.0, 39.0] * 5 + [19.0, 21.0] * 4
STRIKE = Moment(date(2026, 11, 3), "strike")


@pytest.fixture(scope="module")
def fallen(nps: MakeScore) -> SeriesStudy:
    scores = [nps(value, number=place) for place, value in enumerate(VALUES)]
    events = [KnownEvent(STRIKE.day, STRIKE.words)]
    return series_study(
        "nps", scores, grain=Grain.MONTH, limits=(-100, 100), looking=Looking(events=events)
    )


def drawn(study: SeriesStudy, language: Language = "en", *, label: str = "strike") -> str:
    surroundings = Surroundings(events=[Moment(STRIKE.day, label)], outlook=outlook_of(study))
    return trend_svg(Series(study.scores), language, surroundings=surroundings)


def test_levels_are_the_means_of_their_stretches(fallen: SeriesStudy) -> None:
    (change,) = fallen.changes
    assert change.start == "2026-11-01"
    assert change.level == pytest.approx(20.0)
    assert change.difference.estimate == pytest.approx(-20.0)


def test_each_level_is_a_line_at_its_height(fallen: SeriesStudy) -> None:
    root = ElementTree.fromstring(drawn(fallen))
    lines = [line for line in root.iter(f"{SVG}line") if line.get("class") == "whole"]
    dots = [dot for dot in root.iter(f"{SVG}circle") if dot.get("class") == "dot"]
    assert len(lines) == 2
    heights = [float(dot.get("cy", "nan")) for dot in dots]
    # 41 and 39 stand as far above and below the level of 40.
    assert float(lines[0].get("y1", "nan")) == pytest.approx(sum(heights[:10]) / 10, abs=0.02)
    assert float(lines[1].get("y1", "nan")) == pytest.approx(sum(heights[10:]) / 8, abs=0.02)
    assert float(lines[0].get("x2", "nan")) == pytest.approx(float(lines[1].get("x1", "nan")))


def test_the_alarm_points_down_under_its_month(fallen: SeriesStudy) -> None:
    assert [alarm.is_rise for alarm in fallen.alarms] == [False]
    root = ElementTree.fromstring(drawn(fallen))
    (triangle,) = (one for one in root.iter(f"{SVG}polygon") if one.get("class") == "ink")
    points = [tuple(map(float, one.split(","))) for one in triangle.get("points", "").split()]
    place = [score.period.start for score in fallen.scores if score.period].index(
        fallen.alarms[0].start
    )
    dot = [one for one in root.iter(f"{SVG}circle") if one.get("class") == "dot"][place]
    tip = max(points, key=lambda one: one[1])
    assert tip[0] == pytest.approx(float(dot.get("cx", "nan")))
    assert min(y for _, y in points) > float(dot.get("cy", "nan"))


def test_what_may_come_stands_after_what_came_and_says_no_end_value(fallen: SeriesStudy) -> None:
    root = ElementTree.fromstring(drawn(fallen))
    ahead = [one for one in root.iter(f"{SVG}circle") if one.get("class") == "hollow-second"]
    known = [one for one in root.iter(f"{SVG}circle") if one.get("class") == "dot"]
    assert len(ahead) == len(fallen.forecast) == 3
    assert min(float(one.get("cx", "nan")) for one in ahead) > max(
        float(one.get("cx", "nan")) for one in known
    )
    assert not any(one.get("class") == "name" for one in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_says_all_that_the_chart_shows(fallen: SeriesStudy, language: Language) -> None:
    table = series_table(fallen, language, moments=[STRIKE])
    assert len(table.rows) == len(VALUES) + 3
    assert len({len(row) for row in table.rows} | {len(table.headings)}) == 1
    told = [row[-1] for row in table.rows]
    assert told[:3] == [{"en": "forecast", "fr": "prévision"}[language]] * 3
    change = next(line for line in told if "strike" in line)
    assert {"en": "new level", "fr": "nouveau niveau"}[language] in change
    assert sum({"en": "alarm", "fr": "alerte"}[language] in line for line in told) == 1
    levels = [row[4] for row in table.rows[3:]]
    assert len(set(levels[:8])) == len(set(levels[8:])) == 1
    assert levels[0] != levels[-1]


def test_a_series_without_a_change_has_no_level_and_no_key(nps: MakeScore) -> None:
    scores = [nps(40.0 + place % 2, number=place) for place in range(6)]
    study = series_study("nps", scores, grain=Grain.MONTH)
    assert study.changes == ()
    assert {row[4] for row in series_table(study, "en").rows} == {""}
    assert key_words(outlook_of(study), "en") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_evidence_tells_both_stretches_the_test_and_what_is_taken_out(
    fallen: SeriesStudy, language: Language
) -> None:
    (change,) = fallen.changes
    told = dict(level_evidence(change, fallen, language).facts)
    assert {"en": "10 periods and 4,000 answers before", "fr": "10 périodes et 4\u202f000"}[
        language
    ] in told["n"]
    assert "Yao" in told["Test"]
    assert "100" in dict(alarms_evidence(fallen, language).facts)["Test"]
    (table,) = forecast_evidence(fallen, language).tables
    assert [row[0] for row in table.rows] == [
        row[0] for row in reversed(series_table(fallen, language).rows[:3])
    ]


@pytest.mark.parametrize("label", HOSTILE_LABELS, ids=range(len(HOSTILE_LABELS)))
def test_a_hostile_event_is_a_text_and_every_mark_is_of_the_palette(
    fallen: SeriesStudy, label: str
) -> None:
    root = ElementTree.fromstring(drawn(fallen, label=label))
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        "svg", "title", "desc", "g", "line", "polygon", "polyline", "circle", "rect", "text",
    }  # fmt: skip
    marks = {found for one in root.iter() if (found := one.get("class"))}
    assert marks - {"drawing"} <= set(MARKS)
