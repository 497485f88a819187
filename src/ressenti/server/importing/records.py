"""Records of a file of any format, one by one, each with its line and its cells as text.

What a spreadsheet was kept from taking for a formula is read as it was before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ressenti.facts.spreadsheet_cells import original_cell
from ressenti.language import Text
from ressenti.server.intake.problems import FieldError, Problem, unprocessable
from ressenti.sources import open_source
from ressenti.sources.file_formats.excel import as_text
from ressenti.sources.options import AS_FOUND
from ressenti.sources.rejects import Reject, rejects
from ressenti.sources.text_records import text_records
from ressenti.surveys.words import shortened
from ressenti.warehouse.relations import Relation

MOST_RECORDS = 200_000
ROWS_AT_ONCE = 1_000
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
SPREADSHEET_SUFFIXES = TEXT_SUFFIXES | {".xlsx"}

UNKNOWN_COLUMN = Text(
    en="this column is neither expected here nor a declared segment.",
    fr="cette colonne n'est ni attendue ici ni un segment déclaré.",
)
MISSING_COLUMN = Text(en="this column is required.", fr="cette colonne est obligatoire.")


def records_of(path: Path, refused: list[Reject]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the records of a file with their lines; those nobody can read are added to refused.

    Raises
    ------
    Problem
        413, when there are too many.
    """
    for number, (line, record) in enumerate(file_records(path, refused), start=1):
        if number > MOST_RECORDS:
            raise Problem(
                413,
                "too_many_records",
                Text(
                    en="A file may hold {most} records; send the rest in another one.",
                    fr="Un fichier contient au plus {most} enregistrements ; envoyez le reste "
                    "dans un autre.",
                ).format(most=MOST_RECORDS),
            )
        yield line, {name.strip(): value for name, value in record.items()}


def require_columns(
    record: Mapping[str, str], *, known: Collection[str], required: Collection[str]
) -> None:
    """Refuse a file with columns nobody knows, or without those it needs.

    Raises
    ------
    Problem
        422, naming each.
    """
    errors = [
        FieldError(shortened(name), UNKNOWN_COLUMN) for name in record if name not in known
    ] + [FieldError(name, MISSING_COLUMN) for name in required if name not in record]
    if errors:
        raise unprocessable(errors)


def instant_of_cell(text: str, zone: ZoneInfo) -> datetime | None:
    """Return the instant that a cell tells; without offset, as clocks show it in the zone.

    Examples
    --------
    >>> instant_of_cell("2026-03-01 10:00", ZoneInfo("Europe/Paris")).isoformat()
    '2026-03-01T09:00:00+00:00'
    >>> instant_of_cell("01/03/2026", ZoneInfo("Europe/Paris")) is None
    True
    """
    try:
        told = datetime.fromisoformat(text.strip())
        return (told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def file_records(path: Path, refused: list[Reject]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the records of a file, each with its line; what cannot be read is added to refused."""
    if path.suffix in TEXT_SUFFIXES:
        with text_records(path, options=AS_FOUND) as records:
            names = list(records.layout.columns)
            for line, fields in records:
                yield line, dict(zip(names, map(original_cell, fields), strict=True))
    relation = open_source(path)
    try:
        refused.extend(rejects(relation).rows)
        if path.suffix not in TEXT_SUFFIXES:
            yield from _rows_of_sheet(relation, is_guarded=path.suffix in SPREADSHEET_SUFFIXES)
    finally:
        relation.warehouse.close()


def _rows_of_sheet(relation: Relation, *, is_guarded: bool) -> Iterator[tuple[int, dict[str, str]]]:
    table = relation.warehouse.fetch(relation.select(*map(relation.column, relation.columns)))
    # The first row names the columns; rows that are empty have no place in the count.
    line = 1
    for part in table.to_batches(max_chunksize=ROWS_AT_ONCE):
        for record in part.to_pylist():
            line += 1
            cells = {name: _cell_text(value) for name, value in record.items()}
            yield line, {k: original_cell(v) for k, v in cells.items()} if is_guarded else cells


def _cell_text(value: Any) -> str:
    return "" if value is None else as_text(value)
