"""``ressenti compare``: whether a change is real, and how much of it is mix."""

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
from ressenti.language import Text


@click.command(
    "compare",
    help=tr(
        Text(
            en="Compare indicators between two values of a column, or two periods.\n\n"
            "Example:  ressenti compare survey.csv --measure nps=Q1 --between wave=1,2 "
            "--by channel",
            fr="Comparer des indicateurs entre deux valeurs d'une colonne, ou deux périodes.\n\n"
            "Exemple :  ressenti compare enquete.csv --measure nps=Q1 --between vague=1,2 "
            "--by canal",
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
    help=tr(
        Text(
            en="What to compare, or a measure of the plan; repeatable.",
            fr="Ce qu'il faut comparer, ou une mesure du plan ; répétable.",
        )
    ),
)
@click.option(
    "--between",
    required=True,
    metavar="COL=A,B",
    help=tr(
        Text(
            en="The two values, or A,rest; period=DATE,DATE with --per and --at.",
            fr="Les deux valeurs, ou A,reste ; period=DATE,DATE avec --per et --at.",
        )
    ),
)
@click.option(
    "--by",
    multiple=True,
    metavar="COL",
    help=tr(
        Text(
            en="Split the change into mix and rate along a column; repeatable.",
            fr="Séparer structure et niveau selon une colonne ; répétable.",
        )
    ),
)
@click.option(
    "--paired",
    metavar="ID_COL",
    help=tr(
        Text(
            en="Follow the same respondents, whom this column names.",
            fr="Suivre les mêmes répondants, que cette colonne nomme.",
        )
    ),
)
@click.option(
    "--per",
    type=click.Choice(["day", "week", "month", "quarter", "year"]),
    help=tr(Text(en="Grain of the periods.", fr="Longueur des périodes.")),
)
@click.option(
    "--at",
    metavar="COL",
    help=tr(Text(en="Column that dates a row.", fr="Colonne qui date une ligne.")),
)
@plan_options
@selection_options
@reading_options
@confidence_option
@format_option("table", "json")
@language_option
def command(source: str | None, output_format: str, **options: Any) -> None:
    """Compare two groups of a source."""
    from ressenti.library.comparison import compare
    from ressenti.library.missing_codes import codes_of_texts

    language = chosen_language()
    options["missing"] = codes_of_texts(options["missing"])
    options["measures"] = list(options["measures"])
    found = compare(source, **options)
    click.echo(found.to_json(language) if output_format == "json" else found.text(language))
