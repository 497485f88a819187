"""``ressenti rank``: units side by side without ranking luck."""

from __future__ import annotations

from typing import Any

import click

from ressenti.cli.language import chosen_language, tr
from ressenti.cli.options import (
    confidence_option,
    format_option,
    language_option,
    plan_options,
    reading_options,
    selection_options,
)
from ressenti.cli.rows import csv_text
from ressenti.language import Text


@click.command(
    "rank",
    help=tr(
        Text(
            en="Rank the units of SOURCE, such as shops, each pulled towards the mean of all by "
            "its own uncertainty.\n\n"
            "Example:  ressenti rank survey.csv --measure nps=Q1 --by shop",
            fr="Classer les unités de SOURCE, comme des boutiques, chacune ramenée vers la moyenne "
            "de toutes selon sa propre incertitude.\n\n"
            "Exemple :  ressenti rank enquete.csv --measure nps=Q1 --by boutique",
        )
    ),
)
@click.argument("source", required=False)
@click.option(
    "-m",
    "--measure",
    "measures",
    multiple=True,
    metavar="INDICATOR[/VARIANT]=COL[:SCALE]",
    help=tr(Text(en="What to rank by; repeatable.", fr="Critère du classement ; répétable.")),
)
@click.option(
    "--by",
    multiple=True,
    required=True,
    metavar="COL",
    help=tr(Text(en="Column of the units.", fr="Colonne des unités.")),
)
@click.option(
    "--indicative-under",
    type=click.FloatRange(min=0),
    default=30,
    show_default=True,
    metavar="N",
    help=tr(
        Text(
            en="Give no rank to units worth fewer answers.",
            fr="Ne pas classer les unités qui valent moins de réponses.",
        )
    ),
)
@click.option(
    "--minimum-group",
    type=click.IntRange(min=5),
    default=5,
    show_default=True,
    metavar="N",
    help=tr(Text(en="Hide smaller units.", fr="Masquer les unités plus petites.")),
)
@click.option(
    "--top-share",
    type=click.FloatRange(0, 0.5, min_open=True),
    metavar="N",
    default=0.1,
    show_default=True,
    help=tr(
        Text(
            en="What counts as the top and the bottom of the table.",
            fr="Ce qui compte comme le haut et le bas du tableau.",
        )
    ),
)
@plan_options
@selection_options
@reading_options
@confidence_option
@format_option("table", "json", "csv")
@language_option
def command(source: str | None, output_format: str, **options: Any) -> None:
    """Rank the units of a source."""
    from ressenti.library.missing_codes import codes_of_texts
    from ressenti.library.ranking import rank

    language = chosen_language()
    options["missing"] = codes_of_texts(options["missing"])
    options["measures"] = list(options["measures"])
    found = rank(source, **options)
    if output_format == "json":
        click.echo(found.to_json(language))
    elif output_format == "csv":
        click.echo(csv_text(found.to_rows()), nl=False)
    else:
        click.echo(found.text(language))
