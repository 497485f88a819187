"""Questions and pages as their author wrote them, and the values that answers are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ressenti.facts.scales import Level
from ressenti.language import Text
from ressenti.surveys.conditions import Condition
from ressenti.surveys.fields import Field
from ressenti.surveys.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a questionnaire.

    Parameters
    ----------
    id : str
        Never changes once published.
    type : str
        Key of its question type.
    series : int
        Raised when an edit makes it another question, which breaks the series of its measure.
    measure : str or None
        ``indicator`` or ``indicator/variant`` that its answers feed.
    show_if : Condition or None
        None when it is always shown.
    options : mapping
        What its type asks for, as in the document.
    fields : tuple of Field
        What it puts on a page, worked out from the type and options when the document is read.
    """

    id: str
    type: str
    label: Words
    series: int = 1
    required: bool = False
    help: Words | None = None
    measure: str | None = None
    show_if: Condition | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    fields: tuple[Field, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Questions shown together, by their ids."""

    id: str
    questions: tuple[str, ...]
    show_if: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerValue:
    """One value of an answer, as it is remembered.

    Parameters
    ----------
    part : str
        The criterion, item or choice; ``item.expected`` and ``item.perceived`` for the two marks
        of a pair; empty for the whole question.
    level : float, str or None
        The level chosen, the number given, or a day as ISO 8601.
    text : str or None
        The respondent's own words.
    choice : str or None
        The choice taken; ``not_concerned`` when that was said instead of a level.
    is_missing : bool
        The question was shown and not answered, or said not to concern.
    is_invalid : bool
        Off the scale. A submission refuses such values; imports count them.
    """

    question: str
    part: str = ""
    series: int = 1
    measure: str | None = None
    scale: str | None = None
    level: Level | None = None
    text: str | None = None
    choice: str | None = None
    is_missing: bool = False
    is_invalid: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a field of a submission is refused, in words for the respondent."""

    field: str
    message: Text


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one question: its values, and the fields that are refused."""

    values: tuple[AnswerValue, ...] = ()
    faults: tuple[Fault, ...] = ()


def answer_value(
    question: Question,
    answered: Field,
    *,
    part: str | None = None,
    level: Level | None = None,
    text: str | None = None,
    choice: str | None = None,
    is_missing: bool = False,
) -> AnswerValue:
    """Return the value of one field of a question."""
    return AnswerValue(
        question=question.id,
        part=answered.part if part is None else part,
        series=question.series,
        measure=question.measure if answered.feeds_measure else None,
        scale=answered.scale,
        level=level,
        text=text,
        choice=choice,
        is_missing=is_missing,
    )
