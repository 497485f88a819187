"""Files that programs send: their real type, kept under a random name only while they are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zipfile import BadZipFile, ZipFile
from zoneinfo import ZoneInfo

from ninja import UploadedFile

from ressenti.language import Text
from ressenti.server.asking.customer_files import file_records
from ressenti.server.asking.uploads import LARGEST_UPLOAD, forgotten, kept, path_of, suffix_of
from ressenti.server.intake.exchange import too_large
from ressenti.server.intake.problems import FieldError, Problem, unprocessable
from ressenti.sources.rejects import Reject
from ressenti.surveys.words import shortened

WORKBOOK, WORKBOOK_START = ".xlsx", b"PK\x03\x04"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
LOOKED_AT = 4_096
MOST_RECORDS = 200_000
MOST_EXPANDED = 268_435_456

UNKNOWN_COLUMN = Text(
    en="this column is neither expected here nor a declared segment.",
    fr="cette colonne n'est ni attendue ici ni un segment déclaré.",
)
MISSING_COLUMN = Text(en="this column is required.", fr="cette colonne est obligatoire.")


@contextmanager
def received(file: UploadedFile) -> Iterator[Path]:
    """Give the path of a file while it is read; nothing of it is left afterwards.

    Raises
    ------
    Problem
        413 when it is too large, 415 when it is not what its name says, or nothing we read.
    """
    if (file.size or 0) > LARGEST_UPLOAD:
        raise too_large(LARGEST_UPLOAD)
    suffix = suffix_of(file.name or "")
    start = file.read(LOOKED_AT)
    file.seek(0)
    if suffix is None or not is_of_type(start, suffix):
        raise Problem(
            415,
            "wrong_type",
            Text(
                en="Send a CSV file, an Excel workbook or JSON lines, named .csv, .tsv, .txt, "
                ".xlsx or .jsonl as what it is.",
                fr="Envoyez un fichier CSV, un classeur Excel ou des lignes JSON, nommé .csv, "
                ".tsv, .txt, .xlsx ou .jsonl selon ce qu'il est.",
            ),
        )
    name = kept(file, suffix)
    try:
        path = path_of(name)
        assert path is not None  # noqa: S101 - it was written a moment ago
        if suffix == WORKBOOK and declared_size(path) > MOST_EXPANDED:
            raise too_large(MOST_EXPANDED)
        yield path
    finally:
        forgotten(name)


def declared_size(path: Path) -> int:
    """Return how many bytes a zipped file says it expands to; 0 when it says nothing.

    One that lies is found out while it is read, which takes longer.
    """
    try:
        with ZipFile(path) as archive:
            return sum(member.file_size for member in archive.infolist())
    except BadZipFile:
        return 0


def is_of_type(start: bytes, suffix: str) -> bool:
    r"""Tell whether a file that starts like this is what its suffix says.

    Examples
    --------
    >>> is_of_type(b"PK\x03\x04...", ".xlsx"), is_of_type(b"PK\x03\x04...", ".csv")
    (True, False)
    >>> is_of_type(b"mark\n9\n", ".csv"), is_of_type(b"\x89PNG\x00", ".csv")
    (True, False)
    """
    if suffix == WORKBOOK:
        return start.startswith(WORKBOOK_START)
    is_binary = b"\x00" in start and not start.startswith(UTF_16_MARKS)
    return not is_binary and not start.startswith(WORKBOOK_START)


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
