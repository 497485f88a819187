"""Delimited text: CSV, TSV and fixed columns, with what real exports do to them.

The engine itself reads the file; every column is text and numbers are read later, by scale. What
the engine cannot lay out as a record goes to the relation's rejects, never silently away.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from sqlglot import exp

from ressenti.errors import Place, UnreadableSource
from ressenti.language import Text
from ressenti.sources.layouts import LONGEST_LINE, Layout, layout_of
from ressenti.sources.options import BLANKS, SourceOptions
from ressenti.sources.rejects import rejects_table
from ressenti.sources.source_format import SourceFormat, struct, table_function
from ressenti.sources.text_files import CleanText, clean_text, new_file
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Relation

MOST_LINES_LOST = 20


def opened(path: Path, warehouse: DuckDB, options: SourceOptions) -> Relation:
    """Return the relation of a delimited text file.

    Raises
    ------
    EmptySource
        R201, for a file without a line.
    UnreadableSource
        R200, for bytes that are no text, a quote that is never closed, or a line beyond measure.
    """
    text = clean_text(path, warehouse.scratch_folder(), encoding=options.encoding)
    if text.long_line is not None:
        raise line_beyond_measure(path.name, text.long_line)
    layout = layout_of(text, name=path.name, options=options)
    if layout.separator == BLANKS:
        text, layout = with_tabs(text, layout, warehouse.scratch_folder())
    if layout.quote == '"' and text.has_suspect_quotes:
        refuse_open_quote(text.path, layout, name=path.name)
    table = warehouse.new_table()
    rows = records_query(text.path, layout, rejects=rejects_table(table))
    return warehouse.relation(
        warehouse.view(rows, table), name=path.name, notes=(*text.notes, *layout.notes)
    )


def records_query(path: Path, layout: Layout, *, rejects: exp.Table) -> exp.Select:
    text = exp.Literal.string
    return table_function(
        "read_csv",
        text(str(path)),
        auto_detect=exp.false(),
        header=exp.Boolean(this=layout.has_header),
        skip=exp.Literal.number(layout.skipped),
        delim=text(layout.separator),
        quote=text(layout.quote),
        escape=text(layout.quote),
        columns=struct(dict.fromkeys(layout.columns, "VARCHAR")),
        compression=text("none"),
        max_line_size=exp.Literal.number(LONGEST_LINE),
        store_rejects=exp.true(),
        rejects_table=text(rejects.name),
        rejects_scan=text(f"{rejects.name}_scans"),
    )


def with_tabs(text: CleanText, layout: Layout, scratch: Path) -> tuple[CleanText, Layout]:
    """Return a copy of fixed columns with a tab between every two fields."""
    copy = new_file(scratch)
    with text.path.open(encoding="utf-8-sig") as source, copy.open("w", encoding="utf-8") as target:
        target.writelines("\t".join(line.split()) + "\n" for line in source)
    return replace(text, path=copy), replace(layout, separator="\t", quote="")


def refuse_open_quote(path: Path, layout: Layout, *, name: str) -> None:
    """Raise when a quote is left open in the header, or over many lines that become one value.

    Asked only of files with suspect quotes. A few lines lost to one are rejected by the engine
    with their text; after many it loses its place and would leave lines out and not tell.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = csv.reader(file, delimiter=layout.separator, strict=True)
        while True:
            first_line = records.line_num + 1
            try:
                next(records)
            except StopIteration:
                return
            except csv.Error:
                is_header = first_line <= layout.skipped + 1
                if is_header or records.line_num - first_line > MOST_LINES_LOST:
                    raise open_quote(name, first_line) from None


def open_quote(name: str, line: int) -> UnreadableSource:
    return UnreadableSource(
        Text(
            en="a quotation mark is opened in the record that starts here and never closed.",
            fr="un guillemet est ouvert dans l'enregistrement qui commence ici et n'est "
            "jamais fermé.",
        ),
        hint=Text(
            en="Close it, or say --quote '' when quotation marks are ordinary characters (quote='' "
            "in Python).",
            fr="Fermez-le, ou indiquez --quote '' si les guillemets sont des caractères ordinaires "
            "(quote='' en Python).",
        ),
        place=Place(file=name, line=line),
    )


def line_beyond_measure(name: str, line: int) -> UnreadableSource:
    # The engine would leave such a line out and not tell.
    return UnreadableSource(
        Text(
            en="the line has more than 16 million bytes.",
            fr="la ligne compte plus de 16 millions d'octets.",
        ),
        place=Place(file=name, line=line),
    )


FORMAT = SourceFormat(
    name=Text(en="delimited text", fr="texte délimité"),
    suffixes=(".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz"),
    open=opened,
)
