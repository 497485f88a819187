"""Options of question types: what an author may set, checked once for every type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ressenti.facts.raw_values import number_in
from ressenti.facts.scales import SCALES, Scale
from ressenti.language import Language, Text
from ressenti.surveys.document_reading import DocumentReader
from ressenti.surveys.fields import NOT_CONCERNED, OTHER, Choice
from ressenti.surveys.question import Question
from ressenti.surveys.readings import day_in

MOST_CHOICES = 200


class OptionKind(StrEnum):
    """What an author puts into an option."""

    SCALE = "scale"
    PARTS = "parts"
    FLAG = "flag"
    WHOLE = "whole"
    NUMBER = "number"
    DAY = "day"
    IDENTIFIER = "identifier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing an author sets.

    Parameters
    ----------
    names : tuple of str
        The scales there are to choose from.
    low, high : int
        Bounds of a whole number, or of how many parts there may be.
    """

    key: str
    name: Text
    kind: OptionKind
    is_required: bool = False
    names: tuple[str, ...] = ()
    low: int = 0
    high: int = MOST_CHOICES

    def check(self, options: DocumentReader, languages: Sequence[Language]) -> None:
        """Note what is wrong with this option of a question."""
        if options.values.get(self.key) is None and not self.is_required:
            options.value(self.key)
            return
        CHECKS[self.kind](self, options, languages)


def _check_scale(option: Option, options: DocumentReader, _: Sequence[Language]) -> None:
    options.name(option.key, option.names)


def _check_flag(option: Option, options: DocumentReader, _: Sequence[Language]) -> None:
    options.flag(option.key)


def _check_whole(option: Option, options: DocumentReader, _: Sequence[Language]) -> None:
    options.whole(option.key, option.low, option.high, option.low)


def _check_identifier(option: Option, options: DocumentReader, _: Sequence[Language]) -> None:
    options.identifier(option.key)


def _check_number(option: Option, options: DocumentReader, _: Sequence[Language]) -> None:
    value = options.value(option.key)
    if not isinstance(value, int | float) or number_in(value) is None:
        message = Text(en="it must be a finite number.", fr="il faut ici un nombre fini.")
        options.fault(option.key, message)


def _check_day(option: Option, options: DocumentReader, _: Sequence[Language]) -> None:
    if day_in(options.value(option.key)) is None:
        message = Text(
            en="it must be a day such as '2026-12-31'.",
            fr="il faut ici un jour tel que « 2026-12-31 ».",
        )
        options.fault(option.key, message)


def _check_parts(option: Option, options: DocumentReader, languages: Sequence[Language]) -> None:
    seen: set[str] = set()
    for part in options.objects(option.key, fewest=option.low, most=option.high):
        identifier = part.identifier("id")
        part.required_words("label", languages)
        part.refuse_other_keys()
        if identifier in seen:
            message = Text(
                en="the id '{id}' is there twice.", fr="l'identifiant « {id} » est en double."
            )
            part.fault("id", message.format(id=identifier))
        if identifier in (OTHER, NOT_CONCERNED):
            message = Text(
                en="the id '{id}' is kept for Ressenti.", fr="l'identifiant « {id} » est réservé."
            )
            part.fault("id", message.format(id=identifier))
        seen.add(identifier)


CHECKS: Mapping[OptionKind, Callable[[Option, DocumentReader, Sequence[Language]], None]] = {
    OptionKind.SCALE: _check_scale,
    OptionKind.PARTS: _check_parts,
    OptionKind.FLAG: _check_flag,
    OptionKind.WHOLE: _check_whole,
    OptionKind.NUMBER: _check_number,
    OptionKind.DAY: _check_day,
    OptionKind.IDENTIFIER: _check_identifier,
}

NOT_CONCERNED_OPTION = Option(
    key="not_concerned",
    name=Text(en="offer “not concerned”", fr="proposer « non concerné »"),
    kind=OptionKind.FLAG,
)
CRITERIA_OPTION = Option(
    key="criteria",
    name=Text(en="criteria, one line each", fr="critères, une ligne chacun"),
    kind=OptionKind.PARTS,
    low=1,
)


def scale_option(scales: tuple[str, ...]) -> Option:
    """Return the option that chooses among scales."""
    return Option(
        key="scale", name=Text(en="scale", fr="échelle"), kind=OptionKind.SCALE, names=scales
    )


def scale_of(question: Question, default: str) -> Scale:
    """Return the scale a question is answered on."""
    key = question.options.get("scale") or default
    scale = SCALES[str(key)]
    if not isinstance(scale, Scale):
        raise TypeError(f"{scale.key} has no levels")
    return scale


def parts_of(question: Question, key: str) -> tuple[Choice, ...]:
    """Return the choices, criteria or items of a question."""
    listed = question.options.get(key) or ()
    if not isinstance(listed, list | tuple):
        raise TypeError(f"{key} is no list")
    return tuple(Choice(part["id"], part["label"]) for part in listed)


def whole_of(question: Question, key: str, default: int) -> int:
    value = question.options.get(key)
    return value if isinstance(value, int) else default


def number_of(question: Question, key: str) -> float | None:
    return number_in(question.options.get(key))


def text_of(question: Question, key: str) -> str | None:
    value = question.options.get(key)
    return value if isinstance(value, str) else None
