"""``ressenti backup``: the server's database in one checked file."""

from __future__ import annotations

from pathlib import Path

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import language_option
from ressenti.cli.server_place import data_option, database_address
from ressenti.language import Text, number_text


@click.command(
    "backup",
    help=tr(
        Text(
            en="Write the whole database to one file, as it is at one instant, while it goes on "
            "being used. Keep the file as you would the database: it holds personal data.",
            fr="Écrire toute la base dans un fichier, telle qu'elle est à un instant, pendant "
            "qu'elle sert. Protégez ce fichier comme la base : il contient des données "
            "personnelles.",
        )
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@data_option
@language_option
def command(file: Path, data: Path | None) -> None:
    """Write the backup."""
    from ressenti.server.running.backup import backup

    with database_address(data) as (url, _folder):
        manifest = backup(url, file)
    language = chosen_language()
    rows = number_text(sum(manifest.counts.values()), language, decimals=0)
    told = Text(
        en="{file}: {rows} rows, taken at {at}, sha256 {sha256}",
        fr="{file} : {rows} lignes, à l'instant {at}, sha256 {sha256}",
    ).format(file=file, rows=rows, at=manifest.taken_at, sha256=manifest.sha256)
    click.echo(told.to(language))
