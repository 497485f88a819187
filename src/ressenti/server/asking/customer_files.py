"""Customer files: the rows of a CSV or a workbook as customers, and what is refused, line by line.

Nothing is lost in silence: every line either becomes a customer or is told with its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ressenti.language import LANGUAGES, Text
from ressenti.server.importing.records import file_records
from ressenti.sources.rejects import Reject, shortened

COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "external_id": ("external_id", "customer_id", "customer", "id", "client", "id_client"),
    "email": ("email", "e-mail", "mail", "courriel", "adresse_email"),
    "phone": ("phone", "telephone", "téléphone", "mobile"),
    "name": ("name", "nom", "full_name", "nom_complet"),
    "language": ("language", "langue", "lang"),
    "unit": ("unit", "unite", "unité", "shop", "magasin"),
}
LENGTHS = {"external_id": 120, "email": 254, "phone": 40, "name": 120}
MOST_ATTRIBUTES = 40
LONGEST_ATTRIBUTE = 200

NO_IDENTIFIER = Text(
    en="neither an identifier nor an e-mail address",
    fr="ni identifiant ni adresse électronique",
)
NO_ADDRESS = Text(en="this is no e-mail address", fr="ce n'est pas une adresse électronique")
UNKNOWN_UNIT = Text(en="no unit of yours has this key", fr="aucune de vos unités n'a cette clé")
UNKNOWN_LANGUAGE = Text(en="neither fr nor en", fr="ni fr ni en")
TWICE = Text(en="already on line {line}", fr="déjà à la ligne {line}")
TOO_LONG = Text(en="more than {most} characters", fr="plus de {most} caractères")
UNFIT = Text(en="it holds a control character", fr="il contient un caractère de contrôle")


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A line of a file as a customer; a blank text says nothing, so it changes nothing."""

    line: int
    external_id: str
    email: str = ""
    phone: str = ""
    name: str = ""
    language: str = ""
    unit: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """What a file holds: customers, refused lines, and how its columns were read."""

    rows: tuple[CustomerRow, ...]
    rejects: tuple[Reject, ...]
    columns: Mapping[str, str]
    attributes: tuple[str, ...]


def customer_file(path: Path, *, units: Collection[str]) -> CustomerFile:
    """Return what a file holds.

    Parameters
    ----------
    units : collection of str
        Keys of the units that a line may name.

    Raises
    ------
    RessentiError
        When the file cannot be read at all.
    """
    columns: Mapping[str, str] = {}
    attributes: tuple[str, ...] = ()
    found: list[CustomerRow] = []
    refused: list[Reject] = []
    seen: dict[str, int] = {}
    for line, record in file_records(path, refused):
        if not columns:
            columns, attributes = columns_of(list(record))
        row = row_of(line, record, columns, attributes)
        reject = fault_of(row, columns, units) or _twice(row, seen)
        if reject is not None:
            refused.append(reject)
        else:
            found.append(row)
    ordered = sorted(refused, key=lambda one: one.line)
    return CustomerFile(tuple(found), tuple(ordered), columns, attributes)


def columns_of(names: list[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return which column holds what, and the others, which become attributes.

    Examples
    --------
    >>> columns_of(["Client", "Courriel", "Ville"])
    ({'external_id': 'Client', 'email': 'Courriel'}, ('Ville',))
    """
    folded = {name.strip().casefold().replace(" ", "_"): name for name in reversed(names)}
    chosen = {
        key: folded[wanted]
        for key, known in COLUMN_NAMES.items()
        if (wanted := next((one for one in known if one in folded), None)) is not None
    }
    others = [name for name in names if name not in chosen.values()]
    return chosen, tuple(others[:MOST_ATTRIBUTES])


def row_of(
    line: int,
    record: Mapping[str, str],
    columns: Mapping[str, str],
    attributes: Collection[str],
) -> CustomerRow:
    """Return a line as a customer, known by the e-mail address where there is no identifier."""
    told = {key: record.get(column, "").strip() for key, column in columns.items()}
    email = told.get("email", "")
    return CustomerRow(
        line=line,
        external_id=told.get("external_id") or email.casefold(),
        email=email,
        phone=told.get("phone", ""),
        name=told.get("name", ""),
        language=told.get("language", "").casefold()[:2],
        unit=told.get("unit", ""),
        attributes={
            _attribute_name(name): value[:LONGEST_ATTRIBUTE]
            for name in attributes
            if (value := record.get(name, "").strip()) and value.isprintable()
        },
    )


def fault_of(row: CustomerRow, columns: Mapping[str, str], units: Collection[str]) -> Reject | None:
    """Return why a line cannot become a customer; None when it can."""
    if not row.external_id:
        return Reject(row.line, columns.get("external_id"), "", NO_IDENTIFIER)
    for key, longest in LENGTHS.items():
        value = getattr(row, key)
        if len(value) > longest:
            return _refused(row, columns, key, TOO_LONG.format(most=longest))
        if not value.isprintable():
            return _refused(row, columns, key, UNFIT)
    if row.email and not is_address(row.email):
        return _refused(row, columns, "email", NO_ADDRESS)
    if row.language and row.language not in LANGUAGES:
        return _refused(row, columns, "language", UNKNOWN_LANGUAGE)
    if row.unit and row.unit not in units:
        return _refused(row, columns, "unit", UNKNOWN_UNIT)
    return None


def is_address(text: str) -> bool:
    """Tell whether a text is an e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _attribute_name(column: str) -> str:
    return column.strip().casefold().replace(" ", "_")[:60]


def _refused(row: CustomerRow, columns: Mapping[str, str], key: str, reason: Text) -> Reject:
    return Reject(row.line, columns.get(key), shortened(str(getattr(row, key))), reason)


def _twice(row: CustomerRow, seen: dict[str, int]) -> Reject | None:
    first = seen.setdefault(row.external_id, row.line)
    if first == row.line:
        return None
    return Reject(row.line, None, shortened(row.external_id), TWICE.format(line=first))
