"""``ressenti outcomes score``: attainment, gaps and penetration, with their uncertainty."""

from __future__ import annotations

from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import (
    confidence_option,
    format_option,
    language_option,
    pairs_of,
    reading_options,
    selection_options,
)
from ressenti.cli.rows import csv_text
from ressenti.language import Text


@click.command(
    "score",
    help=tr(
        Text(
            en="Score the outcomes of a plan, or of SOURCE: a folder of facts, or the fact "
            "outcomes in a file or a table.\n\n"
            "Example:  ressenti outcomes score --config ressenti.toml --by shop --per month",
            fr="Calculer les résultats attendus d'un plan, ou de SOURCE : un dossier de faits, ou "
            "les faits « outcomes » dans un fichier ou une table.\n\n"
            "Exemple :  ressenti outcomes score --config ressenti.toml --by boutique --per month",
        )
    ),
)
@click.argument("source", required=False)
@click.option(
    "--only",
    multiple=True,
    metavar="NAME",
    help=tr(Text(en="Only this outcome; repeatable.", fr="Ce résultat seulement ; répétable.")),
)
@click.option(
    "--higher",
    multiple=True,
    metavar="NAME",
    help=tr(
        Text(
            en="Without a plan: an outcome of which more is better; repeatable.",
            fr="Sans plan : un résultat dont plus vaut mieux ; répétable.",
        )
    ),
)
@click.option(
    "--by",
    multiple=True,
    metavar="COL",
    help=tr(Text(en="Segment by a column; repeatable.", fr="Segmenter par colonne ; répétable.")),
)
@click.option(
    "--per",
    type=click.Choice(["day", "week", "month", "quarter", "year"]),
    help=tr(Text(en="One score a period.", fr="Un score par période.")),
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=SQL",
    help=tr(
        Text(
            en="Without a plan: map a column of the fact; repeatable.",
            fr="Sans plan : associer une colonne du fait ; répétable.",
        )
    ),
)
@click.option(
    "--exact",
    is_flag=True,
    help=tr(
        Text(en="Exact medians, instead of within 1%.", fr="Médianes exactes, au lieu de 1 % près.")
    ),
)
@click.option(
    "--minimum-group",
    type=click.IntRange(min=5),
    metavar="N",
    help=tr(
        Text(
            en="Hide groups smaller than N, and what would reveal them.",
            fr="Masquer les groupes de moins de N, et ce qui les révélerait.",
        )
    ),
)
@click.option(
    "--config",
    metavar="FILE",
    help=tr(
        Text(
            en="Measurement plan to use (ressenti.toml).",
            fr="Plan de mesure à utiliser (ressenti.toml).",
        )
    ),
)
@click.option(
    "--explain",
    is_flag=True,
    help=tr(
        Text(en="Print the exact SQL, score nothing.", fr="Afficher le SQL exact, sans calculer.")
    ),
)
@selection_options
@reading_options
@confidence_option
@format_option("table", "json", "csv")
@language_option
def command(source: str | None, output_format: str, **options: Any) -> None:
    """Score outcomes and write the scores."""
    from ressenti.library.missing_codes import codes_of_texts
    from ressenti.library.outcomes import outcomes

    language = chosen_language()
    options["missing"] = codes_of_texts(options["missing"])
    options["mapping"] = pairs_of(options["mapping"])
    found = outcomes(source, **options)
    for note in found.notes:
        click.echo(note.to(language), err=True)
    if options["explain"]:
        click.echo("\n\n".join(found.sql))
    elif output_format == "json":
        click.echo(found.to_json(language))
    elif output_format == "csv":
        click.echo(csv_text(found.to_rows()), nl=False)
    else:
        click.echo(found.text(language))
