"""Parquet: a file, or a folder of files, partitioned by names such as ``month=2024-01`` or not."""

from __future__ import annotations

from pathlib import Path

from sqlglot import exp

from ressenti.errors import EmptySource, Place
from ressenti.language import Text
from ressenti.sources.options import SourceOptions
from ressenti.sources.source_format import SourceFormat, table_function
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Relation


def opened(path: Path, warehouse: DuckDB, _options: SourceOptions) -> Relation:
    """Return the relation of a Parquet file or of all Parquet files under a folder.

    Files of a folder may have different columns: those that one lacks are empty for it.

    Raises
    ------
    EmptySource
        R201, when the folder holds no Parquet file.
    UnreadableSource
        R200, when a file is no Parquet.
    """
    files = parquet_files(path) if path.is_dir() else [path]
    if not files:
        raise EmptySource(
            Text(
                en="the folder holds no .parquet file.",
                fr="le dossier ne contient aucun fichier .parquet.",
            ),
            place=Place(file=path.name),
        )
    rows = table_function(
        "read_parquet",
        exp.Array(expressions=[exp.Literal.string(str(file)) for file in files]),
        hive_partitioning=exp.Boolean(this=path.is_dir()),
        union_by_name=exp.Boolean(this=len(files) > 1),
    )
    return warehouse.relation(warehouse.view(rows), name=path.name)


def parquet_files(folder: Path) -> list[Path]:
    """Return the Parquet files under a folder, without what a writer has left unfinished."""
    return sorted(
        file
        for file in folder.rglob("*.parquet")
        if not any(part.startswith(("_", ".")) for part in file.relative_to(folder).parts)
    )


FORMAT = SourceFormat(
    name=Text(en="Parquet", fr="Parquet"), suffixes=(".parquet", ".pq"), open=opened
)
