"""``ressenti tallies``: how far the server's tallies are, whether they are right, and anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option
from ressenti.cli.server_place import data_option, database_address
from ressenti.language import Text, number_text

ACTIONS = ("status", "verify", "rebuild")
DIFFERENT = 1


@click.command(
    "tallies",
    help=tr(
        Text(
            en="status: how far the tallier is behind the journal. verify: count again from the "
            "record and compare (exit status 1 where they differ). rebuild: count again and "
            "replace.",
            fr="status : retard du décompte sur le journal. verify : recompter depuis les réponses "
            "et comparer (code de sortie 1 en cas d'écart). rebuild : recompter et remplacer.",
        )
    ),
)
@click.argument("action", type=click.Choice(ACTIONS))
@click.option(
    "--organisation",
    metavar="KEY",
    help=tr(Text(en="Only this organisation.", fr="Cette organisation seulement.")),
)
@data_option
@format_option("table", "json")
@language_option
def command(action: str, organisation: str | None, data: Path | None, output_format: str) -> int:
    """Look after the tallies."""
    from ressenti.server.tallying.care import cared_for

    with database_address(data) as (url, _folder):
        report = cared_for(url, action, organisation)
    if output_format == "json":
        click.echo(json.dumps(report, ensure_ascii=False, default=str))
    else:
        _print(report)
    return DIFFERENT if report["differences"] else 0


def _print(report: dict[str, Any]) -> None:
    language = chosen_language()
    behind = Text(
        en="Position {position}; {entries} entries behind; {rejected} set aside.",
        fr="Position {position} ; {entries} entrées en attente ; {rejected} mises de côté.",
    ).format(
        position=report["position"],
        entries=number_text(report["entries_behind"], language, decimals=0),
        rejected=number_text(report["entries_set_aside"], language, decimals=0),
    )
    click.echo(behind.to(language))
    for key in report["rebuilt"]:
        click.echo(Text(en="Rebuilt: {key}", fr="Refait : {key}").format(key=key).to(language))
    for key, cells in report["verified"].items():
        told = Text(
            en="Verified: {key}, {cells} cells differ", fr="Vérifié : {key}, {cells} écarts"
        ).format(key=key, cells=cells)
        click.echo(told.to(language))
    for one in report["differences"]:
        click.echo(
            f"  {one['tally']} [{one['dimensions']}] {one['grain']} {one['period']} "
            f"{'/'.join(one['place'])} {one['level']}: {one['kept']} ≠ {one['recounted']}"
        )
