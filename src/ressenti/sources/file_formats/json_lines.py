"""JSON: one object a line, or one list of objects; every value is text until a scale reads it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlglot import exp, parse_one

from ressenti.errors import EmptySource, Place, UnreadableSource
from ressenti.language import Text
from ressenti.sources.layouts import MOST_COLUMNS, column_names, too_many_columns
from ressenti.sources.options import SourceOptions
from ressenti.sources.rejects import NOT_JSON, rejects_table
from ressenti.sources.source_format import SourceFormat, struct, table_function
from ressenti.sources.text_files import clean_text
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Relation

LONGEST_LINE = 16_000_000


def opened(path: Path, warehouse: DuckDB, options: SourceOptions) -> Relation:
    """Return the relation of the objects of a file, with a column for every key.

    A key is looked for in the whole file, which costs one scan; what nests stays JSON text. Lines
    that are no object go to the rejects.

    Raises
    ------
    EmptySource
        R201, for a file without an object and without a bad line.
    UnreadableSource
        R200, for a list that is no JSON, or lines none of which is an object.
    """
    text = clean_text(path, warehouse.scratch_folder(), encoding=options.encoding)
    lines = warehouse.view(numbered_lines(text.path))
    keys = keys_of(warehouse, lines)
    if not keys:
        raise no_objects(warehouse, lines, path.name)
    if len(keys) > MOST_COLUMNS:
        raise too_many_columns(path.name, len(keys))
    names, notes = column_names([keys], has_header=True)
    table = warehouse.new_table()
    warehouse.view(bad_lines(lines), rejects_table(table))
    rows = objects(lines, dict(zip(names, keys, strict=True)))
    return warehouse.relation(
        warehouse.view(rows, table), name=path.name, notes=(*text.notes, *notes)
    )


def numbered_lines(path: Path) -> exp.Select:
    """Return the query of the lines of a file, or of the elements of its list, with numbers."""
    text = exp.Literal.string
    if starts_a_list(path):
        rows = table_function("read_json_objects", text(str(path)), format=text("array"))
        element = exp.column("json").as_("line")
    else:
        # Read as a table of one column: a bad line is then one value, not the end of the file.
        rows = table_function(
            "read_csv",
            text(str(path)),
            auto_detect=exp.false(),
            header=exp.false(),
            delim=text(""),
            quote=text(""),
            escape=text(""),
            columns=struct({"line": "VARCHAR"}),
            compression=text("none"),
            max_line_size=exp.Literal.number(LONGEST_LINE),
        )
        element = exp.column("line")
    number = parse_one("row_number() OVER ()", dialect="duckdb").as_("number")
    return exp.select(number, element).from_(rows.subquery("raw"))


def starts_a_list(path: Path) -> bool:
    """Tell whether the first sign of a file opens a list; a line of JSON lines is an object."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.read(1 << 16).lstrip().startswith("[")


@cache
def is_object() -> exp.Expr:
    """Return the predicate "this line is a JSON object"."""
    text = "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END"
    return parse_one(text, dialect="duckdb")


@cache
def is_blank() -> exp.Expr:
    """Return the predicate "nothing is on this line"."""
    return parse_one("line IS NULL OR trim(line) = ''", dialect="duckdb")


def keys_of(warehouse: DuckDB, lines: exp.Table) -> list[str]:
    """Return every key of every object, in the order in which they first come."""
    keys = (
        exp.select("number", "unnest(json_keys(line)) AS key")
        .from_(lines)
        .where(is_object().copy())
    )
    seen = exp.select("key").from_(keys.subquery("keys")).group_by("key")
    found = warehouse.fetch(seen.order_by("min(number)").limit(MOST_COLUMNS + 1))
    first = warehouse.fetch(
        exp.select("json_keys(line) AS keys").from_(lines).where(is_object().copy()).limit(1)
    )
    # Keys of one line come in the order of that line.
    ordered = first.column("keys")[0].as_py() if first.num_rows else []
    return list(dict.fromkeys([*ordered, *found.column("key").to_pylist()]))


def objects(lines: exp.Table, keys: dict[str, str]) -> exp.Select:
    """Return the query of the objects, each key a column of text."""
    pointers = [
        exp.Literal.string("/" + key.replace("~", "~0").replace("/", "~1")) for key in keys.values()
    ]
    values = exp.func("json_extract_string", exp.column("line"), exp.Array(expressions=pointers))
    parsed = exp.select(values.as_("field")).from_(lines.copy()).where(is_object().copy())
    fields = [
        exp.Anonymous(
            this="list_extract", expressions=[exp.column("field"), exp.Literal.number(place)]
        ).as_(name, quoted=True)
        for place, name in enumerate(keys, start=1)
    ]
    return exp.select(*fields).from_(parsed.subquery("parsed"))


def bad_lines(lines: exp.Table) -> exp.Select:
    """Return the query of the lines that are no object, in the shape of the engine's rejects."""
    return (
        exp.select(
            "1 AS scan_id",
            exp.column("number").as_("line"),
            exp.column("number").as_("line_byte_position"),
            "0 AS byte_position",
            exp.Literal.string(NOT_JSON).as_("error_type"),
            exp.cast(exp.column("line"), "VARCHAR").as_("csv_line"),
            "NULL AS error_message",
        )
        .from_(lines.copy())
        .where(exp.not_(is_object().copy()), exp.not_(is_blank().copy()))
    )


def no_objects(warehouse: DuckDB, lines: exp.Table, name: str) -> EmptySource | UnreadableSource:
    bad = warehouse.fetch(bad_lines(lines).limit(1)).to_pylist()
    if not bad:
        return EmptySource(
            Text(en="the file holds no object.", fr="le fichier ne contient aucun objet."),
            place=Place(file=name),
        )
    return UnreadableSource(
        Text(
            en="no line is a JSON object with keys.",
            fr="aucune ligne n'est un objet JSON avec des clés.",
        ),
        hint=Text(
            en="One object a line is read, or one list of objects.",
            fr="On lit un objet par ligne, ou une liste d'objets.",
        ),
        place=Place(file=name, line=bad[0]["line"]),
    )


FORMAT = SourceFormat(
    name=Text(en="JSON lines", fr="lignes JSON"),
    suffixes=(".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz"),
    open=opened,
)
