"""Topics that a plan misses are found again and again, and named by their words."""

from __future__ import annotations

import math
import random

import pytest

from ressenti.emotions.themes.discovery import missed_topics
from ressenti.emotions.themes.keyness import keywords
from ressenti.emotions.themes.plans import theme_plan

PARKING = ("Le parking souterrain était fermé", "Borne de recharge du parking en panne")
DELAY = ("Livré avec trois jours de retard", "Toujours en retard, comme d'habitude")
OTHER = (
    "Le café offert était froid",
    "Ma grand-mère adore",
    "Une affaire qui roule",
    "Rien à voir",
)


def verbatims(seed: int = 1) -> list[str]:
    drawn = random.Random(seed)
    texts = [drawn.choice(PARKING) for _ in range(30)] + [drawn.choice(DELAY) for _ in range(60)]
    texts += [drawn.choice(OTHER) for _ in range(20)]
    drawn.shuffle(texts)
    return texts


def test_a_planted_topic_is_found_named_and_stable() -> None:
    topic, *_ = missed_topics(verbatims(), theme_plan("delivery"), "fr")
    assert topic.words[0] == "parking"
    assert len(topic.texts) == 30
    assert topic.share == pytest.approx(30 / 50)
    assert topic.stability > 0.9


def test_what_the_plan_reads_is_no_topic() -> None:
    topics = missed_topics(verbatims(), theme_plan("delivery"), "fr")
    assert all("retard" not in topic.words for topic in topics)


def test_the_same_texts_give_the_same_topics_and_their_order_changes_nothing() -> None:
    texts = verbatims()
    once = missed_topics(texts, theme_plan("delivery"), "fr")
    assert missed_topics(texts, theme_plan("delivery"), "fr") == once
    turned = missed_topics(texts[::-1], theme_plan("delivery"), "fr")
    assert [topic.words for topic in turned] == [topic.words for topic in once]


def test_no_text_no_topic() -> None:
    assert missed_topics([], theme_plan("delivery"), "fr") == ()


def test_log_odds_are_those_of_the_published_formula() -> None:
    # Monroe et al. (2008), worked out for one word: 8 of 20 words against 2 of 40, prior 6.
    first, *_ = keywords({"a": 8, "b": 12}, {"a": 2, "b": 38}, prior_words=6)
    prior = 6 * 10 / 60
    odds = math.log((8 + prior) / (20 + 6 - 8 - prior)) - math.log(
        (2 + prior) / (40 + 6 - 2 - prior)
    )
    error = math.sqrt(1 / (8 + prior) + 1 / (2 + prior))
    assert first.word == "a"
    assert first.z == pytest.approx(odds / error)
