"""Workbook sizes: how much a zipped workbook would expand to, before anything believes it.

A reader makes room for the whole rectangle that the outermost cells span, and for all that the
zip holds: both are measured first, as a stream, whatever the file says about itself.
"""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from ressenti.errors import Place, UnreadableSource
from ressenti.language import Text

CHUNK = 1 << 20
MOST_BYTES = 1 << 30
MOST_CELLS = 50_000_000
REFERENCE = re.compile(rb'\br="(?P<column>[A-Z]{1,3})(?P<row>\d{1,7})"')
LONGEST_REFERENCE = 16


def refuse_beyond_measure(path: Path) -> None:
    """Raise when a workbook would expand to more than a gigabyte or fifty million cells.

    Raises
    ------
    UnreadableSource
        R200, also when it is no zip file.
    """
    try:
        with ZipFile(path) as archive:
            left = MOST_BYTES
            for member in archive.infolist():
                left -= measured_size(archive, member, left, path.name)
    except (BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise UnreadableSource(
            Text(
                en=f"the workbook is damaged, protected or none at all: {error}.",
                fr=f"le classeur est abîmé, protégé ou n'en est pas un : {error}.",
            ),
            place=Place(file=path.name),
        ) from error


def measured_size(archive: ZipFile, member: ZipInfo, most: int, name: str) -> int:
    # What a member says of its size is not believed: it is read to its end, or past the limit.
    member.file_size = most + 2 * CHUNK
    size = rows = columns = 0
    carried = b""
    is_sheet = member.filename.startswith("xl/worksheets/")
    with archive.open(member) as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise too_big(name)
            if is_sheet:
                for found in REFERENCE.finditer(carried + chunk):
                    rows = max(rows, int(found["row"]))
                    columns = max(columns, column_number(found["column"]))
                carried = chunk[-LONGEST_REFERENCE:]
    if rows * columns > MOST_CELLS:
        raise too_big(name)
    return size


def column_number(letters: bytes) -> int:
    """Return the number of a column from its letters.

    Examples
    --------
    >>> column_number(b"A"), column_number(b"AA"), column_number(b"XFD")
    (1, 27, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def too_big(name: str) -> UnreadableSource:
    return UnreadableSource(
        Text(
            en="the workbook expands to more than a gigabyte or fifty million cells.",
            fr="le classeur se déploie sur plus d'un gigaoctet ou cinquante millions de cellules.",
        ),
        hint=Text(
            en="Save the sheet as CSV, or remove the far cells that are empty.",
            fr="Enregistrez la feuille en CSV, ou supprimez les cellules éloignées et vides.",
        ),
        place=Place(file=name),
    )
