"""Sources: a file, a folder, a frame or an engine's table, opened as one relation.

A format is one module of ``file_formats``; opening looks, names and counts nothing that a query
would count again, writes nothing beside the file, and is the same however often it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from ressenti.errors import (
    InvalidArgument,
    Place,
    RessentiError,
    UnreadableSource,
    known_names_hint,
    nearest_names,
)
from ressenti.language import Text
from ressenti.sources import file_formats
from ressenti.sources.frames import is_frame, relation_of_frame
from ressenti.sources.options import AS_FOUND, SourceOptions
from ressenti.sources.source_format import SourceFormat
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Relation

TABLE_MARK = "::"


@cache
def formats() -> Mapping[str, SourceFormat]:
    """Return every file format by the suffix it reads.

    Examples
    --------
    >>> formats()[".pq"].name.en
    'Parquet'
    """
    found = [
        import_module(f"{file_formats.__name__}.{module.name}").FORMAT
        for module in iter_modules(file_formats.__path__)
    ]
    return dict(sorted((suffix, one) for one in found for suffix in one.suffixes))


def open_source(
    source: object, *, options: SourceOptions = AS_FOUND, warehouse: DuckDB | None = None
) -> Relation:
    """Return the relation of a source.

    Parameters
    ----------
    source : str, Path or frame
        A file, a folder of Parquet, ``engine-url::table``, a pandas, polars or Spark frame, a
        Spark session with the name of a table, or anything that gives an Arrow stream. A relation
        is returned as it is.
    options : SourceOptions
    warehouse : DuckDB or None
        Where files and frames are read, so that several can be joined; None for a new one, which
        the caller closes through ``relation.warehouse``.

    Raises
    ------
    UnreadableSource
        R200, when nothing is there or no format reads it.
    InvalidArgument
        R102, for an object that is no source.
    """
    if isinstance(source, Relation):
        return source
    names_table = isinstance(source, str) and TABLE_MARK in source
    if isinstance(source, str | Path) and not names_table:
        return opened_file(Path(source), options, warehouse)
    # Engines bring their dialects along, which a file does not need.
    from ressenti.warehouse.engines import is_engine_source, relation_of

    if names_table or is_engine_source(source):
        return relation_of(source)
    if is_frame(source):
        return relation_of_frame(source, warehouse or DuckDB())
    raise InvalidArgument(
        Text(
            en=f"a {type(source).__name__} is no source.",
            fr=f"un objet {type(source).__name__} n'est pas une source.",
        ),
        hint=Text(
            en="Give a path, 'engine-url::table', or a pandas, polars or Arrow frame.",
            fr="Donnez un chemin, 'url-du-moteur::table', ou un tableau pandas, polars ou Arrow.",
        ),
    )


def opened_file(path: Path, options: SourceOptions, warehouse: DuckDB | None) -> Relation:
    own = DuckDB() if warehouse is None else warehouse
    with ExitStack() as on_failure:
        if warehouse is None:
            on_failure.callback(own.close)
        try:
            relation = format_of(path).open(path, own, options)
        except RessentiError:
            raise
        except OSError as error:
            raise unreadable(path, error) from error
        on_failure.pop_all()
        return relation


def format_of(path: Path) -> SourceFormat:
    """Return the format that reads a path.

    Raises
    ------
    UnreadableSource
        R200, when nothing is there, or the suffix is unknown.
    """
    known = formats()
    if path.is_dir():
        return known[".parquet"]
    if not path.exists():
        raise not_there(path)
    name = path.name.casefold()
    for suffix in sorted(known, key=len, reverse=True):
        if name.endswith(suffix):
            return known[suffix]
    raise unknown_suffix(path)


def not_there(path: Path) -> UnreadableSource:
    beside = nearest_names(path.name, (file.name for file in files_beside(path)))
    hint = known_names_hint(path.name, beside) if beside else None
    return UnreadableSource(
        Text(en="no file or folder is there.", fr="il n'y a là ni fichier ni dossier."),
        hint=hint,
        place=Place(file=str(path)),
    )


def files_beside(path: Path) -> list[Path]:
    return list(path.parent.iterdir()) if path.parent.is_dir() else []


def unknown_suffix(path: Path) -> UnreadableSource:
    listed = ", ".join(formats())
    return UnreadableSource(
        Text(
            en=f"no format reads '{path.suffix or path.name}'.",
            fr=f"aucun format ne lit « {path.suffix or path.name} ».",
        ),
        hint=Text(
            en=f"Known suffixes: {listed}; or a folder of Parquet.",
            fr=f"Extensions connues : {listed} ; ou un dossier de Parquet.",
        ),
        place=Place(file=path.name),
    )


def unreadable(path: Path, error: OSError) -> UnreadableSource:
    reason = error.strerror or str(error)
    return UnreadableSource(
        Text(en=f"it cannot be read: {reason}.", fr=f"il ne peut pas être lu : {reason}."),
        place=Place(file=path.name),
    )
