from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from ressenti.errors import InvalidArgument
from ressenti.indicators.nes import INDICATOR
from ressenti.scores.definitions import Events
from ressenti.scores.judgement import score_of_example
from ressenti.scores.score import Score

INTENSITY = st.integers(0, 10).map(lambda tenths: tenths / 10)


def nes(variant: str, **inputs: Any) -> Score:
    return score_of_example(INDICATOR, INDICATOR.variant(variant), inputs)


def emotion(text_id: str, valence: float | None, intensity: float | None) -> dict[str, Any]:
    return {"text_id": text_id, "valence": valence, "intensity": intensity}


def test_the_default_reads_each_verbatim_once_and_keeps_the_neutral_ones() -> None:
    assert INDICATOR.default.key == "mean_polarity"
    assert isinstance(INDICATOR.default.reads, Events)
    # a: .9 − .2 = .7; b: 0; c: −.5
    emotions = [
        emotion("a", 1, 0.9),
        emotion("a", -1, 0.2),
        emotion("b", 0, None),
        emotion("c", -1, 0.5),
    ]
    score = nes("mean_polarity", emotions=emotions)
    assert (score.value, score.n) == (pytest.approx(20 / 3), 3)


def test_a_long_verbatim_stays_within_one() -> None:
    emotions = [emotion("a", 1, 0.9), emotion("a", 1, 0.9), emotion("b", -1, 1)]
    assert nes("mean_polarity", emotions=emotions).value == pytest.approx(0)


def test_the_three_ways_of_giving_polarities_agree() -> None:
    pairs = [(0.9, 0.2), (0.1, 0.7), (0.0, 0.0)]
    verbatims = [{"positive": p, "negative": n} for p, n in pairs]
    emotions = [emotion(str(i), 1, p) for i, (p, _) in enumerate(pairs)]
    emotions += [emotion(str(i), -1, n) for i, (_, n) in enumerate(pairs)]
    values = [
        nes("mean_polarity", polarities=[p - n for p, n in pairs]).value,
        nes("mean_polarity", verbatims=verbatims).value,
        nes("mean_polarity", emotions=emotions).value,
    ]
    assert values == pytest.approx([100 * 0.1 / 3] * 3)


def test_the_mean_polarity_has_student_s_interval() -> None:
    score = nes("mean_polarity", polarities=[0.8, 0.4, -0.6, 0.0, -0.1])
    # deviation of the five values: √(1.12 / 4)
    low, high = t.interval(0.95, 4, loc=10, scale=100 * (1.12 / 4 / 5) ** 0.5)
    assert (score.low, score.high) == pytest.approx((low, high))


def test_unreadable_verbatims_are_missing_or_invalid_and_never_neutral() -> None:
    score = nes("mean_polarity", polarities=[0.5, None, 1.2, "?"])
    assert (score.value, score.n, score.n_missing, score.n_invalid) == (50, 1, 1, 2)
    verbatims = [{"positive": 0.5, "negative": None}, {"positive": 2, "negative": 0}, None]
    score = nes("mean_polarity", verbatims=verbatims)
    assert (score.value, score.reason) == (None, "no_data")
    assert (score.n_missing, score.n_invalid) == (2, 1)


@given(st.lists(st.tuples(st.sampled_from([-1, 0, 1]), INTENSITY), max_size=20))
def test_turning_every_feeling_round_turns_the_score_round(
    feelings: list[tuple[int, float]],
) -> None:
    there = [emotion(str(i), v, x) for i, (v, x) in enumerate(feelings)]
    back = [emotion(str(i), -v, x) for i, (v, x) in enumerate(feelings)]
    for variant in ("mean_polarity", "intensity_weighted", "net_share_all"):
        one, other = nes(variant, emotions=there), nes(variant, emotions=back)
        assert (one.value is None) == (other.value is None)
        if one.value is not None:
            assert one.value == pytest.approx(-(other.value or 0.0))
            assert -100 <= one.value <= 100


def test_only_neutral_texts_are_a_real_zero_of_all_and_nothing_of_the_polarised() -> None:
    neutral = {"positive": 0, "negative": 0, "neutral": 12}
    assert nes("net_share_all", **neutral).value == 0
    assert nes("net_share_polarised_only", **neutral).value is None
    assert nes("intensity_weighted", emotions=[emotion("a", 0, 0.5)]).reason == "no_data"


def test_classes_may_be_given_one_by_one_in_either_language() -> None:
    score = nes("net_share_all", scores=["positive", "négatif", "Positif", "neutre", None])
    assert (score.value, score.n_missing) == (25, 1)


def test_verbatims_lean_one_way_or_are_mixed_or_neutral() -> None:
    pairs = [(0.9, 0.2), (0.1, 0.7), (0.0, 0.0), (0.5, 0.5), (0.6, 0.0), (1.4, 1.4)]
    verbatims = [{"positive": p, "negative": n} for p, n in pairs]
    score = nes("verbatim_dominant_class", verbatims=verbatims)
    assert score.parts == {
        "positive": 2,
        "negative": 1,
        "neutral_or_mixed": 2,
        "neutral": 1,
        "mixed": 1,
        "net_share_all": pytest.approx(20),
    }
    assert score.n_invalid == 1
    assert score.low is not None
    assert score.low < 20


@pytest.mark.parametrize(
    ("variant", "inputs"),
    [
        ("mean_polarity", {"polarities": []}),
        ("intensity_weighted", {"emotions": []}),
        ("net_share_all", {"positive": 0, "negative": 0, "neutral": 0}),
        ("net_share_all", {"positive": None, "negative": 2, "neutral": 0}),
        ("net_share_polarised_only", {"scores": []}),
        ("nev_count_difference", {"positive": 0, "negative": 0, "neutral": 0}),
        (
            "nev_rating_difference",
            {"positive_emotion_ratings": [], "negative_emotion_ratings": [1]},
        ),
        ("verbatim_dominant_class", {"verbatims": []}),
        ("mean_sentiment_rate_0_100", {"rates": [None]}),
        ("mean_max_arousal", {"verbatims_word_arousal": [[], [None], None]}),
    ],
)
def test_no_verbatim_is_null_and_not_zero(variant: str, inputs: dict[str, Any]) -> None:
    score = nes(variant, **inputs).to_dict()
    assert (score["value"], score["reason"]) == (None, "no_data")


def test_what_is_no_verbatim_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="object"):
        nes("mean_polarity", verbatims=[0.5])


def test_both_languages_say_that_this_is_not_the_net_easy_score() -> None:
    for text in (INDICATOR.definition, INDICATOR.pitfalls[0]):
        assert "Net Easy Score" in text.en
        assert "Net Easy Score" in text.fr
        assert "ces/net_easy_score_bt" in text.fr
