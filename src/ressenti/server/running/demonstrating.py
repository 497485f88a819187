"""The demonstration served: on loopback, in a folder of its own, its processes writing to files."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Thread

import psycopg

from ressenti.server.running.children import Child
from ressenti.server.running.logs import configure_logs
from ressenti.server.running.postgres import EmbeddedPostgres
from ressenti.server.running.secret_files import read_secret
from ressenti.server.running.service import serve, server_child
from ressenti.server.running.settings import (
    ServerSettings,
    Variables,
    default_data_folder,
    server_settings,
)

TOUR_FILE = "tour.json"
EDITION = 2
"""What the demonstration loads; raised when it gets more that an older folder lacks."""
FOLDER = "ressenti-demo"
LONGEST_COUNT_SECONDS = 180.0
POLL_SECONDS = 0.5
# Customers go on answering meanwhile.
FEW_ENTRIES = 5
WAITING = """
SELECT (SELECT count(*) FROM ressenti_journalentry AS e
        LEFT JOIN ressenti_tallyposition AS p ON p.name = 'tallier'
        WHERE p.name IS NULL OR (e.transaction, e.id) > (p.transaction::text::xid8, p.entry)),
       (SELECT count(*) FROM ressenti_recount)
"""


def serve_demonstration(
    data: Path | None,
    *,
    port: int,
    n_answers: int,
    announce: Callable[[Mapping[str, str]], None],
) -> None:
    """Serve the simulated company until stopped.

    Parameters
    ----------
    data : Path or None
        Its folder; one of its own beside that of ``ressenti serve`` when None.
    announce : callable
        Called once it serves, with what ``entrance`` returns.
    """
    folder = data or default_data_folder(Variables(os.environ)).with_name(FOLDER)
    environment = {
        **os.environ,
        "RESSENTI_DATA": str(folder),
        "RESSENTI_HOST": "127.0.0.1",
        "RESSENTI_PORT": str(port),
        "RESSENTI_BASE_URL": f"http://127.0.0.1:{port}",
        "RESSENTI_DEMO": "yes",
    }
    configure_logs(level=logging.WARNING)
    settings = server_settings(environment)
    logs = settings.data / "logs"
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)

    def tell_when_counted() -> None:
        wait_until_counted(settings)
        announce(entrance(settings.data))

    def told_apart(_url: str) -> None:
        # Whoever supervises goes on supervising meanwhile.
        Thread(target=tell_when_counted, daemon=True).start()

    def written(child: Child) -> Child:
        return child if child.output else replace(child, output=logs / f"{child.name}.log")

    serve(
        settings,
        prepare=("demonstration", str(n_answers)),
        further=(server_child("visitors", {}),),
        changed=written,
        announce=told_apart,
    )


def entrance(data: Path) -> Mapping[str, str]:
    """Return how the demonstration of a folder is entered.

    The ``url`` signs in, ``address`` and ``password`` do too; ``older`` is the folder where an
    older version filled it, empty otherwise.
    """
    told = json.loads(read_secret(data / TOUR_FILE))
    is_older = told.get("edition", 1) < EDITION
    return {name: told[name] for name in ("url", "address", "password")} | {
        "older": str(data) if is_older else ""
    }


def wait_until_counted(settings: ServerSettings) -> None:
    """Wait until the figures hold the company's history, or for a while at most.

    Who opens a cockpit that is still counting sees numbers that mean nothing yet.
    """
    url = settings.database_url or EmbeddedPostgres(settings.data).url()
    end = time.monotonic() + LONGEST_COUNT_SECONDS
    while time.monotonic() < end and not is_counted(url):
        time.sleep(POLL_SECONDS)


def is_counted(url: str) -> bool:
    """Return whether nothing much waits to be counted; not while the database is away."""
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute(WAITING).fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and row[0] <= FEW_ENTRIES and row[1] == 0
