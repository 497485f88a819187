"""Workbooks: a sheet of figures and a sheet of what defines them, written row by row.

A text is stored as a text: never a formula, a link or a number. A cell that would become a
formula once edited carries Excel's own mark for text, and the text itself is unchanged.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ressenti.errors import InvalidArgument, MissingExtra
from ressenti.facts.spreadsheet_cells import GUARD, is_risky
from ressenti.language import Language, Text, number_text
from ressenti.reports.exports.columns import Column, Value
from ressenti.reports.exports.names import sheet_name
from ressenti.reports.exports.plain_texts import plain_text
from ressenti.reports.exports.receipts import Receipt

MOST_ROWS = 1_048_575
LONGEST_TEXT = 32_767
CUT = " […]"
CHUNK = 1 << 20
HEADING_WIDTH, LABEL_WIDTH, VALUE_WIDTH = 16, 30, 100

FIGURES = Text(en="Figures", fr="Chiffres")
DEFINITION = Text(en="Definition", fr="Définition")
ROWS = Text(en="Rows", fr="Lignes")
CUT_TEXTS = Text(
    en="Texts cut at 32,767 characters",
    fr="Textes coupés à 32\N{NARROW NO-BREAK SPACE}767 caractères",
)
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(
    path: Path,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    definition: Sequence[tuple[str, Value]],
    language: Language,
    *,
    title: str = "",
) -> Receipt:
    """Write rows and their definition as a workbook and return the receipt of the file.

    Memory does not grow with the rows.

    Parameters
    ----------
    title : str
        What the first sheet is called, as far as Excel admits it.

    Raises
    ------
    InvalidArgument
        R102, for more rows than a sheet can hold.
    MissingExtra
        R208, when XlsxWriter is not installed.
    """
    workbook = _opened(path)
    try:
        counts = _write_figures(workbook, columns, rows, language, title)
        _write_definition(workbook, definition, counts, language)
        workbook.close()
    except BaseException:
        workbook.close()
        path.unlink(missing_ok=True)
        raise
    return _receipt(path, counts)


@dataclass(slots=True)
class _Counts:
    rows: int = 0
    cut_texts: int = 0


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet being written, with the format of texts that must stay texts."""

    sheet: Any
    guarded: Any
    counts: _Counts

    def write(self, row: int, column: int, value: Value, cell_format: Any = None) -> None:
        """Write a value as what it is; nothing for what has no value."""
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return
        if isinstance(value, bool):
            self.sheet.write_boolean(row, column, value, cell_format)
        elif isinstance(value, int | float):
            self.sheet.write_number(row, column, value, cell_format)
        else:
            text = self._fitting(value.isoformat() if isinstance(value, date) else value)
            is_guarded = is_risky(text) or text.startswith(GUARD)
            self.sheet.write_string(row, column, text, self.guarded if is_guarded else cell_format)

    def _fitting(self, text: str) -> str:
        """Return a text that Excel takes: one beyond its limit would vanish without a word."""
        # Excel counts in units of UTF-16, two bytes each.
        units = plain_text(text).encode("utf-16-le")
        if len(units) <= 2 * LONGEST_TEXT:
            return plain_text(text)
        self.counts.cut_texts += 1
        kept = units[: 2 * (LONGEST_TEXT - len(CUT))]
        return kept.decode("utf-16-le", errors="ignore") + CUT


def _write_figures(
    workbook: Any,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    language: Language,
    title: str,
) -> _Counts:
    counts = _Counts()
    bold = workbook.add_format({"bold": True, "bottom": 1})
    guarded = workbook.add_format({"quote_prefix": True})
    name = sheet_name(title, default=FIGURES.to(language))
    sheet = _Sheet(workbook.add_worksheet(name), guarded, counts)
    sheet.sheet.freeze_panes(1, 0)
    sheet.sheet.set_column(0, max(0, len(columns) - 1), HEADING_WIDTH)
    for place, column in enumerate(columns):
        sheet.write(0, place, column.heading.to(language), bold)
    for row in rows:
        counts.rows += 1
        if counts.rows > MOST_ROWS:
            raise too_many_rows()
        for place, (value, _) in enumerate(zip(row, columns, strict=True)):
            sheet.write(counts.rows, place, value)
    return counts


def _write_definition(
    workbook: Any, definition: Sequence[tuple[str, Value]], counts: _Counts, language: Language
) -> None:
    taken = {sheet.get_name().casefold() for sheet in workbook.worksheets()}
    name = DEFINITION.to(language)
    sheet = _Sheet(
        workbook.add_worksheet(f"{name} 2" if name.casefold() in taken else name),
        workbook.add_format({"quote_prefix": True, "text_wrap": True}),
        counts,
    )
    bold = workbook.add_format({"bold": True, "valign": "top"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top", "align": "left"})
    sheet.sheet.set_column(0, 0, LABEL_WIDTH)
    sheet.sheet.set_column(1, 1, VALUE_WIDTH)
    lines = [*definition, (ROWS.to(language), counts.rows)]
    lines += [(CUT_TEXTS.to(language), counts.cut_texts)] if counts.cut_texts else []
    for row, (label, value) in enumerate(lines):
        sheet.write(row, 0, label, bold)
        sheet.write(row, 1, value, wrapped)


def too_many_rows() -> InvalidArgument:
    most = {language: number_text(MOST_ROWS, language, decimals=0) for language in ("en", "fr")}
    return InvalidArgument(
        Text(
            en=f"a sheet holds {most['en']} rows and there are more.",
            fr=f"une feuille contient {most['fr']} lignes et il y en a davantage.",
        ),
        hint=Text(
            en="Export as CSV, or narrow the period.",
            fr="Exportez en CSV, ou resserrez la période.",
        ),
    )


def _opened(path: Path) -> Any:
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtra(
            Text(
                en="workbooks need the server's extra: pip install 'ressenti[server]'.",
                fr="les classeurs demandent l'option du serveur : pip install 'ressenti[server]'.",
            )
        ) from error
    return xlsxwriter.Workbook(str(path), OPTIONS)


def _receipt(path: Path, counts: _Counts) -> Receipt:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return Receipt(
        rows=counts.rows,
        size=path.stat().st_size,
        sha256=digest.hexdigest(),
        cut_texts=counts.cut_texts,
    )
