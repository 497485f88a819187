"""Fact rows: what a program tells of a contact, an order, a subscription or an outcome, checked.

Nothing is guessed: a column is one of the fact's own or a declared segment, an instant has its
zone, an amount its currency, and a number is one that arithmetic can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from django.utils import timezone

from ressenti.facts.schemas import FACTS, ColumnKind, Fact, FactColumn
from ressenti.language import Text
from ressenti.server.accounts.access import Viewer
from ressenti.server.intake.instants import instant_in
from ressenti.server.intake.problems import FieldError
from ressenti.server.models import Organisation
from ressenti.surveys.words import is_storable, shortened

BELONGS_TO = "belongs_to"
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
LONGEST_TEXT = 500
LONGEST = {"source": 60, "source_id": 120}
LONGEST_SEGMENT = 120
# Beyond, a number names nothing that people would group by.
COUNTLESS = 1e15

REQUIRED = Text(en="it is required.", fr="ce champ est obligatoire.")
UNKNOWN = Text(
    en="'{name}' is neither a column of this fact nor a declared segment.",
    fr="« {name} » n'est ni une colonne de ce fait ni un segment déclaré.",
)
NO_TEXT = Text(
    en="a text of at most {most} characters is expected.",
    fr="il faut ici un texte de {most} caractères au plus.",
)
NO_NUMBER = Text(en="a finite number is expected.", fr="il faut ici un nombre fini.")
NEGATIVE = Text(en="a duration is never below 0.", fr="une durée n'est jamais inférieure à 0.")
NO_BOOLEAN = Text(en="true or false is expected.", fr="il faut true ou false.")
NO_INSTANT = Text(
    en="an instant with its offset is expected, from 1970 until {latest}, such as "
    "2026-03-01T10:00:00+01:00.",
    fr="il faut ici un instant avec son décalage, entre 1970 et {latest}, tel que "
    "2026-03-01T10:00:00+01:00.",
)
NOW = Text(en="now", fr="maintenant")
NOT_LISTED = Text(en="it must be one of {known}.", fr="il faut l'un de {known}.")
NO_CURRENCY = Text(
    en="an amount needs its currency, as ISO 4217 writes it: EUR.",
    fr="un montant demande sa devise, telle que l'écrit l'ISO 4217 : EUR.",
)
NO_UNIT = Text(
    en="'{unit}' is no unit this key may speak for.",
    fr="« {unit} » n'est pas une unité pour laquelle cette clé peut parler.",
)
UNIMPORTANT = Text(en="an importance is above 0.", fr="une importance est supérieure à 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRules:
    """What the rows of a program must keep to.

    Parameters
    ----------
    segments : frozenset of str
        Names that the organisation declared.
    units : frozenset of str
        Keys of the units that a row may belong to.
    unit : str
        The unit of a row that does not say; empty for the whole organisation.
    now : datetime
        What happened is not in the future.
    """

    fact: Fact
    segments: frozenset[str]
    units: frozenset[str]
    unit: str
    now: datetime


def rules_of(viewer: Viewer, fact: str) -> RowRules:
    """Return what the rows that a viewer sends must keep to."""
    return RowRules(
        fact=FACTS[fact],
        segments=segment_names(viewer.organisation),
        units=viewer.unit_keys(),
        unit=viewer.unit.key if viewer.unit else "",
        now=timezone.now(),
    )


def segment_names(organisation: Organisation) -> frozenset[str]:
    """Return the names of the segments that an organisation declared."""
    return frozenset(name for name in organisation.segments if isinstance(name, str))


def fact_row(row: object, rules: RowRules) -> dict[str, Any] | list[FieldError]:
    """Return a row as the journal writes it, or everything that is wrong with it."""
    if not isinstance(row, Mapping):
        return [FieldError("row", Text(en="an object is expected.", fr="il faut ici un objet."))]
    errors = list(_faults(row, rules))
    if errors:
        return errors
    own = {column.key: row[column.key] for column in rules.fact.columns if _is_told(row, column)}
    segments = {
        name: _segment_text(value)
        for name, value in row.items()
        if name not in _columns(rules.fact) and name != BELONGS_TO and value is not None
    }
    belongs_to = row.get(BELONGS_TO) or rules.unit
    return {**own, BELONGS_TO: belongs_to, "segments": segments}


def _columns(fact: Fact) -> frozenset[str]:
    return frozenset(column.key for column in fact.columns)


def _is_told(row: Mapping[str, Any], column: FactColumn) -> bool:
    return row.get(column.key) is not None


def _faults(row: Mapping[str, Any], rules: RowRules) -> Iterator[FieldError]:
    known = _columns(rules.fact)
    for name, value in row.items():
        fault = None
        if name == BELONGS_TO:
            fault = _unit_fault(value, rules)
        elif name not in known:
            fault = _segment_fault(name, value, rules)
        if fault is not None:
            yield FieldError(shortened(name), fault)
    for column in rules.fact.columns:
        value = row.get(column.key)
        if value is None:
            if column.required:
                yield FieldError(column.key, REQUIRED)
        elif (fault := READERS[column.kind](column, value, rules)) is not None:
            yield FieldError(column.key, fault)
    yield from _currency_faults(row, rules.fact)


def _unit_fault(value: object, rules: RowRules) -> Text | None:
    if value in (None, ""):
        return None
    if isinstance(value, str) and value in rules.units:
        return None
    return NO_UNIT.format(unit=shortened(str(value)))


def _segment_fault(name: str, value: object, rules: RowRules) -> Text | None:
    if name not in rules.segments:
        return UNKNOWN.format(name=shortened(name))
    if value is None:
        return None
    is_text = isinstance(value, str) and is_storable(value)
    is_number = isinstance(value, int | float) and abs(value) < COUNTLESS
    if (is_text or is_number) and 0 < len(_segment_text(value)) <= LONGEST_SEGMENT:
        return None
    return NO_TEXT.format(most=LONGEST_SEGMENT)


def _segment_text(value: object) -> str:
    """Return a segment's value as every fact carries it: text.

    Examples
    --------
    >>> _segment_text(True), _segment_text(3.0), _segment_text("gold")
    ('true', '3', 'gold')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _text_fault(column: FactColumn, value: object, rules: RowRules) -> Text | None:  # noqa: ARG001 - one signature
    most = LONGEST.get(column.key, LONGEST_TEXT)
    if not isinstance(value, str) or len(value) > most or not is_storable(value):
        return NO_TEXT.format(most=most)
    if column.required and not value.strip():
        return REQUIRED
    if column.values and value not in column.values:
        return NOT_LISTED.format(known=", ".join(column.values))
    return None


def _number_fault(column: FactColumn, value: object, rules: RowRules) -> Text | None:  # noqa: ARG001 - one signature
    if isinstance(value, bool) or not isinstance(value, int | float):
        return NO_NUMBER
    try:
        number = float(value)
    except OverflowError:
        return NO_NUMBER
    if not isfinite(number):
        return NO_NUMBER
    if column.unit == "s" and number < 0:
        return NEGATIVE
    return UNIMPORTANT if column.key == "importance" and number <= 0 else None


def _boolean_fault(column: FactColumn, value: object, rules: RowRules) -> Text | None:  # noqa: ARG001 - one signature
    return None if isinstance(value, bool) else NO_BOOLEAN


def _instant_fault(column: FactColumn, value: object, rules: RowRules) -> Text | None:
    # A subscription may be known to end; what dates a row has happened.
    has_happened = column.key == rules.fact.dated_by
    if instant_in(value, now=rules.now if has_happened else LATEST) is not None:
        return None
    return NO_INSTANT.format(latest=NOW if has_happened else "2200")


def _currency_faults(row: Mapping[str, Any], fact: Fact) -> Iterator[FieldError]:
    money = [column.key for column in fact.columns if column.unit == "money"]
    if not money:
        return
    currency = row.get("currency")
    if currency is None and all(row.get(key) is None for key in money):
        return
    if not isinstance(currency, str) or not is_currency(currency):
        yield FieldError("currency", NO_CURRENCY)


def is_currency(text: str) -> bool:
    """Tell whether a text is the code of a currency.

    Examples
    --------
    >>> is_currency("EUR"), is_currency("eur"), is_currency("XXZ")
    (True, False, False)
    """
    from babel.numbers import list_currencies

    return text in list_currencies()


Reader = Callable[[FactColumn, object, RowRules], Text | None]
READERS: Mapping[ColumnKind, Reader] = {
    ColumnKind.TEXT: _text_fault,
    ColumnKind.NUMBER: _number_fault,
    ColumnKind.BOOLEAN: _boolean_fault,
    ColumnKind.INSTANT: _instant_fault,
}
