"""CSV: rows as a stream of bytes, each text made safe for who opens it in a spreadsheet.

A text that a spreadsheet program might run gets an apostrophe before it, which
``ressenti.facts.spreadsheet_cells.original_cell`` takes away again. Numbers are written whole and
never guarded: a negative number is no formula.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ressenti.facts.spreadsheet_cells import neutral_cell
from ressenti.language import Language
from ressenti.reports.exports.columns import Column, Value
from ressenti.reports.exports.plain_texts import plain_text
from ressenti.reports.exports.receipts import Receipt

CHUNK = 1 << 16
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvStyle:
    """How the file is laid out.

    Parameters
    ----------
    decimal : str
        What stands between units and tenths.
    has_byte_order_mark : bool
        Whether the file tells that it is UTF-8, as spreadsheet programs want to be told.
    """

    separator: str = ","
    decimal: str = "."
    has_byte_order_mark: bool = False


INTERNATIONAL = CsvStyle()
ENGLISH_SPREADSHEET = CsvStyle(has_byte_order_mark=True)
FRENCH_SPREADSHEET = CsvStyle(separator=";", decimal=",", has_byte_order_mark=True)


class CsvStream:
    """The bytes of a table, made while its rows are read; nothing is kept.

    Iterate once; ``receipt`` is None until the last byte was handed out, so that a file cut short
    is never taken for a whole one.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Value]],
        language: Language,
        *,
        style: CsvStyle = INTERNATIONAL,
    ) -> None:
        self.columns = columns
        self.language = language
        self.style = style
        self.receipt: Receipt | None = None
        self._rows = rows

    def __iter__(self) -> Iterator[bytes]:
        digest = hashlib.sha256()
        size = rows = 0
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter=self.style.separator, lineterminator="\n")
        if self.style.has_byte_order_mark:
            buffer.write(BYTE_ORDER_MARK)
        writer.writerow(
            neutral_cell(plain_text(column.heading.to(self.language))) for column in self.columns
        )
        for row in self._rows:
            cells = zip(row, self.columns, strict=True)
            writer.writerow(cell_text(value, self.style) for value, _ in cells)
            rows += 1
            if buffer.tell() >= CHUNK:
                chunk = _taken(buffer)
                digest.update(chunk)
                size += len(chunk)
                yield chunk
        last = _taken(buffer)
        digest.update(last)
        yield last
        self.receipt = Receipt(rows=rows, size=size + len(last), sha256=digest.hexdigest())


def cell_text(value: Value, style: CsvStyle = INTERNATIONAL) -> str:
    """Return a value as it is written between separators; nothing for what has no value.

    Examples
    --------
    >>> cell_text(-4.25), cell_text(-4.25, FRENCH_SPREADSHEET), cell_text("-4.25"), cell_text(None)
    ('-4.25', '-4,25', "'-4.25", '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value).replace(".", style.decimal) if math.isfinite(value) else ""
    return value.isoformat() if isinstance(value, date) else neutral_cell(plain_text(value))


def _taken(buffer: io.StringIO) -> bytes:
    chunk = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return chunk
