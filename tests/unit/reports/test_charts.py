from __future__ import annotations

import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.errors import UnknownName
from ressenti.reports.charts import vega_lite_specification

MARKS = pa.table(
    {
        "mark": [10, 9, 3, 7, 10, 0],
        "team": ["a", "a", "a", "b", "b", "b"],
        "at": ["2026-01-05", "2026-02-05", "2026-03-05"] * 2,
    }
)


def test_segments_are_points_with_their_intervals() -> None:
    scores = rs.score(MARKS, "nps=mark", by=["team"])
    drawn = vega_lite_specification(scores.scores, "en")
    assert drawn is not None
    rows = drawn["data"]["values"]
    assert [(row["label"], row["value"]) for row in rows] == [
        ("a", scores[0].value),
        ("b", scores[1].value),
    ]
    assert {layer["mark"]["type"] for layer in drawn["layer"]} == {"rule", "point"}


def test_a_trend_has_a_band_and_a_legend_only_for_several_lines() -> None:
    one = vega_lite_specification(rs.score(MARKS, "nps=mark", per="month", at="at").scores, "en")
    assert one is not None
    assert [layer["mark"]["type"] for layer in one["layer"]] == ["area", "line"]
    assert one["encoding"]["color"]["legend"] is None


def test_two_definitions_never_share_an_axis() -> None:
    scores = rs.score(MARKS, ["nps=mark", "csat/mean=mark:0-10"], by=["team"])
    drawn = vega_lite_specification(scores.scores, "fr")
    assert drawn is not None
    assert len(drawn["vconcat"]) == 2


def test_nothing_to_draw_is_no_chart() -> None:
    scores = rs.score(pa.table({"mark": pa.array([None, None], pa.int64())}), "nps=mark")
    assert vega_lite_specification(scores.scores, "en") is None


def test_the_distribution_beside_a_score_has_the_shares_of_its_levels() -> None:
    chart = rs.score(MARKS, "nps=mark").distribution_chart(language="en").to_dict()
    rows = (
        next(iter(chart["datasets"].values())) if "datasets" in chart else chart["data"]["values"]
    )
    assert {row["level"]: row["n"] for row in rows} == {
        "0.0": 1,
        "3.0": 1,
        "7.0": 1,
        "9.0": 1,
        "10.0": 2,
    }


def test_a_distribution_of_what_was_not_scored_is_refused() -> None:
    with pytest.raises(UnknownName, match="csat"):
        rs.score(MARKS, "nps=mark").distribution_chart("csat")


def test_a_notebook_gets_the_text_and_the_drawing() -> None:
    bundle = rs.score(MARKS, "nps=mark", by=["team"])._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "application/vnd.vegalite.v5+json"}
