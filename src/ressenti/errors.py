"""Every error Ressenti raises: a stable code, what was wrong, where, and what to do.

::

    RessentiError
    ├── UsageError           the call is wrong: exit status 2
    │   ├── UnknownName      R100   no indicator, scale, variant … is called that
    │   ├── UnknownColumn    R101   no column is called that
    │   ├── InvalidArgument  R102   an argument has a value it cannot have
    │   ├── InvalidExpression R103  a predicate or column expression is refused
    │   ├── InvalidPlan      R104   ressenti.toml is wrong at a line
    │   ├── InvalidQuestionnaire R105 a questionnaire is refused, with all its faults
    │   └── InvalidProof     R106   a signed link is not ours, altered or expired
    └── DataError            the data do not allow it: exit status 1
        ├── UnreadableSource R200   a file cannot be read
        ├── EmptySource      R201   a file has no data
        ├── ScaleMismatch    R202   too many values are off the scale
        ├── AmbiguousDates   R203   the order of day and month must be told
        ├── InvalidWeights   R204   a weight is negative or not a number
        ├── NotComparable    R205   two figures have different definitions
        ├── UndefinedResult  R206   the question has no answer on these data
        ├── EngineUnavailable R207  a database or cluster cannot be reached
        └── MissingExtra     R208   an optional package is not installed
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

from ressenti.language import Language, Text


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error lies; every part is optional."""

    file: str | None = None
    line: int | None = None
    column: str | None = None

    def text(self) -> Text:
        parts_en = [self.file or ""]
        parts_fr = [self.file or ""]
        if self.line is not None:
            parts_en.append(f"line {self.line}")
            parts_fr.append(f"ligne {self.line}")
        if self.column is not None:
            parts_en.append(f"column '{self.column}'")
            parts_fr.append(f"colonne « {self.column} »")
        return Text(en=", ".join(filter(None, parts_en)), fr=", ".join(filter(None, parts_fr)))


class RessentiError(Exception):
    """An error that says what was wrong, where, and what to do, in both languages."""

    code: ClassVar[str] = "R000"
    exit_status: ClassVar[int] = 1

    def __init__(self, message: Text, *, hint: Text | None = None, place: Place | None = None):
        self.message = message
        self.hint = hint
        self.place = place
        super().__init__(self.to("en"))

    def to(self, language: Language) -> str:
        place = self.place.text().to(language) if self.place else ""
        colon = " : " if language == "fr" else ": "
        text = f"[{self.code}] {place + colon if place else ''}{self.message.to(language)}"
        return f"{text} {self.hint.to(language)}" if self.hint else text


class UsageError(RessentiError, ValueError):
    exit_status: ClassVar[int] = 2


class UnknownName(UsageError, LookupError):
    code: ClassVar[str] = "R100"


class UnknownColumn(UsageError, LookupError):
    code: ClassVar[str] = "R101"


class InvalidArgument(UsageError):
    code: ClassVar[str] = "R102"


class InvalidExpression(UsageError):
    code: ClassVar[str] = "R103"


class InvalidPlan(UsageError):
    code: ClassVar[str] = "R104"


class InvalidProof(UsageError):
    code: ClassVar[str] = "R106"


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """One thing that is wrong with a JSON document, at a path such as ``$.questions[2].label``."""

    path: str
    message: Text


class InvalidQuestionnaire(UsageError):
    """A questionnaire that is refused; ``faults`` holds all that is wrong with it."""

    code: ClassVar[str] = "R105"

    def __init__(self, faults: tuple[DocumentFault, ...]):
        self.faults = faults
        count = len(faults)
        lines_en = "".join(f"\n  {fault.path}: {fault.message.en}" for fault in faults)
        lines_fr = "".join(f"\n  {fault.path} : {fault.message.fr}" for fault in faults)
        things = "1 thing is" if count == 1 else f"{count} things are"
        points = "1 point est" if count == 1 else f"{count} points sont"
        super().__init__(
            Text(
                en=f"{things} wrong with the questionnaire.{lines_en}",
                fr=f"{points} à corriger dans le questionnaire.{lines_fr}",
            )
        )


class DataError(RessentiError, ValueError):
    exit_status: ClassVar[int] = 1


class UnreadableSource(DataError, OSError):
    code: ClassVar[str] = "R200"


class EmptySource(DataError):
    code: ClassVar[str] = "R201"


class ScaleMismatch(DataError):
    code: ClassVar[str] = "R202"


class AmbiguousDates(DataError):
    code: ClassVar[str] = "R203"


class InvalidWeights(DataError):
    code: ClassVar[str] = "R204"


class NotComparable(DataError):
    code: ClassVar[str] = "R205"


class UndefinedResult(DataError):
    code: ClassVar[str] = "R206"


class EngineUnavailable(DataError, ConnectionError):
    code: ClassVar[str] = "R207"


class MissingExtra(DataError, ImportError):
    code: ClassVar[str] = "R208"


def nearest_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return up to three of the known names that look like ``name``, nearest first.

    Examples
    --------
    >>> nearest_names("npss", ["nps", "csat", "enps"])
    ('nps', 'enps')
    """
    by_folded = {candidate.strip().casefold(): candidate for candidate in known}
    near = get_close_matches(name.strip().casefold(), by_folded, n=3, cutoff=0.5)
    return tuple(by_folded[key] for key in near)


def known_names_hint(name: str, known: Iterable[str]) -> Text:
    """Return the hint that lists the nearest known names, or all of them when none is near."""
    names = tuple(known)
    near = nearest_names(name, names)
    if near:
        listed = ", ".join(near)
        return Text(en=f"Did you mean: {listed}?", fr=f"Vouliez-vous dire : {listed} ?")
    listed = ", ".join(names[:40]) or "–"
    return Text(en=f"Known: {listed}.", fr=f"Connus : {listed}.")


def unknown_name(kind: Text, name: str, known: Iterable[str]) -> UnknownName:
    """Return the error for a name that nothing bears.

    Examples
    --------
    >>> print(unknown_name(Text(en="indicator", fr="indicateur"), "npss", ["nps", "csat"]))
    [R100] no indicator is called 'npss'. Did you mean: nps?
    """
    return UnknownName(
        Text(
            en="no {kind} is called '{name}'.", fr="le nom « {name} » est inconnu ({kind})."
        ).format(kind=kind, name=name),
        hint=known_names_hint(name, known),
    )
