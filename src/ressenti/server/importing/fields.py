"""Fields: what the records of a file may hold, by name, and what a person calls each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as told_by

from ressenti.facts.raw_values import folded
from ressenti.facts.schemas import ColumnKind
from ressenti.language import Text
from ressenti.server.importing.answer_records import REQUIRED, AnswerRules
from ressenti.server.importing.fact_rows import BELONGS_TO, RowRules
from ressenti.surveys.fields import Field, Kind
from ressenti.surveys.words import text_of_words

SOURCE_ID = "source_id"
UNIT = Text(en="unit it belongs to, key or name", fr="unité concernée, clé ou nom")
SEGMENT = Text(en="segment {name}", fr="segment {name}")
OWN_LABELS: Mapping[str, Text] = {
    SOURCE_ID: Text(en="identifier of the record", fr="identifiant de l'enregistrement"),
    "answered_at": Text(en="when it was answered", fr="moment de la réponse"),
    "source": Text(en="where the record comes from", fr="origine de l'enregistrement"),
    "started_at": Text(en="when it was begun", fr="début de la réponse"),
    "customer": Text(en="identifier of the customer", fr="identifiant du client"),
    "unit": UNIT,
    "touchpoint": Text(en="where in the customer's journey", fr="point de contact"),
    "language": Text(en="language, fr or en", fr="langue, fr ou en"),
    "weight": Text(en="weight of the response", fr="poids de la réponse"),
}
OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    SOURCE_ID: ("id", "response id", "respondent id", "submission id", "id de la reponse", "#"),
    "answered_at": (
        "submitted at", "submit date", "end date", "completed", "timestamp", "horodateur",
        "date", "date de la reponse", "date de reponse", "responded at",
    ),
    "started_at": ("start date", "start time", "date de debut"),
    "customer": ("customer id", "client", "id client", "identifiant client"),
    "customer_id": ("customer", "client", "id client", "identifiant client"),
    "unit": ("unite", "shop", "store", "magasin", "boutique"),
    BELONGS_TO: ("unit", "unite", "shop", "store", "magasin", "boutique"),
    "touchpoint": ("point de contact",),
    "language": ("langue", "lang"),
    "weight": ("poids",),
    "channel": ("canal",),
    "contact_id": ("ticket", "ticket id", "call id", "id", "numero"),
    "order_id": ("order", "order number", "commande", "numero de commande", "id"),
    "ordered_at": ("date", "order date", "date de commande"),
    "offered_at": ("date", "created at", "created", "date d'arrivee"),
    "amount": ("total", "montant"),
    "currency": ("devise",),
    "margin": ("marge",),
    "category": ("categorie",),
    "status": ("statut", "etat"),
    "agent": ("conseiller",),
    "queue": ("file",),
    "team": ("equipe",),
    "reason": ("motif",),
    "started": ("debut",),
    "ended_at": ("fin", "end date", "date de fin"),
    "outcome": ("resultat",),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FileField:
    """Something that a column of a file may hold.

    Parameters
    ----------
    is_instant : bool
        It is a date, whose order of day and month may have to be told.
    answer : Field or None
        The field of a question, for what answers it.
    codes : mapping of words to code
        What people may write instead of a code, folded.
    """

    name: str
    label: Text
    is_required: bool = False
    is_instant: bool = False
    answer: Field | None = None
    codes: Mapping[str, str] = told_by(default_factory=dict)

    @property
    def scale(self) -> str:
        """The key of the scale that a mark is read on; empty for anything else."""
        is_mark = self.answer is not None and self.answer.kind is Kind.LEVELS
        return (self.answer.scale or "") if self.answer and is_mark else ""

    def is_called(self, column: str) -> bool:
        """Tell whether a column bears the name of this field, or one it often has."""
        own = {self.name, self.label.en, self.label.fr, *OTHER_NAMES.get(self.name, ())}
        return _plain(column) in {_plain(name) for name in own}


def fields_of_answers(rules: AnswerRules, units: Mapping[str, str]) -> list[FileField]:
    """Return what a file of answers to a survey may hold.

    Parameters
    ----------
    units : mapping of name to key
        Of the units that a record may belong to, the names folded.
    """
    return [*_own_fields(units), *_answer_fields(rules), *_segments(rules.segments)]


def fields_of_fact(rules: RowRules, units: Mapping[str, str]) -> list[FileField]:
    """Return what a file of the rows of a fact may hold; ``units`` as for answers."""
    own = [
        FileField(
            name=column.key,
            label=column.meaning,
            is_required=column.required and column.key != "source",
            is_instant=column.kind is ColumnKind.INSTANT,
        )
        for column in rules.fact.columns
    ]
    unit = FileField(name=BELONGS_TO, label=UNIT, codes=units)
    return [*own, unit, *_segments(rules.segments)]


def proposal(fields: list[FileField], columns: list[str]) -> dict[str, str]:
    """Return which column each field seems to be read from: by its name, each column once.

    Examples
    --------
    >>> mark = FileField(name="recommend", label=Text(en="Recommend us?", fr="Nous recommander ?"))
    >>> day = FileField(name="answered_at", label=Text(en="when", fr="quand"))
    >>> proposal([day, mark], ["Submitted at", "Recommend us?", "Colour"])
    {'answered_at': 'Submitted at', 'recommend': 'Recommend us?'}
    """
    exact = {field.name: field.name for field in fields if field.name in columns}
    found = dict(exact)
    for field in fields:
        free = [column for column in columns if column not in found.values()]
        named = next((column for column in free if field.is_called(column)), None)
        if field.name not in found and named is not None:
            found[field.name] = named
    return found


def _own_fields(units: Mapping[str, str]) -> Iterator[FileField]:
    for name, label in OWN_LABELS.items():
        yield FileField(
            name=name,
            label=label,
            is_required=name in REQUIRED,
            is_instant=name.endswith("_at"),
            codes=units if name == "unit" else {},
        )


def _answer_fields(rules: AnswerRules) -> Iterator[FileField]:
    for question in rules.survey.questionnaire.questions:
        words = text_of_words(question.label)
        for field in question.fields:
            label = words
            if field.label is not None:
                part = text_of_words(field.label)
                label = Text(en=f"{words.en} – {part.en}", fr=f"{words.fr} – {part.fr}")
            if field.aspect is not None:
                label = Text(
                    en=f"{label.en} ({field.aspect.en})", fr=f"{label.fr} ({field.aspect.fr})"
                )
            yield FileField(name=field.name, label=label, answer=field, codes=_codes(field))


def _codes(field: Field) -> dict[str, str]:
    """Return the code of each level or choice by its words in every language, folded.

    Words that stand for two codes stand for none.
    """
    told: list[tuple[str, str]] = []
    if field.kind is Kind.LEVELS:
        told = [(text, one.code) for one in field.levels for text in (one.label.en, one.label.fr)]
    elif field.kind is Kind.CHOICES:
        for choice in field.choices:
            label = text_of_words(choice.label)
            told += [(label.en, choice.id), (label.fr, choice.id)]
    codes: dict[str, set[str]] = {}
    for words, code in told:
        codes.setdefault(folded(words), set()).add(code)
    return {words: min(found) for words, found in codes.items() if len(found) == 1}


def _segments(names: frozenset[str]) -> Iterator[FileField]:
    for name in sorted(names):
        yield FileField(name=name, label=SEGMENT.format(name=name))


def _plain(name: str) -> str:
    return folded(name).replace("_", " ").rstrip(" ?:*.")
