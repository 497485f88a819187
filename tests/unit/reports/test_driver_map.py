from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

import ressenti as rs
from ressenti.reports.drawings.driver_map import driver_map_svg
from ressenti.reports.drivers import drivers_table
from tests.commands import SYNTHETIC

NAMES = ["d1", "d2", "d3", "d4", "d5", "d6", "wait_s"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def study() -> Any:
    return rs.drivers(SYNTHETIC, "nps=nps", NAMES).study


def shapes(svg: str, name: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(SVG + name))


def test_each_driver_with_a_performance_is_drawn_with_both_intervals(study: Any) -> None:
    drawn = driver_map_svg(study, "en")
    assert len(shapes(drawn, "circle")) == 6
    whiskers = [line for line in shapes(drawn, "line") if line.get("class") == "interval"]
    assert len(whiskers) == 12
    (described,) = shapes(drawn, "desc")
    for name in NAMES[:6]:
        assert f"{name}: importance" in str(described.text)
    assert "n = 600" in str(described.text)
    assert "Not on the map, for want of a best and a worst end: wait_s" in str(described.text)


def test_more_important_is_higher_and_better_is_further_right(study: Any) -> None:
    drawn = shapes(driver_map_svg(study, "fr"), "circle")
    placed = [one for one in study.drivers if one.quadrant is not None]
    heights = [-float(str(circle.get("cy"))) for circle in drawn]
    rights = [float(str(circle.get("cx"))) for circle in drawn]
    assert np.argsort(heights).tolist() == np.argsort([d.part.importance for d in placed]).tolist()
    levels = [driver.performance.estimate for driver in placed]
    assert np.argsort(rights).tolist() == np.argsort(levels).tolist()


def test_a_driver_on_the_line_is_hollow(study: Any) -> None:
    drawn = shapes(driver_map_svg(study, "en"), "circle")
    placed = [one for one in study.drivers if one.quadrant is not None]
    hollow = [circle.get("class") == "hollow" for circle in drawn]
    assert hollow == [one.sure_quadrant is None for one in placed]


def test_names_are_text_whatever_they_hold() -> None:
    rows = pd.read_csv(SYNTHETIC).rename(columns={"d1": '<b>"d1"</b>', "d2": "d&2"})
    found = rs.drivers(rows, "nps", ['<b>"d1"</b>', "d&2"])
    (described,) = shapes(found.to_svg("en"), "desc")
    assert '<b>"d1"</b>' in str(described.text)
    assert "d&2" in str(described.text)


def test_a_study_without_a_map_says_which_drivers_are_not_drawn() -> None:
    drawn = rs.drivers(SYNTHETIC, "nps", ["wait_s"]).to_svg("en")
    assert shapes(drawn, "circle") == []
    assert "wait_s" in str(shapes(drawn, "desc")[0].text)


def test_the_table_has_a_cell_for_each_heading(study: Any) -> None:
    for language in ("en", "fr"):
        table = drivers_table(study, language)
        assert [row[0] for row in table.rows] == [driver.name for driver in study.drivers]
        assert {len(row) for row in table.rows} == {len(table.headings)}
