"""Fields of a YAML document being read: texts and lists, every fault with its line and column."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml

from ressenti.emotions.themes.expressions import Expression, Sets, expression_of
from ressenti.errors import InvalidExpression, InvalidPlan, Place, known_names_hint
from ressenti.language import LANGUAGES, Language, Text

LARGEST: Final = 2_000_000
"""Characters of a document."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where."""

    line: int
    column: int
    message: Text

    def text(self) -> Text:
        return Text(
            en=f"line {self.line}, column {self.column}: {self.message.en}",
            fr=f"ligne {self.line}, colonne {self.column} : {self.message.fr}",
        )


@dataclass(slots=True)
class Faults:
    """The faults found so far in one document; reading goes on to find them all."""

    file: str
    found: list[Fault] = field(default_factory=list)

    def add(self, node: yaml.Node, message: Text) -> None:
        mark = node.start_mark
        self.found.append(Fault(mark.line + 1, mark.column + 1, message))

    def raise_any(self) -> None:
        """Raise one error that tells every fault in the order of the lines, if there is any."""
        ordered = sorted(self.found, key=lambda fault: (fault.line, fault.column))
        if len(ordered) == 1:
            raise InvalidPlan(ordered[0].text(), place=Place(self.file))
        if ordered:
            listed = [fault.text() for fault in ordered]
            lines_en = "".join(f"\n  {text.en}" for text in listed)
            lines_fr = "".join(f"\n  {text.fr}" for text in listed)
            message = Text(
                en=f"{len(ordered)} things are wrong.{lines_en}",
                fr=f"{len(ordered)} points sont à corriger.{lines_fr}",
            )
            raise InvalidPlan(message, place=Place(self.file))


class Fields:
    """A mapping of a document; asking for a key gives its value, or a default and a fault.

    What is given for a key with a fault is never used: a document with faults is refused whole.
    """

    def __init__(self, node: yaml.Node, faults: Faults):
        self.node = node
        self.faults = faults
        self.nodes: dict[str, yaml.Node] = {}
        if isinstance(node, yaml.MappingNode):
            self._read_keys(node)
        else:
            self._expected(node, Text(en="keys and values", fr="des clés et des valeurs"))

    def has(self, key: str) -> bool:
        return key in self.nodes

    def refuse_keys_outside(self, known: Collection[str]) -> None:
        for key, node in self.nodes.items():
            if key not in known:
                hint = known_names_hint(key, known)
                self.faults.add(
                    node,
                    Text(
                        en=f"'{key}' is not known here. {hint.en}",
                        fr=f"« {key} » n'est pas connu ici. {hint.fr}",
                    ),
                )

    def text(self, key: str) -> str:
        """Return a text that must be there and not be blank."""
        node = self.required(key)
        return "" if node is None else self.scalar(node)

    def words(self, key: str) -> Text:
        """Return a text that must be there in both languages."""
        node = self.required(key)
        if node is None:
            return Text(en="", fr="")
        both = Fields(node, self.faults)
        both.refuse_keys_outside(LANGUAGES)
        return Text(en=both.text("en"), fr=both.text("fr"))

    def expressions(
        self, key: str, language: Language, sets: Sets | None = None
    ) -> tuple[Expression, ...]:
        """Return the expressions of a list of one language; none when nothing is said."""
        if key not in self.nodes:
            return ()
        both = Fields(self.nodes[key], self.faults)
        both.refuse_keys_outside(LANGUAGES)
        return tuple(both.listed_expressions(language, sets))

    def listed_expressions(self, key: str, sets: Sets | None = None) -> Iterator[Expression]:
        for node in self.elements(key):
            try:
                yield expression_of(self.scalar(node), sets)
            except InvalidExpression as error:
                hint = error.hint or Text(en="", fr="")
                message = Text(
                    en=f"{error.message.en} {hint.en}".rstrip(),
                    fr=f"{error.message.fr} {hint.fr}".rstrip(),
                )
                self.faults.add(node, message)

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(self.scalar(node) for node in self.elements(key))

    def sections(self, key: str) -> Iterator[Fields]:
        """Give the mappings of a list that must be there."""
        if self.required(key) is not None:
            for node in self.elements(key):
                yield Fields(node, self.faults)

    def section(self, key: str) -> Fields:
        """Return a mapping; an empty one when nothing is said."""
        empty = yaml.MappingNode("tag:yaml.org,2002:map", [], self.node.start_mark)
        return Fields(self.nodes.get(key, empty), self.faults)

    def elements(self, key: str) -> list[yaml.Node]:
        node = self.nodes.get(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self._expected(node, Text(en="a list", fr="une liste"))
            return []
        return list(node.value)

    def scalar(self, node: yaml.Node) -> str:
        # Texts as written: 'on' and 'no' are words here, not truths.
        if isinstance(node, yaml.ScalarNode) and node.value.strip():
            return str(node.value)
        self._expected(node, Text(en="a text that is not blank", fr="un texte non vide"))
        return ""

    def required(self, key: str) -> yaml.Node | None:
        if key not in self.nodes:
            self.faults.add(self.node, Text(en=f"'{key}' is missing.", fr=f"« {key} » est absent."))
        return self.nodes.get(key)

    def _expected(self, node: yaml.Node, what: Text) -> None:
        self.faults.add(node, Text(en=f"{what.en} must stand here.", fr=f"il faut ici {what.fr}."))

    def _read_keys(self, node: yaml.MappingNode) -> None:
        for key_node, value in node.value:
            key = str(key_node.value)
            if key in self.nodes:
                self.faults.add(
                    key_node,
                    Text(
                        en=f"'{key}' is given a second time.",
                        fr=f"« {key} » est donné une seconde fois.",
                    ),
                )
            self.nodes[key] = value


def document(text: str, faults: Faults) -> Fields:
    """Return the fields of a document.

    Raises
    ------
    InvalidPlan
        R104, when it is no YAML, with line and column.
    """
    if len(text) > LARGEST:
        raise InvalidPlan(
            Text(
                en=f"the document has {len(text)} characters, {LARGEST} at most are read.",
                fr=f"le document compte {len(text)} caractères, on en lit {LARGEST} au plus.",
            ),
            place=Place(faults.file),
        )
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        node = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        fault = Fault(
            mark.line + 1 if mark else 1,
            mark.column + 1 if mark else 1,
            Text(en=f"this is not YAML: {what}.", fr=f"ceci n'est pas du YAML : {what}."),
        )
        raise InvalidPlan(fault.text(), place=Place(faults.file)) from None
    if node is None:
        raise InvalidPlan(
            Text(en="nothing is written in it.", fr="rien n'y est écrit."), place=Place(faults.file)
        )
    return Fields(node, faults)
