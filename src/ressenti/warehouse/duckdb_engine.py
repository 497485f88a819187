"""DuckDB, the embedded engine: in memory over files and frames, or on a database file."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlglot import exp

from ressenti.errors import EngineUnavailable, InvalidExpression, UnreadableSource
from ressenti.language import Text
from ressenti.warehouse.relations import Kind, Relation
from ressenti.warehouse.rendering import rendered

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# Nothing is fetched from a network, and a misspelt table never becomes a Python variable. The
# wider perfect hash costs a third less on month x segment x question (16 million slots at most).
SETTINGS: Mapping[str, str] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "perfect_ht_threshold": "24",
    "TimeZone": "UTC",
}
NUMBER_TYPES = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "BIGNUM"}
    | {"UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}
)
KINDS: Mapping[str, Kind] = {
    "VARCHAR": Kind.TEXT,
    "ENUM": Kind.TEXT,
    "UUID": Kind.TEXT,
    "BOOLEAN": Kind.BOOLEAN,
    "DATE": Kind.DATE,
    "TIMESTAMP": Kind.WALL_TIME,
    "TIMESTAMP_S": Kind.WALL_TIME,
    "TIMESTAMP_MS": Kind.WALL_TIME,
    "TIMESTAMP_NS": Kind.WALL_TIME,
    "TIMESTAMP WITH TIME ZONE": Kind.INSTANT,
}


class DuckDB:
    """A connection to an embedded DuckDB.

    Parameters
    ----------
    database : Path or None
        A DuckDB file, made when it does not exist; None for a database in memory.
    read_only : bool
        Open the file for reading; several processes may then read it together.
    threads : int or None
        None for as many as the machine has.

    Raises
    ------
    EngineUnavailable
        R207, when the file is locked, is no database or cannot be opened.

    Examples
    --------
    >>> with DuckDB() as warehouse:
    ...     warehouse.fetch(exp.select("6 * 7 AS answer")).to_pylist()
    [{'answer': 42}]
    """

    dialect = "duckdb"

    def __init__(
        self,
        database: Path | None = None,
        *,
        read_only: bool = False,
        threads: int | None = None,
    ) -> None:
        import duckdb

        self.connection: duckdb.DuckDBPyConnection
        try:
            self.connection = duckdb.connect(
                ":memory:" if database is None else str(database), read_only=read_only
            )
        except duckdb.Error as error:
            raise _unopened(database, error) from error
        for name, value in SETTINGS.items():
            self.connection.execute(f"SET {name} = '{value}'")
        if threads is not None:
            self.connection.execute(f"SET threads = {threads:d}")
        self._names = 0
        self._scratch: Path | None = None
        self._remove_scratch = weakref.finalize(self, lambda: None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def fetch(self, query: exp.Query) -> pa.Table:
        """Run a query and return its rows.

        Raises
        ------
        InvalidExpression
            R103, when the engine refuses the query.
        UnreadableSource
            R200, when a file under the query cannot be read.
        """
        with own_errors():
            rows = self.connection.sql(rendered(query, self.dialect)).to_arrow_table()
        # Arrow is loaded with the first answer, and takes its time and memory.
        from ressenti.warehouse.arrow_types import plain_table

        return plain_table(rows)

    def kinds(self, query: exp.Query) -> Mapping[str, Kind]:
        """Return the column names of a query, in order, with their kinds; run nothing."""
        with own_errors():
            described = self.connection.execute(f"DESCRIBE {query.sql(dialect=self.dialect)}")
            return {row[0]: kind_of(row[1]) for row in described.fetchall()}

    def proves_empty(self, query: exp.Query) -> bool:
        """Tell whether the engine's statistics alone prove that a query has no row; run nothing."""
        with own_errors():
            text = query.sql(dialect=self.dialect)
            explained = self.connection.execute(f"EXPLAIN (FORMAT json) {text}").fetchall()
        return bool(json.loads(explained[0][1])[0]["name"] == "EMPTY_RESULT")

    def new_table(self) -> exp.Table:
        """Return a name that nothing bears yet in this connection."""
        self._names += 1
        return exp.to_table(f"ressenti_source_{self._names}")

    def view(self, rows: exp.Query, table: exp.Table | None = None) -> exp.Table:
        """Name a query for this connection's life and return the name; run nothing."""
        table = self.new_table() if table is None else table
        view = exp.Create(
            this=table,
            kind="VIEW",
            expression=rows,
            properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        )
        with own_errors():
            self.connection.execute(view.sql(dialect=self.dialect))
        return table.copy()

    def registered(self, frame: object) -> exp.Table:
        """Name a pandas or polars frame or an Arrow table and return the name; copy nothing.

        The frame is kept as long as the connection: it must not change meanwhile.
        """
        table = self.new_table()
        with own_errors():
            self.connection.register(table.name, frame)
        return table

    def relation(
        self,
        source: exp.Table | exp.Subquery,
        *,
        name: str,
        **own: Any,
    ) -> Relation:
        """Return the relation of a table or view of this connection."""
        columns = self.kinds(exp.select("*").from_(source.copy()))
        return Relation(warehouse=self, source=source, columns=columns, name=name, **own)

    def scratch_folder(self) -> Path:
        """Return a folder for temporary files, removed with the connection."""
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="ressenti-"))
            removal = partial(shutil.rmtree, self._scratch, ignore_errors=True)
            self._remove_scratch = weakref.finalize(self, removal)
        return self._scratch

    def close(self) -> None:
        """Close the connection and remove its temporary files."""
        self.connection.close()
        self._remove_scratch()
        self._scratch = None


def kind_of(engine_type: str) -> Kind:
    """Return what a column of a DuckDB type holds.

    Examples
    --------
    >>> kind_of("DECIMAL(18,3)"), kind_of("ENUM('a', 'b')"), kind_of("INTEGER[]")
    (<Kind.NUMBER: 'number'>, <Kind.TEXT: 'text'>, <Kind.OTHER: 'other'>)
    """
    if engine_type.endswith("]"):
        return Kind.OTHER
    name = engine_type.partition("(")[0]
    return Kind.NUMBER if name in NUMBER_TYPES else KINDS.get(name, Kind.OTHER)


@contextmanager
def own_errors() -> Iterator[None]:
    """Raise the errors of DuckDB's queries as Ressenti's."""
    import duckdb

    try:
        yield
    except (duckdb.DataError, duckdb.BinderException, duckdb.CatalogException) as error:
        raise _refused(error) from error
    except (duckdb.ParserException, duckdb.SyntaxException) as error:
        raise _refused(error) from error
    except (duckdb.IOException, duckdb.PermissionException) as error:
        raise _unreadable(error) from error
    except (duckdb.InvalidInputException, duckdb.InvalidTypeException) as error:
        raise _unreadable(error) from error
    except duckdb.Error as error:
        raise _gave_up(error) from error


def _said(error: Exception) -> str:
    return str(error).partition("\n")[0].strip()


def _refused(error: Exception) -> InvalidExpression:
    return InvalidExpression(
        Text(
            en=f"DuckDB refuses the query: {_said(error)}",
            fr=f"DuckDB refuse la requête : {_said(error)}",
        )
    )


def _unreadable(error: Exception) -> UnreadableSource:
    return UnreadableSource(
        Text(
            en=f"DuckDB cannot read the source: {_said(error)}",
            fr=f"DuckDB ne peut pas lire la source : {_said(error)}",
        )
    )


def _gave_up(error: Exception) -> EngineUnavailable:
    return EngineUnavailable(
        Text(
            en=f"DuckDB gave up: {_said(error)}",
            fr=f"DuckDB a renoncé : {_said(error)}",
        )
    )


def _unopened(database: Path | None, error: Exception) -> EngineUnavailable:
    holder = re.search(r"lock is held in (?P<program>.*?) \(PID (?P<pid>\d+)\)", str(error))
    if holder is None:
        return EngineUnavailable(
            Text(
                en=f"DuckDB cannot open '{database}': {_said(error)}",
                fr=f"DuckDB ne peut pas ouvrir « {database} » : {_said(error)}",
            )
        )
    program, process = Path(holder["program"]).name, holder["pid"]
    return EngineUnavailable(
        Text(
            en=f"'{database}' is open in another process: {program}, number {process}.",
            fr=f"« {database} » est ouvert par un autre processus : {program}, numéro {process}.",
        ),
        hint=Text(
            en="A DuckDB file has one writer: close that process, or export the table to Parquet "
            "from it and read the Parquet file.",
            fr="Un fichier DuckDB n'a qu'un seul utilisateur en écriture : fermez ce processus, ou "
            "exportez-en la table en Parquet et lisez ce fichier.",
        ),
    )
