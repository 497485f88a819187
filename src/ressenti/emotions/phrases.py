"""Set phrases: what is not meant word by word, and the plain word that says the same.

« Pas terrible » is read as « décevant », « merci pour rien » too. Each line of a language's file is
a plain word, a bar and a phrase:

============== ===========================================================================
``pas top``    these words in a row, whatever their case and accents; words that only stress, as
               « vraiment », may stand between and cannot be asked for
``{a/b c/}``   one or the other, or nothing
``%name``      a word or words of a class, which a line ``%name = a/b c`` names
``,``          any punctuation that ends a part of the text
``...``        up to eight words and signs between, of one sentence, none of which denies, opposes
               or mends
``^ $``        where a part of the text begins, where it ends
``[a b]``      what the plain word stands for, where that is not all up to the first gap
============== ===========================================================================

After a phrase with a gap nothing may mend either: what mends is the class ``%mended``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import product
from typing import Final

from ressenti.emotions.tokens import TOKEN, form_of, symbol_form

BREAK: Final = ","
GAP: Final = "..."
START: Final = "^"
END: Final = "$"
SIGNS: Final = frozenset({BREAK, GAP, END})
MISSING: Final = ""
"""Among the forms of a word that may be missing."""
OPENS: Final = "["
CLOSES: Final = "]"
MENDED: Final = "mended"

_PIECE: Final = re.compile(r"\{[^{}]*\}|[\[\]]|[^\s{}\[\]]+")
_CLASS: Final = re.compile(r"%(\w+)")


@dataclass(frozen=True)
class Phrase:
    """A set phrase.

    Attributes
    ----------
    plain : str
        The word that it is read as.
    words : tuple of frozenset of str
        What stands one after another: forms of which one fits, or one of ``SIGNS``; with
        ``MISSING`` among them, nothing fits too.
    first, last : int
        Which of the words the plain one stands for, both included.
    is_at_start : bool
        Whether it stands only where a part of the text begins.
    tail : frozenset of str
        The forms of its last word that may not be missing.
    """

    plain: str
    words: tuple[frozenset[str], ...]
    first: int
    last: int
    is_at_start: bool
    tail: frozenset[str]

    @cached_property
    def has_gap(self) -> bool:
        return frozenset({GAP}) in self.words

    @cached_property
    def is_row(self) -> bool:
        """Whether it is words in a row, none of which may be missing."""
        return all(own.isdisjoint(SIGNS | {MISSING}) for own in self.words)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The set phrases of a language, and the forms that tell that all was well in the end."""

    phrases: tuple[Phrase, ...]
    mended: frozenset[str]


@cache
def phrases_of(language: str) -> Phrases:
    """Return the set phrases that come with the package."""
    return parsed(written_phrases(language).decode())


def written_phrases(language: str) -> bytes:
    """Return a language's file as it is written."""
    return files("ressenti.emotions").joinpath("set_phrases", f"{language}.txt").read_bytes()


def said(token: str, form: str) -> str:
    """Return what a phrase knows a token by: its form, but a mark out of so many as it stands.

    Examples
    --------
    >>> said("Nul", "nul"), said("10/10", "00/00")
    ('nul', '10/10')
    """
    return token if "/" in token and token[0].isdigit() else form


def parsed(written: str) -> Phrases:
    """Return the phrases of a file.

    Examples
    --------
    >>> found = parsed("décevant | pas {terrible/fameux}").phrases
    >>> [sorted(word) for word in found[0].words]
    [['pas'], ['fameux', 'terrible']]
    """
    classes: dict[str, str] = {}
    phrases: list[Phrase] = []
    for line in written.splitlines():
        if line.startswith("%"):
            name, _, members = line[1:].partition("=")
            classes[name.strip()] = _with_classes(members.strip(), classes)
        elif line and not line.startswith("#"):
            plain, _, phrase = line.partition("|")
            phrases += _phrases(plain.strip(), phrase.strip(), classes)
    mended = classes.get(MENDED, "").split("/")
    # Where two begin alike, the longer one is meant.
    phrases.sort(key=lambda phrase: -len(phrase.words))
    return Phrases(tuple(phrases), frozenset(form for each in mended for form in _forms(each)))


def _with_classes(written: str, classes: Mapping[str, str]) -> str:
    return _CLASS.sub(lambda found: classes[found[1]], written)


def _phrases(plain: str, written: str, classes: Mapping[str, str]) -> Iterator[Phrase]:
    """Yield the phrases that a line stands for: one for each way through choices of many words."""
    is_at_start = written.startswith(START)
    pieces = _PIECE.findall(written.removeprefix(START))
    choices = [_choices(piece, classes) for piece in pieces]
    for chosen in product(*choices):
        marked = [word for words in chosen for word in words]
        words = tuple(word for word in marked if not word & {OPENS, CLOSES})
        tail = next(own for own in reversed(words) if own.isdisjoint(SIGNS | {MISSING}))
        yield Phrase(plain, words, *_own_part(marked), is_at_start, tail)


def _own_part(marked: Sequence[frozenset[str]]) -> tuple[int, int]:
    """Return the first and last word between brackets, or of all up to the first gap."""
    if frozenset({OPENS}) in marked:
        return marked.index(frozenset({OPENS})), marked.index(frozenset({CLOSES})) - 2
    gap = marked.index(frozenset({GAP})) if frozenset({GAP}) in marked else len(marked)
    own = [at for at in range(gap) if not marked[at] & SIGNS]
    return own[0], own[-1]


def _choices(piece: str, classes: Mapping[str, str]) -> list[list[frozenset[str]]]:
    """Return the ways to fulfil a piece: single words together, signs and rows of words apart."""
    if piece[0] not in "{%":
        return [[frozenset({form}) for form in _forms(piece)]]
    rows = [_forms(each) for each in _with_classes(piece.strip("{}"), classes).split("/")]
    is_word = [len(row) == 1 and row[0] not in SIGNS for row in rows]
    words = frozenset(row[0] for row, is_one in zip(rows, is_word, strict=True) if is_one)
    others = [row for row, is_one in zip(rows, is_word, strict=True) if not is_one]
    if words and [] in others:
        # What may be missing is told so: many ways through many of them would be too many.
        words |= {MISSING}
        others.remove([])
    longer = [[frozenset({form}) for form in row] for row in others]
    return [*([[words]] if words else []), *longer]


@cache
def _forms(written: str) -> list[str]:
    if written == GAP:
        return [GAP]
    if written.isascii() and written.isalpha():
        return [written]
    tokens = [token for token in TOKEN.findall(written) if not token.isspace()]
    forms = [form_of(each) if each[0].isalnum() else symbol_form(each) for each in tokens]
    return [said(*each) for each in zip(tokens, forms, strict=True)]
