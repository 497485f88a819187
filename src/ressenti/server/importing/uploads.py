"""Uploads: a file kept between its dry run and its import, under a random name, for a day.

It is kept outside what the server gives away, is what its name says, and expands within bounds.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from ressenti.language import Text
from ressenti.server.intake.exchange import too_large
from ressenti.server.intake.problems import Problem

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".jsonl")
LARGEST_UPLOAD = 50 * 1024 * 1024
SECONDS_KEPT = 86_400
WORKBOOK, WORKBOOK_START = ".xlsx", b"PK\x03\x04"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
LOOKED_AT = 4_096
MOST_EXPANDED = 268_435_456
NAME: Final = re.compile(r"[0-9a-f]{32}\.(?:csv|tsv|txt|xlsx|jsonl)")


def suffix_of(name: str) -> str | None:
    """Return the suffix of a file's name when we read such files.

    Examples
    --------
    >>> suffix_of("Clients.XLSX"), suffix_of("clients.csv.exe"), suffix_of("../x")
    ('.xlsx', None, None)
    """
    return next((one for one in SUFFIXES if name.casefold().endswith(one)), None)


@contextmanager
def received(file: UploadedFile[bytes]) -> Iterator[Path]:
    """Give the path of a file while it is read; nothing of it is left afterwards.

    Raises
    ------
    Problem
        413 when it is too large, 415 when it is not what its name says, or nothing we read.
    """
    name = taken_in(file)
    try:
        path = path_of(name)
        assert path is not None  # noqa: S101 - it was written a moment ago
        yield path
    finally:
        forgotten(name)


def taken_in(file: UploadedFile[bytes]) -> str:
    """Keep an uploaded file that we read and return the name it is known by here.

    Raises
    ------
    Problem
        As ``received`` does; nothing is then kept.
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
    if suffix == WORKBOOK and declared_size(_folder() / name) > MOST_EXPANDED:
        forgotten(name)
        raise too_large(MOST_EXPANDED)
    return name


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


def kept(file: UploadedFile[bytes], suffix: str) -> str:
    """Keep an uploaded file and return the name it is known by here."""
    folder = _folder()
    _sweep(folder)
    name = f"{secrets.token_hex(16)}{suffix}"
    with (folder / name).open("xb") as target:
        for chunk in file.chunks():
            target.write(chunk)
    return name


def path_of(name: str) -> Path | None:
    """Return where a kept file is; None when there is none of that name any more."""
    if not NAME.fullmatch(name):
        return None
    path = _folder() / name
    return path if path.is_file() else None


def forgotten(name: str) -> None:
    """Remove a kept file."""
    path = path_of(name)
    if path is not None:
        path.unlink(missing_ok=True)


def _folder() -> Path:
    folder: Path = settings.SERVER.data / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _sweep(folder: Path) -> None:
    oldest = time.time() - SECONDS_KEPT
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
