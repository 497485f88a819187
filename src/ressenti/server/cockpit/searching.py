"""Searching: comments that hold words, whatever their accents, or their stem in their language.

What is typed is a list of words and of “phrases”, a minus before what must not be there. It is
never given to the database as a language of queries: each term is looked up by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.contrib.postgres.search import SearchVectorExact as Matches
from django.db import connection
from django.db.models import Q, QuerySet

from ressenti.emotions.masking import personal_spans
from ressenti.server.cockpit.voice_pieces import WORD
from ressenti.server.models import Answer
from ressenti.server.models.record import ACCENTED, PLAIN, folded

MOST_TERMS = 8
LONGEST = 120
TERM = re.compile(
    r"(?P<sign>-?)(?:\"(?P<phrase>[^\"]+)\"|«(?P<quoted>[^»]+)»|(?P<word>[^\s\"«»]+))"
)
CONFIGURATIONS: Mapping[str, str] = {"fr": "french", "en": "english"}
FOLDING = str.maketrans(ACCENTED, PLAIN)
STEMS = """
SELECT word, ts_lexize('french_stem', word), ts_lexize('english_stem', word)
FROM unnest(%s::text[]) AS word
"""


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a phrase that is meant as it is written; whether it must be there or must not."""

    text: str
    is_wanted: bool = True
    is_phrase: bool = False


def terms_of(typed: str) -> tuple[Term, ...]:
    """Return the terms of a search: the first eight, without signs that say nothing.

    Examples
    --------
    >>> [(term.text, term.is_wanted) for term in terms_of('livraison -retard "très déçu"')]
    [('livraison', True), ('retard', False), ('très déçu', True)]
    >>> [term.text for term in terms_of("!! ' OR 1=1 --")]
    ['OR', '1=1']
    """
    terms = []
    for match in TERM.finditer(readable(typed)):
        text = (match["phrase"] or match["quoted"] or match["word"]).strip()
        if WORD.search(text):
            terms.append(Term(text, not match["sign"], is_phrase=match["word"] is None))
    return tuple(terms[:MOST_TERMS])


def readable(typed: str) -> str:
    """Return what was typed, without control characters and not longer than a search may be."""
    kept = "".join(" " if unicodedata.category(one)[0] == "C" else one for one in typed)
    return " ".join(kept.split())[:LONGEST]


def names_somebody(typed: str) -> bool:
    """Tell whether a search asks for personal data: finding it would confirm what is masked."""
    return bool(personal_spans(typed))


def holding(comments: QuerySet[Answer], terms: Iterable[Term]) -> QuerySet[Answer]:
    """Return the comments that hold every wanted term and none of the others."""
    for term in terms:
        found = _holds(term.text, is_phrase=term.is_phrase)
        comments = comments.filter(found if term.is_wanted else ~found)
    return comments


def _holds(text: str, *, is_phrase: bool) -> Q:
    found = Q(
        Matches(
            SearchVector(folded("text"), config="simple"),
            SearchQuery(folded_word(text), config="simple", search_type="phrase"),
        )
    )
    for language, configuration in () if is_phrase else CONFIGURATIONS.items():
        stems = SearchQuery(text, config=configuration, search_type="phrase")
        vector = SearchVector("text", config=configuration)
        found |= Q(language=language) & Q(Matches(vector, stems))
    return found


def folded_word(word: str) -> str:
    """Return a word in small letters without accents, as the database folds it."""
    return word.lower().translate(FOLDING)


def found_words(texts: Iterable[str], terms: Sequence[Term]) -> frozenset[str]:
    """Return the words of some texts, in small letters, that the wanted terms stand for."""
    sought = {word.lower() for term in terms if term.is_wanted for word in WORD.findall(term.text)}
    if not sought:
        return frozenset()
    there = {word.lower() for text in texts for word in WORD.findall(text)}
    with connection.cursor() as cursor:
        cursor.execute(STEMS, [sorted(there | sought)])
        keys = {word: _keys(word, *stems) for word, *stems in cursor.fetchall()}
    wanted = set().union(*(keys[word] for word in sought))
    return frozenset(word for word in there if not wanted.isdisjoint(keys[word]))


def _keys(word: str, french: list[str] | None, english: list[str] | None) -> set[tuple[str, str]]:
    """Return what a word is found under: itself without accents, and its stem in each language."""
    stems = {("fr", stem) for stem in french or ()} | {("en", stem) for stem in english or ()}
    return stems | {("", folded_word(word))}
