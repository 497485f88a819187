"""Matching: where many expressions stand in many texts, found in one pass.

Every word is looked up once; an expression is tried only where a word that it can begin with
stands, in a text that has one of the words it cannot do without. What is found for a word is
remembered, so that the time goes with the number of words and hardly with that of expressions.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from ressenti.emotions.themes.expressions import NAME, Expression, word_form
from ressenti.emotions.tokens import SEPARATOR, cleaned

TOKEN: Final = re.compile(
    r"[^\W\d_]+[ '’\-]?|\d+(?:[.,]\d+)*[ '’\-]?|[ '’‑\-\t\u00a0\u202f\u2009]+|[\s\S]"
)
"""A word carries the one sign that separates it from the next: half as many tokens."""
GLUE: Final = " '’-‑\t\u00a0\u202f\u2009"
"""What separates two words without ending an expression."""
SUSPECT: Final = re.compile(
    "[<&\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0f\ufeff]"
)
"""Without one of these, a text has nothing to clean."""
SENTENCE_ENDS: Final = frozenset(".!?…\n" + SEPARATOR)
TITLES: Final = frozenset(("m", "mr", "mrs", "ms", "mme", "mlle", "dr", "st", "ste"))
"""Abbreviations whose point ends no sentence."""
ENDS_NO_NAME: Final = frozenset(",)]")
"""Signs after which a capital still tells a name."""
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


@dataclass(frozen=True, slots=True)
class Names:
    """What is known of proper names, as forms.

    Attributes
    ----------
    first : frozenset of str
        A name wherever it has a capital.
    never : frozenset of str
        No name of a person, though written with a capital inside a sentence.
    """

    first: frozenset[str]
    never: frozenset[str]


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
        self._exact: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        for place, expression in enumerate(self.expressions):
            for lead in expression.leads:
                by_lead = self._stems if lead.endswith("*") else self._exact
                by_lead.setdefault(lead.rstrip("*"), []).append(place)
        self._longest_stem = max(map(len, self._stems), default=0)
        self._anchors: dict[str, list[int]] = {}
        for place, expression in enumerate(self.expressions):
            for anchor in () if expression.is_one_word else expression.anchors:
                self._anchors.setdefault(anchor, []).append(place)
        self._longest_anchor = max(map(len, self._anchors), default=0)
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
            batch = _Batch(texts[start : start + BATCH], self.names)
            yield from self._matches_of(batch, start)

    def _matches_of(self, batch: _Batch, first: int) -> Iterator[Match]:
        begun = list(map(self._begun.__getitem__, batch.tokens))
        anchored = self._anchored(batch, begun)
        for lead, own in enumerate(begun):
            if own is None or not (own.words or own.longer):
                continue
            text = batch.text_of(lead)
            sentence = batch.sentence_of(lead)
            for place in own.words:
                start, end = batch.span(text, lead, lead)
                yield Match(first + text, start, end, place, sentence)
            for place in sorted(own.longer & anchored[text]) if text in anchored else ():
                pattern = _compiled(self.expressions[place].source)
                found = pattern.match(batch.forms, batch.places[lead])
                if found is not None:
                    start, end = batch.span(text, lead, batch.token_before(found.end()))
                    yield Match(first + text, start, end, place, sentence)

    def _anchored(
        self, batch: _Batch, begun: Sequence[_Begun | None]
    ) -> dict[int, set[int] | frozenset[int]]:
        """Return, for each text, the longer expressions that have an anchor there."""
        anchored: dict[int, set[int] | frozenset[int]] = {}
        for place, own in enumerate(begun):
            if own is not None and own.anchored:
                text = batch.text_of(place)
                anchored[text] = anchored[text] | own.anchored if text in anchored else own.anchored
        return anchored

    def _begun_by(self, token: str) -> _Begun | None:
        """Return the expressions that a token can begin."""
        if not token[0].isalnum():
            return None
        form = word_form(token.rstrip(GLUE))
        begun = set(self._exact.get(form, ()))
        for length in range(1, min(len(form), self._longest_stem) + 1):
            begun.update(self._stems.get(form[:length], ()))
        if token[0].isupper():
            begun.update(self._exact.get(NAME, ()))
        anchored = set(self._anchors.get(form, ()))
        for length in range(1, min(len(form), self._longest_anchor) + 1):
            anchored.update(self._anchors.get(f"{form[:length]}*", ()))
        if token[0].isupper():
            anchored.update(self._anchors.get(NAME, ()))
        if not begun and not anchored:
            return None
        words = tuple(place for place in sorted(begun) if self.expressions[place].is_one_word)
        return _Begun(words, frozenset(begun.difference(words)), frozenset(anchored))


class _Begun(NamedTuple):
    """The expressions that a word is, those it can begin, and those it anchors."""

    words: tuple[int, ...]
    longer: frozenset[int]
    anchored: frozenset[int]


class _Batch:
    """Texts taken apart together.

    Attributes
    ----------
    tokens : list of str
        All characters of all texts, with a separator between two texts.
    forms : str
        The forms of the words, each after a space; a line's end where punctuation stands.
    places : list of int
        Where each token is in ``forms``.
    """

    def __init__(self, texts: Sequence[str], names: Names | None):
        self.moves: dict[int, Sequence[int]] = {}
        joined = SEPARATOR.join(texts)
        if SUSPECT.search(joined) is not None or joined.count(SEPARATOR) >= len(texts):
            texts = [self._without_dirt(place, text) for place, text in enumerate(texts)]
            joined = SEPARATOR.join(texts)
        self.tokens: list[str] = TOKEN.findall(joined)
        self.offsets = list(accumulate(map(len, self.tokens), initial=0))
        self.starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        self.sentence_ends: list[int] = []
        pieces = list(map(_piece, self.tokens))
        if names is not None:
            self._mark_names(pieces, names)
        self.forms = "".join(pieces)
        self.places = list(accumulate(map(len, pieces), initial=0))

    def text_of(self, token: int) -> int:
        return bisect_right(self.starts, self.offsets[token]) - 1

    def sentence_of(self, token: int) -> int:
        return bisect_right(self.sentence_ends, token)

    def token_before(self, place: int) -> int:
        """Return the last token that begins before a place in the forms."""
        return bisect_left(self.places, place) - 1

    def span(self, text: int, first: int, last: int) -> tuple[int, int]:
        """Return where words stand in their text as it was given."""
        start = self.offsets[first] - self.starts[text]
        token = self.tokens[last]
        end = self.offsets[last] + len(token) - (token[-1] in GLUE) - self.starts[text]
        if text in self.moves:
            moves = self.moves[text]
            return moves[start], moves[end - 1] + 1
        return start, end

    def _mark_names(self, pieces: list[str], names: Names) -> None:
        """Mark proper names, and find where sentences end."""
        begins_sentence = True
        before = ""
        for place, (token, piece) in enumerate(zip(self.tokens, pieces, strict=True)):
            if token[0].isalnum():
                is_known = piece[1:] in names.first and len(piece) > 2
                is_capitalised = not begins_sentence and token.rstrip(GLUE)[1:].islower()
                is_name = is_known or (is_capitalised and piece[1:] not in names.never)
                if token[0].isupper() and is_name:
                    pieces[place] = f" {NAME}{piece[1:]}"
                begins_sentence = False
            elif token in SENTENCE_ENDS and before in TITLES:
                pieces[place] = ""
            elif token in SENTENCE_ENDS:
                self.sentence_ends.append(place)
                begins_sentence = True
            elif piece and token not in ENDS_NO_NAME:
                begins_sentence = True
            before = piece[1:]

    def _without_dirt(self, place: int, text: str) -> str:
        plain, moves = cleaned(text)
        if moves is not None:
            self.moves[place] = moves
        return plain


class _Remembered(dict[str, "_Begun | None"]):
    """What was worked out for each token, while there is room."""

    def __init__(self, work_out: Callable[[str], _Begun | None]):
        super().__init__()
        self.work_out = work_out

    def __missing__(self, token: str) -> _Begun | None:
        found = self.work_out(token)
        if len(self) < ROOM:
            self[token] = found
        return found


@lru_cache(maxsize=ROOM)
def _piece(token: str) -> str:
    if token[0].isalnum():
        return f" {word_form(token.rstrip(GLUE))}"
    return "" if token[0] in GLUE else "\n"


@lru_cache(maxsize=20_000)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)
