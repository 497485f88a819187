from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ressenti.emotions.reading import Clause, Emotion, Reading, Unread, unread
from ressenti.studies.emotion_parts import parts_of
from ressenti.studies.net_emotions import (
    EMOTIONS,
    PLACES,
    AuditedText,
    NetEmotion,
    net_emotion,
    records_of,
)

ENGINE = "hand/1"
VALENCES = {"joy": 0.9, "trust": 0.6, "surprise": -0.5, "anger": -0.9, "fear": -0.7}
Felt = tuple[float, float, tuple[tuple[str, float], ...]]


def reading_of(*clauses: Felt) -> Reading:
    """Return a reading of clauses: how pleased, how displeased, and emotions with intensities."""
    made = tuple(
        Clause(
            10 * place,
            10 * place + 9,
            positive,
            negative,
            tuple(
                Emotion(name, VALENCES[name], intensity, 10 * place, 10 * place + 9, place)
                for name, intensity in emotions
            ),
        )
        for place, (positive, negative, emotions) in enumerate(clauses)
    )
    felt = tuple(emotion for clause in made for emotion in clause.emotions)
    return Reading(
        language="en",
        positive=sum(clause.positive for clause in made) / len(made),
        negative=sum(clause.negative for clause in made) / len(made),
        intensity=max((emotion.intensity for emotion in felt), default=0.0),
        is_mixed=max(c.positive for c in made) >= 0.5 and max(c.negative for c in made) >= 0.5,
        is_neutral=not felt,
        reason=None,
        emotions=felt,
        clauses=made,
        engine=ENGINE,
    )


def leaning(polarity: float) -> Reading:
    """Return a reading of one clause with a polarity."""
    return reading_of((max(polarity, 0.0), max(-polarity, 0.0), (("joy", 0.5), ("anger", 0.5))))


def records(polarities: Sequence[float | None], respondents: Sequence[int]) -> NDArray[np.void]:
    readings = [unread(Unread.LANGUAGE, ENGINE) if s is None else leaning(s) for s in polarities]
    return records_of(readings, respondents)


FOUR = records([0.0, 0.2, 0.2, None, 0.3, 0.4], [1, 1, 2, 2, 3, 4])

unit = st.floats(0, 1)
felt = st.lists(st.tuples(st.sampled_from(sorted(VALENCES)), unit), max_size=3).map(tuple)
readings = st.lists(st.tuples(unit, unit, felt), min_size=1, max_size=4).map(
    lambda clauses: reading_of(*clauses)
)


def figures(found: NetEmotion) -> list[float]:
    score = found.score
    given = [score.value, score.low, score.high, *found.contributions.values()]
    return [figure for figure in given if figure is not None]


def test_each_respondent_counts_once_and_the_interval_is_student_s() -> None:
    # Means by respondent .1, .2, .3, .4: mean .25, deviation .1290994, t(3) = 3.182446.
    score = net_emotion(FOUR, engine=ENGINE).score
    assert score.value == pytest.approx(25)
    assert score.low == pytest.approx(25 - 100 * 3.182446 * 0.1290994 / 2, abs=1e-4)
    assert score.high == pytest.approx(25 + 100 * 3.182446 * 0.1290994 / 2, abs=1e-4)
    assert (score.n, score.n_effective, score.n_missing) == (5, 4, 1)


def test_what_is_read_stands_beside_the_score() -> None:
    both = reading_of((0.8, 0.0, (("joy", 0.9),)), (0.0, 0.6, (("fear", 0.5),)))
    calm = reading_of((0.0, 0.0, ()))
    texts = [both, calm, leaning(0.4), leaning(-0.6), unread(Unread.EMPTY, ENGINE)]
    parts = net_emotion(records_of(texts, range(5)), engine=ENGINE).score.parts
    assert parts["positive"] == parts["negative"] == parts["neutral"] == parts["mixed"] == 25
    assert (parts["net_share"], parts["unread"], parts["engine"]) == (0, 1, ENGINE)
    assert parts["mean_intensity"] == pytest.approx((0.9 + 0 + 0.5 + 0.5) / 4)


def test_the_audit_shifts_the_score_by_the_mean_error_it_saw() -> None:
    # Errors .4 and .2: shift .3, variance .01; variance of the means .0125; the error falls as the
    # reading rises, by a covariance of -.005.
    audited = [AuditedText(1, 0.1, 0.5), AuditedText(2, 0.2, 0.4), AuditedText(9, None, 1.0)]
    found = net_emotion(FOUR, engine=ENGINE, audited=audited)
    half = 1.959964 * (0.0125 / 4 + 0.01 / 2 - 2 * 0.005 / 4) ** 0.5 * 100
    assert found.corrected is not None
    assert found.corrected.bounds() == pytest.approx((55, 55 - half, 55 + half), abs=1e-4)
    assert found.n_audited == 2
    assert "uncorrected" not in found.score.flags
    assert found.score.value == pytest.approx(25)


def test_several_marks_of_one_respondent_are_one_voice_of_the_audit() -> None:
    once = [AuditedText(1, 0.1, 0.5), AuditedText(2, 0.2, 0.4)]
    often = [AuditedText(1, 0.1, 0.5)] * 50 + once[1:]
    first, second = (
        net_emotion(FOUR, engine=ENGINE, audited=audited).corrected for audited in (once, often)
    )
    assert first is not None
    assert second is not None
    assert second.bounds() == pytest.approx(first.bounds())


@pytest.mark.parametrize("audited", [None, [], [AuditedText(1, None, 1.0)]])
def test_without_marks_on_what_was_read_the_score_is_uncorrected(
    audited: list[AuditedText] | None,
) -> None:
    found = net_emotion(FOUR, engine=ENGINE, audited=audited)
    assert "uncorrected" in found.score.flags
    assert found.corrected is None or found.corrected.estimate is None


def test_what_nobody_could_read_has_no_score() -> None:
    score = net_emotion(records([None, None], [1, 2]), engine=ENGINE).score
    assert (score.value, score.low, score.reason, score.n_missing) == (None, None, "no_data", 2)


def test_one_respondent_has_no_interval() -> None:
    score = net_emotion(records([0.2, 0.4], [7, 7]), engine=ENGINE).score
    assert score.value == pytest.approx(30)
    assert (score.low, score.high) == (None, None)
    assert "one_answer" in score.flags


@given(readings)
def test_the_parts_of_a_text_add_up_to_its_polarity(reading: Reading) -> None:
    parts = parts_of(reading)
    assert parts
    assert sum(part.signed for part in parts) == pytest.approx(reading.polarity, abs=1e-12)
    assert all(0 <= part.amount <= 1 for part in parts)


def test_the_parts_of_a_clause_follow_the_intensities_of_its_emotions() -> None:
    reading = reading_of((0.8, 0.1, (("joy", 0.6), ("trust", 0.2))), (0.0, 0.4, (("anger", 0.5),)))
    told = {part.emotion: part.signed for part in parts_of(reading)}
    # Two clauses: halves of .8 shared 3 to 1, of .4, and of the .1 that nothing shown carries.
    expected = {"joy": 0.3, "trust": 0.1, "anger": -0.2, "neutral": -0.05}
    assert told == pytest.approx(expected)


@given(st.lists(readings, max_size=8))
def test_what_is_kept_of_texts_is_the_parts_of_each(texts: list[Reading]) -> None:
    kept = records_of([*texts, unread(Unread.EMPTY, ENGINE)], range(len(texts) + 1))
    for reading, record in zip(texts, kept, strict=False):
        expected = np.zeros(len(EMOTIONS))
        for part in parts_of(reading):
            expected[PLACES[part.emotion]] += part.signed
        assert record["parts"] == pytest.approx(expected, abs=1e-12)
    assert not kept[-1]["parts"].any()


@given(st.lists(readings, min_size=1, max_size=8), st.data())
def test_emotions_add_up_to_the_score(texts: list[Reading], data: st.DataObject) -> None:
    people = [data.draw(st.integers(0, 3)) for _ in texts]
    found = net_emotion(records_of(texts, people), engine=ENGINE)
    assert sum(found.contributions.values()) == pytest.approx(found.score.value, abs=1e-9)


@given(st.lists(st.tuples(readings, st.integers(0, 5)), min_size=2, max_size=10), st.randoms())
def test_the_order_of_the_texts_changes_nothing(
    texts: list[tuple[Reading, int]], chance: Random
) -> None:
    shuffled = texts.copy()
    chance.shuffle(shuffled)
    before, after = (
        net_emotion(records_of([r for r, _ in rows], [who for _, who in rows]), engine=ENGINE)
        for rows in (texts, shuffled)
    )
    assert figures(after) == pytest.approx(figures(before), abs=1e-9)


@given(
    st.lists(st.floats(-1, 1), min_size=3, max_size=12, unique=True), st.integers(2, 40), st.data()
)
def test_writing_often_neither_moves_the_score_nor_narrows_the_interval(
    polarities: list[float], times: int, data: st.DataObject
) -> None:
    people = list(range(len(polarities)))
    who = data.draw(st.sampled_from(people))
    once = net_emotion(records(polarities, people), engine=ENGINE)
    again = polarities + [polarities[who]] * times
    often = net_emotion(records(again, [*people, *[who] * times]), engine=ENGINE)
    assert figures(often) == pytest.approx(figures(once), abs=1e-9)
    assert often.score.n == once.score.n + times
