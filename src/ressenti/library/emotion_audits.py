"""Emotion audits: the marks that a person gave to a sample of texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ressenti.emotions.tokens import form_of
from ressenti.errors import InvalidArgument, Place
from ressenti.language import Text
from ressenti.library.verbatims import name_of
from ressenti.sources import open_source
from ressenti.studies.net_emotions import AuditedText
from ressenti.warehouse.relations import Relation

IDENTIFIER, MARK = "id", "mark"
MARKS: Final = {
    "positive": 1.0, "positif": 1.0,
    "negative": -1.0, "negatif": -1.0,
    "neutral": 0.0, "neutre": 0.0, "mixed": 0.0, "mixte": 0.0, "mitige": 0.0,
}  # fmt: skip


def marks_in(source: Any) -> dict[str, float]:
    """Return the mark of each text that a person read, in [−1, 1], by identifier.

    Parameters
    ----------
    source : path or frame
        With the columns ``id`` and ``mark``: a number from −1 to 1, or one of positive, negative,
        neutral, mixed, in English or French. Rows without a mark are not read yet.

    Raises
    ------
    UnknownColumn
        R101, without these columns.
    InvalidArgument
        R102, for a mark that is none, or two different marks of one text.
    """
    relation = open_source(source)
    query = relation.select(relation.column(IDENTIFIER), relation.column(MARK))
    rows = relation.warehouse.fetch(query)
    marks: dict[str, float] = {}
    for identifier, raw in zip(*(column.to_pylist() for column in rows.columns), strict=True):
        name, told = name_of(identifier), name_of(raw)
        if name is None or told is None:
            continue
        mark = mark_of(told)
        if mark is None:
            raise no_mark(relation, MARK, name, told)
        if marks.setdefault(name, mark) != mark:
            raise _two_marks(relation, name)
    return marks


def mark_of(told: str) -> float | None:
    """Return the polarity that a mark tells, None when it tells none.

    Examples
    --------
    >>> mark_of("Négatif"), mark_of("0,5"), mark_of("3")
    (-1.0, 0.5, None)
    """
    word = form_of(told)
    if word in MARKS:
        return MARKS[word]
    try:
        number = float(told.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None
    return number if -1 <= number <= 1 else None


def audited_texts(
    marks: Mapping[str, float], met: Mapping[str, tuple[int, float | None]]
) -> list[AuditedText]:
    """Return the marked texts that were met in the source."""
    return [
        AuditedText(respondent, polarity, marks[name])
        for name, (respondent, polarity) in met.items()
    ]


def met_twice(name: str) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="two texts are called '{name}', which the audit marks once.",
            fr="deux textes s'appellent « {name} », que l'audit n'annote qu'une fois.",
        ).format(name=name),
        hint=Text(
            en="Name a column of unique identifiers.",
            fr="Nommez une colonne d'identifiants uniques.",
        ),
    )


def no_mark(relation: Relation, column: str, name: str, told: str) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="the mark '{told}' of the text '{name}' is none.",
            fr="l'annotation « {told} » du texte « {name} » n'en est pas une.",
        ).format(told=told, name=name),
        hint=Text(
            en="Write a number from -1 to 1, or positive, negative, neutral or mixed.",
            fr="Écrivez un nombre de -1 à 1, ou positif, négatif, neutre ou mixte.",
        ),
        place=Place(file=relation.name, column=column),
    )


def _two_marks(relation: Relation, name: str) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="the text '{name}' has two different marks: settle on one.",
            fr="le texte « {name} » a deux annotations différentes : n'en gardez qu'une.",
        ).format(name=name),
        place=Place(file=relation.name, column=MARK),
    )
