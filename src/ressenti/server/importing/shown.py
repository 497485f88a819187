"""What the page of an import shows: its columns, its first records, and what deserves a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext as _

from ressenti.language import Language, Text
from ressenti.server.importing.fields import FileField
from ressenti.server.importing.kept_rejects import rejects_in
from ressenti.server.importing.recognition import FoundColumn, Recognised, scale_name
from ressenti.server.importing.remedies import remedy_of
from ressenti.server.models import FileImport
from ressenti.server.tallying.levels import INVALID_LEVEL, MISSING_LEVEL
from ressenti.sources.rejects import Reject
from ressenti.surveys.words import shortened

MOST_REJECTS = 50
LONGEST_LABEL = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLine:
    """A column of a file, what it is read as, and what is to be said about that.

    Parameters
    ----------
    scale : Text or None
        The scale its marks are read on.
    looks_like : Text or None
        Another scale that its values rather seem to be on.
    """

    place: int
    column: FoundColumn
    field: str
    scale: Text | None = None
    looks_like: Text | None = None


@dataclass(frozen=True, slots=True)
class OffScale:
    """Answers to a question that are on no level of its scale."""

    label: Text
    scale: Text
    number: int


def column_lines(
    file: FileImport, found: Recognised, fields: Sequence[FileField]
) -> list[ColumnLine]:
    """Return the columns of a file as the mapping stands."""
    known = {field.name: field for field in fields}
    names = {column: name for name, column in file.columns.items()}
    return [
        _line(place, column, known.get(names.get(column.name, "")))
        for place, column in enumerate(found.columns)
    ]


def _line(place: int, column: FoundColumn, field: FileField | None) -> ColumnLine:
    if field is None:
        return ColumnLine(place=place, column=column, field="")
    is_other = field.scale and column.scales and field.scale not in column.scales
    return ColumnLine(
        place=place,
        column=column,
        field=field.name,
        scale=scale_name(field.scale) if field.scale else None,
        looks_like=scale_name(column.scales[0]) if is_other else None,
    )


def choices_of(fields: Sequence[FileField], language: Language) -> list[tuple[str, str, bool]]:
    """Return what a column may hold: the name of a field, its words, and whether it is needed."""
    return [
        (one.name, shortened(one.label.to(language), LONGEST_LABEL), one.is_required)
        for one in fields
    ]


def off_scale(file: FileImport, fields: Sequence[FileField]) -> list[OffScale]:
    """Return the questions whose answers are partly off their scale."""
    known = {field.name: field for field in fields}
    return [
        OffScale(known[name].label, scale_name(known[name].scale), number)
        for name, number in file.off_scale.items()
        if name in known
    ]


def preview_table(
    file: FileImport, fields: Sequence[FileField], language: Language
) -> tuple[list[str], list[list[str]]]:
    """Return the first records as they are read: headings, and a line each."""
    filled = [one for one in fields if _says_something(file, one)]
    headings = [shortened(one.label.to(language), LONGEST_LABEL) for one in filled]
    lines = [[_shown(one, record.get(one.name, "")) for one in filled] for record in file.preview]
    return headings, lines


def _says_something(file: FileImport, field: FileField) -> bool:
    told = {record.get(field.name, "") for record in file.preview}
    return bool(told - {"", MISSING_LEVEL}) or (field.name in file.columns and any(told))


def _shown(field: FileField, cell: str) -> str:
    if field.is_instant and cell:
        # Year first, for the order of day and month is what is to be seen here.
        return timezone.localtime(datetime.fromisoformat(cell)).strftime("%Y-%m-%d %H:%M")
    words = {MISSING_LEVEL: "–", INVALID_LEVEL: _("off the scale"), "True": _("yes")}
    return words.get(cell, _("no") if cell == "False" else cell)


def first_rejects(file: FileImport) -> list[tuple[Reject, Text]]:
    """Return the first rejects, each with what to do about it."""
    return [(one, remedy(file, one)) for one in islice(rejects_in(file.rejects), MOST_REJECTS)]


def remedy(file: FileImport, reject: Reject) -> Text:
    """Return what to do about a reject."""
    names = {column: name for name, column in file.columns.items()}
    field = None if reject.column is None else names.get(reject.column, reject.column)
    return remedy_of(file.kind, field)


def missing_fields(file: FileImport, fields: Sequence[FileField]) -> Iterator[FileField]:
    """Give what every record needs and no column is said to hold."""
    for field in fields:
        if field.is_required and field.name not in file.columns:
            yield field
