"""What a question type is: words, the options an author sets, the fields it makes of them.

A type's own file says these; reading, checking and drawing are written once, over fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ressenti.errors import DocumentFault
from ressenti.facts.scales import Quantity, Scale
from ressenti.language import LANGUAGES, Language, Text
from ressenti.surveys.document_reading import DocumentReader
from ressenti.surveys.fields import Choice, Field, Kind, levels_of
from ressenti.surveys.options import (
    CRITERIA_OPTION,
    NOT_CONCERNED_OPTION,
    Option,
    parts_of,
    scale_of,
    scale_option,
)
from ressenti.surveys.question import Question, Reading
from ressenti.surveys.readings import read_each


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionType:
    """One way of asking.

    Parameters
    ----------
    fields : callable of a Question, giving its fields
    scales : tuple of str
        Keys of the scales an author may choose; the first is meant when none is told. Empty for a
        type without levels.
    own_options : tuple of Option
        What an author sets besides the scale.
    read : callable of a Question and of everything given, giving its Reading
    measured_on : callable of a Question, giving what its measure is answered on
        None when nothing it asks can be scored.
    feeds_emotions : bool
        Its measure reads the emotions in what is written.
    """

    key: str
    name: Text
    description: Text
    fields: Callable[[Question], tuple[Field, ...]]
    scales: tuple[str, ...] = ()
    own_options: tuple[Option, ...] = ()
    read: Callable[[Question, Mapping[str, object]], Reading] = read_each
    measured_on: Callable[[Question], Scale | Quantity] | None = None
    feeds_emotions: bool = False

    @property
    def default_scale(self) -> str | None:
        return self.scales[0] if self.scales else None

    @property
    def options(self) -> tuple[Option, ...]:
        """Everything an author may set, the scale first where there is a choice of them."""
        choice = (scale_option(self.scales),) if len(self.scales) > 1 else ()
        return (*choice, *self.own_options)

    def option_faults(
        self, question: Question, *, languages: Sequence[Language] = LANGUAGES, path: str = "$"
    ) -> tuple[DocumentFault, ...]:
        """Return what is wrong with the options of a question, each with its path."""
        faults: list[DocumentFault] = []
        options = DocumentReader(question.options, path, faults)
        for option in self.options:
            option.check(options, languages)
        options.refuse_other_keys()
        return tuple(faults)


def scale_type(
    *,
    key: str,
    name: Text,
    description: Text,
    scales: tuple[str, ...],
    is_grid: bool = False,
    ends: Mapping[str, tuple[Text, Text]] | None = None,
) -> QuestionType:
    """Return a type that takes one level of a scale, or one for each criterion of a grid.

    Parameters
    ----------
    ends : mapping of scale to two texts, or None
        What is read at the first and last level of a scale whose own labels do not fit the
        question; the levels between are read as numbers.
    """

    def scale(question: Question) -> Scale:
        own = scale_of(question, scales[0])
        if ends is None or own.key not in ends:
            return own
        first, last = ends[own.key]
        return replace(own, labels={own.levels[0]: first, own.levels[-1]: last})

    def fields(question: Question) -> tuple[Field, ...]:
        own = scale(question)
        whole = level_field(question, question.id, own)
        return tuple(grid_line(question, part, own) for part in parts_of(question, "criteria")) or (
            whole,
        )

    grid = (CRITERIA_OPTION,) if is_grid else ()
    return QuestionType(
        key=key,
        name=name,
        description=description,
        scales=scales,
        own_options=(*grid, NOT_CONCERNED_OPTION),
        fields=fields,
        measured_on=lambda question: scale_of(question, scales[0]),
    )


def grid_line(question: Question, part: Choice, scale: Scale) -> Field:
    return level_field(question, f"{question.id}.{part.id}", scale, part=part.id, label=part.label)


def level_field(
    question: Question,
    name: str,
    scale: Scale,
    *,
    part: str = "",
    label: Mapping[Language, str] | None = None,
    aspect: Text | None = None,
    feeds_measure: bool = True,
) -> Field:
    """Return a field that takes one level of a scale."""
    return Field(
        name=name,
        kind=Kind.LEVELS,
        part=part,
        label=label,
        aspect=aspect,
        scale=scale.key,
        levels=levels_of(scale),
        not_concerned=question.options.get("not_concerned") is True,
        feeds_measure=feeds_measure,
    )
