"""Discovery: topics that recur in what a plan does not read, proposed for a person to accept."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from ressenti.emotions.themes.expressions import word_form
from ressenti.emotions.themes.keyness import class_weights, keywords
from ressenti.emotions.themes.mentions import ThemeReader
from ressenti.emotions.themes.plans import ThemePlan
from ressenti.language import Language

WORDS: Final = re.compile(r"[^\W\d_]{2,}")
PART: Final = re.compile(r"[.!?…;:,()\n]+")
WORDS_OF_TOPIC: Final = 6
COMPANY: Final = 3
"""Words that a topic needs when its first is not used more than in the texts with a theme."""
TOGETHER: Final = 0.15
"""Share of a topic's texts that a word needs to name it."""
HALVES: Final = 20
"""Half samples over which stability is told."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that texts without a theme often speak of.

    Attributes
    ----------
    words : tuple of str
        Its names, the telling one first.
    texts : tuple of int
        Places of the texts that speak of it.
    share : float
        Of the texts that the plan leaves without a theme, 0..1.
    z : float
        How much more those texts use the first word than the texts with a theme, in standard
        errors.
    p_value : float
        Adjusted for the number of words looked at.
    stability : float
        Share of random halves of the respondents in which the topic is found again, 0..1.
    """

    words: tuple[str, ...]
    texts: tuple[int, ...]
    share: float
    z: float
    p_value: float
    stability: float


@dataclass(frozen=True, slots=True)
class _Found:
    """A topic before its stability is known."""

    words: tuple[str, ...]
    texts: tuple[int, ...]
    z: float
    p_value: float


def missed_topics(
    texts: Sequence[str],
    plan: ThemePlan,
    language: Language,
    *,
    respondents: Sequence[Hashable] | None = None,
    most: int = 10,
    fewest: int = 5,
    rate: float = 0.05,
) -> tuple[Topic, ...]:
    """Return the topics of the texts that a plan finds no theme in, the most frequent first.

    A topic begins with the word or pair of words that those texts use most beyond the texts with a
    theme, then with frequent words that keep company; words that often stand beside the first join
    it; its texts are set aside, and the next begins. The same texts give the same topics.

    Parameters
    ----------
    texts : sequence of str
        Clauses or short comments of one language.
    respondents : sequence, optional
        Who wrote each text: halves are drawn by respondent. By default each text has its own.
    most : int
        Topics at most.
    fewest : int
        Texts that a topic needs.
    rate : float
        False discovery rate of the words, 0..1.
    """
    mentions = ThemeReader(plan).mentions(texts, [language] * len(texts))
    is_missed = [not own for own in mentions]
    terms = [_terms(text, language) for text in texts]
    found = _topics(terms, is_missed, range(len(texts)), most, fewest, rate)
    owners = list(respondents) if respondents is not None else list(range(len(texts)))
    halves = [
        _topics(terms, is_missed, half, 2 * most, max(fewest // 2, 2), rate)
        for half in _halves(owners)
    ]
    missed = sum(is_missed)
    return tuple(
        Topic(
            words=_shown(topic, texts),
            texts=topic.texts,
            share=len(topic.texts) / missed,
            z=topic.z,
            p_value=topic.p_value,
            stability=sum(_is_found_again(topic, half) for half in halves) / HALVES,
        )
        for topic in sorted(found, key=lambda one: (-len(one.texts), one.words))
    )


def _topics(
    terms: Sequence[frozenset[str]],
    is_missed: Sequence[bool],
    places: Iterable[int],
    most: int,
    fewest: int,
    rate: float,
) -> list[_Found]:
    chosen = list(places)
    missed = [place for place in chosen if is_missed[place]]
    counts = Counter(term for place in missed for term in terms[place])
    rest = Counter(term for place in chosen if not is_missed[place] for term in terms[place])
    known = [word for word in keywords(counts, rest) if word.count >= fewest and word.z > 0]
    telling = [word for word in known if word.p_value <= rate]
    # Where a plan reads little, its texts are no yardstick: words that keep company stand in.
    others = sorted(
        (word for word in known if word.p_value > rate), key=lambda one: (-one.count, one.word)
    )
    found: list[_Found] = []
    left = set(missed)
    for key in [*telling, *others]:
        own = tuple(sorted(place for place in left if key.word in terms[place]))
        names = _names(key.word, own, terms, counts) if len(own) >= fewest else ()
        if len(names) >= (1 if key.p_value <= rate else COMPANY):
            found.append(_Found(names, own, key.z, key.p_value))
            left.difference_update(own)
        if len(found) == most:
            break
    return found


def _names(
    first: str, own: Sequence[int], terms: Sequence[frozenset[str]], everywhere: Counter[str]
) -> tuple[str, ...]:
    """Return the words of a topic: its first, then those that tell its texts from the others."""
    beside = Counter(term for place in own for term in terms[place])
    often = {word: n for word, n in beside.items() if n >= max(2, TOGETHER * len(own))}
    weights = class_weights(often, everywhere, classes=max(len(everywhere) // len(often), 2))
    names = [first]
    for word in sorted(weights, key=lambda one: (-weights[one], one)):
        is_new = not any(word in name.split() or name in word.split() for name in names)
        if is_new and len(names) < WORDS_OF_TOPIC:
            names.append(word)
    return tuple(names)


def _halves(owners: Sequence[Hashable]) -> list[list[int]]:
    """Return the places of the texts of random halves of the respondents, always the same ones."""
    everyone = list(dict.fromkeys(owners))
    halves = []
    for seed in range(HALVES):
        # Which halves are drawn is no secret, and must be the same each time.
        drawn = set(random.Random(seed).sample(range(len(everyone)), len(everyone) // 2))  # noqa: S311
        kept = {everyone[place] for place in drawn}
        halves.append([place for place, owner in enumerate(owners) if owner in kept])
    return halves


def _is_found_again(topic: _Found, half: Sequence[_Found]) -> bool:
    return any(topic.words[0] in other.words or other.words[0] in topic.words for other in half)


def _terms(text: str, language: Language) -> frozenset[str]:
    """Return the words of a text that can name a topic, and the pairs of them."""
    stop = _stop_words(language)
    terms: set[str] = set()
    for part in PART.split(text):
        forms = [word_form(word) for word in WORDS.findall(part)]
        terms.update(form for form in forms if form not in stop and len(form) > 2)
        terms.update(
            f"{one} {two}" for one, two in pairwise(forms) if one not in stop and two not in stop
        )
    return frozenset(terms)


def _shown(topic: _Found, texts: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a topic as people write them most."""
    written: dict[str, Counter[str]] = {}
    for place in topic.texts:
        for word in WORDS.findall(texts[place]):
            written.setdefault(word_form(word), Counter())[word.lower()] += 1
    return tuple(
        " ".join(
            max(written[form].items(), key=lambda one: (one[1], one[0]))[0] for form in word.split()
        )
        for word in topic.words
    )


@cache
def _stop_words(language: Language) -> frozenset[str]:
    name = f"stop_words.{language}.txt"
    return frozenset((files("ressenti.emotions.themes") / name).read_text("utf-8").split())
