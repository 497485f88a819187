"""Rejects: what was not read, with its line, its column and the reason."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from sqlglot import exp

from ressenti.facts.spreadsheet_cells import neutral_cell
from ressenti.language import Language, Text
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Relation

MOST_SHOWN = 10_000
LONGEST_VALUE = 500
HEADER = (
    Text(en="line", fr="ligne"),
    Text(en="column", fr="colonne"),
    Text(en="value", fr="valeur"),
    Text(en="reason", fr="motif"),
)
REMEDY = Text(en="remedy", fr="remède")
FIELD_COUNTS = re.compile(r"Columns: (?P<expected>\d+) Found: (?P<found>\d+)")
NOT_JSON = "NOT JSON"
FAULTS: Mapping[str, Text] = {
    "UNQUOTED VALUE": Text(
        en="a quotation mark is not closed, or closed too early ({lines} lines)",
        fr="un guillemet n'est pas fermé, ou l'est trop tôt ({lines} lignes)",
    ),
    "LINE SIZE OVER MAXIMUM": Text(
        en="the record is longer than 2 million bytes",
        fr="l'enregistrement dépasse 2 millions d'octets",
    ),
    "INVALID ENCODING": Text(
        en="bytes that are not UTF-8", fr="des octets qui ne sont pas de l'UTF-8"
    ),
    NOT_JSON: Text(en="not a JSON object", fr="ce n'est pas un objet JSON"),
}
OTHER_FAULT = Text(en="the line cannot be read", fr="la ligne ne peut pas être lue")
OTHER_FIELD_COUNT = Text(
    en="{found} fields where {expected} are expected",
    fr="{found} champs au lieu de {expected}",
)


@dataclass(frozen=True, slots=True)
class Reject:
    """One value, or a whole record when ``column`` is None, that was not read.

    Parameters
    ----------
    line : int
        From 1, as an editor counts: where the record starts.
    column : str or None
    value : str
        As written, cut when it is long.
    reason : Text
    """

    line: int
    column: str | None
    value: str
    reason: Text


@dataclass(frozen=True, slots=True)
class RejectReport:
    """The rejected records of a source: how many, and the first ten thousand of them."""

    count: int = 0
    rows: tuple[Reject, ...] = ()


def rejects(relation: Relation) -> RejectReport:
    """Return the records of a relation's source that no query sees.

    Costs next to nothing after a query of the relation, one scan before any. Only text files and
    JSON lines have such records.
    """
    warehouse, source = relation.warehouse, relation.source
    if not isinstance(warehouse, DuckDB) or not isinstance(source, exp.Table):
        return RejectReport()
    table = rejects_table(source)
    if not _has_table(warehouse, table):
        warehouse.fetch(relation.select(exp.Count(this=exp.Star())))
        if not _has_table(warehouse, table):
            return RejectReport()
    return _report(warehouse, table)


def rejects_table(source: exp.Table) -> exp.Table:
    """Return the name of the table that keeps what the reading of a source rejects."""
    return exp.table_(f"{source.name}_rejects", quoted=True)


def write_rejects(
    rows: Iterable[Reject],
    target: TextIO,
    *,
    language: Language,
    remedy: Callable[[Reject], Text] | None = None,
) -> int:
    """Write rejects as CSV, with nothing that a spreadsheet takes for a formula; return how many.

    Parameters
    ----------
    remedy : callable of Reject or None
        What to do about one, in a last column; None for no such column.

    Examples
    --------
    >>> import sys
    >>> row = Reject(4, "mark", "=11", Text(en="not a number", fr="pas un nombre"))
    >>> write_rejects([row], sys.stdout, language="en")
    line,column,value,reason
    4,mark,'=11,not a number
    1
    """
    writer = csv.writer(target, lineterminator="\n")
    titles = HEADER if remedy is None else (*HEADER, REMEDY)
    writer.writerow(title.to(language) for title in titles)
    written = 0
    for row in rows:
        cells = [row.column or "", row.value, row.reason.to(language)]
        if remedy is not None:
            cells.append(remedy(row).to(language))
        writer.writerow([row.line, *map(neutral_cell, cells)])
        written += 1
    return written


def shortened(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "…"


def _has_table(warehouse: DuckDB, table: exp.Table) -> bool:
    tables = exp.select("table_name").from_("information_schema.tables")
    named = exp.column("table_name").eq(exp.Literal.string(table.name))
    return bool(warehouse.fetch(tables.where(named)).num_rows)


def _report(warehouse: DuckDB, table: exp.Table) -> RejectReport:
    # Most files have none, and what follows costs as much as reading a small file.
    any_fault = exp.select(exp.column("line")).from_(table.copy()).limit(1)
    if not warehouse.fetch(any_fault).num_rows:
        return RejectReport()
    # Every scan rejects the same records anew, and one record may have several faults.
    last_scan = exp.select(exp.func("max", exp.column("scan_id"))).from_(table.copy())
    records = (
        exp.select(
            exp.column("line_byte_position").as_("place"),
            exp.func("min", exp.column("line")).as_("line"),
            exp.func("arg_min", exp.column("error_type"), exp.column("byte_position")).as_("fault"),
            exp.func("any_value", exp.column("csv_line")).as_("value"),
            exp.func("any_value", exp.column("error_message")).as_("message"),
        )
        .from_(table.copy())
        .where(exp.column("scan_id").eq(last_scan.subquery()))
        .group_by("line_byte_position")
    )
    count = warehouse.fetch(
        exp.select(exp.Count(this=exp.Star()).as_("n")).from_(records.subquery("records"))
    )
    rows = warehouse.fetch(records.order_by("place").limit(MOST_SHOWN)).to_pylist()
    return RejectReport(count.column("n")[0].as_py(), tuple(_rejected(rows, warehouse, table)))


def _rejected(
    rows: Sequence[Mapping[str, Any]], warehouse: DuckDB, table: exp.Table
) -> Iterator[Reject]:
    lines = _physical_lines(rows, warehouse, table)
    for row, line in zip(rows, lines, strict=True):
        yield Reject(line, None, shortened(row["value"].strip("\r\n")), _reason(row))


def _reason(row: Mapping[str, Any]) -> Text:
    counts = FIELD_COUNTS.search(row["message"] or "")
    if counts:
        return OTHER_FIELD_COUNT.format(**counts.groupdict())
    lines = row["value"].strip("\r\n").count("\n") + 1
    return FAULTS.get(row["fault"], OTHER_FAULT).format(lines=lines)


def _physical_lines(
    rows: Sequence[Mapping[str, Any]], warehouse: DuckDB, table: exp.Table
) -> Iterator[int]:
    """Yield the line each record starts on; the engine counts records and gives byte places."""
    scans = exp.table_(f"{table.name}_scans", quoted=True)
    if not rows or not _has_table(warehouse, scans):
        yield from (row["line"] for row in rows)
        return
    path = warehouse.fetch(exp.select("file_path").from_(scans).limit(1)).column(0)[0].as_py()
    with Path(path).open("rb") as file:
        line, place = 1, 0
        for row in rows:
            # After a Windows line break, the engine's record starts with the second half of it.
            value = row["value"]
            start = row["place"] - 1 + len(value) - len(value.lstrip("\r\n"))
            line += file.read(start - place).count(b"\n")
            place = start
            yield line
