"""Where each key of a TOML document stands: the line numbers that tomllib does not keep."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]

# The text is known to be valid TOML, so tokens need only be told apart, not checked.
TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\r]+|\#[^\n]*)
  | (?P<newline>\n)
  | (?P<text>\"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5} | "(?:\\.|[^"\\])*" | '[^']*')
  | (?P<mark>[\[\]{}=,.])
  | (?P<word>[^\s\[\]{}=,.\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text that means something, and the line it begins on."""

    kind: str
    text: str
    line: int

    def is_mark(self, marks: str) -> bool:
        return self.kind == "mark" and self.text in marks


def lines_of_keys(text: str) -> Mapping[KeyPath, int]:
    r"""Return the line of every key, table and array element of a valid TOML document.

    Examples
    --------
    >>> lines = lines_of_keys('[a]\nb.c = [1,\n 2]\n[[d]]\n[[d]]\n"e f" = {g = 1}')
    >>> lines[("a", "b", "c", 1)], lines[("d", 1)], lines[("d", 1, "e f", "g")]
    (3, 5, 6)
    """
    walk = _Walk(_tokens(text))
    walk.document()
    return walk.lines


def _tokens(text: str) -> list[Token]:
    tokens = []
    line = 1
    for match in TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind != "blank":
            tokens.append(Token(kind, match.group(), line))
        line += match.group().count("\n")
    return [*tokens, Token("newline", "\n", line)]


@dataclass(slots=True)
class _Walk:
    """One walk over the tokens, from the first to the last."""

    tokens: list[Token]
    at: int = 0
    lines: dict[KeyPath, int] = field(default_factory=dict)
    arrays: dict[KeyPath, int] = field(default_factory=dict)

    def document(self) -> None:
        table: KeyPath = ()
        while self.at < len(self.tokens):
            if self.tokens[self.at].kind == "newline":
                self.at += 1
            elif self.tokens[self.at].is_mark("["):
                table = self.header()
            else:
                self.pair(table)

    def header(self) -> KeyPath:
        line = self.tokens[self.at].line
        brackets = 2 if self.tokens[self.at + 1].is_mark("[") else 1
        self.at += brackets
        table: KeyPath = ()
        for name in self.names():
            table += (name,)
            if table in self.arrays:
                table += (self.arrays[table],)
            self.lines.setdefault(table, line)
        self.at += brackets
        return table if brackets == 1 else self.next_element(table, line)

    def next_element(self, table: KeyPath, line: int) -> KeyPath:
        """Return the path of a new element of an array of tables, ``table`` ending in the last."""
        array = table[:-1] if isinstance(table[-1], int) else table
        self.arrays[array] = self.arrays.get(array, -1) + 1
        element = (*array, self.arrays[array])
        self.lines[element] = line
        return element

    def names(self) -> list[str]:
        names = []
        while not self.tokens[self.at].is_mark("]="):
            if not self.tokens[self.at].is_mark("."):
                names.append(_name(self.tokens[self.at]))
            self.at += 1
        return names

    def pair(self, table: KeyPath) -> None:
        line = self.tokens[self.at].line
        path = table
        for name in self.names():
            path += (name,)
            self.lines.setdefault(path, line)
        self.at += 1
        self.value(path)

    def value(self, path: KeyPath) -> None:
        if self.tokens[self.at].is_mark("["):
            self.array(path)
        elif self.tokens[self.at].is_mark("{"):
            self.inline_table(path)
        else:
            while not self.ends_value():
                self.at += 1

    def ends_value(self) -> bool:
        token = self.tokens[self.at]
        return token.kind == "newline" or token.is_mark(",]}")

    def array(self, path: KeyPath) -> None:
        self.at += 1
        count = 0
        while not self.tokens[self.at].is_mark("]"):
            if self.tokens[self.at].kind == "newline" or self.tokens[self.at].is_mark(","):
                self.at += 1
                continue
            element = (*path, count)
            self.lines[element] = self.tokens[self.at].line
            self.value(element)
            count += 1
        self.at += 1

    def inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while not self.tokens[self.at].is_mark("}"):
            if self.tokens[self.at].kind == "newline" or self.tokens[self.at].is_mark(","):
                self.at += 1
                continue
            self.pair(path)
        self.at += 1


def _name(token: Token) -> str:
    if token.kind != "text":
        return token.text
    return next(iter(tomllib.loads(f"{token.text} = 0")))
