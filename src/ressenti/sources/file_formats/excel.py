"""Excel: one sheet of a workbook, its first row that is not empty naming the columns.

A column of numbers, dates or truths keeps its kind; a mixed column becomes text, as it would be
written. An error cell (``#N/A``, ``#DIV/0!``) is no answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ressenti.errors import (
    EmptySource,
    InvalidArgument,
    Place,
    UnreadableSource,
    unknown_name,
)
from ressenti.language import Text
from ressenti.sources.layouts import MOST_COLUMNS, column_names, too_many_columns
from ressenti.sources.options import SourceOptions
from ressenti.sources.source_format import SourceFormat
from ressenti.sources.workbook_sizes import refuse_beyond_measure
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Relation

if TYPE_CHECKING:
    import pyarrow as pa

Cell = str | float | int | bool | date | time | timedelta


def opened(path: Path, warehouse: DuckDB, options: SourceOptions) -> Relation:
    """Return the relation of one sheet.

    Raises
    ------
    EmptySource
        R201, when the sheet, or every sheet, is empty.
    InvalidArgument
        R102, when several sheets have cells and none is chosen.
    UnknownName
        R100, when no sheet is called as asked.
    UnreadableSource
        R200, for a damaged, protected or oversized workbook.
    """
    from pyarrow import table as arrow_table

    refuse_beyond_measure(path)
    sheet, rows = chosen_sheet(path, options.sheet)
    records = [row for row in rows if any(cell != "" for cell in row)]
    if not records:
        raise empty_sheet(path.name)
    if len(records[0]) > MOST_COLUMNS:
        raise too_many_columns(path.name, len(records[0]))
    has_header = options.header is not False
    names, notes = column_names([[as_text(cell) for cell in records[0]]], has_header=has_header)
    body = records[1:] if has_header else records
    arrays = [column_array([row[place] for row in body]) for place in range(len(names))]
    table = arrow_table(arrays, names=list(names))
    return warehouse.relation(
        warehouse.registered(table), name=f"{path.name} ({sheet})", notes=notes
    )


def chosen_sheet(path: Path, asked: str | None) -> tuple[str, list[list[Cell]]]:
    """Return the name and the rows of the sheet that was asked for, or of the only one."""
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as workbook:
            names = list(workbook.sheet_names)
            if asked is not None and asked not in names:
                raise unknown_name(Text(en="sheet", fr="feuille"), asked, names)
            wanted = names if asked is None else [asked]
            sheets = {name: workbook.get_sheet_by_name(name) for name in wanted}
            filled = [name for name, sheet in sheets.items() if sheet.end is not None]
            if len(filled) > 1:
                raise several_sheets(path.name, filled)
            chosen = (filled or wanted)[0]
            return chosen, sheets[chosen].to_python()
    except python_calamine.CalamineError as error:
        raise damaged(path.name, str(error)) from error


def column_array(cells: Sequence[Cell]) -> pa.Array:
    """Return a column as one kind of values, empty cells as nulls."""
    import pyarrow as pa

    kinds = {type(cell) for cell in cells if cell != ""}
    values: list[Any] = [None if cell == "" else cell for cell in cells]
    if kinds and kinds <= {float, int}:
        return pa.array(values, pa.float64())
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds == {date}:
        return pa.array(values, pa.date32())
    if kinds and kinds <= {date, datetime}:
        return pa.array([midnight(value) for value in values], pa.timestamp("us"))
    if kinds == {timedelta}:
        return pa.array([None if v is None else v.total_seconds() for v in values], pa.float64())
    return pa.array([None if value is None else as_text(value) for value in values], pa.string())


def midnight(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, time())


def as_text(cell: Cell) -> str:
    """Return a cell as a person would write it.

    Examples
    --------
    >>> as_text(9.0), as_text(6.5), as_text(True), as_text(date(2024, 1, 2))
    ('9', '6.5', 'true', '2024-01-02')
    """
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def several_sheets(name: str, sheets: Sequence[str]) -> InvalidArgument:
    listed = ", ".join(sheets)
    return InvalidArgument(
        Text(
            en=f"several sheets have cells: {listed}.",
            fr=f"plusieurs feuilles sont remplies : {listed}.",
        ),
        hint=Text(
            en="Say which one with --sheet (sheet= in Python).",
            fr="Indiquez laquelle avec --sheet (sheet= en Python).",
        ),
        place=Place(file=name),
    )


def empty_sheet(name: str) -> EmptySource:
    return EmptySource(
        Text(en="the sheet is empty.", fr="la feuille est vide."), place=Place(file=name)
    )


def damaged(name: str, reason: str) -> UnreadableSource:
    return UnreadableSource(
        Text(
            en=f"the workbook is damaged, protected or none at all: {reason}.",
            fr=f"le classeur est abîmé, protégé ou n'en est pas un : {reason}.",
        ),
        place=Place(file=name),
    )


FORMAT = SourceFormat(
    name=Text(en="Excel workbook", fr="classeur Excel"), suffixes=(".xlsx", ".xlsm"), open=opened
)
