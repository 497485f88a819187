"""Matching: where many expressions stand in many texts, found in one pass.

Every word is looked up once; an expression is tried only where a word that it can begin with
stands, with one of the words it cannot do without soon after. What is found for a word is
remembered, so that the time goes with the number of words and hardly with that of expressions.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from ressenti.emotions.arrays import distinct, none
from ressenti.emotions.clauses import Flags
from ressenti.emotions.features import Integers
from ressenti.emotions.themes.expressions import Expression
from ressenti.emotions.themes.known_words import (
    BEGINS_SENTENCE,
    ENDS_SENTENCE,
    GLUE,
    IS_ANCHOR,
    IS_BREAK,
    IS_CAPITALISED,
    IS_EXPRESSION,
    IS_LEAD,
    IS_NAME,
    IS_TITLE,
    IS_WORD,
    NO_PIECE,
    ROOM,
    Names,
    Roles,
    Words,
    expanded_ranges,
)
from ressenti.emotions.tokens import SEPARATOR, cleaned

TOKEN: Final = re.compile(
    r"[^\W\d_]+[ '’\-]?|\d+(?:[.,]\d+)*[ '’\-]?|[ '’‑\-\t\u00a0\u202f\u2009]+|[\s\S]"
)
"""A word carries the one sign that separates it from the next: half as many tokens."""
SUSPECT: Final = re.compile(
    "[<&\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0f\ufeff]"
)
"""Without one of these, a text has nothing to clean."""
BATCH: Final = 2000


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
    names : Names, optional
        None where neither names nor sentences matter, which is quicker.
    """

    def __init__(self, expressions: Iterable[Expression], names: Names | None = None):
        self.expressions = tuple(expressions)
        self.names = names
        self._widths = np.array([each.width for each in self.expressions], dtype=np.int64)
        self._roles = Roles(self.expressions)
        self._words = Words(self._roles, names)

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
            yield from self._matches_of(_Batch(texts[start : start + BATCH], self._words), start)
            if len(self._words) > ROOM:
                self._words = Words(self._roles, self.names)

    def _matches_of(self, batch: _Batch, first: int) -> Iterator[Match]:
        lead, place = self._tries(batch)
        rows = zip(
            lead.tolist(),
            place.tolist(),
            batch.places[lead].tolist(),
            batch.texts_of(lead),
            batch.sentences_of(lead),
            strict=True,
        )
        for token, which, begin, text, sentence in rows:
            last, expression = token, self.expressions[which]
            if not expression.is_one_word:
                found = _compiled(expression.source).match(batch.forms, begin)
                if found is None:
                    continue
                last = batch.token_before(found.end())
            start, end = batch.span(text, token, last)
            yield Match(first + text, start, end, which, sentence)

    def _tries(self, batch: _Batch) -> tuple[Integers, Integers]:
        """Return the tokens that may begin an expression, and which: those of one word do."""
        count = len(self.expressions)
        words = np.flatnonzero(batch.flags & IS_EXPRESSION)
        those, place = self._words.words.expanded(batch.numbers[words])
        alone = 2 * count * words[those] + place
        lead, anchor, distance = self._near(batch)
        pair, place = self._words.common(batch.numbers[lead], batch.numbers[anchor])
        is_wide = self._widths[place] > distance[pair]
        longer = 2 * count * lead[pair[is_wide]] + count + place[is_wide]
        tries = distinct(np.concatenate((alone, longer)))
        return tries // max(2 * count, 1), tries % max(count, 1)

    def _near(self, batch: _Batch) -> tuple[Integers, Integers, Integers]:
        """Return each lead with each anchor soon after it, and how many words on that stands.

        No punctuation lies between the two.
        """
        anchors = np.flatnonzero(batch.flags & IS_ANCHOR)
        leads = np.flatnonzero(batch.flags & IS_LEAD)
        breaks = np.append(np.flatnonzero(batch.is_break), len(batch.flags))
        word = np.cumsum((batch.flags & IS_WORD) != 0)
        begin = np.searchsorted(anchors, leads)
        end = np.minimum(
            np.searchsorted(anchors, breaks[np.searchsorted(breaks, leads)]),
            np.searchsorted(word[anchors], word[leads] + self._widths.max(initial=0)),
        )
        which, anchor = expanded_ranges(begin, end - begin)
        lead, anchor = leads[which], anchors[anchor]
        return lead, anchor, word[anchor] - word[lead]


class _Batch:
    """Texts taken apart together.

    Attributes
    ----------
    numbers, flags : integers, shape (tokens,)
        Of all tokens of all texts, with a separator between two texts.
    is_break : flags, shape (tokens,)
        Where punctuation stands that no expression crosses.
    forms : str
        The forms of the words, each after a space; a line's end where punctuation stands.
    places : integers, shape (tokens + 1,)
        Where each token is in ``forms``.
    """

    def __init__(self, texts: Sequence[str], words: Words):
        self.moves: dict[int, Sequence[int]] = {}
        joined = SEPARATOR.join(texts)
        if SUSPECT.search(joined) is not None or joined.count(SEPARATOR) >= len(texts):
            texts = [self._without_dirt(place, text) for place, text in enumerate(texts)]
            joined = SEPARATOR.join(texts)
        self.tokens: list[str] = TOKEN.findall(joined)
        self.numbers = words.numbers_of(self.tokens)
        self.flags = words.flags[self.numbers]
        self.offsets = _from_zero(words.lengths[self.numbers])
        self.starts = _from_zero(np.array([len(text) + 1 for text in texts], dtype=np.int64))
        self.sentence_ends = none()
        is_silent = np.zeros(len(self.flags), dtype=bool)
        pieces = 2 * self.numbers
        if words.names is not None:
            ends = (self.flags & ENDS_SENTENCE) != 0
            is_silent[1:] = ends[1:] & ((self.flags[:-1] & IS_TITLE) != 0)
            self.sentence_ends = np.flatnonzero(ends & ~is_silent)
            pieces += self._is_name(is_silent)
            pieces[is_silent] = NO_PIECE
        self.is_break = ((self.flags & IS_BREAK) != 0) & ~is_silent
        self.forms = "".join(map(words.pieces.__getitem__, pieces.tolist()))
        self.places = _from_zero(words.piece_lengths[pieces])

    def texts_of(self, tokens: Integers) -> list[int]:
        found: list[int] = (
            np.searchsorted(self.starts, self.offsets[tokens], "right") - 1
        ).tolist()
        return found

    def sentences_of(self, tokens: Integers) -> list[int]:
        found: list[int] = np.searchsorted(self.sentence_ends, tokens, "right").tolist()
        return found

    def token_before(self, place: int) -> int:
        """Return the last token that begins before a place in the forms."""
        return bisect_left(self.places, place) - 1

    def span(self, text: int, first: int, last: int) -> tuple[int, int]:
        """Return where words stand in their text as it was given."""
        shift = int(self.starts[text])
        token = self.tokens[last]
        start = int(self.offsets[first]) - shift
        end = int(self.offsets[last]) + len(token) - (token[-1] in GLUE) - shift
        if text in self.moves:
            moves = self.moves[text]
            return moves[start], moves[end - 1] + 1
        return start, end

    def _is_name(self, is_silent: Flags) -> Flags:
        """Tell which tokens are proper names: known ones, and capitals inside a sentence."""
        is_word = (self.flags & IS_WORD) != 0
        begins = ((self.flags & BEGINS_SENTENCE) != 0) & ~is_silent
        place = np.arange(len(self.flags))
        last = np.maximum.accumulate(np.where(is_word | begins, place, -1))
        before = np.concatenate(([-1], last))[:-1]
        is_first = (before < 0) | begins[before]
        result: Flags = (self.flags & IS_NAME) != 0
        result |= ((self.flags & IS_CAPITALISED) != 0) & ~is_first
        return result

    def _without_dirt(self, place: int, text: str) -> str:
        plain, moves = cleaned(text)
        if moves is not None:
            self.moves[place] = moves
        return plain


@lru_cache(maxsize=20_000)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)


def _from_zero(lengths: Integers) -> Integers:
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))
