"""``ressenti restore``: a database filled from a backup, without those who were erased since."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import language_option
from ressenti.cli.server_place import data_option, database_address
from ressenti.language import Text, number_text

if TYPE_CHECKING:
    from psycopg import Connection


@click.command(
    "restore",
    help=tr(
        Text(
            en="Fill the database from a backup; stop the server first. People erased since the "
            "backup was taken are erased again.",
            fr="Remplir la base depuis une sauvegarde ; arrêtez d'abord le serveur. Les personnes "
            "effacées depuis la sauvegarde le sont à nouveau.",
        )
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option(
    "--force",
    is_flag=True,
    help=tr(
        Text(
            en="Replace what the database holds already.",
            fr="Remplacer ce que la base contient déjà.",
        )
    ),
)
@data_option
@language_option
def command(file: Path, force: bool, data: Path | None) -> None:
    """Fill the database."""
    from ressenti.server.running.backup import restore
    from ressenti.server.running.erasures import erasures_replayed, listed_erasures
    from ressenti.server.running.rebasing import rebase_journal
    from ressenti.server.running.settings import server_settings

    told = {} if data is None else {"RESSENTI_DATA": str(data)}
    key = server_settings({**os.environ, **told}).secret_key.encode()
    with database_address(data) as (url, folder):
        listed = listed_erasures(folder, url)
        forget = erasures_replayed(listed, key=key)

        def after_restore(connection: Connection[Any]) -> None:
            rebase_journal(connection)
            forget(connection)

        manifest = restore(url, file, force=force, after_restore=after_restore)
    language = chosen_language()
    rows = number_text(sum(manifest.counts.values()), language, decimals=0)
    done = Text(
        en="Restored {rows} rows as of {at}.", fr="{rows} lignes restaurées, état du {at}."
    ).format(rows=rows, at=manifest.taken_at)
    click.echo(done.to(language))
