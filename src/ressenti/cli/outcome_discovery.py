"""``ressenti outcomes discover``: candidates in what customers wrote."""

from __future__ import annotations

from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import (
    confidence_option,
    encoding_options,
    format_option,
    language_option,
)
from ressenti.cli.rows import csv_text
from ressenti.language import Text


@click.command(
    "discover",
    help=tr(
        Text(
            en="Read the comments of SOURCE for what customers may want: the themes they speak of "
            "most, feel most strongly about, and are most often displeased with.\n\n"
            "Example:  ressenti outcomes discover comments.csv --text comment --themes delivery",
            fr="Lire les commentaires de SOURCE pour trouver ce que les clients peuvent vouloir : "
            "les thèmes dont ils parlent le plus, qu'ils ressentent le plus fort, dont ils sont "
            "le plus souvent mécontents.\n\n"
            "Exemple :  ressenti outcomes discover commentaires.csv --text verbatim "
            "--themes delivery",
        )
    ),
)
@click.argument("source")
@click.option(
    "--text",
    required=True,
    metavar="COL",
    help=tr(Text(en="Column of the comments.", fr="Colonne des commentaires.")),
)
@click.option(
    "--themes",
    required=True,
    metavar="PLAN",
    help=tr(
        Text(
            en="A plan of themes: delivery, telecom, … or a YAML file.",
            fr="Un plan de thèmes : delivery, telecom, … ou un fichier YAML.",
        )
    ),
)
@click.option(
    "--respondent",
    metavar="COL",
    help=tr(Text(en="Column of who wrote.", fr="Colonne de qui a écrit.")),
)
@click.option(
    "--language",
    type=click.Choice(["auto", "fr", "en"]),
    default="auto",
    show_default=True,
    help=tr(Text(en="Language of the comments.", fr="Langue des commentaires.")),
)
@click.option(
    "--minimum-group",
    type=click.IntRange(min=5),
    default=5,
    show_default=True,
    metavar="N",
    help=tr(Text(en="Hide themes of fewer people.", fr="Masquer les thèmes de moins de gens.")),
)
@encoding_options
@confidence_option
@format_option("table", "json", "csv")
@language_option
def command(source: str, output_format: str, **options: Any) -> None:
    """Read comments for candidates."""
    from ressenti.library.outcome_candidates import outcome_candidates

    found = outcome_candidates(source, **options)
    if output_format == "json":
        click.echo(found.to_json(chosen_language()))
    elif output_format == "csv":
        click.echo(csv_text(found.to_rows()), nl=False)
    else:
        click.echo(found.text(chosen_language()))
