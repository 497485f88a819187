"""Sections of a plan being read: values of the right type, and every fault with its line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from ressenti.errors import InvalidPlan, Place, RessentiError, known_names_hint
from ressenti.facts.plan import Code, Option
from ressenti.facts.raw_values import number_in
from ressenti.facts.toml_lines import KeyPath
from ressenti.language import Text

Choice = TypeVar("Choice", bound=Enum)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a plan, and the line to change."""

    line: int | None
    message: Text
    hint: Text | None = None

    def text(self) -> Text:
        if self.hint is None:
            return self.message
        return Text(en=f"{self.message.en} {self.hint.en}", fr=f"{self.message.fr} {self.hint.fr}")


@dataclass(slots=True)
class Faults:
    """The faults found so far in one document; reading goes on to find them all."""

    file: str | None
    lines: Mapping[KeyPath, int]
    found: list[Fault] = field(default_factory=list)

    def add(self, path: KeyPath, message: Text, hint: Text | None = None) -> None:
        fault = Fault(self._line(path), message, hint)
        # A table that several parts of the plan refer to is looked at several times.
        if fault not in self.found:
            self.found.append(fault)

    def raise_any(self) -> None:
        """Raise one error that tells every fault in the order of the lines, if there is any."""
        ordered = sorted(self.found, key=lambda fault: fault.line or 0)
        if len(ordered) == 1:
            fault = ordered[0]
            place = Place(self.file, fault.line)
            raise InvalidPlan(fault.message, hint=fault.hint, place=place)
        if ordered:
            count = len(ordered)
            listed = [(Place(line=fault.line).text(), fault.text()) for fault in ordered]
            lines_en = "".join(f"\n  {place.en}: {text.en}" for place, text in listed)
            lines_fr = "".join(f"\n  {place.fr} : {text.fr}" for place, text in listed)
            message = Text(
                en=f"{count} things are wrong.{lines_en}",
                fr=f"{count} points sont à corriger.{lines_fr}",
            )
            raise InvalidPlan(message, place=Place(self.file, ordered[0].line))

    def _line(self, path: KeyPath) -> int | None:
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path)


class Section:
    """A table of a plan; asking for a key gives its value, or a default and a fault.

    The defaults of required keys are never used: a plan with faults is refused as a whole.
    """

    def __init__(self, values: Mapping[str, Any], path: KeyPath, faults: Faults):
        self.values = values
        self.path = path
        self.faults = faults
        self.known: list[str] = []

    @property
    def title(self) -> str:
        """The table as TOML writes it, without the numbers of array elements."""
        return "[" + ".".join(str(part) for part in self.path if isinstance(part, str)) + "]"

    def has(self, key: str) -> bool:
        return key in self.values

    def fault(self, key: str | None, message: Text, hint: Text | None = None) -> None:
        self.faults.add(self.path if key is None else (*self.path, key), message, hint)

    def text(self, key: str) -> str | None:
        """Return a text that is not blank."""
        value = self._value(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self._wrong_type(key, Text(en="a text that is not blank", fr="un texte non vide"))
        return None

    def required_text(self, key: str) -> str:
        self.require(key)
        return self.text(key) or ""

    def character(self, key: str) -> str | None:
        """Return one character, which may be blank."""
        value = self._value(key)
        if value is None or (isinstance(value, str) and len(value) == 1):
            return value
        self._wrong_type(key, Text(en="one character", fr="un seul caractère"))
        return None

    def expression(self, key: str) -> str | None:
        """Return an SQL expression; a number stands for itself."""
        value = self._value(key)
        return str(value) if _is_number(value) else self.text(key)

    def number(self, key: str) -> float | None:
        """Return a finite number."""
        value = self._value(key)
        if value is None:
            return None
        if not _is_number(value):
            self._wrong_type(key, Text(en="a finite number", fr="un nombre fini"))
            return None
        return float(value)

    def truth(self, key: str) -> bool | None:
        value = self._value(key)
        if value is None or isinstance(value, bool):
            return value
        self._wrong_type(key, Text(en="true or false", fr="true ou false"))
        return None

    def day(self, key: str) -> date | None:
        value = self._value(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self._wrong_type(key, Text(en="a day such as 2026-12-31", fr="un jour tel que 2026-12-31"))
        return None

    def words(self, key: str) -> Text | None:
        """Return a text in both languages: ``{en, fr}``, or one text that serves for both."""
        value = self._value(key)
        if not isinstance(value, dict):
            text = self.text(key)
            return None if text is None else Text(en=text, fr=text)
        both = Section(value, (*self.path, key), self.faults)
        words = Text(en=both.required_text("en"), fr=both.required_text("fr"))
        both.refuse_other_keys()
        return words

    def choice(self, key: str, among: type[Choice]) -> Choice | None:
        value = self.text(key)
        if value is None:
            return None
        known = [member.value for member in among]
        if value not in known:
            self.unknown(key, value, known)
            return None
        return among(value)

    def name(self, key: str, known: Iterable[str]) -> str | None:
        """Return a name that is the name of something."""
        value = self.text(key)
        if value is not None and value not in (names := list(known)):
            self.unknown(key, value, names)
        return value

    def names(self, key: str, known: Iterable[str]) -> tuple[str, ...]:
        names = self.texts(key)
        known_names = list(known)
        for name in names:
            if name not in known_names:
                self.unknown(key, name, known_names)
        return names

    def texts(self, key: str) -> tuple[str, ...]:
        expected = Text(en="a list of texts", fr="une liste de textes")
        return self._list(key, lambda value: isinstance(value, str) and bool(value), expected)

    def code(self, key: str) -> Code | None:
        value = self._value(key)
        if value is None or _is_code(value):
            return value  # type: ignore[no-any-return]  # a TOML value, just seen to be a code
        self._wrong_type(key, Text(en="a number or a text", fr="un nombre ou un texte"))
        return None

    def codes(self, key: str) -> tuple[Code, ...]:
        expected = Text(en="a list of numbers and texts", fr="une liste de nombres et de textes")
        return self._list(key, _is_code, expected)

    def options(self, key: str) -> Mapping[str, Option]:
        section = self.section(key)
        for name, value in section.values.items():
            if not isinstance(value, bool) and not _is_code(value):
                section._wrong_type(
                    name,
                    Text(en="a text, a number or a boolean", fr="un texte, un nombre, un booléen"),
                )
        return section.values

    def section(self, key: str) -> Section:
        """Return a table of this one; an empty one when there is none."""
        value = self._value(key)
        if not isinstance(value, dict | None):
            self._wrong_type(key, Text(en="a table", fr="une table"))
            value = None
        return Section(value or {}, (*self.path, key), self.faults)

    def sections(self, key: str) -> Iterator[tuple[str, Section]]:
        """Yield the tables of a table, by name."""
        parent = self.section(key)
        for name in parent.values:
            if not name.strip():
                parent.fault(name, Text(en="a name is blank.", fr="un nom est vide."))
            section = parent.section(name)
            if isinstance(parent.values[name], dict):
                yield name, section

    def one_or_many(self, key: str) -> Iterator[Section]:
        """Yield the elements of an array of tables, or the only table."""
        value = self._value(key)
        if isinstance(value, list) and all(isinstance(element, dict) for element in value):
            for i, element in enumerate(value):
                yield Section(element, (*self.path, key, i), self.faults)
        elif value is not None:
            yield self.section(key)

    def require(self, *keys: str) -> None:
        for key in keys:
            if not self.has(key):
                self.fault(
                    None,
                    Text(
                        en=f"'{key}' is missing in {self.title}.",
                        fr=f"« {key} » manque dans {self.title}.",
                    ),
                )

    def require_one_of(self, *keys: str, at_least: int = 0) -> None:
        """Note a fault when more than one of the keys is given, or fewer than ``at_least``."""
        given = [key for key in keys if self.has(key)]
        if at_least <= len(given) <= 1:
            return
        listed = ", ".join(f"'{key}'" for key in keys)
        listed_fr = ", ".join(f"« {key} »" for key in keys)
        if given:
            message = Text(
                en=f"{self.title} may have only one of {listed}.",
                fr=f"{self.title} ne peut avoir qu'un seul de {listed_fr}.",
            )
        else:
            message = Text(
                en=f"{self.title} needs one of {listed}.",
                fr=f"il faut dans {self.title} l'un de {listed_fr}.",
            )
        self.fault(given[-1] if given else None, message)

    def check(self, key: str, check: Callable[[str], object]) -> None:
        """Turn what a check of a text raises into a fault."""
        value = self.values.get(key)
        if not isinstance(value, str):
            return
        try:
            check(value)
        except RessentiError as error:
            self.fault(key, error.message, error.hint)

    def unknown(self, key: str, value: str, known: Iterable[str]) -> None:
        self.fault(
            key,
            Text(en=f"'{key}' cannot be '{value}'.", fr=f"« {key} » ne peut pas être « {value} »."),
            known_names_hint(value, known),
        )

    def refuse_other_keys(self, known: Iterable[str] = ()) -> None:
        """Note a fault for each key that nobody asked for, with the nearest known one."""
        self.refuse_keys_outside([*self.known, *known])

    def refuse_keys_outside(self, keys: Collection[str]) -> None:
        for key in self.values:
            if key not in keys:
                self.fault(
                    key,
                    Text(
                        en=f"{self.title} has no key '{key}'.",
                        fr=f"{self.title} n'a pas de clé « {key} ».",
                    ),
                    known_names_hint(key, keys),
                )

    def _value(self, key: str) -> Any:
        if key not in self.known:
            self.known.append(key)
        return self.values.get(key)

    def _list(self, key: str, fits: Callable[[Any], bool], expected: Text) -> tuple[Any, ...]:
        value = self._value(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(map(fits, value)):
            self._wrong_type(key, expected)
            return ()
        return tuple(value)

    def _wrong_type(self, key: str, expected: Text) -> None:
        shown = self.values[key]
        self.fault(
            key,
            Text(
                en=f"'{key}' must be {expected.en}, not {shown!r}.",
                fr=f"« {key} » doit être {expected.fr}, pas {shown!r}.",
            ),
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and number_in(value) is not None


def _is_code(value: object) -> bool:
    return isinstance(value, str) or _is_number(value)
