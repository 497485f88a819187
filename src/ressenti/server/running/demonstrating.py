"""The demonstration served: on loopback, in a folder of its own, its processes writing to files."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from ressenti.server.running.children import Child
from ressenti.server.running.logs import configure_logs
from ressenti.server.running.secret_files import read_secret
from ressenti.server.running.service import serve, server_child
from ressenti.server.running.settings import Variables, default_data_folder, server_settings

TOUR_FILE = "tour.json"
FOLDER = "ressenti-demo"


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
        Called once it serves, with the ``url`` that signs in, the ``address`` and the ``password``.
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

    def written(child: Child) -> Child:
        return child if child.output else replace(child, output=logs / f"{child.name}.log")

    serve(
        settings,
        prepare=("demonstration", str(n_answers)),
        further=(server_child("visitors", {}),),
        changed=written,
        announce=lambda _url: announce(json.loads(read_secret(settings.data / TOUR_FILE))),
    )
