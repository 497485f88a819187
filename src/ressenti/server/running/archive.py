"""The file of a backup: a dump of the database, its checksum, and what was in it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from ressenti.errors import InvalidArgument, UnreadableSource
from ressenti.language import Text

FORMAT = "ressenti.backup/1"
MANIFEST, DUMP = "manifest.json", "database.dump"
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds.

    Parameters
    ----------
    ressenti, postgres
        The releases that made it.
    taken_at
        The instant it shows, in ISO 8601 and UTC.
    counts
        The rows of each table at that instant.
    sha256
        The checksum of the dump; empty until it is written.
    format
        The layout of the file.
    """

    ressenti: str
    postgres: str
    taken_at: str
    counts: Mapping[str, int]
    sha256: str = ""
    format: str = FORMAT


def write_archive(destination: Path, dump: Iterable[bytes], manifest: Manifest) -> Manifest:
    """Write a backup and return its manifest with the checksum.

    The file takes its name when it is whole and on disk, so that an interrupted backup never
    passes for one; only its owner can read it.

    Raises
    ------
    InvalidArgument
        When the destination exists already.
    """
    if destination.exists():
        raise InvalidArgument(
            Text(
                en="the file '{file}' exists already.", fr="le fichier « {file} » existe déjà."
            ).format(file=destination),
            hint=Text(en="Choose another name.", fr="Choisissez un autre nom."),
        )
    unfinished = destination.with_name(f"{destination.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            written = _write_parts(file, dump, manifest)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(destination)
    finally:
        unfinished.unlink(missing_ok=True)
    return written


def _write_parts(file: IO[bytes], dump: Iterable[bytes], manifest: Manifest) -> Manifest:
    digest = hashlib.sha256()
    with ZipFile(file, "w") as archive:
        with archive.open(DUMP, "w", force_zip64=True) as part:
            for chunk in dump:
                digest.update(chunk)
                part.write(chunk)
        written = replace(manifest, sha256=digest.hexdigest())
        archive.writestr(MANIFEST, json.dumps(asdict(written), indent=2))
    return written


def read_manifest(source: Path) -> Manifest:
    """Return the manifest of a backup once its whole dump is found to be intact.

    Raises
    ------
    UnreadableSource
        When the file is cut short, altered, or no backup of ours.
    """
    try:
        with ZipFile(source) as archive:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
        with opened_dump(source) as chunks:
            checksum = hashlib.sha256()
            for chunk in chunks:
                checksum.update(chunk)
    except (OSError, BadZipFile, KeyError, TypeError, ValueError) as error:
        raise _not_whole(source) from error
    if manifest.format != FORMAT or manifest.sha256 != checksum.hexdigest():
        raise _not_whole(source)
    return manifest


@contextmanager
def opened_dump(source: Path) -> Iterator[Iterator[bytes]]:
    """Give the dump of a backup, piece by piece."""
    with ZipFile(source) as archive, archive.open(DUMP) as part:
        yield iter(lambda: part.read(CHUNK_BYTES), b"")


def _not_whole(source: Path) -> UnreadableSource:
    return UnreadableSource(
        Text(
            en="'{file}' is not a whole backup of Ressenti: it was cut short, altered, or is "
            "something else.",
            fr="« {file} » n'est pas une sauvegarde entière de Ressenti : elle est tronquée, "
            "altérée, ou c'est autre chose.",
        ).format(file=source),
        hint=Text(
            en="Nothing was restored. Copy the file again or take an earlier backup.",
            fr="Rien n'a été restauré. Recopiez le fichier ou prenez une sauvegarde antérieure.",
        ),
    )
