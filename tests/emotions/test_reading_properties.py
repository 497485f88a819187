"""What holds of every text, whatever is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ressenti.emotions import Reading, read_texts

FRENCH = (
    "je suis content", "service décevant", "accueil agréable", "c'est énervant",
    "livraison tardive", "personnel aimable", "je suis inquiet", "produit cassé", "merci",
    "repas mauvais", "conseiller désagréable", "j'ai été déçu", "prix élevé", "équipe géniale",
)  # fmt: skip
ENGLISH = (
    "I am happy", "disappointing service", "pleasant welcome", "this is annoying", "late delivery",
    "kind staff", "I am worried", "broken product", "bad meal", "rude agent", "great team",
)  # fmt: skip
STRESSES = {"fr": ("très", "vraiment", "extrêmement"), "en": ("very", "really", "extremely")}

anything = st.text(
    alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from("<>&;😡 n'!?.,\u200b\u202e")
)


def reading_of(text: str, language: str = "auto") -> Reading:
    (reading,) = read_texts([text], language=language)
    return reading


def polarity_of(text: str, language: str) -> float:
    polarity = reading_of(text, language).polarity
    assume(polarity is not None)
    assert polarity is not None
    return polarity


@pytest.mark.parametrize(("language", "texts"), [("fr", FRENCH), ("en", ENGLISH)])
def test_a_word_of_stress_never_weakens(language: str, texts: tuple[str, ...]) -> None:
    for text in texts:
        *before, last = text.split()
        plain = reading_of(text, language)
        assert plain.polarity is not None
        assert plain.intensity is not None
        for stress in STRESSES[language]:
            stressed = reading_of(" ".join([*before, stress, last]), language)
            assert stressed.polarity is not None
            assert stressed.intensity is not None
            assert abs(stressed.polarity) >= abs(plain.polarity)
            assert stressed.polarity * plain.polarity >= 0
            assert stressed.intensity >= plain.intensity


@settings(max_examples=30)
@given(st.sampled_from(FRENCH), st.sampled_from(FRENCH))
def test_accents_do_not_change_what_is_read(first: str, second: str) -> None:
    text = f"{first}. {second}"
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    assert polarity_of(plain, "fr") == polarity_of(text, "fr")
    decomposed = unicodedata.normalize("NFD", text)
    assert polarity_of(decomposed, "fr") == polarity_of(text, "fr")


@settings(max_examples=30)
@given(st.sampled_from(["fr", "en"]), st.data())
def test_capitals_do_not_turn_what_is_read(language: str, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(FRENCH if language == "fr" else ENGLISH))
    small, capitals = polarity_of(text, language), polarity_of(text.upper(), language)
    assert small * capitals >= 0
    assert abs(capitals) >= abs(small)
    assert polarity_of(text.title(), language) == small


@settings(max_examples=30)
@given(st.lists(st.sampled_from((*FRENCH, *ENGLISH)) | anything, max_size=12), st.randoms())
def test_the_order_of_rows_changes_nothing(texts: list[str], random: object) -> None:
    together = read_texts(texts)
    turned = read_texts(texts[::-1])[::-1]
    assert together == turned
    assert together == [reading_of(text) for text in texts]


@settings(max_examples=80)
@given(anything, st.sampled_from((*FRENCH, *ENGLISH)))
@example("<b>nul</b> &eacute;", "merci")
@example("\x1e", "merci")
@example("e\u0301nerve\u0301", "merci")
def test_spans_lie_in_the_text(strange: str, plain: str) -> None:
    text = f"{strange} {plain} {strange}"
    reading = reading_of(text)
    end = 0
    for clause in reading.clauses:
        assert 0 <= clause.start < clause.end <= len(text)
        assert clause.start >= end
        end = clause.end
    for emotion in reading.emotions:
        clause = reading.clauses[emotion.clause]
        assert (emotion.span_start, emotion.span_end) == (clause.start, clause.end)
        for span in emotion.words:
            assert clause.start <= span.start < span.end <= clause.end
            assert 0 < span.share <= 1


@settings(max_examples=80)
@given(anything)
def test_figures_stay_in_their_ranges(text: str) -> None:
    reading = reading_of(text)
    if reading.is_unread:
        assert reading.polarity is None
        assert reading.intensity is None
        assert not reading.emotions
        return
    assert reading.positive is not None
    assert reading.negative is not None
    assert reading.intensity is not None
    assert 0 <= reading.positive <= 1
    assert 0 <= reading.negative <= 1
    assert 0 <= reading.intensity <= 1
    assert not (reading.is_neutral and reading.emotions)
    assert all(-1 <= emotion.valence <= 1 for emotion in reading.emotions)
