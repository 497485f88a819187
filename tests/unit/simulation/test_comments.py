from __future__ import annotations

import string

import numpy as np
import pytest

from ressenti.simulation import Company
from ressenti.simulation.comments import (
    TONES,
    TOPICS,
    VALENCES,
    Occasion,
    sentence_pools,
    written_comments,
)
from tests.unit.simulation.conftest import Query

EXPECTED_SIGN = {"positive": (0.0, 1.0), "negative": (-1.0, 0.0), "mixed": (-1.0, 0.0, 1.0)}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_there_are_sentences_for_every_topic_and_tone(language: str) -> None:
    pools = sentence_pools(language)
    for topic in (*TOPICS, "close"):
        for tone in TONES:
            assert len({sentence.frame for sentence in pools[topic, tone, False]}) >= 3
    assert {key for key in pools if key[2]} == {
        (topic, tone, True) for topic in ("deliver", "support") for tone in ("mixed", "negative")
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sentences_carry_emotions_of_their_tone_in_marked_words(language: str) -> None:
    slots = {"days", "promised", "minutes", "e", "adviser", "product", "city"}
    for (_, tone, _), sentences in sentence_pools(language).items():
        for sentence in sentences:
            assert VALENCES[sentence.emotion] in EXPECTED_SIGN[tone], sentence
            marked = sentence.frame.count("["), sentence.frame.count("]")
            assert marked == ((0, 0) if sentence.emotion == "neutral" else (1, 1)), sentence
            assert (sentence.intensity == 0.0) == (sentence.emotion == "neutral"), sentence
            used = {name for _, name, _, _ in string.Formatter().parse(sentence.frame) if name}
            assert used <= slots, sentence


def test_spans_point_at_the_words_that_carry_the_emotion() -> None:
    generator = np.random.default_rng(5)
    size = 3_000
    about = Occasion(
        topic=generator.integers(len(TOPICS), size=size),
        tone=generator.integers(3, size=size),
        missed=generator.random(size) < 0.5,
        language=generator.integers(2, size=size),
        shop=generator.integers(40, size=size),
    )
    texts, emotions = written_comments(generator, about)
    marked = {
        sentence.frame.split("[")[1].split("]")[0]
        for language in ("fr", "en")
        for sentences in sentence_pools(language).values()
        for sentence in sentences
        if "[" in sentence.frame and "{" not in sentence.frame
    }
    found = 0
    for comment, span in zip(emotions.comment, emotions.span, strict=True):
        if span is not None:
            first, last = map(int, span.split("-"))
            words = texts[comment][first:last]
            assert words.strip()
            found += words in marked or words[0].lower() + words[1:] in marked
    # The others are misspelt, or have an agreement or a name inside.
    assert found > 0.75 * sum(span is not None for span in emotions.span)
    assert not any(mark in text for text in texts for mark in "[]{}")


def test_texts_are_varied_and_in_the_language_of_the_customer(rows: Query) -> None:
    ((texts, different),) = rows("SELECT count(text), count(DISTINCT text) FROM answers")
    assert different > 0.1 * texts
    french, english = "(^| )(je|pas|très|une|mais)( |$)", "(^| )(the|very|with|but)( |$)"
    by_language = rows(
        f"SELECT language, count(*) FILTER (regexp_matches(text, '{french}')), "
        f"count(*) FILTER (regexp_matches(text, '{english}')) FROM answers GROUP BY 1 ORDER BY 1"
    )
    (_, french_in_english, english_in_english), (_, french_in_french, english_in_french) = (
        by_language
    )
    assert english_in_english > 300
    assert french_in_french > 1_000
    assert (french_in_english, english_in_french) == (0, 0)


def test_the_tone_of_a_comment_is_that_of_the_mark(rows: Query) -> None:
    by_mark = dict(
        rows(
            "WITH mark AS (SELECT response_id, value FROM answers WHERE measure IN ('nps', 'enps') "
            "AND value IS NOT NULL), said AS (SELECT response_id, min(valence) AS low, "
            "max(valence) AS high FROM emotions JOIN answers ON text_id = answers.source_id "
            "GROUP BY 1) SELECT CASE WHEN value >= 9 THEN 'promoter' WHEN value <= 6 THEN "
            "'detractor' ELSE 'passive' END, (min(low), max(high)) FROM mark JOIN said "
            "USING (response_id) GROUP BY 1"
        )
    )
    assert by_mark["promoter"] == (0.0, 1.0)
    assert by_mark["detractor"] == (-1.0, 0.0)


def test_every_emotion_is_read_in_a_comment_that_exists(company: Company, rows: Query) -> None:
    ((missing, silent),) = rows(
        "SELECT count(*) FILTER (answers.text IS NULL), (SELECT count(*) FROM answers "
        "WHERE text IS NOT NULL AND source_id NOT IN (SELECT text_id FROM emotions)) "
        "FROM emotions LEFT JOIN answers ON text_id = answers.source_id"
    )
    assert (missing, silent) == (0, 0)
    assert company.facts["emotions"].num_rows > 20_000
