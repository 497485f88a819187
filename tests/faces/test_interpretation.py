"""Sentences say what the interval allows and no more."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ressenti as rs
from ressenti.library.comparison import Comparisons


def waves(before: list[int], after: list[int]) -> pa.Table:
    return pa.table(
        {"mark": before + after, "wave": ["spring"] * len(before) + ["autumn"] * len(after)}
    )


def compared(before: list[int], after: list[int]) -> Comparisons:
    return rs.compare(waves(before, after), "nps=mark", between="wave=spring,autumn")


def test_a_rise_that_is_established_is_a_rise_in_both_languages() -> None:
    found = compared([10] * 40 + [3] * 60, [10] * 80 + [3] * 20)
    assert "Up 80.0\xa0pts on spring." in found.text("en")
    assert "En hausse de 80,0\xa0pts par rapport à spring." in found.text("fr")


def test_a_fall_that_is_established_is_a_fall_in_both_languages() -> None:
    found = compared([10] * 80 + [3] * 20, [10] * 40 + [3] * 60)
    assert "Down 80.0\xa0pts on spring." in found.text("en")
    assert "En baisse de 80,0\xa0pts par rapport à spring." in found.text("fr")


@pytest.mark.parametrize("after", [[10, 10, 3], [10] * 52 + [3] * 48])
def test_a_difference_that_chance_explains_is_not_called_a_change(after: list[int]) -> None:
    found = compared([10] * 50 + [3] * 50, after)
    assert "Not distinguishable from spring." in found.text("en")
    assert "Rien ne le distingue de spring." in found.text("fr")
    assert "Up" not in found.text("en")


def test_where_one_side_has_no_answer_nothing_is_said_of_a_change() -> None:
    table = pa.table({"mark": [10, 9, None, None], "wave": ["spring"] * 2 + ["autumn"] * 2})
    found = rs.compare(table, "nps=mark", between="wave=spring,autumn")
    assert "too few answers" in found.text("en")
    assert "trop peu de réponses" in found.text("fr")
    assert "no data" in found.text("en")
    assert "aucune donnée" in found.text("fr")
    assert "no_data" not in found.text("en") + found.text("fr")
    assert found.to_dicts()[0]["difference"] is None


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 10), min_size=1, max_size=60),
    st.lists(st.integers(0, 10), min_size=1, max_size=60),
)
def test_sentence_interval_and_p_value_never_disagree(before: list[int], after: list[int]) -> None:
    found = compared(before, after)
    (change,) = found.to_dicts()
    excludes_zero = change["low"] > 0 or change["high"] < 0
    assert change["low"] - 1e-9 <= change["difference"] <= change["high"] + 1e-9
    assert change["is_established"] is excludes_zero
    assert (change["p_value"] < 0.05) is excludes_zero
    says_a_change = "Up " in found.text("en") or "Down " in found.text("en")
    assert says_a_change is excludes_zero


def test_a_reversal_between_total_and_segments_is_told() -> None:
    # Both desks get better; the total gets worse, for the harder desk's share grows.
    table = pa.table(
        {
            "mark": [10] * 72
            + [3] * 8
            + [10] * 4
            + [3] * 16
            + [10] * 19
            + [3] * 1
            + [10] * 24
            + [3] * 56,
            "desk": ["easy"] * 80 + ["hard"] * 20 + ["easy"] * 20 + ["hard"] * 80,
            "wave": ["1"] * 100 + ["2"] * 100,
        }
    )
    found = rs.compare(table, "nps=mark", between="wave=1,2", by=["desk"])
    (change,) = found.to_dicts()
    (split,) = change["decompositions"]
    assert change["difference"] < 0 < split["rate"]
    assert split["simpson"]
    assert "Simpson" in found.text("en")
    assert "Paradoxe de Simpson" in found.text("fr")
