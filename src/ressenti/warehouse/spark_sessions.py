"""Spark sessions: from a URL to the session of a master or of a Connect server."""

from __future__ import annotations

import re
import socket
from typing import Any

from ressenti.errors import EngineUnavailable, InvalidArgument
from ressenti.language import Text
from ressenti.warehouse.spark_engine import Spark, pandas_not_used, said_by

LOCAL_MASTER = re.compile(r"spark://(?P<master>local(\[(\d+|\*)\])?)/?")
ADDRESS = re.compile(r"(?P<host>\[[^]]+\]|[^:/,;]+):(?P<port>\d+)")
CONNECT_PORT = 15002
PATIENCE_SECONDS = 5.0
INSTALL = Text(
    en="Install it: pip install 'ressenti[spark]', and Java 17.",
    fr="Installez-le : pip install 'ressenti[spark]', ainsi que Java 17.",
)


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


def _classic(master: str) -> Spark:
    session_class = _session_class()
    open_one = session_class.getActiveSession()
    if open_one is not None:
        _require_master(open_one, master)
        return Spark(open_one)
    builder = (
        session_class.builder.master(master)
        .appName("ressenti")
        .config("spark.log.level", "ERROR")
        .config("spark.ui.showConsoleProgress", "false")
    )
    try:
        with pandas_not_used():
            return Spark(builder.getOrCreate(), owned=True)
    except Exception as error:
        raise EngineUnavailable(
            Text(
                en=f"Spark does not start: {said_by(error)}",
                fr=f"Spark ne démarre pas : {said_by(error)}",
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
        with pandas_not_used():
            session = _session_class().builder.remote(url).create()
            return Spark(session, owned=True)
    except EngineUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - grpc and pyspark each raise their own
        # Without the cause and without the URL's parameters: they may hold a token.
        said = said_by(error).replace(url, shown)
        raise EngineUnavailable(
            Text(
                en=f"Spark Connect does not answer at {shown}: {said}",
                fr=f"Spark Connect ne répond pas à {shown} : {said}",
            )
        ) from None


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
