"""``ressenti publish``: the server's facts as a lake of Parquet files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option
from ressenti.cli.server_place import data_option, database_address
from ressenti.language import Text, number_text


@click.command(
    "publish",
    help=tr(
        Text(
            en="Write an organisation's facts to a folder of Parquet files, one a fact and month, "
            "for ressenti score, Spark and others. Only months that changed are written again; "
            "erasures are carried through.",
            fr="Écrire les faits d'une organisation dans un dossier de fichiers Parquet, un par "
            "fait et par mois, pour ressenti score, Spark et d'autres. Seuls les mois changés sont "
            "réécrits ; les effacements s'y répercutent.",
        )
    ),
)
@click.argument("organisation")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@data_option
@format_option("table", "json")
@language_option
def command(organisation: str, folder: Path, data: Path | None, output_format: str) -> None:
    """Write the lake."""
    from ressenti.server.tallying.publication import publish

    with database_address(data) as (url, _data):
        done = publish(url, organisation, folder)
    if output_format == "json":
        click.echo(json.dumps(asdict(done)))
        return
    language = chosen_language()
    told = Text(
        en="{written} months written ({rows} rows), {unchanged} unchanged, {removed} removed.",
        fr="{written} mois écrits ({rows} lignes), {unchanged} inchangés, {removed} retirés.",
    ).format(
        written=len(done.written),
        rows=number_text(done.rows, language, decimals=0),
        unchanged=len(done.unchanged),
        removed=len(done.removed),
    )
    click.echo(told.to(language))
