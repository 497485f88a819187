"""Deliveries: tables handed out as files, whole or visibly not, and written in the audit log.

A CSV travels in an archive with what defines it and with a manifest of its rows, bytes and
checksum. An archive that was cut short has no table of contents: no program takes it for whole.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import AsyncIterator, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from zipfile import ZIP_DEFLATED, ZipFile

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from ressenti.errors import UndefinedResult
from ressenti.language import Language, Text
from ressenti.reports.exports.columns import Column, Value
from ressenti.reports.exports.csv_table import (
    ENGLISH_SPREADSHEET,
    FRENCH_SPREADSHEET,
    CsvStream,
)
from ressenti.reports.exports.definition import Line
from ressenti.reports.exports.names import file_name
from ressenti.reports.exports.receipts import Receipt, manifest_of
from ressenti.reports.exports.workbook import write_workbook
from ressenti.server.accounts.access import Viewer
from ressenti.server.accounts.audit import recorded
from ressenti.server.models import AuditEntry

KINDS = ("csv", "xlsx")
ENDINGS = {"csv": ".zip", "xlsx": ".xlsx"}
TYPES = {
    "csv": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DEFINITION_NAMES = Text(en="definition.csv", fr="définition.csv")
Download = TypeVar("Download", HttpResponse, StreamingHttpResponse)
CHUNK = 1 << 16
MADE, DELIVERED, FAILED = "export.made", "export.delivered", "export.failed"
MOST_EXPORTS, WITHIN = 30, timedelta(minutes=1)
DEFINITION_COLUMNS = (
    Column("label", Text(en="what", fr="quoi")),
    Column("value", Text(en="value", fr="valeur")),
)
TOO_MANY = UndefinedResult(
    Text(
        en="too many exports were asked for within a minute.",
        fr="trop d'exports ont été demandés en une minute.",
    ),
    hint=Text(en="Wait a minute, then try again.", fr="Attendez une minute, puis réessayez."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A table to hand out.

    Parameters
    ----------
    name : str
        What it is, for its file and its sheet.
    rows : iterable
        Read once, while the file is written.
    definition : sequence of pairs
        What a reader needs to defend the figures.
    """

    name: str
    subject: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    definition: Sequence[Line]
    language: Language


def is_too_much(viewer: Viewer) -> bool:
    """Tell whether an organisation already took thirty exports in the last minute."""
    latest = AuditEntry.objects.filter(organisation=viewer.organisation, action=MADE)
    since = timezone.now() - WITHIN
    return latest.filter(at__gte=since).order_by("-id")[:MOST_EXPORTS].count() == MOST_EXPORTS


def delivered(viewer: Viewer, export: Export, kind: str) -> HttpResponse:
    """Return a small table as a file."""
    noted(viewer, export.subject, kind)
    response = HttpResponse(b"".join(pieces_of(export, kind)), content_type=TYPES[kind])
    return as_download(response, file_name(export.name, ENDINGS[kind]))


def streamed(viewer: Viewer, export: Export, kind: str) -> StreamingHttpResponse:
    """Return a table of any length as a file that is sent while it is written.

    The log says that it was asked for, and then how it ended.
    """
    noted(viewer, export.subject, kind)
    pieces = _watched(viewer, export, kind)
    response = StreamingHttpResponse(_given(pieces), content_type=TYPES[kind])
    return as_download(response, file_name(export.name, ENDINGS[kind]))


def noted(viewer: Viewer, subject: str, kind: str) -> None:
    """Write in the log that somebody takes something away."""
    recorded(viewer, MADE, subject_kind="export", subject=subject, detail={"kind": kind})


def as_download(response: Download, name: str) -> Download:
    """Return a response as a file to be kept, by who asked for it alone."""
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "no-store, private"
    return response


def pieces_of(export: Export, kind: str) -> Generator[bytes, None, Receipt]:
    """Yield the bytes of a file, and return the receipt of its table."""
    return _archive(export) if kind == "csv" else _workbook(export)


class _Sink(io.RawIOBase):
    """Takes what an archive writes, to be given on."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        written = bytes(self._written)
        self._written.clear()
        return written


def _archive(export: Export) -> Generator[bytes, None, Receipt]:
    sink = _Sink()
    style = FRENCH_SPREADSHEET if export.language == "fr" else ENGLISH_SPREADSHEET
    table = CsvStream(export.columns, export.rows, export.language, style=style)
    name = file_name(export.name, ".csv")
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        with archive.open(name, "w", force_zip64=True) as entry:
            for chunk in table:
                entry.write(chunk)
                yield sink.taken()
        receipt = table.receipt
        assert receipt is not None  # noqa: S101 - the table was read to its end
        definition = CsvStream(DEFINITION_COLUMNS, export.definition, export.language, style=style)
        archive.writestr(DEFINITION_NAMES.to(export.language), b"".join(definition))
        manifest = manifest_of(name, export.columns, receipt, export.definition, export.language)
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
        yield sink.taken()
    yield sink.taken()
    return receipt


def _workbook(export: Export) -> Generator[bytes, None, Receipt]:
    with tempfile.TemporaryDirectory(prefix="ressenti-export-") as folder:
        path = Path(folder) / "export.xlsx"
        receipt = write_workbook(
            path,
            export.columns,
            export.rows,
            export.definition,
            export.language,
            title=export.name,
        )
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    return receipt


def _watched(viewer: Viewer, export: Export, kind: str) -> Iterator[bytes]:
    told = {"kind": kind}
    try:
        receipt = yield from pieces_of(export, kind)
    except BaseException as error:
        reason = "cut short" if isinstance(error, GeneratorExit) else type(error).__name__
        recorded(
            viewer,
            FAILED,
            subject_kind="export",
            subject=export.subject,
            detail=told | {"reason": reason},
        )
        raise
    recorded(
        viewer,
        DELIVERED,
        subject_kind="export",
        subject=export.subject,
        detail=told | {"rows": receipt.rows, "size": receipt.size, "sha256": receipt.sha256},
    )


async def _given(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Give pieces that are made one at a time in a thread.

    An error ends the connection in the middle: no program takes the file for whole.
    """
    try:
        while (piece := await sync_to_async(_next_piece)(pieces)) is not None:
            yield piece
    finally:
        await sync_to_async(_closed)(pieces)


def _next_piece(pieces: Iterator[bytes]) -> bytes | None:
    try:
        return next(pieces, None)
    finally:
        # A slow reader must not hold one of the few connections.
        connection.close()


def _closed(pieces: Iterator[bytes]) -> None:
    try:
        if isinstance(pieces, Generator):
            pieces.close()
    finally:
        connection.close()
