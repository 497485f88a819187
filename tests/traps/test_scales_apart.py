"""Scales, directions and names that look alike and are never mistaken for each other."""

from __future__ import annotations

import pyarrow as pa
import pytest

import ressenti as rs
from ressenti.errors import NotComparable, ScaleMismatch

MARKS = pa.table({"five": [5, 4, 3, 2], "seven": [7, 6, 5, 4], "ten": [10, 9, 8, 1]})


def test_five_levels_and_seven_levels_are_never_pooled() -> None:
    with pytest.raises(NotComparable, match="never pooled"):
        rs.score(MARKS, "csat=seven:1-7")
    with pytest.raises(NotComparable, match="never pooled"):
        rs.score(MARKS, "ces=five:effort-5")


def test_a_zero_to_ten_and_a_one_to_ten_recommendation_are_two_variants() -> None:
    with pytest.raises(NotComparable, match="non_standard_1_10") as refused:
        rs.score(MARKS, "nps=ten:1-10")
    assert "0-10" in refused.value.to("fr")
    own = rs.score(MARKS, "nps/non_standard_1_10=ten")[0]
    assert own.variant == "non_standard_1_10"
    zero = rs.score(pa.table({"ten": [0, 10, 9]}), "nps/non_standard_1_10=ten")[0]
    assert (zero.n, zero.n_invalid) == (2, 1)


def test_a_column_of_seven_levels_read_on_five_is_refused_with_the_share_that_does_not_fit() -> (
    None
):
    table = pa.table({"mark": [1, 2, 3, 4, 5, 6, 7] * 20})
    with pytest.raises(ScaleMismatch, match=r"28\.6%") as refused:
        rs.score(table, "csat=mark")
    assert "--missing" in refused.value.to("en")
    assert "--missing" in refused.value.to("fr")


def test_eleven_per_cent_off_the_scale_is_refused_and_ten_is_counted_apart() -> None:
    eleven = pa.table({"mark": [9] * 89 + [11] * 11})
    with pytest.raises(ScaleMismatch, match=r"11\.0%.*11 of 100"):
        rs.score(eleven, "nps=mark")
    ten = rs.score(pa.table({"mark": [9] * 90 + [11] * 10}), "nps=mark")[0]
    assert (ten.n, ten.n_invalid, ten.value) == (90, 10, 100)


def test_the_same_effort_is_bad_news_in_one_variant_and_good_news_in_another() -> None:
    # Seven levels, 1 easy to 7 difficult: three easy answers and one difficult.
    table = pa.table({"mark": [1, 1, 2, 7]})
    effort, ease = rs.score(table, ["ces/net_effort_1_7=mark", "ces/net_easy_score_bt=mark"])
    assert (effort.value, ease.value) == (-50, 50)
    assert (str(effort.direction), str(ease.direction)) == ("low", "high")


def test_agreement_that_it_was_easy_is_never_read_from_a_scale_of_effort() -> None:
    with pytest.raises(NotComparable, match="net_effort_1_7"):
        rs.score(pa.table({"mark": [1, 2, 7]}), "ces=mark:effort-7")


def test_net_emotion_is_not_net_easy() -> None:
    catalogue = rs.catalogue()
    emotion, ease = catalogue["nes"], catalogue["ces"].variant("net_easy_score_bt")
    assert "Emotion" in emotion.name.en
    assert "Easy" in ease.name.en
    assert str(emotion.family) == "text"
    words = " ".join([emotion.definition.en, *(pitfall.en for pitfall in emotion.pitfalls)])
    assert "Net Easy" in words
    assert {"positive": 1, "negative": 1, "neutral": 2}.items() <= dict(
        rs.calc("nes/net_share_all", {"positive": 1, "negative": 1, "neutral": 2}).parts
    ).items()


def test_the_name_of_an_indicator_is_that_of_one_indicator() -> None:
    catalogue = rs.catalogue()
    for language in ("en", "fr"):
        names = [one.name.to(language) for one in catalogue.values()]
        assert len(set(names)) == len(names)
