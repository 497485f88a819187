"""``ressenti indicators``: the catalogue, or one indicator whole."""

from __future__ import annotations

import json

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import format_option, language_option
from ressenti.language import Text


@click.command(
    "indicators",
    help=tr(
        Text(
            en="Show the catalogue of indicators, or ID whole: wording, variants, bands with their "
            "source, when to use it and its pitfalls.",
            fr="Afficher le catalogue des indicateurs, ou ID en entier : libellé de la question, "
            "variantes, repères avec leur source, usages et pièges.",
        )
    ),
)
@click.argument("indicator", metavar="[ID]", required=False)
@format_option("table", "json")
@language_option
def command(indicator: str | None, output_format: str) -> None:
    """Show the catalogue or one indicator."""
    from ressenti.indicators import catalogue, indicator_called
    from ressenti.reports.definitions import (
        catalogue_table,
        definition_document,
        definition_text,
    )

    language = chosen_language()
    if indicator is None:
        everything = list(catalogue().values())
        if output_format == "json":
            documents = [definition_document(one, language) for one in everything]
            click.echo(json.dumps({"indicators": documents}, ensure_ascii=False))
            return
        from ressenti.reports.terminal import console

        console().print(catalogue_table(everything, language))
        return
    found = indicator_called(indicator.partition("/")[0])
    if output_format == "json":
        click.echo(json.dumps(definition_document(found, language), ensure_ascii=False))
        return
    from ressenti.reports.terminal import console

    console().print(definition_text(found, language))
