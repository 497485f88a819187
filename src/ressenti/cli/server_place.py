"""Where the server's database is: told by DATABASE_URL, or embedded in the data folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ressenti.cli.language import tr
from ressenti.errors import EngineUnavailable
from ressenti.language import Text

data_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--data",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help=tr(
        Text(
            en="Data folder of the server, where its database is embedded.",
            fr="Dossier de données du serveur, où sa base est embarquée.",
        )
    ),
)


@contextmanager
def database_address(data: Path | None) -> Iterator[tuple[str, Path]]:
    """Give the address of the server's database and its data folder.

    The embedded database is joined where it runs, and started for the time of the command where
    it does not.
    """
    from ressenti.server.running.folder_lock import FolderLock
    from ressenti.server.running.postgres import EmbeddedPostgres
    from ressenti.server.running.settings import server_settings

    told = {} if data is None else {"RESSENTI_DATA": str(data)}
    settings = server_settings({**os.environ, **told})
    if settings.database_url:
        yield settings.database_url, settings.data
        return
    embedded = EmbeddedPostgres(settings.data)
    try:
        with FolderLock(settings.data / "postgres.lock"):
            pass
    except EngineUnavailable:
        yield embedded.url(), settings.data
        return
    with embedded:
        yield embedded.url(), settings.data
