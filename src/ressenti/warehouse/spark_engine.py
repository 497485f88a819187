"""Spark: a session of the process, a standalone cluster or a Spark Connect server.

A session belongs to whoever opened it: what a query needs set, such as the zone, is set around the
query and put back.
"""

from __future__ import annotations

import logging
import re
import socket
import uuid
import warnings
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import pyarrow as pa
from sqlglot import exp

from ressenti.errors import EngineUnavailable, InvalidArgument, InvalidExpression, UnreadableSource
from ressenti.language import Text
from ressenti.warehouse.arrow_types import plain_table
from ressenti.warehouse.relations import Kind
from ressenti.warehouse.spark_dialect import PortableSpark

# What gives one expression one meaning; quiet parts of a person's own session may differ.
SETTINGS: Mapping[str, str] = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
}
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
LOCAL_MASTER = re.compile(r"spark://(?P<master>local(\[(\d+|\*)\])?)/?")
ADDRESS = re.compile(r"(?P<host>\[[^]]+\]|[^:/,;]+):(?P<port>\d+)")
CONNECT_PORT = 15002
PATIENCE_SECONDS = 5.0
FILE_FAULTS = frozenset({"PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA", "CANNOT_READ_FILE_FOOTER"})
TRANSPORT_FAULTS = frozenset({"SparkConnectGrpcException", "PySparkRuntimeError"})
TRANSPORTS = frozenset({"py4j", "grpc"})
GAVE_UP = Text(en="Spark gave up", fr="Spark a renoncé")
INSTALL = Text(
    en="Install it: pip install 'ressenti[spark]', and Java 17.",
    fr="Installez-le : pip install 'ressenti[spark]', ainsi que Java 17.",
)


class Spark:
    """A Spark session, classic or Connect.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
    owned : bool
        Whether closing the warehouse stops the session.
    """

    dialect = PortableSpark.__name__.lower()

    def __init__(self, session: Any, *, owned: bool = False) -> None:
        self.session = session
        self.owned = owned

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
            rows = self.session.sql(query.sql(dialect=self.dialect)).toArrow()
        return plain_table(rows)

    def kinds(self, query: exp.Query) -> Mapping[str, Kind]:
        """Return the column names of a query, in order, with their kinds; run nothing."""
        with own_errors(), self._settings():
            schema = self.session.sql(query.sql(dialect=self.dialect)).schema
        return {field.name: kind_of(field.dataType.simpleString()) for field in schema}

    def plan(self, query: exp.Query) -> str:
        """Return how Spark would run a query, one step a line, the last step first; run nothing."""
        with own_errors(), self._settings():
            explained = self.session.sql(f"EXPLAIN {query.sql(dialect=self.dialect)}").collect()
        return str(explained[0][0])

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
        before = {name: self.session.conf.get(name, None) for name in SETTINGS}
        for name, value in SETTINGS.items():
            self.session.conf.set(name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    self.session.conf.unset(name)
                else:
                    self.session.conf.set(name, value)


def spark_engine(url: str) -> Spark:
    """Return the session of a URL.

    ``spark://host:port`` is a standalone master, ``spark://local[4]`` this machine with 4 threads,
    ``sc://host:port`` a Spark Connect server. A process has one classic session: an open one is
    used when it has that master, and left open.

    Raises
    ------
    InvalidArgument
        R102, for a URL that names no master.
    EngineUnavailable
        R207, when pyspark or Java is missing, or nobody listens there.
    """
    if url.startswith("sc://"):
        return _connected(url)
    local = LOCAL_MASTER.fullmatch(url)
    if local is None:
        _require_listener(url.removeprefix("spark://"), url)
    return _classic(local["master"] if local else url.rstrip("/"))


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
        with warnings.catch_warnings():
            # Only Spark's own conversion to pandas is concerned, and nothing is converted.
            warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
            yield
    except PySparkException as error:
        raise _refused(error) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in TRANSPORTS:
            raise
        raise _unavailable(GAVE_UP, error) from error
    finally:
        log.setLevel(level)


def _refused(error: Any) -> Exception:
    if type(error).__name__ in TRANSPORT_FAULTS:
        return _unavailable(GAVE_UP, error)
    said = _said(error)
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
    said = _said(error)
    return EngineUnavailable(Text(en=f"{what.en}: {said}", fr=f"{what.fr} : {said}"))


def _said(error: Exception) -> str:
    lines = (line.strip() for line in str(error).splitlines())
    return next((line for line in lines if line), type(error).__name__)


def _forget_view(session: Any, name: str) -> None:
    # The session may have ended first, and its views with it.
    with suppress(Exception):
        session.catalog.dropTempView(name)


def _classic(master: str) -> Spark:
    builder_of = _session_class()
    open_one = builder_of.getActiveSession()
    if open_one is not None:
        _require_master(open_one, master)
        return Spark(open_one)
    builder = (
        builder_of.builder.master(master)
        .appName("ressenti")
        .config("spark.log.level", "ERROR")
        .config("spark.ui.showConsoleProgress", "false")
    )
    try:
        return Spark(builder.getOrCreate(), owned=True)
    except Exception as error:
        raise EngineUnavailable(
            Text(
                en=f"Spark does not start: {_said(error)}",
                fr=f"Spark ne démarre pas : {_said(error)}",
            ),
            hint=Text(
                en="Spark needs Java 17: install it, or set JAVA_HOME to where it is.",
                fr="Spark a besoin de Java 17 : installez-le, ou indiquez son dossier dans "
                "JAVA_HOME.",
            ),
        ) from error


def _connected(url: str) -> Spark:
    address = url.removeprefix("sc://").partition("/")[0]
    shown = f"sc://{address}"
    _require_listener(address if ":" in address else f"{address}:{CONNECT_PORT}", shown)
    try:
        session = _session_class().builder.remote(url).create()
        session.version  # noqa: B018 - the first question opens the channel
    except Exception as error:  # noqa: BLE001 - grpc and pyspark each raise their own
        # Without the cause and without the URL's parameters: they may hold a token.
        said = _said(error).replace(url, shown)
        raise EngineUnavailable(
            Text(
                en=f"Spark Connect does not answer at {shown}: {said}",
                fr=f"Spark Connect ne répond pas à {shown} : {said}",
            )
        ) from None
    return Spark(session, owned=True)


def _session_class() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineUnavailable(
            Text(en="pyspark is not installed.", fr="pyspark n'est pas installé."), hint=INSTALL
        ) from error
    return SparkSession


def _require_master(session: Any, master: str) -> None:
    own = session.conf.get("spark.master")
    if own == master:
        return
    raise EngineUnavailable(
        Text(
            en=f"this process already runs Spark on '{own}', not on '{master}'.",
            fr=f"ce processus utilise déjà Spark sur « {own} », et non sur « {master} ».",
        ),
        hint=Text(
            en="Stop that session, or ask from another process.",
            fr="Arrêtez cette session, ou posez la question depuis un autre processus.",
        ),
    )


def _require_listener(addresses: str, shown: str) -> None:
    """Raise when nobody listens: Spark itself would try for a minute, and Connect for ten."""
    found = list(ADDRESS.finditer(addresses))
    if not found:
        raise InvalidArgument(
            Text(
                en=f"'{shown}' names no Spark: write spark://host:7077, spark://local[4] or "
                "sc://host:15002.",
                fr=f"« {shown} » ne désigne aucun Spark : écrivez spark://hôte:7077, "
                "spark://local[4] ou sc://hôte:15002.",
            )
        )
    faults = [_listening_fault(one["host"].strip("[]"), int(one["port"])) for one in found]
    if None in faults:
        return
    raise EngineUnavailable(
        Text(
            en=f"nobody answers at {shown}: {faults[0]}.",
            fr=f"personne ne répond à {shown} : {faults[0]}.",
        ),
        hint=Text(
            en="Start the Spark master (sbin/start-master.sh, then the workers) or the Connect "
            "server (sbin/start-connect-server.sh), and check host and port.",
            fr="Démarrez le maître Spark (sbin/start-master.sh, puis les nœuds) ou le serveur "
            "Connect (sbin/start-connect-server.sh), et vérifiez l'hôte et le port.",
        ),
    )


def _listening_fault(host: str, port: int) -> str | None:
    try:
        with socket.create_connection((host, port), timeout=PATIENCE_SECONDS):
            return None
    except OSError as error:
        return error.strerror or str(error)
    except OverflowError as error:
        return str(error)
