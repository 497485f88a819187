"""Fields: what a question puts on a page and takes from a form or a JSON object.

Pages, the widget, the API and its description are drawn from fields alone; what type of question
stands behind one never matters to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ressenti.facts.scales import Scale
from ressenti.language import Text
from ressenti.surveys.words import Words

NOT_CONCERNED = "not_concerned"
OTHER = "other"


class Kind(StrEnum):
    """What is put into a field."""

    LEVELS = "levels"
    CHOICES = "choices"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class FieldLevel:
    """A level that may be chosen: its value, how a form writes it, and what a person reads."""

    value: float
    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice with its stable id; criteria and items of a grid are named alike."""

    id: str
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input, by the name that forms and JSON objects give it.

    Parameters
    ----------
    name : str
        ``recommend``; ``quality.speed`` for a criterion; ``reason.other`` for the text of "other".
    part : str
        The criterion or item; empty for the whole question.
    label : Words or None
        Of the criterion or item; None when the question's own label says it all.
    aspect : Text or None
        Which mark of several on one item, such as what was expected.
    scale : str or None
        Key of the scale its levels belong to, or of its quantity.
    not_concerned : bool
        The code ``not_concerned`` is taken as well; it counts as missing.
    is_multiple : bool
        Several choices may be taken, as a list.
    is_optional : bool
        It may stay empty though its question is required.
    feeds_measure : bool
        Its answer goes to the measure of the question.
    max_length : int or None
        In characters, a line break counting for one.
    decimals : int or None
        Most digits after the point; None for as many as one likes.
    """

    name: str
    kind: Kind
    part: str = ""
    label: Words | None = None
    aspect: Text | None = None
    scale: str | None = None
    levels: tuple[FieldLevel, ...] = ()
    choices: tuple[Choice, ...] = ()
    not_concerned: bool = False
    is_multiple: bool = False
    is_optional: bool = False
    is_one_word: bool = False
    feeds_measure: bool = True
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    earliest: str | None = None
    latest: str | None = None
    level_of: Mapping[str | float, FieldLevel] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # By its code, as a form writes it, and by its number, as JSON does.
        by_code: dict[str | float, FieldLevel] = {level.code: level for level in self.levels}
        by_value = {level.value: level for level in self.levels}
        object.__setattr__(self, "level_of", by_code | by_value)


def levels_of(scale: Scale) -> tuple[FieldLevel, ...]:
    """Return the levels of a scale of numbers; a level without label is read as its number.

    Examples
    --------
    >>> from ressenti.facts.scales import ZERO_TO_TEN
    >>> [level.label.fr for level in levels_of(ZERO_TO_TEN)][:2]
    ['pas du tout probable', '1']
    """
    codes = {float(level): f"{float(level):g}" for level in scale.levels}
    return tuple(
        FieldLevel(value, code, scale.labels.get(value, Text(en=code, fr=code)))
        for value, code in codes.items()
    )
