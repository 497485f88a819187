"""Matching: where many expressions stand in many texts, found in one pass.

Every word is looked up once; an expression is tried only where a word that it can begin with
stands. What is found for a word is remembered, so that the time goes with the number of words and
hardly with the number of expressions.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from ressenti.emotions.themes.expressions import NAME, Expression, word_form
from ressenti.emotions.tokens import SEPARATOR, cleaned

TOKEN: Final = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[^\S\n\x1e]+|[\s\S]")
GLUE: Final = frozenset("'’-‑")
"""What separates two words without ending an expression, besides spaces."""
SENTENCE_ENDS: Final = frozenset(".!?…\n" + SEPARATOR)
TITLES: Final = frozenset(("m", "mr", "mrs", "ms", "mme", "mlle", "dr", "st", "ste"))
"""Abbreviations whose point ends no sentence."""
MOST_WORDS: Final = 24
"""Words that one match can span."""
BATCH: Final = 2000
ROOM: Final = 200_000
"""Words remembered."""


class Match(NamedTuple):
    """Where an expression stands; a tuple, since there are as many as words.

    Attributes
    ----------
    text : int
        Which text, from 0.
    start, end : int
        Characters of that text.
    expression : int
        Its place among the expressions that were looked for.
    sentence : int
        Two matches of one text with the same number stand in one sentence.
    """

    text: int
    start: int
    end: int
    expression: int
    sentence: int


class ExpressionIndex:
    """Expressions arranged by the words that they can begin with.

    Parameters
    ----------
    expressions : iterable of Expression
        A match tells the place of its expression in this order.
    first_names : collection of str
        Forms that are a name wherever they have a capital; other words are one only inside a
        sentence.
    """

    def __init__(self, expressions: Iterable[Expression], first_names: Collection[str] = ()):
        self.expressions = tuple(expressions)
        self.first_names = first_names
        self._exact: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        for place, expression in enumerate(self.expressions):
            for lead in expression.leads:
                by_lead = self._stems if lead.endswith("*") else self._exact
                by_lead.setdefault(lead.rstrip("*"), []).append(place)
        self._longest_stem = max(map(len, self._stems), default=0)
        self._begun = _Remembered(self._begun_by)

    def matches(self, texts: Sequence[str]) -> Iterator[Match]:
        """Give every match of every expression, text by text.

        Examples
        --------
        >>> from ressenti.emotions.themes.expressions import expression_of
        >>> index = ExpressionIndex([expression_of("retard*"), expression_of("pas .. livré")])
        >>> [(m.start, m.end, m.expression) for m in index.matches(["Retards, pas encore LIVRE"])]
        [(0, 7, 0), (9, 25, 1)]
        """
        for start in range(0, len(texts), BATCH):
            yield from self._matches_of(_Batch(texts[start : start + BATCH]), start)

    def _begun_by(self, token: str) -> tuple[int, ...]:
        """Return the expressions that a token can begin."""
        if not token[0].isalnum():
            return ()
        form = word_form(token)
        begun = set(self._exact.get(form, ()))
        for length in range(1, min(len(form), self._longest_stem) + 1):
            begun.update(self._stems.get(form[:length], ()))
        if token[0].isupper():
            begun.update(self._exact.get(NAME, ()))
        return tuple(sorted(begun))

    def _matches_of(self, batch: _Batch, first: int) -> Iterator[Match]:
        begun = list(map(self._begun.__getitem__, batch.tokens))
        for lead, expressions in enumerate(begun):
            if not expressions:
                continue
            text = batch.text_of(lead)
            sentence = batch.sentence_of(lead)
            for expression, last in self._matches_at(batch, lead, expressions):
                start, end = batch.span(text, lead, last)
                yield Match(first + text, start, end, expression, sentence)

    def _matches_at(
        self, batch: _Batch, lead: int, begun: Sequence[int]
    ) -> Iterator[tuple[int, int]]:
        """Give the expressions that match from a token on, each with its last token."""
        window = ""
        words: list[int] = []
        for place in begun:
            expression = self.expressions[place]
            if expression.is_one_word:
                yield place, lead
                continue
            if not window:
                words = batch.words_from(lead)
                forms = (batch.marked_form(word, self.first_names) for word in words)
                window = f" {' '.join(forms)} "
            found = _compiled(expression.source).match(window)
            if found is not None:
                yield place, words[found[0].count(" ") - 1]


class _Batch:
    """Texts taken apart together."""

    def __init__(self, texts: Sequence[str]):
        self.places: dict[int, Sequence[int]] = {}
        plain = [self._without_dirt(place, text) for place, text in enumerate(texts)]
        self.tokens: list[str] = TOKEN.findall(SEPARATOR.join(plain))
        self.offsets = list(accumulate(map(len, self.tokens), initial=0))
        self.starts = list(accumulate((len(text) + 1 for text in plain), initial=0))
        self.sentence_ends = [
            place
            for place, token in enumerate(self.tokens)
            if token in SENTENCE_ENDS and not self._is_abbreviation(place)
        ]

    def text_of(self, token: int) -> int:
        return bisect_right(self.starts, self.offsets[token]) - 1

    def sentence_of(self, token: int) -> int:
        return bisect_right(self.sentence_ends, token)

    def span(self, text: int, first: int, last: int) -> tuple[int, int]:
        """Return where tokens stand in their text as it was given."""
        start = self.offsets[first] - self.starts[text]
        end = self.offsets[last + 1] - self.starts[text]
        if text in self.places:
            places = self.places[text]
            return places[start], places[end - 1] + 1
        return start, end

    def words_from(self, lead: int) -> list[int]:
        """Return the tokens that are words, from one on and up to punctuation."""
        words: list[int] = []
        for place in range(lead, min(lead + 3 * MOST_WORDS, len(self.tokens))):
            token = self.tokens[place]
            if token[0].isalnum():
                words.append(place)
                if len(words) == MOST_WORDS:
                    break
            elif not self._separates(place):
                break
        return words

    def marked_form(self, place: int, first_names: Collection[str]) -> str:
        """Return the form of a token, with a mark before it when it is a proper name."""
        token = self.tokens[place]
        form = word_form(token)
        if not token[0].isupper():
            return form
        is_capitalised = len(token) > 1 and token[1:].islower()
        if form in first_names or (is_capitalised and not self._begins_sentence(place)):
            return NAME + form
        return form

    def _begins_sentence(self, place: int) -> bool:
        for before in reversed(range(max(place - 6, 0), place)):
            token = self.tokens[before]
            if token[0].isalnum() or self._is_abbreviation(before):
                return False
            if token in SENTENCE_ENDS:
                return True
        return True

    def _separates(self, place: int) -> bool:
        """Tell whether a token only stands between two words."""
        token = self.tokens[place]
        if token in ("\n", SEPARATOR):
            return False
        return token in GLUE or token.isspace() or self._is_abbreviation(place)

    def _is_abbreviation(self, place: int) -> bool:
        before = self.tokens[place - 1] if place else ""
        return self.tokens[place] == "." and word_form(before) in TITLES

    def _without_dirt(self, place: int, text: str) -> str:
        plain, places = cleaned(text)
        if places is not None:
            self.places[place] = places
        return plain


class _Remembered(dict[str, tuple[int, ...]]):
    """What was worked out for each word, while there is room."""

    def __init__(self, work_out: Callable[[str], tuple[int, ...]]):
        super().__init__()
        self.work_out = work_out

    def __missing__(self, token: str) -> tuple[int, ...]:
        found = self.work_out(token)
        if len(self) < ROOM:
            self[token] = found
        return found


@lru_cache(maxsize=20_000)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)
