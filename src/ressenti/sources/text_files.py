"""Text files: a path that an engine can read as UTF-8, the file itself or a temporary copy.

Clean UTF-8 is read where it stands. Anything else is copied once, as a stream: gzip is undone,
letters become UTF-8 and line breaks one kind; nothing else changes and every line keeps its number.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import IncrementalNewlineDecoder
from itertools import chain
from pathlib import Path

from ressenti.errors import EmptySource, Place, UnreadableSource
from ressenti.language import Text
from ressenti.sources.encodings import (
    UTF_8,
    Inspection,
    encoding_of_text,
    known_encoding,
    undecodable,
)

# Small enough for what is counted in it to stay in the processor's cache.
CHUNK = 1 << 17
# A year of answers shrinks 30 times at most; a bomb shrinks a thousand times.
MOST_EXPANSION = 200
LEAST_LIMIT = 1 << 28


@dataclass(frozen=True, slots=True)
class CleanText:
    """A UTF-8 file with one kind of line break.

    Parameters
    ----------
    path : Path
    has_suspect_quotes : bool
        Whether a quotation mark may be left open, or open for very long.
    long_line : int or None
        The first line of more than 16 MB.
    notes : tuple of Text
        What a person should know about how it was read.
    """

    path: Path
    has_suspect_quotes: bool
    long_line: int | None = None
    notes: tuple[Text, ...] = ()


def clean_text(path: Path, scratch: Path, *, encoding: str | None = None) -> CleanText:
    """Return a UTF-8 file with the text of ``path``, copying only when it has to.

    Parameters
    ----------
    path : Path
        Plain, or gzip when its name ends in ``.gz``.
    scratch : Path
        A folder for copies, kept as long as the result is used.
    encoding : str or None
        What the person said; None to look.

    Raises
    ------
    EmptySource
        R201, for a file of no bytes.
    UnreadableSource
        R200, for bytes that are no text in the encoding, with the byte and the line.
    """
    name = path.name
    if path.suffix.casefold() == ".gz":
        path = expanded(path, new_file(scratch))
    inspection = inspected(path)
    if not inspection.head:
        raise empty_source(name)
    if encoding is None:
        chosen, notes = encoding_of_text(name, inspection)
    else:
        chosen, notes = known_encoding(encoding), ()
    is_clean = chosen == UTF_8 and inspection.wrong_byte is None
    if not (is_clean and inspection.has_one_kind_of_line_break):
        copy = new_file(scratch)
        is_replacing = encoding is None and chosen == UTF_8
        write_copy(path, copy, name=name, encoding=chosen, is_replacing=is_replacing)
        path, inspection = copy, inspected(copy)
    return CleanText(
        path,
        has_suspect_quotes=inspection.has_suspect_quotes,
        long_line=inspection.long_line,
        notes=notes,
    )


def inspected(path: Path) -> Inspection:
    """Return what the bytes of a file show; one pass, stopped where a mark proves UTF-16."""
    inspection = Inspection()
    for chunk in byte_chunks(path):
        inspection.read(chunk)
        if inspection.proven not in (None, UTF_8):
            break
    inspection.finish()
    return inspection


def byte_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def new_file(scratch: Path) -> Path:
    return scratch / f"text-{sum(1 for _ in scratch.iterdir()) + 1}.csv"


def expanded(path: Path, target: Path) -> Path:
    """Write what a gzip file holds and return where.

    Raises
    ------
    UnreadableSource
        R200, when it is damaged, cut short, or expands beyond measure.
    """
    most = max(LEAST_LIMIT, MOST_EXPANSION * path.stat().st_size)
    try:
        with gzip.open(path, "rb") as packed, target.open("wb") as plain:
            while chunk := packed.read(CHUNK):
                if plain.tell() + len(chunk) > most:
                    raise expands_beyond_measure(path.name)
                plain.write(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableSource(
            Text(
                en=f"the gzip file is damaged or cut short: {error}",
                fr=f"le fichier gzip est abîmé ou tronqué : {error}",
            ),
            place=Place(file=path.name),
        ) from error
    return target


def write_copy(path: Path, copy: Path, *, name: str, encoding: str, is_replacing: bool) -> None:
    """Write a text in UTF-8 with one kind of line break."""
    decoder = codecs.getincrementaldecoder(encoding)("replace" if is_replacing else "strict")
    lines = IncrementalNewlineDecoder(decoder, translate=True)
    bytes_read = breaks = 0
    with copy.open("w", encoding=UTF_8, newline="") as target:
        for chunk in chain(byte_chunks(path), [b""]):
            try:
                text = lines.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                carried = len(error.object) - len(chunk)
                raise undecodable(
                    name,
                    encoding,
                    byte=bytes_read - carried + error.start,
                    line=breaks + error.object[: error.start].count(b"\n") + 1,
                ) from error
            bytes_read += len(chunk)
            breaks += text.count("\n")
            target.write(text)


def expands_beyond_measure(name: str) -> UnreadableSource:
    return UnreadableSource(
        Text(
            en=f"it expands to more than {MOST_EXPANSION} times its size.",
            fr=f"il se décompresse à plus de {MOST_EXPANSION} fois sa taille.",
        ),
        hint=Text(
            en="If you trust it, expand it yourself and read the result.",
            fr="Si vous lui faites confiance, décompressez-le vous-même et lisez le résultat.",
        ),
        place=Place(file=name),
    )


def empty_source(name: str) -> EmptySource:
    return EmptySource(
        Text(en="the file is empty.", fr="le fichier est vide."), place=Place(file=name)
    )
