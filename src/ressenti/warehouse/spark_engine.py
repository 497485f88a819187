"""Spark: a session of the process, a standalone cluster or a Spark Connect server.

A session belongs to whoever opened it: what a query needs set, such as the zone, is set around the
query and put back.
"""

from __future__ import annotations

import logging
import re
import threading
import uuid
import warnings
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import pyarrow as pa
from sqlglot import exp

from ressenti.errors import EngineUnavailable, InvalidExpression, UnreadableSource
from ressenti.language import Text
from ressenti.warehouse.arrow_types import plain_table
from ressenti.warehouse.relations import Kind
from ressenti.warehouse.rendering import rendered
from ressenti.warehouse.spark_dialect import PortableSpark

# What gives one expression one meaning; quiet parts of a person's own session may differ.
SETTINGS: Mapping[str, str] = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
}
# Two threads that share a session must not put its settings back under each other's query.
ONE_AT_A_TIME = threading.RLock()
KINDS: Mapping[str, Kind] = {
    "string": Kind.TEXT,
    "char": Kind.TEXT,
    "varchar": Kind.TEXT,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "timestamp": Kind.INSTANT,
    "timestamp_ntz": Kind.WALL_TIME,
} | dict.fromkeys(
    ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal"), Kind.NUMBER
)
FILE_FAULTS = frozenset({"PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA", "CANNOT_READ_FILE_FOOTER"})
TRANSPORT_FAULTS = frozenset({"SparkConnectGrpcException", "PySparkRuntimeError"})
TRANSPORTS = frozenset({"py4j", "grpc"})
GAVE_UP = Text(en="Spark gave up", fr="Spark a renoncé")


class Spark:
    """A Spark session, classic or Connect.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
    owned : bool
        Whether the session was opened for this warehouse, which then sets it up for good and
        stops it when it is closed.
    """

    dialect = PortableSpark.__name__.lower()

    def __init__(self, session: Any, *, owned: bool = False) -> None:
        self.session = session
        self.owned = owned
        if owned:
            self._set(SETTINGS)

    def fetch(self, query: exp.Query) -> pa.Table:
        """Run a query and return its rows.

        Raises
        ------
        InvalidExpression
            R103, when Spark refuses the query.
        UnreadableSource
            R200, when files under the query cannot be read.
        EngineUnavailable
            R207, when the session or the cluster is gone.
        """
        with own_errors(), self._settings():
            rows = self.session.sql(rendered(query, self.dialect)).toArrow()
        return plain_table(rows)

    def kinds(self, query: exp.Query) -> Mapping[str, Kind]:
        """Return the column names of a query, in order, with their kinds; run nothing."""
        with own_errors(), self._settings():
            schema = self.session.sql(rendered(query, self.dialect)).schema
        return {field.name: kind_of(field.dataType.simpleString()) for field in schema}

    def view(self, frame: Any) -> exp.Table:
        """Name a Spark data frame as long as this warehouse lives and return the name."""
        table = exp.table_(f"ressenti_source_{uuid.uuid4().hex}", quoted=True)
        with own_errors():
            frame.createOrReplaceTempView(table.name)
        weakref.finalize(self, _forget_view, self.session, table.name)
        return table

    def close(self) -> None:
        """Stop the session if it was opened for this warehouse."""
        if self.owned:
            self.session.stop()

    @contextmanager
    def _settings(self) -> Iterator[None]:
        """Set what queries rely on, and put back what the session's owner had set."""
        if self.owned:
            yield
            return
        with ONE_AT_A_TIME:
            before = {name: self.session.conf.get(name, None) for name in SETTINGS}
            self._set(SETTINGS)
            try:
                yield
            finally:
                self._set(before)

    def _set(self, settings: Mapping[str, str | None]) -> None:
        for name, value in settings.items():
            if value is None:
                self.session.conf.unset(name)
            else:
                self.session.conf.set(name, value)


def kind_of(engine_type: str) -> Kind:
    """Return what a column of a Spark type holds.

    Examples
    --------
    >>> kind_of("decimal(9,2)"), kind_of("timestamp_ntz"), kind_of("array<int>")
    (<Kind.NUMBER: 'number'>, <Kind.WALL_TIME: 'wall_time'>, <Kind.OTHER: 'other'>)
    """
    return KINDS.get(re.split(r"[(\s]", engine_type, maxsplit=1)[0], Kind.OTHER)


@contextmanager
def own_errors() -> Iterator[None]:
    """Raise Spark's errors as Ressenti's, said once."""
    from pyspark.errors import PySparkException

    log = logging.getLogger("SQLQueryContextLogger")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with pandas_not_used():
            yield
    except PySparkException as error:
        raise _refused(error) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in TRANSPORTS:
            raise
        raise _unavailable(GAVE_UP, error) from error
    finally:
        log.setLevel(level)


@contextmanager
def pandas_not_used() -> Iterator[None]:
    """Keep pyspark from warning about the newest pandas: nothing is converted to it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
        yield


def _refused(error: Any) -> Exception:
    if type(error).__name__ in TRANSPORT_FAULTS:
        return _unavailable(GAVE_UP, error)
    said = said_by(error)
    if str(error.getCondition() or "").partition(".")[0] in FILE_FAULTS:
        return UnreadableSource(
            Text(
                en=f"Spark cannot read the source: {said}",
                fr=f"Spark ne peut pas lire la source : {said}",
            )
        )
    return InvalidExpression(
        Text(en=f"Spark refuses the query: {said}", fr=f"Spark refuse la requête : {said}")
    )


def _unavailable(what: Text, error: Exception) -> EngineUnavailable:
    said = said_by(error)
    return EngineUnavailable(Text(en=f"{what.en}: {said}", fr=f"{what.fr} : {said}"))


def said_by(error: Exception) -> str:
    """Return the first line of what Spark says."""
    lines = (line.strip() for line in str(error).splitlines())
    said = next((line for line in lines if line), type(error).__name__)
    return f"{said.rstrip('.')}."


def _forget_view(session: Any, name: str) -> None:
    # The session may have ended first, and its views with it.
    with suppress(Exception):
        session.catalog.dropTempView(name)
