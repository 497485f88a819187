"""Expressions: the small language that cue words, patterns and signals are written in.

=============== ==========================================================================
``parcel``      the word, whatever its case and accents
``parcel*``     any word that begins so
``waiting time`` words in a row; apostrophes and hyphens separate words as spaces do
``(a|b c)``     one or the other
``a b?``        the last word or group may be missing
``a .. b``      up to three words between; ``..5``: up to five
``!b``          what follows is not this word or group
``#``           a number in digits
``^``           a proper name
``@set``        one of a named set of expressions
=============== ==========================================================================

No expression crosses punctuation. Repetition is bounded, so that a text takes a time in proportion
to its length.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from ressenti.emotions.tokens import STRETCHED, form_of
from ressenti.errors import InvalidExpression, known_names_hint
from ressenti.language import Text

SIGN: Final = re.compile(r"\.\.\d?|[^\W\d_]+\*?|@\w+|[()|?!#^]|[\s'’\-]+|[\s\S]")
NAME: Final = "^"
LONGEST_EXPRESSION: Final = 600
USUAL_GAP: Final = 3

Sets = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Expression:
    """Words to look for.

    Attributes
    ----------
    written : str
        As it stands in the plan.
    source : str
        The regular expression over forms, each after a space, where punctuation is a line's end.
    leads : tuple of str
        Forms that a match can begin with; a final ``*`` marks a stem, ``^`` any name.
    anchors : tuple of str
        Forms and stems of which every match has one: without any, no need to look.
    is_one_word : bool
        A match is its lead and nothing else.
    width : int
        How many words it looks at, at most.
    """

    written: str
    source: str
    leads: tuple[str, ...]
    anchors: tuple[str, ...]
    is_one_word: bool
    width: int


@lru_cache(maxsize=100_000)
def word_form(word: str) -> str:
    """Return what a word is compared by: no case, no accents, no letter drawn out.

    Examples
    --------
    >>> word_form("RETAAAARD"), word_form("Réglée")
    ('retard', 'reglee')
    """
    return STRETCHED.sub(r"\1", form_of(STRETCHED.sub(r"\1", word.lower())))


def expression_of(written: str, sets: Sets | None = None) -> Expression:
    """Return an expression.

    Parameters
    ----------
    written : str
        In the language of this module.
    sets : mapping of str to sequence of str
        Expressions by the name that ``@`` calls them by.

    Raises
    ------
    InvalidExpression
        R103, with the character where it goes wrong.

    Examples
    --------
    >>> expression_of("temps d'attente").leads
    ('temps',)
    >>> expression_of("(late|delay*) .. parcel").leads
    ('delay*', 'late')
    """
    if len(written) > LONGEST_EXPRESSION:
        raise _fault(
            Text(
                en=f"an expression has {LONGEST_EXPRESSION} characters at most",
                fr=f"une expression a {LONGEST_EXPRESSION} caractères au plus",
            ),
            written,
            LONGEST_EXPRESSION,
        )
    parsing = _Parsing(written, sets or {})
    found = parsing.choice()
    if parsing.at < len(parsing.signs):
        raise parsing.fault(Text(en="nothing opens it", fr="rien ne l'ouvre"))
    if found.can_be_empty:
        raise _fault(
            Text(en="it could match no word at all", fr="elle pourrait ne viser aucun mot"),
            written,
            0,
        )
    is_one_word = found.width == 1 and NAME not in found.leads
    leads, anchors = tuple(sorted(found.leads)), tuple(sorted(found.anchors))
    return Expression(written, found.source, leads, anchors, is_one_word, found.width)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an expression: its source, what it can begin with, how many words it looks at."""

    source: str
    leads: frozenset[str]
    width: int
    can_be_empty: bool = False
    inner_anchors: frozenset[str] | None = None

    @property
    def anchors(self) -> frozenset[str]:
        """Words of which one must be there: by default those that the part begins with."""
        return self.leads if self.inner_anchors is None else self.inner_anchors


@dataclass(slots=True)
class _Parsing:
    """One walk over the signs of an expression."""

    written: str
    sets: Sets
    at: int = 0
    signs: list[re.Match[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.signs = [sign for sign in SIGN.finditer(self.written) if not _is_blank(sign[0])]

    def sign(self) -> str:
        return self.signs[self.at][0] if self.at < len(self.signs) else ""

    def fault(self, what: Text) -> InvalidExpression:
        place = self.signs[self.at].start() if self.at < len(self.signs) else len(self.written)
        return _fault(what, self.written, place)

    def choice(self) -> _Part:
        parts = [self.sequence()]
        while self.sign() == "|":
            self.at += 1
            parts.append(self.sequence())
        if len(parts) == 1:
            return parts[0]
        return _Part(
            f"(?:{'|'.join(part.source for part in parts)})",
            frozenset().union(*(part.leads for part in parts)),
            max(part.width for part in parts),
            any(part.can_be_empty for part in parts),
            frozenset().union(*(part.anchors for part in parts)),
        )

    def sequence(self) -> _Part:
        source, width, can_be_empty = "", 0, True
        leads: frozenset[str] = frozenset()
        anchors: list[frozenset[str]] = []
        while self.sign() not in ("", ")", "|"):
            if can_be_empty and self.sign().startswith(".."):
                raise self.fault(Text(en="a word must come first", fr="un mot doit venir d'abord"))
            part = self.repeated()
            source += part.source
            width += part.width
            if part.anchors and not part.can_be_empty:
                anchors.append(part.anchors)
            if can_be_empty:
                leads |= part.leads
                can_be_empty = part.can_be_empty
        if not source:
            raise self.fault(Text(en="a word is missing", fr="il manque un mot"))
        rarest = min(anchors, key=_commonness, default=frozenset())
        return _Part(source, leads, width, can_be_empty, rarest)

    def repeated(self) -> _Part:
        if self.sign() == "!":
            self.at += 1
            refused = self.atom()
            return _Part(f"(?!{refused.source})", frozenset(), refused.width, can_be_empty=True)
        part = self.atom()
        if self.sign() == "?":
            self.at += 1
            return _Part(f"(?:{part.source})?", part.leads, part.width, can_be_empty=True)
        return part

    def atom(self) -> _Part:
        sign = self.sign()
        if sign == "(":
            return self.group()
        if sign.startswith("@") and len(sign) > 1:
            return self.named_set(sign[1:])
        if sign.startswith(".."):
            gap = int(sign[2:] or USUAL_GAP)
            part = _Part(f"(?: [^ \\n]+){{0,{gap}}}?", frozenset(), gap)
        elif sign == "#":
            part = _Part(r" \^?0[^ \n]*", frozenset(("0*",)), 1)
        elif sign == NAME:
            part = _Part(r" \^[^ \n]+", frozenset((NAME,)), 1)
        elif sign[:1].isalpha():
            part = _word_part(sign)
        else:
            raise self.fault(Text(en="it is not understood", fr="ce signe n'a pas de sens"))
        self.at += 1
        return part

    def group(self) -> _Part:
        self.at += 1
        part = self.choice()
        if self.sign() != ")":
            raise self.fault(Text(en="a bracket is not closed", fr="une parenthèse reste ouverte"))
        self.at += 1
        return part

    def named_set(self, name: str) -> _Part:
        if name not in self.sets:
            error = self.fault(
                Text(en=f"no set is called '{name}'", fr=f"aucun ensemble ne s'appelle « {name} »")
            )
            raise InvalidExpression(error.message, hint=known_names_hint(name, self.sets))
        self.at += 1
        others = {key: listed for key, listed in self.sets.items() if key != name}
        return _Parsing(" | ".join(self.sets[name]), others).choice()


def _word_part(sign: str) -> _Part:
    form = word_form(sign.rstrip("*"))
    if sign.endswith("*"):
        return _Part(rf" \^?{form}[^ \n]*", frozenset((f"{form}*",)), 1)
    return _Part(rf" \^?{form}(?![^ \n])", frozenset((form,)), 1)


def _commonness(anchors: frozenset[str]) -> tuple[bool, int, int]:
    """Return how common one of these words is likely to be: short words are."""
    shortest = min(len(anchor.rstrip("*")) for anchor in anchors)
    return NAME in anchors, -min(shortest, 5), len(anchors)


def _is_blank(sign: str) -> bool:
    return not sign.strip(" \t\n\u00a0'’-")


def _fault(what: Text, written: str, place: int) -> InvalidExpression:
    return InvalidExpression(
        Text(
            en="in '{written}', character {place}: {what}.",
            fr="dans « {written} », caractère {place} : {what}.",
        ).format(written=written[:80], place=place + 1, what=what)
    )
