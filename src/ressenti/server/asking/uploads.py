"""Uploads: a file kept between its dry run and its import, under a random name, for a day."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".jsonl")
LARGEST_UPLOAD = 50 * 1024 * 1024
SECONDS_KEPT = 86_400
NAME: Final = re.compile(r"[0-9a-f]{32}\.(?:csv|tsv|txt|xlsx|jsonl)")


def suffix_of(name: str) -> str | None:
    """Return the suffix of a file's name when we read such files.

    Examples
    --------
    >>> suffix_of("Clients.XLSX"), suffix_of("clients.csv.exe"), suffix_of("../x")
    ('.xlsx', None, None)
    """
    return next((one for one in SUFFIXES if name.casefold().endswith(one)), None)


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
