"""The question types: one file a type, found by scanning; the file name is the key.

Another distribution adds types through the entry point group ``ressenti.questions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ressenti.errors import unknown_name
from ressenti.language import Text
from ressenti.surveys.question_types import QuestionType

ENTRY_POINTS = "ressenti.questions"


@cache
def question_types() -> Mapping[str, QuestionType]:
    """Return every question type by key, in alphabetical order.

    Examples
    --------
    >>> question_types()["effort"].default_scale
    '1-7'
    """
    from importlib.metadata import entry_points

    own = {
        module.name: import_module(f"{__name__}.{module.name}").QUESTION_TYPE
        for module in iter_modules(__path__)
    }
    added = {point.name: point.load() for point in entry_points(group=ENTRY_POINTS)}
    return dict(sorted((added | own).items()))


def question_type_called(key: str) -> QuestionType:
    """Return the question type of that key.

    Raises
    ------
    UnknownName
        R100, with the nearest keys.

    Examples
    --------
    >>> question_type_called("date").name.fr
    'Date'
    """
    known = question_types()
    if key not in known:
        raise unknown_name(Text(en="question type", fr="type de question"), key, known)
    return known[key]
